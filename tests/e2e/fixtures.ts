import { test as base } from '@playwright/test';
import { Willow } from './willow';

/** Tests share one Willow; each has a browser of its own, signed in by the link, and fails on its errors. */
export const test = base.extend<{ consoleErrors: string[] }, { willow: Willow }>({
  willow: [
    async ({}, use) => {
      const willow = await Willow.create();
      await willow.up();
      await use(willow);
      await willow.remove();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  page: async ({ page }, use) => {
    // A headless browser has no dialog to save a file; without it the app downloads, as in Firefox and Safari.
    await page.addInitScript(() => Reflect.deleteProperty(window, 'showSaveFilePicker'));
    await use(page);
  },
  consoleErrors: [
    async ({ page }, use) => {
      const errors: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error') errors.push(message.text());
      });
      page.on('pageerror', (error) => errors.push(String(error)));
      await use(errors);
    },
    { auto: true },
  ],
});

export { expect } from '@playwright/test';
