import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { RetiredCounter } from '../code/purge-gate.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { createTestScheduler } from '../testing/index.ts'
import { ReclaimWatch } from './reclaim-watch.ts'
import type { SchedulerEvent } from './scheduler-events.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
/** What a collection found is told in tasks of their own. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0))

function watchWith(collects: () => boolean) {
  const clock = new ManualClock()
  const events: SchedulerEvent[] = []
  const watch = new ReclaimWatch({ clock, emit: (event) => events.push(event), collect: collects })
  return { clock, events, watch }
}

test('PIN7 the code is confirmed gone when V8 has collected it, with the time that it took', async () => {
  const { clock, events, watch } = watchWith(() => false)
  ;(() => watch.watch(new RetiredCounter('room', 3, null)))()
  clock.advance(1_500)
  await expect
    .poll(async () => {
      collect()
      await settle()
      return events
    })
    .toEqual([{ type: 'reclaimed', module: 'room', generation: 3, tookMs: 1_500 }])
})

test('PIN7 what is still reached a minute later is told once, after collections of its own', async () => {
  let collections = 0
  const { clock, events, watch } = watchWith(() => {
    collections++
    collect()
    return true
  })
  const held = new RetiredCounter('room', 3, null)
  watch.watch(held)
  clock.advance(59_000)
  await settle()
  expect([events, collections]).toEqual([[], 0])
  await expect
    .poll(async () => {
      clock.advance(1_000)
      await settle()
      return events
    })
    .toEqual([{ type: 'retained', module: 'room', generation: 3 }])
  expect(collections).toBeGreaterThan(1)
  expect(held.label).toBe('room@3')
})

test('PIN7 where no collection has run nothing is claimed', async () => {
  const { clock, events, watch } = watchWith(() => false)
  const held = new RetiredCounter('room', 3, null)
  watch.watch(held)
  clock.advance(600_000)
  await settle()
  expect([events, held.label]).toEqual([[], 'room@3'])
})

const API = `import { exit, receive, reply, send, spawn, link, monitor, sleep, call } from '@strata/runtime/process'
`
/** Uses about everything by which the runtime itself could keep code. */
const BUSY = `import * as current from './m.ts'
import { Base, helper } from './base.ts'
import { EventEmitter } from 'node:events'
import { AsyncLocalStorage } from 'node:async_hooks'
const storage = new AsyncLocalStorage()
export class Sub extends Base { #x = 1; async method() { await null; return this.#x } }
export const upgrade = { type: 'upgrade' }
async function* numbers() { try { yield 1; yield 2 } finally { await null } }
export async function main() {
  const timer = setInterval(function tick() {}, 1000)
  setImmediate(function soon() {})
  queueMicrotask(function micro() {})
  for await (const n of numbers()) if (n === 1) break
  const half = numbers()
  await half.next()
  await Promise.all([new Sub().method(), new Sub().method()])
  storage.run({ big: main }, () => queueMicrotask(() => storage.getStore()))
  const emitter = new EventEmitter()
  emitter.on('x', () => helper())
  emitter.emit('x')
  const child = spawn(inner, [], { link: true, monitor: true })
  try { await fails() } catch (e) { e.stack.length }
  await receive({ match: (m) => m === 'go' })
  clearInterval(timer)
  await sleep(0)
  return [1, 2].map((n) => n + 1)
}
async function fails() { throw new Error('boom') }
async function inner() { await sleep(1) }
export async function crash() { await null; throw new Error('unhandled') }
export async function spin() { await receive() }
`

test('PIN7 nothing of the runtime keeps the code of a purged generation: frames, timers, generators, contexts, errors, links (C20)', async () => {
  const base = `export class Base {}\nexport function helper() { return 1 }`
  const t = createTestScheduler({ natives: ['node:events', 'node:async_hooks'], modules: { base, m: API + BUSY } })
  try {
    const pids = [t.spawn('m', 'main'), t.spawn('m', 'crash'), t.spawn('m', 'spin'), t.spawn('m', 'spin')]
    await t.runUntilIdle()
    t.clock.advance(10)
    t.send(pids[0] as never, 'go')
    t.send(pids[2] as never, 'end')
    await t.runUntilIdle()
    t.clock.advance(1_000)
    await t.runUntilIdle()
    expect(t.scheduler.kill(pids[3] as never, 'operator', 'test')).toBe('killed')
    t.load({ m: `${API}export async function main() { await receive() }` })
    await t.runUntilIdle()
    const held = (() => new WeakRef(t.table.remove({ module: 'm', number: 1 }) as RetiredCounter))()
    // The next generation is entered, so that no register has the old one.
    t.spawn('m', 'main')
    await expect
      .poll(async () => {
        await t.runUntilIdle()
        collect()
        await settle()
        return held.deref()
      })
      .toBeUndefined()
  } finally {
    t.stop()
  }
})
