import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { defineConfig } from '@playwright/test';

/** The Chromium of the system: `CHROMIUM` names it, else it is looked for (`chromium.sh` installs one). */
function chromium(): string | undefined {
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return (
    process.env['CHROMIUM'] ?? names.flatMap((name) => folders.map((f) => join(f, name))).find(existsSync)
  );
}

/** Chromium looks for its maker's servers when it starts; here it talks to Willow only. */
const quiet = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export default defineConfig({
  testDir: '.',
  outputDir: resolve(__dirname, '../../test-results'),
  // One Willow, and so one worker: each has a Ray of its own.
  workers: 1,
  forbidOnly: process.env['CI'] !== undefined,
  reporter: [['list']],
  timeout: 120_000,
  expect: { timeout: 15_000 },
  use: {
    actionTimeout: 15_000,
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: chromium(),
      args: process.getuid?.() === 0 ? ['--no-sandbox', ...quiet] : quiet,
    },
  },
});
