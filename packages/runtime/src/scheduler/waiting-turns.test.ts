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
