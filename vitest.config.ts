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
        testTimeout: 60_000,
        hookTimeout: 60_000,
      },
    })),
    maxWorkers: 2,
    passWithNoTests: false,
  },
})
