import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from './fixtures';
import { HomePage } from './pages';

const ROOT = resolve(__dirname, '../..');

/** What plain pandas says about the messy file. */
interface Facts {
  readonly rows: number;
  readonly found: number;
  readonly missing: number;
  readonly mean: number;
  readonly newYork: number;
  readonly first: string;
  readonly last: string;
}

test('a person drops in a messy file, cleans it, undoes, and downloads what pandas would give', async ({
  page,
  willow,
  consoleErrors,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'willow-story-'));
  const facts = plainPandas(folder);
  await page.goto(willow.link);
  expect(new URL(page.url()).search).toBe('');

  const home = new HomePage(page);
  await home.drop(join(folder, 'members.csv'));
  const table = await home.open();
  await table.expectRows(facts.rows);
  await expect(table.cell(1, 2)).toHaveText(/^0*0$/);
  await expect(table.cell(4, 6)).toHaveText('missing');

  await test.step('look: the last row, search, statistics', async () => {
    await table.grid.focus();
    await page.keyboard.press('Control+End');
    await expect(table.cell(facts.rows, 2)).toHaveText('02999');
    await page.keyboard.press('Control+Home');
    await table.search('müller');
    await table.expectRows(facts.found);
    await table.search('');
    await table.expectRows(facts.rows);
    await table.select(['score']);
    await table.tab('Column');
    await expect(table.statistic('Missing')).toContainText(String(facts.missing));
    await expect(table.statistic('Mean')).toContainText(facts.mean.toFixed(2));
  });

  await test.step('clean: trim, replace, fill, sort', async () => {
    await table.apply('Trim whitespace', ['name', 'city']);
    await expect(table.cell(1, 3)).toHaveText('Zoë Quinn');
    await table.apply('Replace values', ['city'], async (form) => {
      await form.getByLabel('Find').fill('NYC');
      await form.getByLabel('Replace with').fill('New York');
    });
    await table.apply('Fill missing values', ['score'], async (form) => {
      await form.getByLabel('Using').selectOption({ label: 'Mean' });
    });
    await expect(table.cell(4, 6)).toHaveText(String(facts.mean));
    await table.apply('Sort rows', ['score'], async (form) => {
      await form.getByLabel('Descending').check();
    });
    await expect(table.cell(1, 2)).toHaveText(facts.first);
  });

  await test.step('undo and redo, by button and by key', async () => {
    await table.history('Undo').click();
    await expect(table.cell(1, 2)).toHaveText('00000');
    await table.grid.focus();
    await page.keyboard.press('Control+z');
    await expect(table.cell(4, 6)).toHaveText('missing');
    await page.keyboard.press('Control+Shift+z');
    await expect(table.cell(4, 6)).toHaveText(String(facts.mean));
    await table.history('Redo').click();
    await expect(table.cell(1, 2)).toHaveText(facts.first);
    await table.tab('Steps');
    await expect(table.steps).toHaveCount(5);
  });

  await test.step('download', async () => {
    const downloaded = await readFile(await table.export('CSV'), 'utf8');
    expect(downloaded).toBe(await readFile(join(folder, 'cleaned.csv'), 'utf8'));
  });
  expect(consoleErrors).toEqual([]);
});

/** Make the messy file and the cleaned one in a folder. */
function plainPandas(folder: string): Facts {
  const own = join(ROOT, '.venv', 'bin', 'python');
  const python = process.env['PYTHON'] ?? (existsSync(own) ? own : 'python3');
  return JSON.parse(
    execFileSync(python, [join(__dirname, 'plain_pandas.py'), folder], { encoding: 'utf8' }),
  ) as Facts;
}
