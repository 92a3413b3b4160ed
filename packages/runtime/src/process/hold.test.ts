import { array, assert, integer, property, tuple } from 'fast-check'
import { expect, test } from 'vitest'
import type { CodeInstance } from '../code/instance.ts'
import { HOST_PID } from '../ids.ts'
import { Hold, Holders } from './hold.ts'
import { Process } from './process.ts'

test('PIN1 of those who pin a generation the one that has done so longest comes first, whoever comes, goes and begins anew', () => {
  const act = tuple(integer({ min: 0, max: 2 }), integer({ min: 0, max: 30 }), integer({ min: 0, max: 50 }))
  assert(
    property(array(act, { maxLength: 200 }), (acts) => {
      const holders = new Holders({} as CodeInstance)
      const held: Hold[] = []
      for (const [kind, at, since] of acts) {
        const known = held[at]
        if (kind === 0 || known === undefined) {
          const hold = new Hold(new Process(HOST_PID, 0, null, 0), holders, since, null)
          held.push(hold)
          holders.add(hold)
        } else if (kind === 1) {
          holders.remove(known)
          held.splice(at, 1)
        } else {
          known.since = since
          holders.moved(known)
        }
        expect([holders.size, new Set(holders.all)]).toEqual([held.length, new Set(held)])
        expect(holders.all[0]?.since).toBe(held.length === 0 ? undefined : Math.min(...held.map((hold) => hold.since)))
      }
    }),
    { numRuns: 100, seed: 20_261_201 },
  )
})
