import { nowMs } from '@strata/ui'
import { expect, test } from 'vitest'
import { noteServerTime } from './server-time.ts'

const NEAR_MS = 1_000
const HOUR_MS = 3_600_000

test('times are told by the server, whatever the browser thinks; a word that comes late sets nothing back, a clock that was set does', () => {
  const server = Date.now() + 5 * HOUR_MS
  const began = performance.now()
  const note = (time: number, afterMs: number) => noteServerTime(new Date(time + afterMs).toISOString(), began + afterMs)
  note(server, 0)
  const first = nowMs()
  expect(Math.abs(first - server)).toBeLessThan(NEAR_MS)
  note(server - 1_500, 1_000)
  expect(nowMs()).toBeGreaterThanOrEqual(first)
  note(server - HOUR_MS, 2_000)
  expect(Math.abs(nowMs() - (server - HOUR_MS))).toBeLessThan(NEAR_MS)
  // What a tab catches up with after a cut is of the past.
  note(server - 2 * HOUR_MS, 2_010)
  expect(Math.abs(nowMs() - (server - HOUR_MS))).toBeLessThan(NEAR_MS)
  note(server + HOUR_MS, 3_000)
  expect(Math.abs(nowMs() - (server + HOUR_MS))).toBeLessThan(NEAR_MS)
  noteServerTime('no time')
  expect(nowMs()).toBeGreaterThan(server)
})
