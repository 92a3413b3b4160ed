import { expect, test } from 'vitest'
import type { Clock } from '../clock.ts'
import type { EngineEvent } from '../events.ts'
import type { Pid } from '../ids.ts'
import { EventLog, EVENTS_KEPT } from './event-log.ts'

function manual(): Clock & { set(ms: number): void } {
  let now = 0
  return { now: () => now, monotonicMs: () => now, schedule: () => () => {}, set: (ms) => void (now = ms) }
}

test('ENG1 numbers rise by one and subscribers see each event once', () => {
  const log = new EventLog(manual(), 'local')
  const seen: EngineEvent[] = []
  const stop = log.subscribe((event) => seen.push(event))
  log.append({ type: 'error', message: 'a' })
  log.append({ type: 'error', message: 'b' })
  stop()
  log.append({ type: 'error', message: 'c' })
  expect(seen.map(({ seq }) => seq)).toEqual([1, 2])
  expect(log.after(1)).toMatchObject({ complete: true, events: [{ seq: 2 }, { seq: 3 }] })
})

test('ENG1 a reader that is too far behind is told that there is a gap', () => {
  const log = new EventLog(manual(), 'local')
  for (let index = 0; index < EVENTS_KEPT * 2; index += 1) log.append({ type: 'error', message: '' })
  expect(log.after(1).complete).toBe(false)
  expect(log.after(log.lastSeq() - 3)).toMatchObject({ complete: true })
  expect(log.after(log.lastSeq() - 3).events).toHaveLength(3)
  expect(log.after(log.lastSeq() + 5).complete).toBe(false)
})

test('ENG1 a storm of crashes is counted, not told one by one', () => {
  const clock = manual()
  const log = new EventLog(clock, 'local')
  const crash = { pid: '1.1' as Pid, name: null, module: 'm', generation: 1, reason: { type: 'normal' } } as const
  for (let index = 0; index < 1_000; index += 1) log.append({ type: 'crashed', crash })
  clock.set(1_000)
  log.append({ type: 'crashed', crash })
  const types = log.after(0).events.map(({ type }) => type)
  expect(types.filter((type) => type === 'crashed')).toHaveLength(51)
  expect(log.after(0).events.find(({ type }) => type === 'crashes_dropped')).toMatchObject({ count: 950 })
})
