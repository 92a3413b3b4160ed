import { describe, expect, test } from 'vitest'
import type { Sample } from '@strata/runtime'
import { continueSamples, joinSamples, mergeFacts } from './live-store.ts'
import type { LiveFact } from './live-store.ts'

const sample = (second: number, processes = 0): Sample => ({
  at: new Date(1e12 + second * 1000).toISOString(),
  processes,
  bands: [],
  messagesPerSecond: 0,
  reductionsPerSecond: 0,
  queued: 0,
  utilisation: 0,
  heapBytes: 0,
})
const fact = (seq: number): LiveFact => ({ seq, at: '', node: 'local', type: 'released', scheduler: 1, heldMs: 1 })

describe('what the stream brings', () => {
  const seconds = (samples: readonly Sample[]) => samples.map(({ at }) => (Date.parse(at) - 1e12) / 1000)

  test('what is read and what the stream brought meanwhile is in order, each second once, fifteen minutes of them', () => {
    expect(seconds(joinSamples([sample(1), sample(2)], [sample(2), sample(3)]))).toEqual([1, 2, 3])
    expect(seconds(joinSamples([], [sample(3)]))).toEqual([3])
    const full = Array.from({ length: 900 }, (_, second) => sample(second))
    expect(continueSamples(full, [sample(900)])).toHaveLength(900)
  })

  test('a clock that is set back leaves no second of the future behind', () => {
    expect(seconds(continueSamples([sample(1), sample(7000), sample(7001)], [sample(7002)]))).toEqual([1, 7000, 7001, 7002])
    expect(seconds(continueSamples([sample(1), sample(7000), sample(7001)], [sample(2), sample(3)]))).toEqual([1, 2, 3])
  })

  test('facts are newest first, each number once', () => {
    expect(mergeFacts([fact(3), fact(1)], [fact(2), fact(3)]).map(({ seq }) => seq)).toEqual([3, 2, 1])
  })
})
