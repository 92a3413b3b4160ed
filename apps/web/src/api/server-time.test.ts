import { nowMs } from '@strata/ui'
import { expect, test } from 'vitest'
import { noteServerTime } from './server-time.ts'

const NEAR_MS = 1_000
const HOUR_MS = 3_600_000

test('times are told by the server, whatever the browser thinks; a word that comes late sets nothing back, a clock that was set does', () => {
  const server = Date.now() + 5 * HOUR_MS
  noteServerTime(new Date(server).toISOString())
  const first = nowMs()
  expect(Math.abs(first - server)).toBeLessThan(NEAR_MS)
  noteServerTime(new Date(server - 1_500).toISOString())
  expect(nowMs()).toBeGreaterThanOrEqual(first)
  noteServerTime(new Date(server - HOUR_MS).toISOString())
  expect(Math.abs(nowMs() - (server - HOUR_MS))).toBeLessThan(NEAR_MS)
  noteServerTime(new Date(server + HOUR_MS).toISOString())
  expect(Math.abs(nowMs() - (server + HOUR_MS))).toBeLessThan(NEAR_MS)
  noteServerTime('no time')
  expect(nowMs()).toBeGreaterThan(server)
})
