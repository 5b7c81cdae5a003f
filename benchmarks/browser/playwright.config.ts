import { defineConfig } from '@playwright/test';
import tests from '../../tests/e2e/playwright.config';

export default defineConfig(tests, {
  testDir: __dirname,
  reporter: [['line']],
  timeout: 30 * 60_000,
  expect: { timeout: 10 * 60_000 },
  // Wide enough for all ten columns of the trips.
  use: { actionTimeout: 60_000, trace: 'off', viewport: { width: 2400, height: 1000 } },
});
