import { ManualClock } from '@strata/runtime/testing'
import { expect, onTestFinished, test } from 'vitest'
import { LifeRecord, readLives } from './life/life-record.ts'
import { PLAN_LIFE_MS, PlanRegistry } from './plans/plan-registry.ts'
import { SESSION_LIFE_MS, Sessions } from './auth/sessions.ts'
import { openStore } from './store/store.ts'
import { forwardClock, steadyClock } from './forward-clock.ts'

const HOUR_MS = 60 * 60_000

/** A machine's clock that somebody sets. */
class SetClock extends ManualClock {
  #offset = 0

  set(ms: number): void {
    this.#offset += ms
  }

  override now(): number {
    return super.now() + this.#offset
  }
}

test('STORE11 a plan and a session expire in time, whatever is done to the clock', () => {
  const clock = new SetClock()
  const forward = forwardClock(clock)
  let id = 0
  const plans = new PlanRegistry(forward, () => String(++id))
  const sessions = new Sessions(forward)
  const request = { verb: 'kill', pids: [] } as never
  const plan = plans.add('anna', request, { verb: 'kill', victims: [] } as never)
  const session = sessions.begin('anna', { how: 'link', from: '', agent: '' })
  clock.set(-HOUR_MS)
  clock.advance(PLAN_LIFE_MS - 1)
  expect(plans.view('anna', plan.id).state).toBe('open')
  clock.advance(1)
  expect(plans.view('anna', plan.id).state).toBe('expired')
  clock.advance(SESSION_LIFE_MS - PLAN_LIFE_MS)
  expect(sessions.find(session.id)).toBeUndefined()
})

test('STORE11 the clock that decides what expires goes ahead with the machine’s and never back; the one that decides what is removed does not jump', () => {
  const clock = new SetClock(0)
  const [forward, steady] = [forwardClock(clock), steadyClock(clock)]
  clock.advance(1_000)
  clock.set(-10_000)
  expect([forward.now(), steady.now()]).toEqual([1_000, 1_000])
  clock.advance(1_000)
  clock.set(HOUR_MS)
  expect([forward.now(), steady.now()]).toEqual([HOUR_MS - 8_000, 2_000])
})

test('STORE11 which life was the last one does not depend on the clock', async () => {
  const clock = new SetClock()
  const store = await openStore(null, clock)
  onTestFinished(() => store.close())
  const first = await LifeRecord.begin(store, clock, 'first', false)
  first.ended()
  await store.settled()
  clock.set(-HOUR_MS)
  await LifeRecord.begin(store, clock, 'second', false)
  const [last, before] = await readLives(store)
  expect([last?.endedAt, before?.endedAt === null]).toEqual([null, false])
})
