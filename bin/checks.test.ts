import { expect, test } from 'vitest'
import { checkExports } from './check-exports.ts'
import { checkImports } from './check-imports.ts'
import { checkSpec } from './check-spec.ts'
import { parseModule, readModuleGraph, type ModuleGraph } from './module-graph.ts'

const PACKAGES = new Map([
  ['@strata/runtime', 'packages/runtime/src/index.ts'],
  ['@strata/server', 'apps/server/src/index.ts'],
])

function graph(files: Readonly<Record<string, string>>): ModuleGraph {
  return new Map(Object.entries(files).map(([path, text]) => [path, parseModule(path, text, PACKAGES)]))
}

test.each([
  ['packages/runtime/src/process/queue.ts', `import { load } from '../code/load.ts'`],
  ['packages/runtime/src/code/stack.ts', `import { run } from '../scheduler/turn.ts'`],
  ['packages/runtime/src/scheduler/turn.ts', `import { Log } from '../inspect/log.ts'`],
  ['packages/runtime/src/behaviours/server.ts', `export { link } from '../process/links.ts'`],
  ['packages/runtime/src/host/fleet/fleet.ts', `import type { Kill } from '../acts/kills.ts'`],
  ['packages/runtime/src/host/thread/desk.ts', `import { parts } from '../runtime-parts.ts'`],
  ['packages/runtime/src/ids.ts', `import { run } from './scheduler/turn.ts'`],
  ['packages/runtime/src/index.ts', `import { app } from '@strata/server'`],
  ['packages/ui/src/bar.tsx', `import type { Pid } from '@strata/runtime'`],
  ['packages/ui/src/bar.tsx', `import { create } from 'zustand'`],
  ['apps/web/src/app.tsx', `import { createApp } from '@strata/server'`],
  ['apps/web/src/app.tsx', `import { createEngine } from '@strata/runtime'`],
  ['apps/server/src/app.ts', `import { run } from '../../../packages/runtime/src/scheduler/turn.ts'`],
])('an import against the rule is found: %s, %s', (path, text) => {
  expect(checkImports(graph({ [path]: text }))).toHaveLength(1)
})

test.each([
  ['packages/runtime/src/code/stack.ts', `import { Queue } from '../process/queue.ts'`],
  ['packages/runtime/src/scheduler/turn.ts', `import type { PinRow } from '../inspect/views.ts'`],
  ['packages/runtime/src/scheduler/turn.ts', `import { WORD_EPOCH } from '../host/shared-words.ts'`],
  ['packages/runtime/src/host/acts/kills.ts', `import { Fleet } from '../fleet/fleet.ts'`],
  ['packages/runtime/src/host/thread/desk.ts', `import { WORD_EPOCH } from '../shared-words.ts'`],
  ['packages/runtime/src/host/control-plane.ts', `import { kill } from './acts/kills.ts'`],
  ['packages/runtime/src/scheduler/turn.test.ts', `import { boot } from '../host/boot.ts'`],
  ['packages/ui/src/bar.tsx', `import { useState } from 'react'`],
  ['apps/web/src/app.tsx', `import type { AppRouter } from '@strata/server'`],
])('an import within the rule passes: %s, %s', (path, text) => {
  expect(checkImports(graph({ [path]: text }))).toEqual([])
})

test('an export that nothing imports is found, a type in its own file’s signature is not', () => {
  const files = graph({
    'apps/cli/src/a.ts': `export interface Options { x: number }\nexport function used(o: Options) { return o }\nexport const unused = 1`,
    'apps/cli/src/main.ts': `import { used } from './a.ts'\nused({ x: 1 })`,
  })
  expect(checkExports(files, new Set())).toEqual(['apps/cli/src/a.ts:3 exports unused, which nothing imports'])
})

test('a rule without a test and a title without a rule are found', () => {
  const files = graph({
    'a.test.ts': `test('PIN4 one', () => {})\ntest.each([[1]])('PIN5, LINK1 two %i', () => {})\ntest('no rule', () => {})`,
  })
  expect(checkSpec(files, '**PIN4** …\n\n**PIN5** …\n\n**GEN1** …\n')).toEqual([
    'a.test.ts:2 names LINK1, which packages/runtime/SPEC.md does not have',
    'packages/runtime/SPEC.md has GEN1, which no test title names',
  ])
})

test('the repository’s own files are read', () => {
  expect(
    readModuleGraph()
      .get('bin/check.ts')
      ?.imports.map((one) => one.target),
  ).toContain('bin/root.ts')
})
