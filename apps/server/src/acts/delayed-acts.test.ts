import type { Engine, Pid, Plan, Victim } from '@strata/runtime'
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
  const engine = {
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
  } as Pick<Engine, 'preview'>
  const victims = Array.from({ length: 120 }, (_, index) => ({ pid: `1.${index + 1}`, because: 'chosen' }) as unknown as Victim)
  const asking = askLastWords(engine, clock, { verb: 'kill', victims } as Plan)
  await new Promise(setImmediate)
  clock.advance(300)
  const words = await asking
  expect([asked.length, words.size, words.has('1.2' as Pid)]).toEqual([100, 99, false])
  expect(words.get('1.1' as Pid)).toEqual({ document: 'x'.repeat(2_000), cut: true })
  expect(words.get('1.3' as Pid)).toEqual({ document: 'text', cut: false })
  expect(await askLastWords(engine, clock, { verb: 'delete' } as Plan)).toEqual(new Map())
})
