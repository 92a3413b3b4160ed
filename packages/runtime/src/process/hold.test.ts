import { array, assert, integer, property, tuple } from 'fast-check'
import { expect, test } from 'vitest'
import type { CodeInstance } from '../code/instance.ts'
import { HOST_PID } from '../ids.ts'
import { Holders } from './hold.ts'
import { Process } from './process.ts'

test('PIN1 of those who pin a generation the one that has done so longest comes first, whoever comes, goes and begins anew', () => {
  const act = tuple(integer({ min: 0, max: 2 }), integer({ min: 0, max: 30 }), integer({ min: 0, max: 50 }))
  assert(
    property(array(act, { maxLength: 200 }), (acts) => {
      const holders = new Holders({} as CodeInstance)
      const others = [new Holders({} as CodeInstance), new Holders({} as CodeInstance)]
      const held: { readonly process: Process; since: number }[] = []
      for (const [kind, at, since] of acts) {
        const known = held[at]
        if (kind === 0 || known === undefined) {
          const process = new Process(HOST_PID, 0, null, 0)
          // Some pin other generations before it, and some none.
          for (const other of others.slice(0, at % 3)) other.add(process, since)
          held.push({ process, since })
          holders.add(process, since)
        } else if (kind === 1) {
          holders.remove(known.process)
          if (since % 2 === 0 && known.process.holders !== null) known.process.holders.remove(known.process)
          held.splice(at, 1)
        } else {
          known.since = since
          holders.date(known.process, since)
        }
        expect([holders.size, new Set(holders.all)]).toEqual([held.length, new Set(held.map(({ process }) => process))])
        expect(holders.oldest).toBe(held.length === 0 ? undefined : Math.min(...held.map((hold) => hold.since)))
        for (const { process, since: known } of held) expect(holders.sinceOf(process)).toBe(known)
      }
    }),
    { numRuns: 100, seed: 20_261_201 },
  )
})
