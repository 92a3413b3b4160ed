import { describe, expect, test } from 'vitest'
import type { Sample } from '@strata/runtime'
import { mergeFacts, mergeSamples } from './live-store.ts'
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
  test('samples are in order, each second once, fifteen minutes of them', () => {
    const merged = mergeSamples([sample(1), sample(2)], [sample(2, 7), sample(0)])
    expect(merged.map(({ at, processes }) => [(Date.parse(at) - 1e12) / 1000, processes])).toEqual([
      [0, 0],
      [1, 0],
      [2, 7],
    ])
    expect(
      mergeSamples(
        Array.from({ length: 900 }, (_, second) => sample(second)),
        [sample(900)],
      ),
    ).toHaveLength(900)
  })

  test('facts are newest first, each number once', () => {
    expect(mergeFacts([fact(3), fact(1)], [fact(2), fact(3)]).map(({ seq }) => seq)).toEqual([3, 2, 1])
  })
})
