import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { HomePage } from './pages';

const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

const RECIPE = {
  name: 'recipe.json',
  mimeType: 'application/json',
  buffer: Buffer.from(
    JSON.stringify({
      format: 'willow-recipe',
      format_version: 1,
      columns_in: [{ name: 'years', type: 'integer' }],
      columns_out: [{ name: 'years', type: 'integer' }],
      steps: [
        {
          operation: { op: 'fill_missing', columns: ['years'], using: 'mean' },
          state: { fill: { years: 40 } },
          note: 'as agreed in May',
        },
      ],
      omitted: [
        { operation: { op: 'sort_rows', by: [] }, reason: 'The order of rows depends on all of them.' },
      ],
    }),
  ),
};

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`${colorScheme} theme`, () => {
    test.use({ colorScheme });

    test('axe finds nothing to say about any screen', async ({ page, willow }) => {
      await page.goto(willow.link);
      const home = new HomePage(page);
      await expect(page.getByRole('button', { name: 'Choose a file' })).toBeVisible();
      await expectAccessible(page, 'home');

      await home.chooseText('people.csv', 'name,age,born\nAda,36,1815-12-10\nGrace,,1906-12-09\n');
      await expect(page.getByRole('button', { name: 'Open as a table' })).toBeEnabled();
      await expectAccessible(page, 'import');

      const table = await home.open();
      await expect(table.cell(1, 2)).toHaveText('Ada');
      await expectAccessible(page, 'table');
      await table.select(['age']);
      for (const tab of ['Column', 'Steps'] as const) {
        await table.tab(tab);
        await expectAccessible(page, tab);
      }
      await page.getByRole('button', { name: /^Note: / }).click();
      await page.getByLabel('Note', { exact: true }).fill('from the census');
      await expectAccessible(page, 'note');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Recipe' }).click();
      await page.getByRole('menuitem', { name: 'Apply a recipe…' }).click();
      await page.getByRole('dialog').locator('input[type=file]').setInputFiles(RECIPE);
      await expect(page.getByRole('dialog').getByLabel('years')).toBeVisible();
      await expectAccessible(page, 'recipe');
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toBeHidden();
      await table.tab('Operation');
      await page.getByRole('tabpanel').getByRole('button', { name: 'Fill missing values' }).click();
      await expectAccessible(page, 'form');
      await page.keyboard.press('Control+f');
      await page.getByLabel('Text to find').fill('grace');
      await expect(page.getByRole('search', { name: 'Find in the table' })).toContainText('Row 2, name');
      await expectAccessible(page, 'find');
      await page.keyboard.press('Control+k');
      await expect(page.getByRole('dialog')).toBeVisible();
      await expectAccessible(page, 'palette');
    });
  });
}

async function expectAccessible(page: Page, screen: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(STANDARDS).analyze();
  const found = violations.map(
    ({ id, nodes }) => `${screen}: ${id}: ${nodes.map((node) => node.html).join(' ')}`,
  );
  expect(found).toEqual([]);
}
