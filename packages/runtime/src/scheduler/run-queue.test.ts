import { expect, test } from 'vitest'
import { formatPid } from '../ids.ts'
import { Process } from '../process/process.ts'
import { RunQueue } from './run-queue.ts'

function processes(count: number): Process[] {
  return Array.from({ length: count }, (_, at) => new Process(formatPid(1, at + 1), at + 1, null, 0))
}

function taken(queue: RunQueue): number[] {
  const serials: number[] = []
  for (let process = queue.shift(); process !== null; process = queue.shift()) serials.push(process.serial)
  return serials
}

test('who is held back leaves the run queue in order, and passes for queued until it is let go', () => {
  for (const held of [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2], [3], [0, 3]]) {
    const all = processes(4)
    const queue = new RunQueue()
    for (const process of all.slice(0, 3)) queue.push(process)
    queue.holdBack(new Set(held.map((at) => all[at] as Process)))
    expect(all.map(({ queued }) => queued)).toEqual([true, true, true, held.includes(3)])
    expect(queue.size).toBe(3 - held.filter((at) => at < 3).length)
    expect(taken(queue)).toEqual([1, 2, 3].filter((serial) => !held.includes(serial - 1)))
    for (const process of all) queue.letGo(process)
    expect(all.some(({ queued }) => queued)).toBe(false)
    for (const process of all) queue.push(process)
    expect(taken(queue)).toEqual([1, 2, 3, 4])
  }
})

test('letting go of a process that is queued leaves it in the run queue', () => {
  const [one, other] = processes(2) as [Process, Process]
  const queue = new RunQueue()
  queue.push(one)
  queue.letGo(one)
  queue.push(other)
  queue.letGo(one)
  queue.letGo(other)
  expect(taken(queue)).toEqual([1, 2])
})
