import { expect, test } from 'vitest'
import { formatPid } from '../ids.ts'
import type { Pid } from '../ids.ts'
import { PidWriter } from './pid-writer.ts'
import { ProcessTable } from './process-table.ts'
import { Process } from './process.ts'

function processOf(serial: number): Process {
  return new Process(formatPid(3, serial), serial, null, 0)
}

test('a table holds what was added and not deleted, while it grows and shrinks', () => {
  const table = new ProcessTable(3)
  const model = new Map<Pid, Process>()
  let random = 7
  const next = (below: number): number => {
    random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0
    return random % below
  }
  // Around 2^31, where the hash wraps, and beyond what 32 bits hold.
  for (const base of [0, 2 ** 31 - 500, 2 ** 40]) {
    for (let serial = base; serial < base + 1_000; serial++) {
      const process = processOf(serial)
      table.add(process)
      model.set(process.pid, process)
    }
  }
  for (const process of [...model.values()]) {
    if (next(10) === 0) continue
    table.delete(process)
    table.delete(process)
    model.delete(process.pid)
  }
  expect(table.size).toBe(model.size)
  expect(new Set(table.values())).toEqual(new Set(model.values()))
  for (const [pid, process] of model) expect(table.get(pid)).toBe(process)
})

test('a writer of pids writes what formatPid does', () => {
  const writer = new PidWriter(12)
  for (const serial of [1, 999, 1_000, 1_001, 999_999, 1_000_000, 7, 1_000_005, 2 ** 40, 12_345])
    expect(writer.write(serial)).toBe(formatPid(12, serial))
})

test('a table finds nobody by what only looks like a pid', () => {
  const table = new ProcessTable(3)
  table.add(processOf(12))
  expect(table.get('3.12')?.serial).toBe(12)
  for (const text of ['3.012', '4.12', '3.120', '3.', '3', '', '12', 'x.12', '3.12 ', `3.${'0'.repeat(1_000_000)}12`])
    expect(table.get(text), text.slice(0, 20)).toBeUndefined()
  for (const value of [undefined, null, 12, {}, ['3.12']]) expect(table.get(value as unknown as string)).toBeUndefined()
})
