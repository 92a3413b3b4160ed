import { expect, test } from 'vitest'
import { countOf, formatAge, formatBytes, formatDuration, parseDuration } from './format-figures.ts'

test('reads as a person would write it', () => {
  expect([0, 59_999, 60_000, 8_040_000, 90_000_000].map(formatDuration)).toEqual(['0 s', '59 s', '1 m 0 s', '2 h 14 m', '1 d 1 h'])
  expect([12, 1_234, 56_789, 2_345_678, 4_294_967_296].map(formatBytes)).toEqual(['12 B', '1.2 kB', '57 kB', '2.3 MB', '4.3 GB'])
  expect(formatAge('2026-01-01T00:00:00.000Z', Date.parse('2026-01-01T00:00:07.500Z'))).toBe('7 s')
  expect([countOf(1, 'process', 'processes'), countOf(2, 'file')]).toEqual(['1 process', '2 files'])
})

test('reads a duration as it is written', () => {
  expect(['2h', '1h30m', '2d', '45s'].map(parseDuration)).toEqual([7_200_000, 5_400_000, 172_800_000, 45_000])
  expect(['', '2', 'h', '0m', '30m1h', '2 h', '-1h', '400d', '1.5h'].map(parseDuration)).toEqual(Array(9).fill(undefined))
})
