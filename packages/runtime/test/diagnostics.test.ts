import { expect, test } from 'vitest'
import type { Diagnostic, Engine, SourceFile } from '../src/index.ts'
import { BY, faultOf, openRoom, room, roomSource, startSystem } from './system.ts'

/** However busy the machine is: what is found does not depend on it. */
const startTyped = (files: Record<string, string>) => startSystem(files, 'thread', undefined, undefined, 60_000)

const CONFIG = (typeErrors: string) => `export default { typeErrors: '${typeErrors}' }`

/** What a check says, as `code file:line`, with the generation that it is about. */
async function found(engine: Engine, ...sources: SourceFile[]): Promise<string[]> {
  return told((await engine.check(sources)).diagnostics)
}

function told(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map(({ code, severity, file, line, within }) => {
    const about = within === undefined ? '' : ` in ${within.module}@${within.number} ${within.status} ${within.pins}`
    return `${severity} ${code} ${file}:${line}${about}`
  })
}

const source = (module: string, text: string): SourceFile => ({ module, text })

test('DIAG1 an error refuses the load with every finding; a warning is told by the load and does not refuse it', async () => {
  const engine = await startTyped({ 'a.ts': 'export const a = 1' })
  const broken = source('a', 'export const a: number = 1\nexport const b = = 2')
  expect(await found(engine, broken)).toEqual(['error syntax a.ts:2'])
  expect(await faultOf(engine.load({ sources: [broken], old: 'keep', note: '' }, BY))).toMatchObject({
    code: 'invalid_source',
    diagnostics: [{ code: 'syntax', severity: 'error', file: 'a.ts', line: 2, column: 18 }],
  })
  const outcome = await engine.load({ sources: [source('a', 'let n = 0\nexport const up = () => ++n')], old: 'keep', note: '' }, BY)
  expect(outcome.status).toBe('loaded')
  expect(told(outcome.diagnostics)).toEqual(['warning module_state a.ts:1'])
})

test('DIAG1 5,000 findings are told as 200 and a count, enormous texts are cut', async () => {
  const engine = await startTyped({ 'a.ts': 'export const a = 1' })
  const many = source('a', Array.from({ length: 5_000 }, (_, index) => `export const x${index}: number = 'a'`).join('\n'))
  const { diagnostics } = await engine.check([many])
  expect(diagnostics).toHaveLength(201)
  expect(diagnostics.at(-1)).toMatchObject({ code: 'more', message: 'and 4,800 more' })
  const literal = source('a', `export const a: number = '${'x'.repeat(500_000)}' as const`)
  for (const { message, hint = '' } of (await engine.check([literal])).diagnostics) {
    expect(message.length).toBeLessThan(700)
    expect(hint.length).toBeLessThan(500)
  }
})

test('DIAG3 a name that its module does not export is an error within a set, and a warning where another load can bring it', async () => {
  const engine = await startTyped({ 'a.ts': 'export const a = 1', 'b.ts': 'export const f = () => 1', 'idle.ts': 'export const i = 1' })
  const uses = source('a', `import { f, g } from './b.ts'\nexport const a = () => [f(), g()]`)
  expect(await found(engine, uses)).toEqual(['warning missing_export a.ts:2'])
  const { diagnostics } = await engine.check([uses])
  expect(diagnostics[0]).toMatchObject({ message: '`b` has no export `g`', hint: expect.stringContaining('`b` exports f.') })
  expect(await found(engine, uses, source('b', 'export const f = () => 1'))).toEqual(['error missing_export a.ts:2'])
  expect(await found(engine, uses, source('b', 'export const f = () => 1, g = () => 2'))).toEqual([])
  const load = engine.load({ sources: [uses, source('b', 'export const h = 1')], old: 'keep', note: '' }, BY)
  expect(await faultOf(load)).toMatchObject({
    code: 'invalid_source',
    diagnostics: [{ code: 'missing_export' }, { code: 'missing_export' }],
  })
})

test('DIAG3 namespaces may be asked what they have; spawned exports and modules that are not loaded are told', async () => {
  const engine = await startTyped({ 'a.ts': 'export const a = 1' })
  expect(
    await found(
      engine,
      source('a', `import * as self from './a.ts'\nexport const a = () => ('b' in self && (self as any).b ? 1 : (self as any).c())`),
    ),
  ).toEqual(['warning missing_export a.ts:2'])
  expect(
    await found(
      engine,
      source(
        'a',
        `import { spawn } from '@strata/runtime/process'\nexport const a = () => 1\nexport const f = () => spawn({ module: 'a', export: 'z' })\nexport const g = () => spawn({ module: 'nowhere', export: 'z' })`,
      ),
    ),
  ).toEqual(['warning missing_export a.ts:3', 'warning not_loaded a.ts:4'])
  expect(await faultOf(engine.load({ sources: [source('a', `import './nowhere.ts'`)], old: 'keep', note: '' }, BY))).toMatchObject({
    code: 'unresolved_import',
    diagnostics: [{ code: 'unresolved_import', line: 1 }],
  })
})

test('DIAG4 an export that another module uses, and one that an old generation uses which a process holds, is missed', async () => {
  const engine = await startTyped({
    'room.ts': room(1),
    'lobby.ts': `import { version } from './room.ts'\nexport const lobby = () => version()`,
  })
  await openRoom(engine)
  await openRoom(engine)
  await engine.load({ sources: [roomSource(2)], old: 'keep', note: '' }, BY)
  const line = (text: string, part: string) => text.slice(0, text.indexOf(part)).split('\n').length
  const without = room(3).replace('export async function resume', 'async function resume')
  const resumed = line(room(1), 'current.resume')
  expect(await found(engine, source('room', without))).toEqual([
    `warning missing_export room.ts:${resumed}`,
    `warning removed_export room.ts:${resumed} in room@1 pinned 2`,
  ])
  expect(await found(engine, source('room', room(3).replace('export function version', 'function version')))).toEqual([
    `warning missing_export room.ts:${line(room(1), 'current.version')}`,
    'warning removed_export lobby.ts:2 in lobby@1 current 0',
    `warning removed_export room.ts:${line(room(1), 'current.version')} in room@1 pinned 2`,
  ])
  // Both together: nobody misses it any more but who is held by an old generation.
  const set = [
    source('room', room(3).replace('export function version', 'function version').replace('current.version()', 'version()')),
    source('lobby', 'export const lobby = () => 1'),
  ]
  expect(await found(engine, ...set)).toEqual([`warning removed_export room.ts:${line(room(1), 'current.version')} in room@1 pinned 2`])
})

test('DIAG4 an old generation without processes misses nothing, and what was missing before is not told again', async () => {
  const engine = await startTyped({ 'room.ts': room(1) })
  await engine.load({ sources: [roomSource(2)], old: 'keep', note: '' }, BY)
  const without = room(3).replace('export async function resume', 'async function resume').replace('return current.resume(state)', 'return')
  expect(await found(engine, source('room', without))).toEqual([])
  await openRoom(engine)
  expect((await found(engine, source('room', without))).length).toBe(1)
  await engine.load({ sources: [source('room', without)], old: 'keep', note: '' }, BY)
  expect(await found(engine, source('room', `${without}\n// again`))).toEqual([])
})

test('DIAG4 a change of colour is told where the use cannot bear it', async () => {
  const engine = await startTyped({
    'shape.ts': 'export function area(): number { return 1 }\nexport class Box {}\nexport function draw(): void {}',
    'user.ts': `import { area, Box, draw } from './shape.ts'
export const twice = () => area() + area()
export const box = () => new Box()
export const show = () => {
  draw()
}
export const wait = async () => await (area() as unknown)`,
    'strata.config.ts': CONFIG('off'),
  })
  const next = source(
    'shape',
    'export async function area(): Promise<number> { return 1 }\nexport const Box = () => 1\nexport async function draw(): Promise<void> {}',
  )
  expect(await found(engine, next)).toEqual([
    'warning changed_export user.ts:2 in user@1 current 0',
    'warning changed_export user.ts:3 in user@1 current 0',
    'warning changed_export user.ts:5 in user@1 current 0',
  ])
})

test('DIAG4 a change of types is told at the line of who uses it, once, and only what the candidate adds', async () => {
  const engine = await startTyped({
    'shape.ts': 'export function area(side: number): number { return side }',
    'user.ts': `import { area } from './shape.ts'\nconst wrong: string = 3\nexport const twice = () => area(2) + wrong.length`,
  })
  expect(await found(engine, source('shape', 'export function area(side: number): number { return side * 2 }'))).toEqual([])
  const { diagnostics } = await engine.check([source('shape', 'export function area(box: { side: number }): number { return box.side }')])
  expect(told(diagnostics)).toEqual(['warning changed_export user.ts:3 in user@1 current 0'])
  expect(diagnostics[0]?.message).toContain('TS2345')
})

test('DIAG5 types are checked against what is current, not against the disk, and together with the set', async () => {
  const engine = await startTyped({
    'a.ts': `import { n } from './b.ts'\nexport const a: number = n`,
    'b.ts': 'export const n: number = 1',
  })
  await engine.load({ sources: [source('b', `export const n: string = ''`)], old: 'keep', note: '' }, BY)
  expect(await found(engine, source('a', `import { n } from './b.ts'\nexport const a: number = n // again`))).toEqual([
    'warning type_error a.ts:2',
  ])
  expect(
    await found(
      engine,
      source('a', `import { n } from './b.ts'\nexport const a: boolean = n`),
      source('b', 'export const n: boolean = true'),
    ),
  ).toEqual([])
})

test("DIAG5 the process API, Node's built-ins and the system's own tsconfig are known", async () => {
  const text = `import { receive, type Pid } from '@strata/runtime/process'
import { readFileSync } from 'node:fs'
export const pid: Pid = 3
export const text: number = readFileSync('x', 'utf8')
export const loose = (x) => x
export const later = async () => { setTimeout(() => receive(), process.pid) }`
  const strict = await startTyped({ 'a.ts': 'export const a = 1' })
  expect(await found(strict, source('a', text))).toEqual([3, 4, 5].map((line) => `warning type_error a.ts:${line}`))
  const declared = await startTyped({ 'a.ts': 'export const a = 1', 'types/globals.d.ts': 'declare const VERSION: string' })
  expect(await found(declared, source('a', 'export const a: string = VERSION\nexport const b: number = VERSION'))).toEqual([
    'warning type_error a.ts:2',
  ])
  const loose = await startTyped({
    'a.ts': 'export const a = 1',
    'tsconfig.json': '{ "compilerOptions": { "strict": false, "types": ["node"] } }',
  })
  expect(await found(loose, source('a', text))).toEqual([3, 4].map((line) => `warning type_error a.ts:${line}`))
})

test('DIAG5 a source from the folder of generations keeps its own relative imports, and the types of the file it stands for', async () => {
  const engine = await startTyped({
    'a.ts': `import { n } from './b.ts'\nexport interface State { n: number }\nexport const a = (s: State) => s.n + n`,
    'b.ts': 'export const n = 1',
  })
  const text = `import { n } from '../../b.ts'\nimport * as current from '../../a.ts'\nexport const a = (s: current.State): string => s.n + n`
  expect(await found(engine, { module: 'a', text, origin: 'generations/a/2.ts' })).toEqual(['warning type_error generations/a/2.ts:3'])
})

test('DIAG5 the configuration refuses type errors, or does not look for them', async () => {
  const wrong = source('a', `export const a: number = ''`)
  const refusing = await startTyped({ 'a.ts': 'export const a = 1', 'strata.config.ts': CONFIG('refuse') })
  expect(await found(refusing, wrong)).toEqual(['error type_error a.ts:1'])
  expect(await faultOf(refusing.load({ sources: [wrong], old: 'keep', note: '' }, BY))).toMatchObject({
    code: 'invalid_source',
    diagnostics: [{ code: 'type_error', severity: 'error' }],
  })
  expect((await refusing.modules())[0]?.generations).toEqual([1])
  const warning = await startTyped({ 'a.ts': 'export const a = 1' })
  expect(told((await warning.load({ sources: [wrong], old: 'keep', note: '' }, BY)).diagnostics)).toEqual(['warning type_error a.ts:1'])
  const off = await startTyped({ 'a.ts': 'export const a = 1', 'strata.config.ts': CONFIG('off') })
  expect(await found(off, wrong)).toEqual([])
})
