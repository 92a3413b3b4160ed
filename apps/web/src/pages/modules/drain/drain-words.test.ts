import { expect, test } from 'vitest'
import { drainWords } from './drain-words.ts'

const MINUTE_MS = 60_000

test('DRAIN2 an estimate is told as roughly as it is known', () => {
  const text = (estimate: Parameters<typeof drainWords>[0]) => drainWords(estimate).text
  expect(text({ status: 'draining', leftMs: 20_000, overMs: MINUTE_MS })).toBe('drains in about 1 m')
  expect(text({ status: 'draining', leftMs: 43.4 * MINUTE_MS, overMs: MINUTE_MS })).toBe('drains in about 45 m')
  expect(text({ status: 'draining', leftMs: 200 * MINUTE_MS, overMs: MINUTE_MS })).toBe('drains in about 3 h')
  expect(text({ status: 'not_draining', forMs: 9 * 24 * 60 * MINUTE_MS, orLonger: true })).toBe('not draining for 9 d or longer')
  expect(text({ status: 'unknown' })).toBe('too early to say when it drains')
})
