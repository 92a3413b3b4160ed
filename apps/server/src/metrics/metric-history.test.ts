import type { Engine, Sample } from '@strata/runtime'
import { ManualClock } from '@strata/runtime/testing'
import { expect, onTestFinished, test } from 'vitest'
import { openStore } from '../store/store.ts'
import { dropEmptyBands, mergeSamples } from './merge-samples.ts'
import { MetricHistory, retireMetrics } from './metric-history.ts'

const MINUTE_MS = 60_000
const START_MS = Date.UTC(2026, 0, 1)

function sample(atMs: number, processes: number, crashes = 0): Sample {
  return {
    at: new Date(atMs).toISOString(),
    processes,
    bands: [{ module: 'm', generation: 1, pins: processes, crashes }],
    messagesPerSecond: processes,
    reductionsPerSecond: 10,
    queued: processes,
    utilisation: 0.5,
    heapBytes: processes,
  }
}

async function history() {
  const clock = new ManualClock(START_MS)
  const store = await openStore(null, clock)
  const engine = { subscribe: () => () => undefined } as unknown as Engine
  const metrics = new MetricHistory(store, engine, clock)
  onTestFinished(async () => {
    metrics.close()
    await store.close()
  })
  return { clock, store, metrics }
}

test('STORE8 samples of a stretch become one: means of rates, peaks of backlog and heap, crashes added up, the last counts', () => {
  const merged = mergeSamples([sample(0, 2, 1), sample(1_000, 10, 2), sample(2_000, 6, 0)])
  expect(merged).toMatchObject({ at: new Date(2_000).toISOString(), processes: 6, messagesPerSecond: 6, queued: 10, heapBytes: 10 })
  expect(merged?.bands).toEqual([{ module: 'm', generation: 1, pins: 6, crashes: 3 }])
})

test('a sample that is asked for names no generation that nobody pinned and where nobody crashed', () => {
  const bands = [
    { module: 'm', generation: 1, pins: 0, crashes: 0 },
    { module: 'm', generation: 2, pins: 3, crashes: 0 },
    { module: 'm', generation: 3, pins: 0, crashes: 1 },
  ]
  expect(dropEmptyBands({ ...sample(0, 2), bands }).bands).toEqual(bands.slice(1))
})

test('STORE8 seconds are kept for 15 minutes, ten seconds for 6 hours, minutes for 30 days, and each range has its step', async () => {
  const { clock, store, metrics } = await history()
  for (let second = 0; second <= 20 * 60; second++) metrics.add(sample(START_MS + second * 1_000, second, 1))
  clock.advance(20 * MINUTE_MS)
  await store.settled()
  const counts = async (): Promise<readonly unknown[]> =>
    Promise.all(
      [1, 10, 60].map(
        async (step) => (await store.db.selectFrom('metrics').select('at').where('step_seconds', '=', step).execute()).length,
      ),
    )
  expect(await counts()).toEqual([1_201, 120, 20])
  await retireMetrics(store.db, clock.now())
  expect(await counts()).toEqual([901, 120, 20])
  const near = await metrics.since(clock.now() - 5 * MINUTE_MS)
  expect([near.length, near.at(-1)?.processes]).toEqual([301, 1_200])
  const far = await metrics.since(clock.now() - 20 * MINUTE_MS)
  // 120 stretches and the one that has begun.
  expect(far).toHaveLength(121)
  // No crash is lost by merging.
  expect(far.reduce((sum, { bands }) => sum + (bands[0]?.crashes ?? 0), 0)).toBe(1_201)
  expect(await metrics.since(clock.now() - 24 * 60 * MINUTE_MS)).toHaveLength(21)
  clock.advance(7 * 60 * MINUTE_MS)
  await retireMetrics(store.db, clock.now())
  expect(await counts()).toEqual([0, 0, 20])
})

test('STORE8 a young system’s long ranges show what there is', async () => {
  const { clock, store, metrics } = await history()
  for (let second = 0; second < 7; second++) metrics.add(sample(START_MS + second * 1_000, second, 1))
  clock.advance(7_000)
  await store.settled()
  expect(await metrics.since(clock.now() - 7 * 24 * 60 * MINUTE_MS)).toMatchObject([{ processes: 6, bands: [{ crashes: 7 }] }])
})

test('STORE11 a clock that is set back: each stretch tells what was measured last under its time, nothing twice, nothing of the future', async () => {
  const { clock, store, metrics } = await history()
  for (let second = 0; second <= 20 * 60; second++) metrics.add(sample(START_MS + second * 1_000, 1, 1))
  clock.advance(10 * MINUTE_MS)
  // From minute 20 back to minute 10, for five minutes.
  for (let second = 0; second <= 5 * 60; second++) metrics.add(sample(START_MS + 10 * MINUTE_MS + second * 1_000, 7, 3))
  clock.advance(5 * MINUTE_MS)
  await store.settled()
  const seconds = await metrics.since(clock.now() - 10 * MINUTE_MS)
  expect(seconds.map(({ processes }) => processes)).toEqual([...Array(300).fill(1), ...Array(301).fill(7)])
  const minutes = await store.db.selectFrom('metrics').selectAll().where('step_seconds', '=', 60).orderBy('at').execute()
  const crashes = minutes.map(({ sample }) => (JSON.parse(sample) as Sample).bands[0]?.crashes)
  expect(crashes.slice(0, 15)).toEqual([...Array(10).fill(60), ...Array(5).fill(180)])
  const far = await metrics.since(clock.now() - 7 * 60 * MINUTE_MS)
  expect(far.every(({ at }) => Date.parse(at) <= clock.now())).toBe(true)
})
