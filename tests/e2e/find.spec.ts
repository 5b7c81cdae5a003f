import { expect, test } from './fixtures';
import { HomePage } from './pages';

const CITIES = ['city,note', 'Oslo,fjord', 'Lima,coast', 'Osaka,bay', 'Rome,hills', 'Porto,oslo twin'].join(
  '\n',
);

test('a text is found cell by cell, around the end, and can become a filter', async ({ page, willow }) => {
  await page.goto(willow.link);
  const home = new HomePage(page);
  await home.chooseText('cities.csv', `${CITIES}\n`);
  const table = await home.open();
  const active = table.grid.locator('[role=gridcell][aria-selected=true]');
  await expect(table.cell(1, 2)).toHaveText('Oslo');

  await page.keyboard.press('Control+f');
  const bar = page.getByRole('search', { name: 'Find in the table' });
  const text = bar.getByLabel('Text to find');
  await expect(text).toBeFocused();
  await text.pressSequentially('oslo');
  await expect(bar.getByRole('status')).toHaveText('Row 1, city');
  await text.press('Enter');
  await expect(bar.getByRole('status')).toHaveText('Row 5, note');
  await expect(active).toHaveText('oslo twin');
  await expect(text).toBeFocused();
  await text.press('Enter');
  await expect(bar.getByRole('status')).toHaveText('Row 1, city: continued from the beginning');
  await text.press('Shift+Enter');
  await expect(bar.getByRole('status')).toHaveText('Row 5, note: continued from the end');

  await bar.getByRole('button', { name: 'Match case' }).click();
  await expect(bar.getByRole('status')).toHaveText('Row 5, note');
  await text.fill('OSLO');
  await expect(bar.getByRole('status')).toHaveText('Not found');
  await bar.getByRole('button', { name: 'Match case' }).click();
  await bar.getByRole('button', { name: 'Regular expression' }).click();
  await text.fill('^Os.*a$');
  await expect(bar.getByRole('status')).toHaveText(/^Row 3, city/);
  await text.fill('(');
  await expect(bar.getByRole('status')).toContainText('(');
  await bar.getByRole('button', { name: 'Regular expression' }).click();

  await text.fill('oslo');
  await bar.getByRole('button', { name: 'Show only the rows that have it' }).click();
  await table.expectRows(2);
  await text.press('Escape');
  await expect(bar).toBeHidden();
  await expect(table.grid).toBeFocused();
});
