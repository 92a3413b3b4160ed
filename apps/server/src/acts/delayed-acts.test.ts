import type { CrashReport, Engine, Pid, Plan, Victim } from '@strata/runtime'
import { ManualClock } from '@strata/runtime/testing'
import { expect, test } from 'vitest'
import { DelayedActs } from './delayed-acts.ts'
import { askLastWords } from './last-words.ts'

test('CANCEL1 an act begins when its time has come, at once on demand, or never, and once at most', () => {
  const clock = new ManualClock()
  const acts = new DelayedActs(clock)
  const begun: string[] = []
  for (const id of ['waits', 'now', 'cancelled']) acts.wait(id, 5_000, () => begun.push(id))
  expect([acts.now('now'), acts.now('now'), acts.cancel('cancelled'), acts.cancel('cancelled')]).toEqual([true, false, true, false])
  clock.advance(4_999)
  expect([begun, acts.ids()]).toEqual([['now'], ['waits']])
  clock.advance(1)
  expect([begun, acts.ids(), acts.cancel('waits')]).toEqual([['now', 'waits'], [], false])
  clock.advance(60_000)
  expect(begun).toEqual(['now', 'waits'])
})

test('KEEP1 100 are asked for their state at once, and nobody waits longer than 300 ms for who is silent', async () => {
  const clock = new ManualClock()
  const asked: Pid[] = []
  const by = { actor: 'anna', reason: 'mad' }
  const engine = {
    queue: () =>
      Promise.resolve({
        total: 7,
        messages: ['one', 'two', 'three', 'four'].map((text) => ({ text: text.repeat(200), cut: false })),
      } as never),
    preview(pid: Pid) {
      asked.push(pid)
      if (pid === '1.2') return new Promise<never>(() => {})
      return Promise.resolve({
        status: 'answered',
        document: pid === '1.1' ? 'x'.repeat(3_000) : 'text',
        own: null,
        current: null,
      } as never)
    },
  } as Pick<Engine, 'preview' | 'queue'>
  const crash = { name: 'pump', at: '2026-01-01T00:00:00.000Z', reason: { type: 'exit', value: 'shutdown' } } as unknown as CrashReport
  const desk = { engine, clock, crashes: { list: () => Promise.resolve([crash]) } }
  const victims = Array.from(
    { length: 120 },
    (_, index) =>
      ({
        pid: `1.${index + 1}`,
        name: index === 4 ? 'pump' : null,
        queueLength: index === 1 ? 7 : 0,
        because: 'chosen',
      }) as unknown as Victim,
  )
  const asking = askLastWords(desk, { verb: 'kill', victims } as Plan, by)
  await new Promise(setImmediate)
  clock.advance(300)
  const words = await asking
  expect([asked.length, words.size]).toEqual([100, 100])
  // Who does not answer still has what waits for it.
  expect(words.get('1.2' as Pid)).toEqual({
    document: null,
    cut: false,
    unread: { waiting: 7, first: ['one'.repeat(100), 'two'.repeat(100), 'three'.repeat(60)] },
  })
  expect(words.get('1.5' as Pid)).toEqual({ document: 'text', cut: false, lastCrash: { at: crash.at, reason: 'exit: shutdown' } })
  expect(words.get('1.1' as Pid)).toEqual({ document: 'x'.repeat(2_000), cut: true })
  expect(words.get('1.3' as Pid)).toEqual({ document: 'text', cut: false })
  expect(await askLastWords(desk, { verb: 'delete' } as Plan, by)).toEqual(new Map())
})
