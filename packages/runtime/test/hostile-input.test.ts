import { expect, test } from 'vitest'
import type { Pid } from '../src/index.ts'
import { BY, faultOf, openRoom, portrait, room, startSystem } from './system.ts'

const cases: readonly [rule: string, title: string, source: { module: string; text: string }, code: string][] = [
  ['COMP1', 'that does not parse', { module: 'bad', text: 'export const = 3' }, 'invalid_source'],
  [
    'COMP2',
    'nested 100,000 brackets deep',
    { module: 'bad', text: `export const x = ${'['.repeat(100_000)}${']'.repeat(100_000)}` },
    'invalid_source',
  ],
  [
    'COMP3',
    'that imports what does not exist',
    { module: 'bad', text: `import { x } from './nowhere.ts'\nexport const y = x` },
    'unresolved_import',
  ],
  [
    'COMP3',
    'that imports a package that is not installed',
    { module: 'bad', text: `import x from 'no-such-package-anywhere'\nexport const y = x` },
    'unresolved_import',
  ],
  [
    'COMP3',
    'that reaches out of the folder',
    { module: 'bad', text: `import { x } from '../../etc/passwd'\nexport const y = x` },
    'unresolved_import',
  ],
  [
    'COMP3',
    'that imports data:',
    { module: 'bad', text: `import x from 'data:text/javascript,export default 1'\nexport const y = x` },
    'unresolved_import',
  ],
  ['GEN11', 'that throws while its body is evaluated', { module: 'bad', text: 'throw new Error("at load")' }, 'body_failed'],
  ['GEN11', 'that never ends while its body is evaluated', { module: 'bad', text: 'for (;;) {}' }, 'body_timeout'],
  [
    'GEN11',
    'that fills memory while its body is evaluated',
    { module: 'bad', text: 'const all: unknown[] = []\nfor (;;) all.push(new Array(100000).fill(all.length))' },
    'body_failed',
  ],
  [
    'GEN11',
    'that spawns in its body',
    { module: 'bad', text: `import { spawn } from '@strata/runtime/process'\nspawn({ module: 'room', export: 'start' })` },
    'body_failed',
  ],
  [
    'GEN11',
    'that calls itself through its own import while it is evaluated',
    { module: 'bad', text: `import * as me from './bad.ts'\nexport const x = 1\nme.x()` },
    'body_failed',
  ],
  ['LIM4', 'named with ..', { module: '../bad', text: '' }, 'invalid_name'],
  ['LIM4', 'named __proto__', { module: '__proto__', text: '' }, 'invalid_name'],
  ['LIM4', 'with a name of 10 kB', { module: 'a'.repeat(10_000), text: '' }, 'invalid_name'],
  ['LIM1', 'of more than 1 MB', { module: 'bad', text: ' '.repeat(1_000_001) }, 'too_large'],
]

test.each(cases)('%s a source %s is refused and nothing changes', async (_rule, _title, source, code) => {
  const engine = await startSystem({ 'room.ts': room(1) })
  await openRoom(engine)
  const before = await portrait(engine)
  expect(await faultOf(engine.load({ sources: [source], old: 'keep', note: '' }, BY))).toMatchObject({ code })
  expect(await portrait(engine)).toEqual(before)
  expect(await engine.load({ sources: [{ module: 'good', text: 'export const fine = 1' }], old: 'keep', note: '' }, BY)).toMatchObject({
    status: 'loaded',
  })
})

test('COMP1 one line of 900 kB is compiled', async () => {
  const engine = await startSystem({})
  const text = `export const digits = [${Array.from({ length: 450_000 }, (_, index) => index % 9).join(',')}]`
  expect(text.length).toBeGreaterThan(900_000)
  expect(await engine.load({ sources: [{ module: 'long', text }], old: 'keep', note: '' }, BY)).toMatchObject({ status: 'loaded' })
})

test('GEN4 two modules that import each other in a circle load (P58)', async () => {
  const engine = await startSystem({})
  const sources = [
    {
      module: 'a',
      text: `import { b } from './b.ts'\nexport function a(): number { return 1 }\nexport function viaB(): number { return b() }`,
    },
    { module: 'b', text: `import { a } from './a.ts'\nexport function b(): number { return a() + 1 }` },
  ]
  expect(await engine.load({ sources, old: 'keep', note: '' }, BY)).toMatchObject({ status: 'loaded' })
})

test('LIM3 filters and pages have limits', async () => {
  const engine = await startSystem({ 'room.ts': room(1) })
  expect(await faultOf(engine.processes({ search: 'x'.repeat(201) }))).toEqual({ code: 'too_large', what: 'filter', limit: 200, size: 201 })
  expect(await faultOf(engine.processes({ limit: 501 }))).toEqual({ code: 'too_large', what: 'page', limit: 500, size: 501 })
  expect(await faultOf(engine.processes({ module: 'nope' }))).toEqual({ code: 'unknown_module', module: 'nope' })
  expect(await faultOf(engine.process('1.777' as Pid))).toEqual({ code: 'unknown_pid', pid: '1.777' })
})

test('COMP4 a body that fails is refused with the line where it failed', async () => {
  const engine = await startSystem({})
  const text = `const limits = { depth: 3 }\n\nfunction check(depth: number): void {\n  if (depth > 2) throw new RangeError('too deep')\n}\n\ncheck(limits.depth)\n`
  const fault = await faultOf(engine.load({ sources: [{ module: 'deep', text }], old: 'keep', note: '' }, BY))
  expect(fault).toEqual({
    code: 'body_failed',
    module: 'deep',
    error: 'RangeError: too deep\n    at check (deep.ts:4:24 deep@1)\n    at (deep.ts:7:1 deep@1)',
  })
})
