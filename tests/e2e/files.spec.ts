import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from './fixtures';
import { HomePage, TablePage } from './pages';

const FIXTURES = process.env['WILLOW_FIXTURES'] ?? resolve(__dirname, '../../../shared/fixtures');
const DOAJ = join(FIXTURES, 'A08_doaj', 'doaj-article-sample.csv');
const MOVIES = join(FIXTURES, 'A11_vega_movies', 'movies.json');

test('doaj: a thousand articles whose language is written in two ways', async ({ page, willow }) => {
  test.skip(!existsSync(DOAJ), `${DOAJ} is not there; WILLOW_FIXTURES may say where it is`);
  await page.goto(willow.link);
  const home = new HomePage(page);
  await home.choose(DOAJ);
  const table = await home.open();
  await table.expectRows(1001);
  await table.apply('Replace values', ['Language'], async (form) => {
    await form.getByLabel('Find').fill('English');
    await form.getByLabel('Replace with').fill('EN');
  });
  await table.tab('Column');
  await expect(table.statistic('Most frequent')).toContainText('EN');
  await expect(page.getByRole('tabpanel')).toContainText('978');
});

test('movies: JSON, with missing values and a large sum', async ({ page, willow }) => {
  test.skip(!existsSync(MOVIES), `${MOVIES} is not there; WILLOW_FIXTURES may say where it is`);
  await page.setViewportSize({ width: 2400, height: 900 }); // only columns in sight have a header
  await page.goto(willow.link);
  const home = new HomePage(page);
  await home.choose(MOVIES);
  const table = await home.open();
  await table.expectRows(3201);
  await table.select(['US Gross']);
  await table.tab('Column');
  await expect(table.statistic('Sum')).toContainText('140,542,660,013');
  // Columns beyond the edge of the screen are not in the page until one goes there.
  for (let column = 0; column < 5; column += 1) await table.grid.press('ArrowRight');
  await expect(page.getByRole('tabpanel').getByRole('heading', { name: 'MPAA Rating' })).toBeVisible();
  await expect(table.statistic('Missing')).toContainText('605');
});

test('a file is imported as soon as it is here, looked at meanwhile', async ({ page, willow }) => {
  let release!: () => void;
  const released = new Promise<void>((go) => (release = go));
  let parts = 0;
  await page.route('**/api/uploads/*', async (route) => {
    if (route.request().method() === 'PATCH' && ++parts === 2) await released;
    await route.continue();
  });
  await page.goto(willow.link);
  const home = new HomePage(page);
  const rows = 1_200_000;
  await home.chooseText('many.csv', 'number\n' + '1234567\n'.repeat(rows)); // more than one part
  await page.getByRole('button', { name: 'Import as soon as it is here' }).click();
  await expect(page.getByRole('heading', { name: /Receiving many\.csv/ })).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: '%' })).toContainText('87%');
  release();
  const table = new TablePage(page);
  await expect(table.grid).toBeVisible({ timeout: 60_000 });
  await table.expectRows(rows);
});

test('lines that do not fit are counted and listed, never dropped in silence', async ({ page, willow }) => {
  await page.goto(willow.link);
  const home = new HomePage(page);
  await home.chooseText('bent.csv', 'a,b\n1,2\n3,4,5\n6\n7,8\n');
  const table = await home.open();
  await table.expectRows(3);
  await page.getByRole('button', { name: 'Import report' }).click();
  const report = page.getByRole('dialog');
  await expect(report).toContainText('3,4,5');
  await expect(report).toContainText('1');
});
