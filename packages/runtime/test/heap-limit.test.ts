import { expect, test } from 'vitest'
import type { Engine, Pid } from '../src/index.ts'
import { BY, eventThat, killSurely, openRoom, room, startSystem, versionOf } from './system.ts'

const LIMIT = 192 * 2 ** 20
/** For code that fills a gigabyte a second between two checks: who looks at it from outside needs time on a busy machine. */
const WIDE = 640 * 2 ** 20

async function startHog(text: string, limit = LIMIT): Promise<{ engine: Engine; other: Pid; pid: Pid }> {
  const engine = await startSystem({ 'room.ts': room(1), 'hog.ts': text }, 'process', limit)
  const other = await openRoom(engine)
  return { engine, other, pid: await engine.spawn({ module: 'hog', export: 'start' }, BY) }
}

const endOfSomebody = (engine: Engine) => eventThat(engine, ({ type }) => type === 'scheduler_restarted' || type === 'crashed')

const HOGS: readonly [what: string, body: string, limit?: number][] = [
  ['allocates objects in a loop', `for (;;) all.push({ index: all.length })`],
  ['allocates in a loop that waits', `for (;;) { all.push({ index: all.length }); await null }`],
  ['grows one array', `for (;;) all.push(1.5)`, WIDE],
  ['keeps strings', `for (;;) all.push('x'.repeat(1_000) + all.length)`],
  ['keeps buffers', `for (;;) all.push(Buffer.alloc(100_000))`],
  ['keeps big arrays between two checks', `for (;;) all.push(new Array(100_000).fill(all.length))`, WIDE],
  ['concatenates arrays', `for (;;) all = all.concat(new Array(2_000_000).fill(0))`, WIDE],
  [
    'recurses and holds on to memory',
    `const deeper = async (kept: unknown): Promise<void> => { await deeper([kept, new Array(100).fill(0)]); all.push(kept) }; await deeper(null)`,
  ],
  ['keeps buffers in what native code calls', `;[1, 2].sort(() => { for (;;) all.push(Buffer.alloc(100_000)) })`],
  ['swallows every exception', `for (;;) try { all.push({ index: all.length }) } catch {} finally { all.push(0) }`],
]

test.each(HOGS)('KILL5 a process that %s is ended for its memory, nobody else', async (_what, body, limit = LIMIT) => {
  const { engine, other, pid } = await startHog(
    `export async function start() {
  let all: unknown[] = []
  ${body}
}`,
    limit,
  )
  // Its turn is cut while others wait for theirs.
  const calls = Array.from({ length: 20 }, () => versionOf(engine, other))
  const event = await endOfSomebody(engine)
  expect(event).toMatchObject({
    type: 'crashed',
    crash: { pid, module: 'hog', generation: 1, reason: { type: 'heap_limit', at: 'hog.ts:3' } },
  })
  if (event.type !== 'crashed' || event.crash.reason.type !== 'heap_limit') return
  expect(event.crash.reason.limitBytes).toBe(Math.round(limit * 0.4))
  expect(event.crash.reason.bytes).toBeGreaterThanOrEqual(event.crash.reason.limitBytes)
  expect(await Promise.all(calls)).toEqual(calls.map(() => 1))
  expect(await versionOf(engine, other)).toBe(1)
})

test('KILL5 timers whose callbacks keep memory are their process, which is ended', async () => {
  const { engine, other, pid } = await startHog(`import { receive } from '@strata/runtime/process'
const kept: unknown[] = []
export async function start() {
  for (let i = 0; i < 10; i += 1) setInterval(() => { const page = new Array(20_000).fill(i); kept.push(() => page) }, 1)
  await receive()
}`)
  expect(await endOfSomebody(engine)).toMatchObject({ type: 'crashed', crash: { pid, reason: { type: 'heap_limit', at: 'hog.ts:5' } } })
  expect(await versionOf(engine, other)).toBe(1)
})

test('KILL5 messages that pile up count for the process whose queue they are in, not for who sent them', async () => {
  const { engine, other, pid } = await startHog(`import { receive, send, sleep, spawn } from '@strata/runtime/process'
export async function deaf() { await sleep(Infinity) }
export async function start() {
  const to = spawn({ module: 'hog', export: 'deaf' })
  for (;;) send(to, { text: 'a message of some length', numbers: [1, 2, 3] })
}`)
  const event = await endOfSomebody(engine)
  expect(event).toMatchObject({ type: 'crashed', crash: { reason: { type: 'heap_limit', at: 'hog.ts:2' } } })
  expect(event.type === 'crashed' && event.crash.pid).not.toBe(pid)
  expect((await engine.process(pid)).pid).toBe(pid)
  await killSurely(engine, pid)
  expect(await versionOf(engine, other)).toBe(1)
})

test('KILL5 garbage is no reason: who only churns through memory lives on', async () => {
  const { engine, pid } = await startHog(`import { receive, reply } from '@strata/runtime/process'
export async function start() {
  const kept = Array.from({ length: 5_000_000 }, () => 1.5)
  const message = await receive<any>()
  let sum = 0
  for (let i = 0; i < 40_000; i += 1) sum += new Array(20_000).fill(i).length
  for (let i = 0; i < 4_000_000; i += 1) sum += { i }.i
  for (let i = 0; i < 2_000; i += 1) sum += Buffer.alloc(200_000).length
  reply(message, { sum, kept: kept.length })
}`)
  expect(await engine.call(pid, {}, 150_000)).toMatchObject({ kept: 5_000_000 })
  const { events } = await engine.eventsAfter(0)
  expect(events.filter(({ type }) => type === 'crashed' || type === 'scheduler_restarted')).toEqual([])
})

test('KILL5 a scheduler whose thread ends says who ran, and comes back', async () => {
  const { engine, pid } = await startHog(`export async function start() {
  (process as unknown as { reallyExit(code: number): void }).reallyExit(7)
}`)
  expect(await endOfSomebody(engine)).toMatchObject({ type: 'scheduler_restarted', pid, by: null, lost: expect.any(Number) })
  expect(await versionOf(engine, await openRoom(engine))).toBe(1)
})
