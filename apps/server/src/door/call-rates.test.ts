import { ManualClock } from '@strata/runtime/testing'
import { expect, test } from 'vitest'
import { CallRates } from './call-rates.ts'

const rate = { burst: 10, perSecond: 2 }

test('DOOR7 limits count calls, not requests', () => {
  const rates = new CallRates(new ManualClock())
  expect(rates.take('a', 8, rate)).toBe(0)
  expect(rates.take('a', 3, rate)).toBe(500)
  expect(rates.take('a', 2, rate)).toBe(0)
  expect(rates.take('b', 10, rate)).toBe(0)
})

test('calls come back with time, up to the burst', () => {
  const clock = new ManualClock()
  const rates = new CallRates(clock)
  rates.take('a', 10, rate)
  clock.advance(1_500)
  expect(rates.take('a', 4, rate)).toBe(500)
  expect(rates.take('a', 3, rate)).toBe(0)
  clock.advance(3_600_000)
  expect(rates.take('a', 11, rate)).toBeGreaterThan(0)
  expect(rates.take('a', 10, rate)).toBe(0)
})
