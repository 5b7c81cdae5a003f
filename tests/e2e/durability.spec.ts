import { expect, test } from './fixtures';
import { HomePage, TablePage } from './pages';

const CSV = 'name,age\n Ada ,36\nGrace,\n';

test('after kill -9 of everything the session is there, with its history, and the open page finds it again', async ({
  page,
  willow,
}) => {
  await page.goto(willow.link);
  const home = new HomePage(page);
  await home.chooseText('people.csv', CSV);
  const table = await home.open();
  await table.apply('Trim whitespace', ['name']);
  await expect(table.cell(1, 2)).toHaveText('Ada');

  await willow.crash();
  await expect(table.status).toContainText(/trying again|not connected/i);
  await expect(table.cell(1, 2)).toHaveText('Ada');
  await willow.up();
  await expect(table.status).toContainText('Connected', { timeout: 60_000 });

  await table.history('Undo').click();
  await expect(table.cell(1, 2)).toHaveText('·Ada·');
  await table.history('Redo').click();
  await expect(table.cell(1, 2)).toHaveText('Ada');
});

test('willow down and up again: the session is in the list', async ({ page, willow }) => {
  await page.goto(willow.link);
  const home = new HomePage(page);
  await home.chooseText('kept.csv', CSV);
  await home.open();

  expect(await willow.down()).toBe(0);
  await willow.up();
  await page.goto(willow.link);
  await home.session('kept.csv').click();
  const table = new TablePage(page);
  await table.expectRows(2);
  await expect(table.cell(1, 3)).toHaveText('36');
});

test('two people on one session see what the other does', async ({ page, willow, browser }) => {
  await page.goto(willow.link);
  const home = new HomePage(page);
  await home.chooseText('shared.csv', CSV);
  const mine = await home.open();

  const context = await browser.newContext();
  const other = await context.newPage();
  await other.goto(willow.link);
  await other.goto(page.url());
  const theirs = new TablePage(other);
  await expect(theirs.cell(2, 3)).toHaveText('missing');

  await mine.apply('Fill missing values', ['age'], async (form) => {
    await form.getByLabel('Using').selectOption({ label: 'Mean' });
  });
  await expect(theirs.cell(2, 3)).toHaveText('36');
  await theirs.history('Undo').click();
  await expect(mine.cell(2, 3)).toHaveText('missing');
  await context.close();
});
