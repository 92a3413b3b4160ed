import base from './playwright.config.ts'

/** The performance run: `npm run e2e -- --config performance.config.ts`. No part of the tests. */
export default {
  ...base,
  projects: [{ name: 'performance', testDir: './performance', testMatch: '*.perf.ts' }],
  workers: 1,
  timeout: 900_000,
}
