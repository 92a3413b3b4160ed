import type { JournalEntry } from '@strata/runtime'
import { ManualClock } from '@strata/runtime/testing'
import { expect, onTestFinished, test } from 'vitest'
import { chooseRemovable, retire, SOURCES_KEPT_MS } from './retention.ts'
import { openStore } from './store.ts'

const DAY_MS = 24 * 60 * 60_000
const mark = { by: 'anna', reason: '', at: '' }

function load(number: number): JournalEntry {
  return { type: 'loaded', generations: [{ module: 'm', number }] } as unknown as JournalEntry
}

function purge(number: number, at = 0): JournalEntry {
  return {
    type: 'purged',
    module: 'm',
    number,
    mark: { kind: 'soft', at: new Date(at).toISOString(), by: 'anna', reason: '', killed: [] },
  }
}

function removable(...entries: JournalEntry[]): readonly number[] {
  return chooseRemovable(entries, DAY_MS).map(({ number }) => number)
}

test('STORE7 only texts of what was purged long ago may go', () => {
  const all = [1, 2, 3, 4, 5].map(load)
  expect(removable(...all)).toEqual([])
  expect(removable(...all, purge(1), purge(2, 2 * DAY_MS))).toEqual([1])
})

test('STORE7 what was current before the present one stays, and what a rollback left', () => {
  expect(removable(load(1), load(2), load(3), purge(1), purge(2))).toEqual([1])
  expect(removable(load(1), load(2), load(3), { type: 'rebound', module: 'm', number: 1 }, purge(2), purge(3))).toEqual([2])
})

test('STORE7 what is marked keep or bad stays until the mark is lifted', () => {
  const history = [load(1), load(2), load(3), load(4), purge(1), purge(2)]
  const kept: JournalEntry = { type: 'marked', module: 'm', number: 1, kind: 'keep', mark }
  const bad: JournalEntry = { type: 'marked', module: 'm', number: 2, kind: 'bad', mark }
  expect(removable(...history, kept, bad)).toEqual([])
  expect(removable(...history, kept, bad, { type: 'unmarked', module: 'm', number: 1, kind: 'keep' })).toEqual([1])
})

test('STORE7 a text that another generation needs stays, and facts and trail stay for good', async () => {
  const clock = new ManualClock()
  const store = await openStore(null, clock)
  onTestFinished(() => store.close())
  const append = (number: number, source: string): Promise<void> =>
    store.journal.append([
      {
        entry: {
          type: 'loaded',
          generations: [{ module: 'm', number, hash: '', sourceHash: source, loadedAt: 0, loadedBy: 'anna', note: '', packages: [] }],
        } as never,
        codes: [{ source, compiled: {}, packages: [] } as never],
      },
    ])
  for (const [index, source] of ['a', 'b', 'a', 'c'].entries()) await append(index + 1, source)
  store.audit.add({ at: new Date(clock.now()).toISOString(), type: 'loaded', actor: 'anna', modules: ['m'], facts: {} })
  for (const number of [1, 2]) await store.journal.append([{ entry: purge(number, clock.now()), codes: [] }])
  await store.settled()
  await retire(store, clock.now())
  expect(await store.journal.source('b')).toBe('b')
  await retire(store, clock.now() + SOURCES_KEPT_MS + DAY_MS)
  expect([await store.journal.source('a'), await store.journal.source('b'), await store.journal.source('c')]).toEqual(['a', undefined, 'c'])
  expect(await store.journal.entries()).toHaveLength(6)
  expect(await store.audit.verify(undefined)).toMatchObject({ status: 'intact', entries: 1 })
})
