/** Ctrl C: the selection to the clipboard, at once if all of it is loaded, else after asking for it. */

import { CopyRefused, copyText } from './clipboard';
import { textForm } from './text-form';
import { type CopyBlock, cellsIn, copyBlock, tsvLine } from './tsv';
import type { WillowGrid } from './willow-grid';

/** More is not put together while the person waits on the key press. */
const AT_ONCE_CELLS = 20_000;

export class Copying {
  private running: AbortController | null = null;

  constructor(
    private readonly grid: WillowGrid,
    stopped: AbortSignal,
  ) {
    grid.scroller.element.addEventListener('copy', (event) => this.onCopy(event), { signal: stopped });
    stopped.addEventListener('abort', () => this.running?.abort());
  }

  /** The selection as tab-separated text; a newer call ends an older one. */
  text(header: boolean): Promise<string> {
    this.running?.abort();
    this.running = new AbortController();
    const { source } = this.grid.inputs;
    const block = copyBlock(this.grid.selectedRectangles);
    if (!source || !block) {
      return Promise.reject(
        new CopyRefused('Only ranges with the same rows or the same columns can be copied together.'),
      );
    }
    const columns = block.columns.flatMap((index) => this.grid.layout.at(index)?.column ?? []);
    return copyText({ source, block, columns, header, signal: this.running.signal });
  }

  private onCopy(event: ClipboardEvent): void {
    event.preventDefault();
    const block = copyBlock(this.grid.selectedRectangles);
    const loaded = block && this.loadedText(block);
    if (block && loaded !== null && event.clipboardData) {
      event.clipboardData.setData('text/plain', loaded);
      this.grid.events.copied({ outcome: 'copied', cells: cellsIn(block) });
    } else void this.copyLater(block);
  }

  private async copyLater(block: CopyBlock | null): Promise<void> {
    try {
      const text = await this.text(false);
      await navigator.clipboard.writeText(text);
      this.grid.events.copied({ outcome: 'copied', cells: block ? cellsIn(block) : 0 });
    } catch (error) {
      if (this.running?.signal.aborted) return;
      const message =
        error instanceof CopyRefused
          ? error.message
          : 'The browser or the server did not let the cells be copied.';
      this.grid.events.copied({ outcome: 'refused', message });
    }
  }

  /** The block's text if all its cells are loaded whole, else null. */
  private loadedText(block: CopyBlock): string | null {
    if (cellsIn(block) > AT_ONCE_CELLS) return null;
    const lines: string[] = [];
    for (const { first, last } of block.rows) {
      for (let row = first; row <= last; row += 1) {
        const texts = this.rowTexts(row, block.columns);
        if (texts === null) return null;
        lines.push(tsvLine(texts));
      }
    }
    return lines.join('\n');
  }

  private rowTexts(row: number, columns: readonly number[]): (string | null)[] | null {
    const texts: (string | null)[] = [];
    for (const index of columns) {
      const placed = this.grid.layout.at(index);
      const view = placed && this.grid.model.cell(row, placed);
      if (!view || view.state === 'loading' || view.state === 'stale' || view.cut) return null;
      texts.push(view.value === null ? null : textForm(view.value, placed.column.type));
    }
    return texts;
  }
}
