import { expect, test } from 'vitest'
import type { GenerationCode, GenerationFacts } from '../../code/generation.ts'
import type { JournalChange } from '../../code/journal.ts'
import { ManualClock } from '../../testing/manual-clock.ts'
import { durably } from '../backend.ts'
import { JournalQueue } from './journal-queue.ts'
import { MemoryJournal } from './memory-journal.ts'
import { untilReadable } from './until-readable.ts'

/** A journal on a disk that can be full. */
class FullDisk extends MemoryJournal {
  full = true

  override async append(changes: readonly JournalChange[]): Promise<void> {
    if (this.full) throw new Error('no space left')
    return super.append(changes)
  }
}

function loaded(number: number): JournalChange {
  const facts = { module: 'm', number, sourceHash: `source ${number}`, packages: [] as GenerationFacts['packages'] } as GenerationFacts
  const code: GenerationCode = { source: `// ${number}`, compiled: {} as GenerationCode['compiled'], packages: [] }
  return { entry: { type: 'loaded', generations: [facts] }, codes: [code] }
}

test('STORE1 an act that could not be kept says so, further ones are refused untouched, and it is written once that can be done', async () => {
  const disk = new FullDisk()
  const clock = new ManualClock()
  const queue = new JournalQueue(disk, clock)
  const act = durably(queue, 'load', async () => queue.append([loaded(1)]))
  await expect(act).rejects.toMatchObject({ fault: { code: 'not_durable', why: 'no space left', done: true } })
  let touched = false
  const second = durably(queue, 'load', async () => {
    touched = true
  })
  await expect(second).rejects.toMatchObject({ fault: { code: 'not_durable', done: false } })
  expect(touched).toBe(false)
  expect(await disk.entries()).toEqual([])
  expect(await queue.entries()).toMatchObject([{ type: 'loaded' }])
  expect(await queue.source('source 1')).toBe('// 1')
  expect(await queue.code({ module: 'm', number: 1 })).toMatchObject({ source: '// 1' })

  disk.full = false
  clock.advance(1_000)
  await queue.settled()
  expect(await disk.entries()).toHaveLength(1)
  await durably(queue, 'load', async () => queue.append([loaded(2)]))
  expect(await disk.source('source 2')).toBe('// 2')
})

test('STORE9 what cannot be read is refused so; what starts again by itself waits for it', async () => {
  const journal = new MemoryJournal()
  await journal.append([loaded(1)])
  let away = true
  const clock = new ManualClock()
  const read = journal.code.bind(journal)
  journal.code = async (generation) => {
    if (away) throw new Error('connection refused')
    return read(generation)
  }
  const queue = new JournalQueue(journal, clock)
  const generation = { module: 'm', number: 1 }
  await expect(queue.code(generation)).rejects.toMatchObject({ fault: { code: 'store_away', why: 'connection refused' } })
  let looks = 0
  const waited = untilReadable(clock, () => {
    looks += 1
    return queue.code(generation)
  })
  await expect.poll(() => looks).toBe(1)
  away = false
  await expect
    .poll(() => {
      clock.advance(1_000)
      return looks
    })
    .toBe(2)
  expect(await waited).toMatchObject({ source: '// 1' })
})

test('STORE1 an answer waits for every change that was begun before it', async () => {
  const journal = new MemoryJournal()
  const queue = new JournalQueue(journal, new ManualClock())
  await durably(queue, 'load', async () => {
    for (const number of [1, 2, 3]) queue.append([loaded(number)])
  })
  expect(await journal.entries()).toHaveLength(3)
})
