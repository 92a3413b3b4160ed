import { defineConfig } from '@playwright/test'
import { findBrowser } from './fixtures/find-browser.ts'

const browser = await findBrowser()
const isRoot = process.getuid?.() === 0

export default defineConfig({
  projects: [
    { name: 'tests', testDir: './tests' },
    // Incidents from beginning to end, and every act by each way: minutes, which `npm test` leaves to `npm run stories`.
    { name: 'stories', testDir: './stories' },
  ],
  outputDir: './test-results',
  globalSetup: './fixtures/build-console.ts',
  // Two: each worker has a browser and a server with its runtime, and the tests are to pass on two cores.
  workers: 2,
  // In CI what fails is tried once more; `flaky: NAME` tells that it was, to be mended like what fails.
  retries: process.env['CI'] === undefined ? 0 : 1,
  forbidOnly: process.env['CI'] !== undefined,
  // A machine that does other things too is slower by ten times; what hangs is still told.
  timeout: 600_000,
  expect: { timeout: 45_000 },
  reporter:
    process.env['STRATA_E2E_REPORT'] === undefined ? [['list']] : [['list'], ['json', { outputFile: process.env['STRATA_E2E_REPORT'] }]],
  use: {
    browserName: 'chromium',
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    // A colour half-way between two states is nobody's contrast.
    contextOptions: { reducedMotion: 'reduce' },
    // Recording costs as much as the page itself.
    trace: process.env['STRATA_E2E_TRACE'] === '1' ? 'retain-on-failure' : 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: browser.executablePath,
      env: { ...process.env, ...browser.env } as Record<string, string>,
      args: [
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
        '--disable-dev-shm-usage',
        ...(isRoot ? ['--no-sandbox'] : []),
      ],
    },
  },
})
