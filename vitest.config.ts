import { defineConfig } from 'vitest/config'

// One project for each folder with tests; all run on Node, over real parts.
const FOLDERS = ['packages/runtime', 'packages/ui', 'apps/server', 'apps/cli', 'apps/web', 'examples/scribe', 'examples/rooms', 'bin']

export default defineConfig({
  test: {
    projects: FOLDERS.map((folder) => ({
      root: folder,
      test: {
        name: folder,
        include: ['**/*.test.{ts,tsx}'],
        exclude: ['**/node_modules/**', '**/dist/**'],
        environment: 'node',
        pool: 'forks' as const,
        // Only what hangs is cut off: a busy machine with few cores is slower by ten times and more.
        // In CI what fails is tried once more; `flaky: NAME` tells that it was, to be mended like what fails.
        retry: process.env['CI'] === undefined ? 0 : 1,
        testTimeout: 180_000,
        hookTimeout: 180_000,
        expect: { poll: { timeout: 60_000, interval: 20 } },
      },
    })),
    maxWorkers: 2,
    passWithNoTests: false,
  },
})
