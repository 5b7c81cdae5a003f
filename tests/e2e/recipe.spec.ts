import { expect, test } from './fixtures';
import { HomePage } from './pages';

test('what was done to one table is done to another, whose columns have other names', async ({
  page,
  willow,
}, testInfo) => {
  await page.goto(willow.link);
  const home = new HomePage(page);
  await home.chooseText('march.csv', 'city,fare_eur\n Oslo ,10\nLima,\nRome,20\n');
  const march = await home.open();
  await march.apply('Trim whitespace', ['city']);
  await march.apply('Fill missing values', ['fare_eur'], async (form) => {
    await form.getByLabel('Using').selectOption({ label: 'Mean' });
  });
  await expect(march.cell(2, 3)).toHaveText('15');
  await march.apply('Sort rows', ['fare_eur']);
  await march.tab('Steps');
  await page.getByRole('button', { name: /^Note: Fill/ }).click();
  await page.getByLabel('Note', { exact: true }).fill('as agreed with the drivers');
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Note', { exact: true })).toBeHidden();
  await expect(page.locator('wl-steps-panel .note')).toHaveText('as agreed with the drivers');
  await page.getByRole('button', { name: 'Recipe' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Save as a recipe' }).click();
  const recipe = testInfo.outputPath('recipe.json');
  await (await download).saveAs(recipe);

  await page.getByRole('link', { name: 'all sessions' }).click();
  await home.chooseText('april.csv', 'City,Fare EUR\nBonn,4\n  Kyiv,\nQuito,8\n');
  const april = await home.open();
  await april.tab('Steps');

  const begin = async (learn: boolean) => {
    await page.getByRole('button', { name: 'Recipe' }).click();
    await page.getByRole('menuitem', { name: 'Apply a recipe…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('input[type=file]').setInputFiles(recipe);
    await expect(dialog).toContainText('Fill missing values');
    await expect(dialog).toContainText('as agreed with the drivers');
    await expect(dialog).toContainText('The order of rows depends on all of them.');
    await expect(dialog.getByLabel('fare_eur')).toHaveValue('Fare EUR');
    if (learn) await dialog.getByLabel('Learned again from this table').check();
    return dialog;
  };

  await test.step('a column that nothing stands for is named, and nothing is done', async () => {
    const dialog = await begin(false);
    await dialog.getByLabel('city').selectOption('None');
    await dialog.getByRole('button', { name: 'Apply', exact: true }).click();
    await expect(dialog.getByRole('alert')).toContainText('city');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await expect(april.steps).toHaveCount(1);
  });

  await test.step('with the mean of the first table', async () => {
    const dialog = await begin(false);
    await dialog.getByRole('button', { name: 'Apply', exact: true }).click();
    await expect(dialog).toBeHidden();
    await expect(april.cell(2, 2)).toHaveText('Kyiv');
    await expect(april.cell(2, 3)).toHaveText('15');
    await expect(april.steps).toHaveCount(3);
  });

  await test.step('with the mean of this one', async () => {
    await april.history('Undo').click();
    await expect(april.cell(2, 3)).toHaveText('missing');
    await april.history('Undo').click();
    const dialog = await begin(true);
    await dialog.getByRole('button', { name: 'Apply', exact: true }).click();
    await expect(dialog).toBeHidden();
    await expect(april.cell(2, 3)).toHaveText('6');
  });

  await test.step('a file that is no recipe', async () => {
    await page.getByRole('button', { name: 'Recipe' }).click();
    await page.getByRole('menuitem', { name: 'Apply a recipe…' }).click();
    const dialog = page.getByRole('dialog');
    const other = { name: 'notes.json', mimeType: 'application/json', buffer: Buffer.from('{}') };
    await dialog.locator('input[type=file]').setInputFiles(other);
    await expect(dialog.getByRole('alert')).toHaveText('“notes.json” is no recipe of Willow.');
    await expect(dialog.getByRole('button', { name: 'Apply', exact: true })).toBeDisabled();
  });
});
