import { expect, test } from 'vitest'
import { Process } from '../process/process.ts'
import { appendMessage } from '../process/message-queue.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { ProcessTable } from '../process/process-table.ts'
import { HeapWatch } from './heap-watch.ts'

const MB = 1_000_000

/** A heap of 1,000 MB: what is live, and garbage that a collection takes away. */
class Heap {
  readonly limitBytes = 1_000 * MB
  live = 0
  garbage = 0
  collections = 0
  usedBytes = (): number => this.live + this.garbage
  collect = (): void => {
    this.collections++
    this.garbage = 0
  }
}

function watchHeap() {
  const heap = new Heap()
  const clock = new ManualClock()
  const processes = new ProcessTable(1)
  const watch = new HeapWatch(heap, clock, processes)
  let turn = 0
  const add = (serial: number): Process => {
    const process = new Process(`1.${serial}` as Process['pid'], serial, null, 0)
    processes.add(process)
    return process
  }
  /** A look, long after the last, in the turn in progress. */
  const look = (process: Process) => {
    clock.advance(1_000)
    return watch.look(process, turn)
  }
  /** A measured turn, in which the heap gains so much, and the 63 like it that it stands for. */
  const measure = (process: Process, live: number, garbage = 0) => {
    turn++
    clock.advance(1_000)
    const found = watch.measure(process, () => {
      heap.live += live
      heap.garbage += garbage
    })
    heap.live += 63 * live
    heap.garbage += 63 * garbage
    return found
  }
  return { heap, clock, watch, add, look, measure, nextTurn: () => (turn += 1) }
}

test('KILL5 who fills the heap in one turn is found at 40 % of the limit', () => {
  const { heap, add, look } = watchHeap()
  const hog = add(1)
  heap.live = 300 * MB
  expect(look(hog)).toBeNull()
  heap.live = 390 * MB
  expect(look(hog)).toBeNull()
  heap.live = 405 * MB
  expect(look(hog)).toEqual({ process: hog, liveBytes: 405 * MB })
})

test('KILL5 garbage is collected first, and who made it is not ended', () => {
  const { heap, add, look } = watchHeap()
  const churner = add(1)
  heap.live = 310 * MB
  expect(look(churner)).toBeNull()
  heap.garbage = 300 * MB
  expect(look(churner)).toBeNull()
  expect(heap.collections).toBe(1)
})

test('KILL5 who grows by little at a time, beside much garbage, is found as well', () => {
  const { heap, add, look } = watchHeap()
  const hog = add(1)
  heap.live = 310 * MB
  let found = look(hog)
  while (found === null && heap.live < 700 * MB) {
    heap.live += 30 * MB
    heap.garbage = 200 * MB
    found = look(hog)
  }
  expect(found).toEqual({ process: hog, liveBytes: 430 * MB })
})

test('KILL5 a process is not ended for what others have filled before', () => {
  const { heap, add, look } = watchHeap()
  const late = add(1)
  heap.live = 600 * MB
  expect(look(late)).toBeNull()
  heap.live = 650 * MB
  expect(look(late)).toBeNull()
  expect(heap.collections).toBe(0)
})

test('KILL5 of two that allocate, only one that alone must have kept a tenth of the limit is ended', () => {
  const { heap, add, look, measure } = watchHeap()
  const [keeper, churner] = [add(1), add(2)]
  heap.live = 300 * MB
  look(churner)
  for (let i = 0; i < 30; i += 1) {
    expect(measure(churner, 0, 0.1 * MB)).toBeNull()
    expect(measure(keeper, 0.08 * MB)).toBeNull()
  }
  expect(heap.live).toBeGreaterThan(400 * MB)
  const calm = watchHeap()
  const [hog, small] = [calm.add(1), calm.add(2)]
  calm.heap.live = 300 * MB
  calm.look(small)
  let found = null
  for (let i = 0; i < 20 && found === null; i += 1) {
    found = calm.measure(small, 0, 0.001 * MB) ?? calm.measure(hog, 0.2 * MB)
  }
  expect(found?.process).toBe(hog)
})

test('KILL5 a queue that nobody reads counts for the process that it belongs to', () => {
  const { heap, add, look } = watchHeap()
  const [deaf, sender] = [add(1), add(2)]
  heap.live = 300 * MB
  look(sender)
  for (let i = 0; i < 200_000; i += 1) appendMessage({ queued: 0 }, deaf, { text: 'x'.repeat(1_000) })
  heap.live = 410 * MB
  expect(look(sender)?.process).toBe(deaf)
})

test('KILL5 collections that acquit everybody take no more than a fiftieth of the time', () => {
  const { heap, clock, watch, add } = watchHeap()
  const churner = add(1)
  heap.collect = () => {
    heap.collections++
    heap.garbage = 0
    clock.advance(100)
  }
  heap.live = 350 * MB
  clock.advance(10)
  watch.look(churner, 1)
  for (let i = 0; i < 1_000; i += 1) {
    clock.advance(10)
    heap.garbage = Math.min(heap.garbage + 50 * MB, 300 * MB)
    expect(watch.look(churner, 1)).toBeNull()
  }
  expect(heap.collections).toBeLessThanOrEqual(3)
})
