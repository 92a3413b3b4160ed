import { expect, test } from 'vitest'
import { decideStart, type FormerLife, SAFE_WINDOW_MS } from './decide-start.ts'

const NOW = 10_000_000

function life(beganAt: number, rest: Partial<FormerLife> = {}): FormerLife {
  return { beganAt, readyAt: beganAt + 1_000, seenAt: beganAt + 2_000, endedAt: null, safe: false, ...rest }
}

const crashed = [life(NOW - 10_000), life(NOW - 20_000, { readyAt: null }), life(NOW - 30_000)]

test('SAFE1 three crashes at start within five minutes start in safe mode, and say how many', () => {
  expect(decideStart(crashed, NOW, 'auto')).toEqual({ status: 'again', after: 'crash', downMs: 8_000, safe: { crashes: 3 } })
  expect(decideStart(crashed.slice(1), NOW, 'auto')).toMatchObject({ safe: null })
})

test('SAFE1 what was stopped, what ran for a while, what is long ago and what was safe itself is no crash at start', () => {
  const others: Partial<FormerLife>[] = [
    { endedAt: NOW - 5_000 },
    { seenAt: NOW - 10_000 + 60_000 },
    { beganAt: NOW - SAFE_WINDOW_MS - 1 },
    { safe: true },
  ]
  for (const other of others)
    expect(decideStart([{ ...life(NOW - 10_000), ...other }, ...crashed.slice(1)], NOW, 'auto')).toMatchObject({ safe: null })
})

test('SAFE1 a clock that was set back hides no crash', () => {
  expect(
    decideStart(
      crashed.map((entry) => ({ ...entry, beganAt: NOW + 60_000 })),
      NOW,
      'auto',
    ),
  ).toMatchObject({ safe: { crashes: 3 } })
})

test('SAFE1 STRATA_SAFE_MODE asks for it or rules it out', () => {
  expect(decideStart([life(0, { endedAt: 5_000 })], NOW, 'always')).toMatchObject({ after: 'stop', safe: { crashes: 0 } })
  expect(decideStart(crashed, NOW, 'never')).toMatchObject({ safe: null })
  expect(decideStart([], NOW, 'always')).toEqual({ status: 'first' })
})
