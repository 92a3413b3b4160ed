import { afterEach, expect, test } from 'vitest'
import { createTestScheduler } from '../testing/index.ts'
import type { TestScheduler } from '../testing/index.ts'

let t: TestScheduler
afterEach(() => t.stop())

function startBoth(waits: string): unknown {
  const text = `export const order = []
    export async function waits() { order.push('waits'); ${waits}; order.push('went on') }
    export async function other() { order.push('other') }`
  t = createTestScheduler({ modules: { m: text } })
  t.spawn('m', 'waits')
  t.spawn('m', 'other')
  t.scheduler.run(1_000)
  return t.table.current('m')?.instance.exports['order']
}

test('SCHED1 the next process runs at once after one that waits for a promise, where nobody can tell', async () => {
  const order = startBoth('await Promise.resolve()')
  expect(order).toEqual(['waits', 'other'])
  await t.runUntilIdle()
  expect(order).toEqual(['waits', 'other', 'went on'])
})

test('SCHED1 the next process runs after the microtasks of one that handles promises by hand', async () => {
  const order = startBoth('await new Promise((resolve) => Promise.resolve().then(resolve))')
  expect(order).toEqual(['waits'])
  await t.runUntilIdle()
  expect(order).toEqual(['waits', 'other', 'went on'])
})

test('SCHED1 STR6 a settled promise wakes others before the event loop is looked at, but nobody who could tell', async () => {
  t = createTestScheduler({
    modules: {
      m: `import { receive, send } from '@strata/runtime/process'
        export const order = []
        export async function plain() { await receive(); order.push('plain') }
        export async function both() { const other = receive(); await 0; await other; order.push('both') }
        export async function waker(pids) { await Promise.resolve(); for (const pid of pids) send(pid, 1) }`,
    },
  })
  const [plain, both] = [t.spawn('m', 'plain'), t.spawn('m', 'both')]
  await t.runUntilIdle()
  const order = t.table.current('m')?.instance.exports['order']
  t.spawn('m', 'waker', [plain, both])
  expect(t.scheduler.run(1_000)).toBe(false)
  await Promise.resolve()
  await Promise.resolve()
  expect(t.scheduler.core.microtasksDue).toBe(false)
  expect(t.scheduler.run(1_000, false)).toBe(true)
  expect(order).toEqual(['plain'])
  await t.runUntilIdle()
  expect(order).toEqual(['plain', 'both'])
})
