import type { GenerationView } from '@strata/runtime'
import { expect, test } from 'vitest'
import { foldLayers } from './fold-layers.ts'

const layer = (number: number, pins: number, status: 'current' | 'old' = 'old') => ({ number, pins, status }) as GenerationView

test('of forty layers the current one and those that hold most are drawn, the rest are one', () => {
  const layers = Array.from({ length: 40 }, (_, index) => layer(40 - index, (40 - index) % 7, index === 3 ? 'current' : 'old'))
  const { shown, folded } = foldLayers(layers)
  expect([shown.length, folded.length]).toEqual([7, 33])
  expect(shown.some(({ status }) => status === 'current')).toBe(true)
  expect(shown.map(({ number }) => number)).toEqual(shown.map(({ number }) => number).toSorted((a, b) => b - a))
  const least = Math.min(...shown.filter(({ status }) => status === 'old').map(({ pins }) => pins))
  expect(folded.every(({ pins }) => pins <= least)).toBe(true)
  expect(foldLayers(layers.slice(0, 8)).folded).toEqual([])
})

test('of a tall stack all that have drained are folded, so that those who are pinned stand beside each other', () => {
  const layers = Array.from({ length: 12 }, (_, index) => ({
    ...layer(12 - index, index % 4 === 1 ? 5 : 0, index === 0 ? 'current' : 'old'),
  }))
  const stack = layers.map((one) => ({ ...one, drained: one.status === 'old' && one.pins === 0 }))
  expect(foldLayers(stack).shown.map(({ number }) => number)).toEqual([12, 11, 7, 3])
  expect(foldLayers(stack).folded.every(({ drained }) => drained)).toBe(true)
})
