import type { PurgePlan } from '@strata/runtime'
import { ManualClock } from '@strata/runtime/testing'
import { expect, test } from 'vitest'
import { OPEN_PLANS_MAX, PLAN_LIFE_MS, PlanRegistry } from './plan-registry.ts'

const request = { verb: 'purge', module: 'session', generation: 3 } as const
const plan: PurgePlan = { verb: 'purge', module: 'session', generations: [3], current: 4, victims: [] }

function create() {
  const clock = new ManualClock()
  let serial = 0
  return { clock, plans: new PlanRegistry(clock, () => `p${++serial}`) }
}

function faultOf(act: () => unknown): unknown {
  try {
    act()
  } catch (error) {
    return (error as { fault: unknown }).fault
  }
  return undefined
}

test('PLAN2 a plan is taken at most once', () => {
  const { plans } = create()
  const { id } = plans.add('anna', request, plan)
  expect(plans.take('anna', id)).toMatchObject({ plan, request })
  expect(faultOf(() => plans.take('anna', id))).toEqual({ code: 'plan_used', plan: id })
  expect(faultOf(() => plans.renew('anna', id, plan))).toEqual({ code: 'plan_used', plan: id })
  expect(plans.view('anna', id).state).toBe('used')
})

test('PLAN2 a plan expires after five minutes and is renewed in place', () => {
  const { clock, plans } = create()
  const { id, expiresAt } = plans.add('anna', request, plan)
  clock.advance(PLAN_LIFE_MS)
  expect(faultOf(() => plans.take('anna', id))).toEqual({ code: 'plan_expired', plan: id, expiredAt: expiresAt })
  expect(plans.view('anna', id).state).toBe('expired')
  const renewed = plans.renew('anna', id, { ...plan, current: 5 })
  expect(renewed).toMatchObject({ id, state: 'open', plan: { current: 5 } })
  expect(plans.take('anna', id).plan).toMatchObject({ current: 5 })
})

test("PLAN2 somebody else's plan is theirs", () => {
  const { plans } = create()
  const { id } = plans.add('anna', request, plan)
  const fault = { code: 'forbidden', why: 'not_your_plan', plan: id, owner: 'anna' }
  for (const act of [() => plans.take('bert', id), () => plans.view('bert', id), () => plans.renew('bert', id, plan)])
    expect(faultOf(act)).toEqual(fault)
  expect(faultOf(() => plans.take('bert', 'nothing'))).toEqual({ code: 'unknown_plan', plan: 'nothing' })
  expect(plans.view('anna', id).state).toBe('open')
})

test('PLAN2 a plan of another verb is no plan here', () => {
  const { plans } = create()
  const { id } = plans.add('anna', request, plan)
  expect(faultOf(() => plans.take('anna', id, 'load'))).toEqual({ code: 'unknown_plan', plan: id })
  expect(plans.view('anna', id).state).toBe('open')
})

test('LIM3 fifty open plans for each actor', () => {
  const { clock, plans } = create()
  const ids = Array.from({ length: OPEN_PLANS_MAX }, () => plans.add('anna', request, plan).id)
  expect(faultOf(() => plans.add('anna', request, plan))).toEqual({ code: 'too_many_plans', limit: 50 })
  plans.add('bert', request, plan)
  plans.take('anna', ids[0] ?? '')
  plans.add('anna', request, plan)
  clock.advance(PLAN_LIFE_MS)
  plans.add('anna', request, plan)
})

test('LIM3 expired plans are not renewed beyond the limit', () => {
  const { clock, plans } = create()
  const { id } = plans.add('anna', request, plan)
  clock.advance(PLAN_LIFE_MS)
  const ids = Array.from({ length: OPEN_PLANS_MAX }, () => plans.add('anna', request, plan).id)
  expect(faultOf(() => plans.renew('anna', id, plan))).toEqual({ code: 'too_many_plans', limit: 50 })
  expect(plans.renew('anna', ids[0] ?? '', plan).state).toBe('open')
})

test('lists open plans of everybody by module, newest first', () => {
  const { plans } = create()
  plans.add('anna', request, plan)
  plans.add('bert', { verb: 'delete', module: 'frame' }, { verb: 'delete', module: 'frame', current: 1, importers: [], staying: 0 })
  plans.add('bert', request, plan)
  expect(plans.open('session').map(({ owner, generations }) => [owner, generations])).toEqual([
    ['bert', [3]],
    ['anna', [3]],
  ])
  expect(plans.open()).toHaveLength(3)
})
