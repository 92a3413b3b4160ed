import { expect, test } from 'vitest'
import { LIMITS, type LimitWords, readLimit } from './limit-words.ts'

test('SET1 a limit is a duration or a count, and nothing else', () => {
  const [pinned, queue] = LIMITS as [LimitWords, LimitWords]
  expect(['10m', '1h30m', '24h', ' 45s ', '365d'].map((text) => readLimit(pinned, text))).toEqual([
    600_000, 5_400_000, 86_400_000, 45_000, 31_536_000_000,
  ])
  for (const text of ['', '10', 'm', '0s', '-1h', '1h 30m', '366d', '30m1h']) expect(readLimit(pinned, text)).toBeUndefined()
  expect(readLimit(queue, '1000')).toBe(1_000)
  for (const text of ['', '0', '1.5', '-3', '10m', '1e3']) expect(readLimit(queue, text)).toBeUndefined()
})
