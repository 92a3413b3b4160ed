import { expect, test } from 'vitest'
import { formatPid, NAME_LENGTH_MAX } from '../ids.ts'
import { NameTable } from './name-table.ts'

test('NAME2 a name is added once, found by every thread, and free after its removal by whoever has it', () => {
  const table = new NameTable(1)
  const other = new NameTable(2, table.buffer)
  expect(table.add('bee', 1, 7)).toBe(true)
  expect(other.add('bee', 2, 8)).toBe(false)
  expect(other.find('bee')).toBe('1.7')
  expect(other.remove('bee', formatPid(2, 8))).toBe(false)
  expect(other.remove('bee', formatPid(1, 7))).toBe(true)
  expect(table.find('bee')).toBe(undefined)
})

test('NAME2 a hundred thousand names, of all lengths and in any letters, are kept apart; what is freed is used again', () => {
  const table = new NameTable(1)
  const nameOf = (index: number): string => `${'ü€'.repeat(index % (NAME_LENGTH_MAX / 2 - 4))}${index}`
  for (let index = 0; index < 100_000; index++) expect(table.add(nameOf(index), (index % 4) + 1, index)).toBe(true)
  for (let index = 0; index < 100_000; index += 997) expect(table.find(nameOf(index))).toBe(formatPid((index % 4) + 1, index))
  const bytes = table.buffer.byteLength
  table.dropScheduler(2)
  expect(table.find(nameOf(1))).toBe(undefined)
  expect(table.namesElsewhere(1)).toHaveLength(50_000)
  for (let index = 1; index < 100_000; index += 4) expect(table.add(nameOf(index), 2, index)).toBe(true)
  expect(table.buffer.byteLength).toBe(bytes)
})

test('NAME2 a thread that ended while it had the lock leaves the table to the others', () => {
  const table = new NameTable(1)
  const words = new Int32Array(table.buffer)
  table.add('bee', 2, 1)
  Atomics.store(words, 0, 2)
  table.dropScheduler(2)
  expect(table.find('bee')).toBe(undefined)
  expect(table.add('bee', 1, 1)).toBe(true)
})
