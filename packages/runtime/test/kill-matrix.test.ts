import { afterAll, beforeAll, expect, test } from 'vitest'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEngine, EngineError, type Engine, type Pid } from '../src/index.ts'
import { BY, eventThat, killSurely, openRoom, room, versionOf } from './system.ts'

/** By place: what a process does there. None of them ends by itself. */
const SYNCHRONOUS = {
  'a synchronous loop': `for (;;) {}`,
  'a loop that catches everything': `for (;;) try { throw new Error('again') } catch {} finally { seen.length = 0 }`,
  'a regular expression': `/^(a+)+$/.test('a'.repeat(40) + 'b')`,
  'a comparator of a native sort': `[3, 1, 2].sort(() => { for (;;) {} })`,
  'a callback of native code': `Array.from({ length: 2 ** 30 }, (_, index) => index).length`,
  'a getter that native code reads': `JSON.stringify({ get x() { for (;;) {} } })`,
  'a trap of a proxy': `Object.keys(new Proxy({}, { ownKeys() { for (;;) {} } }))`,
  'a toString that native code calls': `String({ toString() { for (;;) {} } })`,
  'the code of a message that is being sent': `send(self(), { get x() { for (;;) {} } })`,
  'a loop that sends': `for (;;) send('1.999999999', { big: new Array(1_000).fill(0) })`,
  'a native wait': `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)`,
  'a native wait in a loop that catches everything': `for (;;) try { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5) } catch {}`,
  'a chain of promises without end': `const again = (): unknown => Promise.resolve().then(again); again(); await receive()`,
  'a chain of microtasks without end': `const again = (): void => queueMicrotask(again); again(); await receive()`,
  'a callback of a timer': `setTimeout(() => { for (;;) {} }, 1); await receive()`,
  'a field of a class that is made': `class Made { value = (() => { for (;;) {} })() }; new Made()`,
} as const

const YIELDING = {
  'waiting for a message': `await receive()`,
  'awaiting a promise that never settles': `await new Promise(() => {})`,
  'a loop that is run in turns': `for (;;) seen.length = 0`,
  'an async loop that catches everything': `for (;;) try { await null; throw new Error('again') } catch {}`,
  'an async generator': `for await (const value of endless()) seen.length = value`,
  'an await in an async generator': `for await (const value of silent()) seen.push(String(value))`,
  'a native stream that says nothing': `for await (const chunk of new Readable({ read() {} })) seen.push(String(chunk))`,
  'a sleep': `await sleep(Infinity)`,
} as const

const PLACES = { ...SYNCHRONOUS, ...YIELDING }
const names = (places: object): string[] => Object.keys(places)
const functionOf = (place: string): string => place.replaceAll(/[^a-z]+/gi, '_')

const MODULE = `import { exit, monitor, receive, reply, self, send, sleep } from '@strata/runtime/process'
import { execFileSync } from 'node:child_process'
import { Readable } from 'node:stream'
export const seen: string[] = []
async function* endless() { for (;;) yield 0 }
async function* silent() { try { yield await new Promise(() => {}) } finally { seen.push('generator') } }
export async function look() { reply(await receive(), [...seen]) }
export async function stop() {
  const message = await receive<{ pid: string }>()
  monitor(message.pid)
  exit(message.pid as never, 'stop')
  const down = await receive<{ reason: unknown }>()
  reply(message, down.reason)
}
async function tick(): Promise<number> { await null; return 1 }
function dig(level: number, started: Promise<number>[]): number {
  try {
    return dig(level + 1, started)
  } catch {
    // At the edge this fails anywhere in what starts it, further up it succeeds.
    if (started.length < 50) started.push(tick())
    return level
  }
}
async function later(value: number): Promise<number> { await sleep(1); return value }
export async function strands() { const message = await receive(); reply(message, await Promise.all([later(0), later(1), later(2), later(3)])) }
export async function deep() {
  reply(await receive(), true)
  const message = await receive()
  const started: Promise<number>[] = []
  for (let round = 0; round < 5; round += 1) {
    try { dig(0, started) } catch {}
  }
  const ticks = await Promise.all(started)
  reply(message, { settled: ticks.length > 0 && ticks.every((value) => value === 1) })
  await receive()
}
export async function unreachable() {
  reply(await receive(), true)
  execFileSync('sh', ['-c', 'for i in $(seq 600); do [ -e gate ] && break; sleep 0.1; done'], { cwd: import.meta.dirname });
  ${SYNCHRONOUS['a regular expression']}
}
export async function finallyLoops() {
  reply(await receive(), true)
  try { await receive() } finally { for (;;) {} }
}
export async function finallyWaits() {
  reply(await receive(), true)
  try { await receive() } finally { await new Promise(() => {}) }
}
export async function finallyReturns() {
  reply(await receive(), true)
  for (;;) { try { await receive() } finally { seen.push('left'); continue } }
}
${Object.entries(PLACES)
  .map(
    ([place, body]) => `export async function ${functionOf(place)}() {
  reply(await receive(), true)
  try {
    ${body}
  } catch {
    seen.push('catch')
  } finally {
    seen.push('finally')
  }
}`,
  )
  .join('\n')}
`

let engine: Engine
let other: Pid
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strata-matrix-'))
  await writeFile(join(folder, 'room.ts'), room(1))
  await writeFile(join(folder, 'places.ts'), MODULE)
  engine = await createEngine({ folder, isolation: 'thread' })
  other = await openRoom(engine)
})
afterAll(async () => {
  await engine.stop()
  await rm(folder, { recursive: true, force: true })
})

async function enter(name: string): Promise<Pid> {
  const pid = await engine.spawn({ module: 'places', export: name }, BY)
  await engine.call(pid, {}, 60_000)
  return pid
}

async function ask(name: string, message: object): Promise<unknown> {
  return engine.call(await engine.spawn({ module: 'places', export: name }, BY), message, 60_000)
}

test.each(names(PLACES))('KILL1 a kill ends a process in %s, and runs none of its code', async (place) => {
  const before = await ask('look', {})
  const pid = await enter(functionOf(place))
  await killSurely(engine, pid)
  expect(await versionOf(engine, other)).toBe(1)
  expect(await ask('look', {})).toEqual(before)
  const { events } = await engine.eventsAfter(0)
  expect(events.filter(({ type }) => type === 'scheduler_restarted' || type === 'crashed')).toEqual([])
})

test('KILL1 a kill that comes while no interrupt reaches the thread is tried again, and cuts the turn as soon as one does', async () => {
  const pid = await enter('unreachable')
  expect(await engine.kill(pid, BY)).toEqual({ pid, status: 'pending' })
  await writeFile(join(folder, 'gate'), '')
  await eventThat(engine, (event) => event.type === 'killed' && event.pids.includes(pid))
  expect(await versionOf(engine, other)).toBe(1)
})

test.each(names(YIELDING))('KILL3 an exit signal ends a process in %s: finally runs, catch does not', async (place) => {
  const pid = await enter(functionOf(place))
  expect(await ask('stop', { pid })).toEqual({ type: 'exit', value: 'stop' })
  const seen = (await ask('look', {})) as string[]
  expect(seen).toContain('finally')
  expect(seen).not.toContain('catch')
  expect(await versionOf(engine, other)).toBe(1)
})

test.each(['finallyLoops', 'finallyWaits', 'finallyReturns'])(
  'KILL3 an exit signal ends a process by %s within its budget',
  async (name) => {
    const pid = await enter(name)
    expect(await ask('stop', { pid })).toEqual({ type: 'exit', value: 'stop' })
    expect(await versionOf(engine, other)).toBe(1)
  },
)

test.each(['finallyLoops', 'finallyWaits'])('KILL2 a kill ends a process while %s', async (name) => {
  const pid = await enter(name)
  const stopped = ask('stop', { pid })
  expect((await engine.kill(pid, BY)).pid).toBe(pid)
  await stopped
  expect(await versionOf(engine, other)).toBe(1)
})

test('KILL5 a process that exhausts the native stack, in the middle of our code too, leaves its scheduler sane', async () => {
  const pid = await enter('deep')
  // A strand that failed for want of stack, and whose promise was lost for the same reason, ends the process, as anywhere (STR2).
  const outcome = await engine.call(pid, {}, 60_000).catch((error: unknown) => error)
  if (outcome instanceof EngineError) expect(outcome.fault).toMatchObject({ code: 'process_ended', pid })
  else expect(outcome).toEqual({ settled: true })
  expect(await versionOf(engine, other)).toBe(1)
  expect((await engine.process(other)).strands).toBe(1)
  expect(await ask('strands', {})).toEqual([0, 1, 2, 3])
  const { events } = await engine.eventsAfter(0)
  expect(events.filter(({ type }) => type === 'scheduler_restarted')).toEqual([])
})
