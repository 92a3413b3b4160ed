import type { GenerationView, Sample } from '@strata/runtime'
import { expect, test } from 'vitest'
import { drawDrain, estimateDrain } from './drain.ts'

const MINUTE_MS = 60_000
const every = (minutes: number, pins: readonly (number | null)[]) => [pins.map((_, index) => index * minutes * MINUTE_MS), pins] as const

test('DRAIN2 the pace of the last half hour says when nobody will be left', () => {
  expect(estimateDrain(...every(10, [100, 40, 30, 20, 10]), 10)).toEqual({
    status: 'draining',
    leftMs: 10 * MINUTE_MS,
    overMs: 30 * MINUTE_MS,
  })
  expect(estimateDrain(...every(1, [12, 9, 6]), 6)).toEqual({ status: 'draining', leftMs: 2 * MINUTE_MS, overMs: 2 * MINUTE_MS })
})

test('DRAIN2 what is flat is not draining, and says for how long, also for days', () => {
  const day = 24 * 60
  expect(estimateDrain(...every(day, [9, 7, 3, 3, 3, 3]), 3)).toEqual({
    status: 'not_draining',
    forMs: 3 * day * MINUTE_MS,
    orLonger: false,
  })
  expect(estimateDrain(...every(10, [9, 7, 3, 3, 3, 3, 3]), 3)).toEqual({
    status: 'not_draining',
    forMs: 40 * MINUTE_MS,
    orLonger: false,
  })
  expect(estimateDrain(...every(10, [5, 5, 5, 5, 5, 5]), 5)).toEqual({ status: 'not_draining', forMs: 50 * MINUTE_MS, orLonger: true })
})

test('DRAIN2 who comes and goes is no drain, what was before it was old does not count, a moment says nothing, nobody is drained', () => {
  expect(estimateDrain(...every(1, [11, 11, 30, 20, 11, 11]), 11)).toMatchObject({ status: 'not_draining', orLonger: true })
  expect(estimateDrain(...every(1, [1, 5, 30, 20, 10]), 10, 2 * MINUTE_MS)).toEqual({
    status: 'draining',
    leftMs: MINUTE_MS,
    overMs: 2 * MINUTE_MS,
  })
  expect(estimateDrain(...every(0.2, [30, 20, 10]), 10)).toEqual({ status: 'unknown' })
  expect(estimateDrain(...every(1, [null, 4, null]), 4)).toEqual({ status: 'unknown' })
  expect(estimateDrain(...every(1, [3, 1, 0]), 0)).toEqual({ status: 'drained' })
  expect(estimateDrain([], [], 4)).toEqual({ status: 'unknown' })
})

test('DRAIN1 each loaded generation has its curve, with holes where nothing was measured', () => {
  const generation = (number: number, status: GenerationView['status'], pins: number) =>
    ({ number, status, pins, loadedAt: new Date(0).toISOString() }) as GenerationView
  const sample = (minute: number, pins: Readonly<Record<number, number>>) =>
    ({
      at: new Date(minute * MINUTE_MS).toISOString(),
      bands: [
        ...Object.entries(pins).map(([number, count]) => ({ module: 'm', generation: Number(number), pins: count, crashes: 0 })),
        { module: 'other', generation: 2, pins: 99, crashes: 0 },
      ],
    }) as unknown as Sample
  const view = drawDrain(
    'm',
    [generation(3, 'current', 4), generation(2, 'old', 2), generation(1, 'purged', 0)],
    [sample(0, { 2: 9 }), sample(1, { 2: 4, 3: 1 }), sample(2, { 2: 2, 3: 4 })],
  )
  expect(view).toEqual({
    module: 'm',
    at: [0, MINUTE_MS, 2 * MINUTE_MS],
    curves: [
      { number: 3, status: 'current', pins: 4, points: [null, 1, 4], estimate: null },
      { number: 2, status: 'old', pins: 2, points: [9, 4, 2], estimate: expect.objectContaining({ status: 'draining' }) },
    ],
  })
})
