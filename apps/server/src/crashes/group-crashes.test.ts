import type { CrashReport, Pid } from '@strata/runtime'
import { expect, test } from 'vitest'
import { groupCrashes, predecessorOf } from './group-crashes.ts'

let second = 60
/** Newest first, as the engine tells them. */
function crash(message: string, generation = 1, more: Partial<CrashReport> = {}): CrashReport {
  const at = `2026-01-01T00:00:${String(--second).padStart(2, '0')}.000Z`
  return {
    pid: `1.${second}` as Pid,
    name: null,
    module: 'room',
    generation,
    reason: { type: 'error', name: 'Error', message, stack: `Error: ${message}\n    at say (room.ts:4:7 room@${generation})` },
    at,
    entry: 'server room',
    parent: '1.1' as Pid,
    startedAt: at,
    links: [],
    linked: 0,
    queueLength: 0,
    restarts: null,
    lastMessage: null,
    ...more,
  }
}

test('CRASH2 crashes are grouped by cause and generation, numbers left out, most frequent first', () => {
  const crashes = [crash('boom'), crash('no seat 12'), crash('no seat 7'), crash('no seat 7', 2)]
  expect(groupCrashes(crashes).map(({ cause, generation, count, latest }) => [cause, generation, count, latest.pid])).toEqual([
    ['Error: no seat N, at say (room.ts:4:7 room@1)', 1, 2, crashes[1]?.pid],
    ['Error: boom, at say (room.ts:4:7 room@1)', 1, 1, crashes[0]?.pid],
    ['Error: no seat N, at say (room.ts:4:7 room@2)', 2, 1, crashes[3]?.pid],
  ])
  expect(groupCrashes([])).toEqual([])
})

test('CRASH3 a predecessor had the same name, or without one the same parent and entry, and ended before', () => {
  const older = crash('boom', 1, { name: 'doorman' })
  const nameless = crash('boom')
  const started = '2026-01-01T00:01:00.000Z'
  const of = (name: string | null, parent = '1.1', startedAt = started, beganAtMs = 0) =>
    predecessorOf({ name, parent, entry: 'server room', startedAt }, [older, nameless], beganAtMs)?.pid ?? null
  expect(of('doorman')).toBe(older.pid)
  expect(of(null)).toBe(nameless.pid)
  expect(of('somebody else')).toBeNull()
  expect(of(null, '1.2')).toBeNull()
  // Pids begin anew with the runtime; names are the same.
  expect(of(null, '1.1', started, Date.parse(started))).toBeNull()
  expect(of('doorman', '1.1', started, Date.parse(started))).toBe(older.pid)
  expect(of('doorman', '1.1', '2026-01-01T00:00:00.000Z')).toBeNull()
})
