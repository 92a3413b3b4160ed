import { defineConfig } from 'vitest/config'

// One project for each workspace with tests; all run on Node, over real parts.
const WORKSPACES = ['packages/runtime', 'packages/ui', 'apps/server', 'apps/cli', 'apps/web', 'examples/scribe']

export default defineConfig({
  test: {
    projects: WORKSPACES.map((folder) => ({
      root: folder,
      test: {
        name: folder,
        include: ['**/*.test.{ts,tsx}'],
        exclude: ['**/node_modules/**', '**/dist/**'],
        environment: 'node',
        pool: 'forks' as const,
        testTimeout: 30_000,
        hookTimeout: 60_000,
      },
    })),
    maxWorkers: 2,
    passWithNoTests: false,
  },
})
