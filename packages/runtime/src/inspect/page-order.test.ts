import { array, assert, boolean, constantFrom, double, integer, property, record, tuple } from 'fast-check'
import { expect, test } from 'vitest'
import { firstOf, isBeforeInPage, joinKeys, pidOrder, selectPage, splitOrder, type PageKeys, type PagePlace } from './page-order.ts'

const RUNS = { numRuns: 200, seed: 20_261_202 }

function columnsOf(places: readonly PagePlace[]): PageKeys {
  const texts = typeof places[0]?.key === 'string' ? [...new Set(places.map(({ key }) => key as string))].sort() : null
  return {
    keys: Float64Array.from(places, ({ key }) => (texts === null ? (key as number) : texts.indexOf(key as string))),
    pids: Float64Array.from(places, ({ pid }) => pid),
    texts,
  }
}

const inOrder = (places: readonly PagePlace[], descending: boolean): PagePlace[] => {
  const isBefore = isBeforeInPage(descending)
  return places.toSorted((a, b) => (isBefore(a, b) ? -1 : 1))
}

test('LIST1 a page of many processes has the rows that sorting them all would put there, on one scheduler and on several', () => {
  const query = record({ descending: boolean(), offset: integer({ min: 0, max: 400 }), limit: integer({ min: 0, max: 60 }) })
  const numbers = constantFrom<readonly number[]>([0], [0, 1], [-1, 0, 3, Number.POSITIVE_INFINITY], [])
  const schedulers = array(integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 3 })
  assert(
    property(
      query,
      schedulers,
      boolean(),
      numbers,
      array(double({ noNaN: true }), { minLength: 900, maxLength: 900 }),
      (asked, counts, isText, few, any) => {
        const { descending, offset, limit } = asked
        const parts = counts.map((count, scheduler) =>
          Array.from({ length: count }, (_, index): PagePlace => {
            const number = few.length === 0 ? (any[scheduler * 300 + index] as number) : (few[(index * 7) % few.length] as number)
            return { key: isText ? `k${number}` : number, pid: pidOrder(scheduler + 1, ((index * 37) % 301) + 1) }
          }),
        )
        const expected = inOrder(parts.flat(), descending).slice(offset, offset + limit)
        const kept = parts.map((places) => {
          const columns = columnsOf(places)
          const first = [...firstOf(columns, descending, Math.min(offset + limit, places.length))]
          return {
            keys: Float64Array.from(first, (index) => columns.keys[index] as number),
            pids: Float64Array.from(first, (index) => columns.pids[index] as number),
            texts: columns.texts,
          }
        })
        const columns = joinKeys(kept)
        const page = [...selectPage(columns, descending, offset, offset + limit)]
        expect(page.map((index) => columns.pids[index])).toEqual(expected.map(({ pid }) => pid))
      },
    ),
    RUNS,
  )
})

test('LIST1 a pid is told by its place in the order of pids', () => {
  assert(
    property(tuple(integer({ min: 1, max: 64 }), integer({ min: 1, max: 2 ** 39 })), ([scheduler, serial]) => {
      expect(splitOrder(pidOrder(scheduler, serial))).toEqual({ scheduler, serial })
    }),
    RUNS,
  )
})
