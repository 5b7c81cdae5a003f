import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { expect, type Locator, type Page } from '@playwright/test';

/** The first page: opening files, and the person's sessions. */
export class HomePage {
  constructor(private readonly page: Page) {}

  /** Drop a file on the page, as from the desktop. */
  async drop(path: string): Promise<void> {
    const content = (await readFile(path)).toString('base64');
    const transfer = await this.page.evaluateHandle(
      ([data, name]) => {
        const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
        const dropped = new DataTransfer();
        dropped.items.add(new File([bytes], name, { type: 'text/csv' }));
        return dropped;
      },
      [content, basename(path)] as const,
    );
    await this.page
      .getByRole('region', { name: 'Open a file' })
      .dispatchEvent('drop', { dataTransfer: transfer });
  }

  /** Choose a file, as with the file picker. */
  async choose(path: string): Promise<void> {
    await this.page.getByLabel('File', { exact: true }).setInputFiles(path);
  }

  /** Choose a file of one's own making. */
  async chooseText(name: string, content: string): Promise<void> {
    const file = { name, mimeType: 'text/csv', buffer: Buffer.from(content) };
    await this.page.getByLabel('File', { exact: true }).setInputFiles(file);
  }

  /** Accept what was detected. */
  async open(): Promise<TablePage> {
    await this.page.getByRole('button', { name: 'Open as a table' }).click();
    const table = new TablePage(this.page);
    await expect(table.grid).toBeVisible({ timeout: 60_000 });
    return table;
  }

  session(name: string): Locator {
    return this.page.getByRole('region', { name: 'Sessions' }).getByRole('link', { name });
  }
}

/** The working screen. */
export class TablePage {
  readonly grid: Locator;
  readonly status: Locator;

  constructor(readonly page: Page) {
    this.grid = page.getByRole('grid', { name: 'Table' });
    this.status = page.getByRole('contentinfo');
  }

  header(column: string): Locator {
    return this.grid.getByRole('columnheader', { name: new RegExp(`^${column}\\b`) });
  }

  /** The cell of a row of the view, counted from 1 as on the screen. */
  cell(row: number, column: number): Locator {
    return this.grid.locator(`[aria-rowindex="${row + 1}"] [aria-colindex="${column}"]`);
  }

  async expectRows(count: number): Promise<void> {
    await expect(this.grid).toHaveAttribute('aria-rowcount', String(count + 1));
  }

  /** Do an operation to selected columns: pick it in the side panel, fill in its form, apply, wait for its step. */
  async apply(
    operation: string,
    columns: readonly string[],
    fill?: (form: Locator) => Promise<void>,
  ): Promise<void> {
    await this.select(columns);
    await this.tab('Operation');
    await this.page.getByRole('tabpanel').getByRole('button', { name: operation, exact: true }).click();
    const form = this.page.locator('wl-operation-panel form');
    await fill?.(form);
    await form.getByRole('button', { name: 'Apply', exact: true }).click();
    await expect(form).toBeHidden();
  }

  /** Select columns by their headers. */
  async select(columns: readonly string[]): Promise<void> {
    for (const [index, column] of columns.entries()) {
      await this.header(column).click({
        modifiers: index === 0 ? [] : ['ControlOrMeta'],
        position: { x: 60, y: 12 },
      });
    }
  }

  async tab(name: 'Operation' | 'Column' | 'Steps'): Promise<void> {
    await this.page.getByRole('tab', { name }).click();
  }

  async search(text: string): Promise<void> {
    await this.page.getByRole('searchbox', { name: 'Search all columns' }).fill(text);
  }

  /** A line of the column's statistics. */
  statistic(label: string): Locator {
    const line = this.page
      .getByRole('tabpanel')
      .locator('dl > div')
      .filter({
        has: this.page.locator('dt', { hasText: new RegExp(`^${label}$`) }),
      });
    return line.locator('dd');
  }

  history(name: 'Undo' | 'Redo'): Locator {
    return this.page.getByRole('group', { name: 'History' }).getByRole('button', { name });
  }

  /** The sentences of the history, the newest first. */
  get steps(): Locator {
    return this.page.locator('wl-steps-panel ol .summary');
  }

  /** Export in a format and return the path of the downloaded file. */
  async export(format: string): Promise<string> {
    await this.page.getByRole('button', { name: 'Export' }).click();
    await this.page.getByRole('menuitem', { name: format }).click();
    const dialog = this.page.getByRole('dialog');
    const download = this.page.waitForEvent('download');
    await dialog.getByRole('button', { name: 'Export', exact: true }).click();
    const path = await (await download).path();
    await dialog.getByRole('button', { name: 'Close' }).click();
    return path;
  }
}
