import { expect, test } from '../../tests/e2e/fixtures';
import { HomePage } from '../../tests/e2e/pages';

const TRIPS = process.env['TRIPS'] ?? '';

test('the story of the trips, with a clock', async ({ page, willow }) => {
  const lines = ['| step | seconds in the browser |', '| --- | ---: |'];
  const timed = async <T>(step: string, work: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    const result = await work();
    lines.push(`| ${step} | ${((performance.now() - started) / 1000).toFixed(2)} |`);
    return result;
  };

  await page.goto(willow.link);
  const home = new HomePage(page);
  await timed('upload and preview', async () => {
    await home.choose(TRIPS);
    await expect(page.getByRole('button', { name: 'Open as a table' })).toBeEnabled();
  });
  const table = await timed('import, until the grid shows rows', async () => {
    const opened = await home.open();
    await expect(opened.cell(1, 2)).toHaveText('1000000000');
    return opened;
  });
  const rows = Number(await table.grid.getAttribute('aria-rowcount')) - 1;
  await timed('to the last row', async () => {
    await table.grid.focus();
    await page.keyboard.press('Control+End');
    await expect(table.cell(rows, 11)).toHaveText(/^(card|cash|app|voucher)$/);
  });
  await page.keyboard.press('Control+Home');
  await expect(table.cell(1, 2)).toHaveText('1000000000');
  await timed('sort rows by a column', () =>
    table.apply('Sort rows', ['fare'], async (form) => form.getByLabel('Descending').check()),
  );
  await timed('fill missing with the mean', () =>
    table.apply('Fill missing values', ['fare'], async (form) => {
      await form.getByLabel('Using').selectOption({ label: 'Mean' });
    }),
  );
  await timed('replace by a regular expression', () =>
    table.apply('Replace values', ['zone'], async (form) => {
      await form.getByLabel('Match').selectOption({ label: 'Regex' });
      await form.getByLabel('Find').fill(String.raw`^zone (\d+) \((.+)\)$`);
      await form.getByLabel('Replace with').fill(String.raw`\2 \1`);
    }),
  );
  await expect(table.cell(1, 6)).not.toHaveText(/^zone/);
  await timed('undo', async () => {
    await table.history('Undo').click();
    await expect(table.cell(1, 6)).toHaveText(/^zone/);
  });
  await timed('export CSV', () => table.export('CSV'));
  console.log(`\n${lines.join('\n')}\n`);
});
