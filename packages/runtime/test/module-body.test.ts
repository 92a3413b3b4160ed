import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { answeringSystem, loadSet, mainOf, natively, runMain } from './answering.ts'
import { eventThat, faultOf, openRoom, portrait, room, versionOf } from './system.ts'

test('GEN11 a body waits: for timers, native promises, async functions of its set, for await and await using', async () => {
  const engine = await answeringSystem()
  const set = {
    steps: `const steps: string[] = []
export function note(step: string): void { steps.push(step) }
export function noted(): string[] { return steps }
export async function later<T>(value: T): Promise<T> { await new Promise((resolve) => setTimeout(resolve, 5)); return value }
export async function* numbers() { yield 1; await later(0); yield 2 }`,
    main: `import { note, noted, later, numbers } from './steps.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import { readFile } from 'node:fs/promises'
note('begun ' + typeof hoisted)
export const first = await later('first')
note(first)
await sleep(1)
export const [second = await later('second')] = []
note(second)
for await (const n of numbers()) note('n' + n)
const size = await readFile(import.meta.filename.replace('main.ts', 'room.ts'), 'utf8').then((text) => later(text.length > 100))
note('read ' + size)
{ await using a = { async [Symbol.asyncDispose]() { note('disposed a ' + (await later(1))) } }; note('in block') }
await using b = { async [Symbol.asyncDispose]() { note('disposed b') } }
using c = { [Symbol.dispose]() { note('disposed c') } }
if (await later(true)) note('if')
label: for (;;) { try { await later(1); break label } finally { note('finally') } }
function hoisted() {}
class K { static async m() { return later('method') } static [await later('computed')] = 1 }
note(await K.m() + K['computed'])
export function main() { return { noted: noted(), first, second, b: typeof b, c: typeof c } }`,
  }
  expect(await mainOf(engine, set)).toEqual({
    noted: [
      'begun function',
      'first',
      'second',
      'n1',
      'n2',
      'read true',
      'in block',
      'disposed a 1',
      'if',
      'finally',
      'method1',
      'disposed c',
      'disposed b',
    ],
    first: 'first',
    second: 'second',
    b: 'object',
    c: 'object',
  })
})

test('GEN11 other processes go on while a body waits, and mean what is current (P32)', async () => {
  const gates = await mkdtemp(join(tmpdir(), 'strata-gates-'))
  onTestFinished(() => rm(gates, { recursive: true, force: true }))
  const engine = await answeringSystem()
  const before = await openRoom(engine)
  // On trial and on the scheduler the body says that it has begun and waits for a file that lets it go on.
  const loading = loadSet(engine, {
    room: `${room(2)}
import { version as mine } from './room.ts'
import { existsSync, writeFileSync } from 'node:fs'
const number = existsSync(${JSON.stringify(join(gates, 'begun-1'))}) ? 2 : 1
writeFileSync(${JSON.stringify(join(gates, 'begun-'))} + number, '')
while (!existsSync(${JSON.stringify(join(gates, 'open-'))} + number)) await new Promise((resolve) => setTimeout(resolve, 1))
if (mine() !== 2) throw new Error('a body does not mean its own set after a wait')`,
  })
  for (const number of [1, 2]) {
    await expect.poll(() => existsSync(join(gates, `begun-${number}`))).toBe(true)
    for (const _ of [1, 2, 3]) expect(await engine.call(before, { type: 'through' }, 60_000)).toBe(1)
    await writeFile(join(gates, `open-${number}`), '')
  }
  await loading
  expect(await engine.call(before, { type: 'through' }, 60_000)).toBe(2)
  expect(await versionOf(engine, before)).toBe(1)
})

test('GEN4 imports of a waiting body mean its set in callbacks of native code too, also as values and namespaces', async () => {
  const engine = await answeringSystem({ 'parts.ts': `export function part() { return 'old' }` })
  const set = {
    parts: `export function part(): string { return 'new' }
export const constant = await Promise.resolve('constant')`,
    main: `import { part, constant } from './parts.ts'
import * as parts from './parts.ts'
import { readFile } from 'node:fs/promises'
const seen: unknown[] = []
const read = () => readFile(import.meta.filename.replace('main.ts', 'room.ts'))
const namespace = parts
await read().then(() => seen.push(part(), parts.part(), constant, Object.keys(namespace).join(), namespace.part()))
await read().then(part).then((value) => seen.push(value))
await Promise.all([read().then(() => [1].map(part))]).then(([values]) => seen.push(...values))
const kept = part
export async function main() { return { seen, same: kept === part && namespace === parts, now: kept() } }`,
  }
  expect(await mainOf(engine, set)).toEqual({
    seen: ['new', 'new', 'constant', 'constant,part', 'new', 'new', 'new'],
    same: true,
    now: 'new',
  })
})

test('GEN4 members that wait hold up those that import them and nobody else, circles included, as ES modules do', async () => {
  const engine = await answeringSystem()
  const log = `const order: string[] = []
export function note(step: string): void { order.push(step) }
export function noted(): string[] { return order }`
  const wait = (ticks: number): string => `for (let i = 0; i < ${ticks}; i++) await 0`
  const set = {
    log,
    slow: `import { note } from './log.ts'\nnote('slow 1'); ${wait(9)}; note('slow 2'); export const slow = 'slow'`,
    quick: `import { note } from './log.ts'\nnote('quick 1'); ${wait(3)}; note('quick 2'); export const quick = 'quick'`,
    plain: `import { note } from './log.ts'\nnote('plain')`,
    above: `import { note } from './log.ts'\nimport { slow } from './slow.ts'\nnote('above ' + slow); export const above = 'above'`,
    left: `import { note } from './log.ts'\nimport { right } from './right.ts'\nnote('left ' + right()); ${wait(2)}; note('left 2'); export function left() { return 'left' }`,
    right: `import { note } from './log.ts'\nimport { left } from './left.ts'\nimport './quick.ts'\nnote('right ' + left()); export function right() { return 'right' }`,
    main: `import { note, noted } from './log.ts'
import './slow.ts'
import './plain.ts'
import './quick.ts'
import './above.ts'
import './left.ts'
note('main')
export async function main() { return noted() }`,
  }
  const { main, ...others } = set
  expect(await natively({ main, ...others })).toEqual(await mainOf(engine, { main, ...others }))
  expect(await runMain(engine)).toEqual([
    'slow 1',
    'plain',
    'quick 1',
    'quick 2',
    'right left',
    'left right',
    'left 2',
    'slow 2',
    'above slow',
    'main',
  ])
})

test('GEN11 a body that never settles is body_timeout, and nothing has changed', async () => {
  const engine = await answeringSystem()
  const before = await portrait(engine)
  const refused = await faultOf(loadSet(engine, { main: 'await new Promise(() => {})\nexport function main() {}' }))
  expect(refused).toEqual({ code: 'body_timeout', module: 'main', limitMs: 5_000 })
  expect(await portrait(engine)).toEqual(before)
})

test('GEN11 a body that rejects is body_failed with its line, whatever it rejects with', async () => {
  const engine = await answeringSystem()
  const before = await portrait(engine)
  for (const [statement, text] of [
    ['await Promise.reject(new Error("own"))', 'Error: own'],
    ['await import("node:fs/promises").then((fs) => fs.readFile("/nowhere/at/all"))', 'ENOENT'],
    ['await Promise.reject("a string")', 'a string'],
    ['await Promise.reject({ get message() { throw 1 }, get stack() { throw 2 } })', ''],
    ['void (async () => { await 0; throw new Error("stray") })(); await new Promise(() => {})', 'Error: stray'],
    ['setTimeout(() => { throw new Error("late") }); await new Promise(() => {})', 'Error: late'],
  ] as const) {
    const fault = await faultOf(loadSet(engine, { main: `await 0\n\n${statement}\nexport function main() {}` }))
    expect(fault).toMatchObject({ code: 'body_failed', module: 'main' })
    const { error } = fault as { error: string }
    expect(error).toContain(text)
    expect(error).toMatch(/main\.ts:3/)
  }
  expect(await portrait(engine)).toEqual(before)
})

test('GEN11 the process API refuses a body also after a wait and in its callbacks', async () => {
  const engine = await answeringSystem()
  const set = {
    main: `import { self, spawn, register, receive, send, sleep } from '@strata/runtime/process'
const codes: string[] = []
const attempt = async (act: () => unknown): Promise<void> => { try { await act() } catch (error) { codes.push((error as { code: string }).code) } }
await 0
const acts = [() => self(), () => spawn(async () => {}), () => register('x'), () => receive(), () => send('x', 1), () => sleep(1)]
for (const act of acts) await attempt(act)
await Promise.resolve().then(() => attempt(() => spawn(async () => {})))
await new Promise((resolve) => setTimeout(() => attempt(() => spawn(async () => {})).then(resolve), 1))
export function main() { return codes }`,
  }
  expect(await mainOf(engine, set)).toEqual(Array.from({ length: 8 }, () => 'not_in_body'))
})

test('GEN11 what a waiting body leaves behind is ended and reported', async () => {
  const engine = await answeringSystem()
  const set = {
    main: `let ticks = 0
setInterval(() => { ticks++ }, 1)
async function forever() { await new Promise(() => {}) }
forever()
await new Promise((resolve) => setTimeout(resolve, 20))
const during = ticks > 0
export function main() { const before = ticks; return new Promise((resolve) => setTimeout(() => resolve({ during, still: ticks === before }), 20)) }`,
  }
  expect(await mainOf(engine, set)).toEqual({ during: true, still: true })
  const { events } = await engine.eventsAfter(0)
  expect(events).toContainEqual(
    expect.objectContaining({ type: 'error', message: 'a module body left 1 timers and 1 unfinished async calls behind; they were ended' }),
  )
})

test('KILL5 a runtime that is brought back waits for the bodies of what is current', async () => {
  const engine = await answeringSystem({}, 'process')
  await loadSet(engine, {
    main: `export const ready = await new Promise<string>((resolve) => setTimeout(() => resolve('ready'), 20))
export function main() { return ready }`,
  })
  process.kill((await engine.runtime()).osPid as number, 'SIGKILL')
  await eventThat(engine, ({ type }) => type === 'runtime_restarted')
  expect(await runMain(engine)).toBe('ready')
})
