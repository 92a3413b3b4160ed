import { expect, test } from 'vitest'
import type { ExitReason } from '../exit-reason.ts'
import { checkSpec } from './child-spec.ts'
import { countRestart } from './restart-limit.ts'
import { isNormalEnd, planRestart } from './restart-plan.ts'
import type { AutoShutdown, DecidedChild, Restart, Strategy } from './restart-plan.ts'

const ENDS: Readonly<Record<string, ExitReason>> = {
  normal: { type: 'normal' },
  shutdown: { type: 'exit', value: 'shutdown' },
  'shutdown with a term': { type: 'exit', value: { shutdown: 'x' } },
  boom: { type: 'exit', value: 'boom' },
  error: { type: 'error', name: 'Error', message: 'boom', stack: '' },
  killed: { type: 'killed', by: 'signal', reason: '' },
  purge: { type: 'killed', by: 'purge', reason: 'purge of kid@1' },
  undef: { type: 'undef', module: 'm', export: 'e', stack: '' },
  heap_limit: { type: 'heap_limit', at: null, bytes: 1, limitBytes: 1 },
}

function child(id: string, restart: Restart = 'permanent', running = true, significant = false): DecidedChild {
  return { id, restart, running, significant }
}

test.each([
  ['normal', [true, false, false]],
  ['shutdown', [true, false, false]],
  ['shutdown with a term', [true, false, false]],
  ['boom', [true, true, false]],
  ['error', [true, true, false]],
  ['killed', [true, true, false]],
  ['purge', [true, true, false]],
  ['undef', [true, true, false]],
  ['heap_limit', [true, true, false]],
] as const)('SUP3 after %s: permanent, transient and temporary children are restarted or not (S5, S21)', (end, restarted) => {
  const outcomes = (['permanent', 'transient', 'temporary'] as const).map((restart) => {
    const ended = child('k', restart, false)
    return planRestart({ strategy: 'one-for-one', autoShutdown: 'never', children: [ended] }, ended, ENDS[end] as ExitReason)
  })
  expect(outcomes.map(({ type }) => type === 'restart')).toEqual(restarted)
  expect(outcomes[2]).toEqual({ type: 'leave', forget: true })
  expect(isNormalEnd(ENDS[end] as ExitReason)).toBe(!restarted[1])
})

test.each([
  ['one-for-one', [], ['b']],
  ['dynamic', [], ['b']],
  ['one-for-all', ['d', 'c', 'a'], ['a', 'b', 'c', 'd']],
  ['rest-for-one', ['d', 'c'], ['b', 'c', 'd']],
] as const)(
  'SUP2 %s: who is stopped, last first, and who is started, in order, when b of a b c d ends (S2, S3, S4)',
  (strategy, stop, start) => {
    const children = ['a', 'b', 'c', 'd'].map((id) => child(id, 'permanent', id !== 'b'))
    expect(planRestart({ strategy, autoShutdown: 'never', children }, children[1] as DecidedChild, ENDS['boom'] as ExitReason)).toEqual({
      type: 'restart',
      stop,
      forget: [],
      start,
    })
  },
)

test('SUP2 a group restart stops temporary siblings for good, and brings stopped ones back (S6, S23)', () => {
  const children = [child('a', 'temporary'), child('b', 'transient', false), child('c', 'permanent'), child('d', 'permanent', false)]
  const plan = planRestart(
    { strategy: 'one-for-all', autoShutdown: 'never', children },
    children[1] as DecidedChild,
    ENDS['boom'] as ExitReason,
  )
  expect(plan).toEqual({ type: 'restart', stop: ['c', 'a'], forget: ['a'], start: ['b', 'c', 'd'] })
})

test.each([
  ['any', 'a', 'normal', 'shut_down'],
  ['any', 'a', 'boom', 'restart'],
  ['any', 'b', 'boom', 'shut_down'],
  ['any', 'c', 'normal', 'restart'],
  ['all', 'a', 'normal', 'leave'],
  ['never', 'a', 'normal', 'leave'],
] as const)('SUP10 with autoShutdown %s, where %s ends of %s (S18)', (autoShutdown: AutoShutdown, id, end, type) => {
  const children = [child('a', 'transient', id !== 'a', true), child('b', 'temporary', id !== 'b', true), child('c')]
  const ended = children.find((one) => one.id === id) as DecidedChild
  expect(planRestart({ strategy: 'one-for-one', autoShutdown, children }, ended, ENDS[end] as ExitReason).type).toBe(type)
})

test('SUP10 with autoShutdown all the last significant child ends the supervisor (S18)', () => {
  const children = [child('a', 'transient', false, true), child('b', 'temporary', false, true), child('c')]
  const strategy: Strategy = 'one-for-one'
  expect(planRestart({ strategy, autoShutdown: 'all', children }, children[1] as DecidedChild, ENDS['normal'] as ExitReason)).toEqual({
    type: 'shut_down',
    forget: true,
  })
})

test.each([0, 1, 2, 3])('SUP4 with intensity %i so many restarts within the period are borne, and one more is not (S7)', (intensity) => {
  let restarts: readonly number[] = []
  for (let restart = 1; restart <= intensity + 1; restart++) {
    const counted = countRestart(restarts, restart, { intensity, periodMs: 5_000 })
    expect(counted.status).toBe(restart <= intensity ? 'within' : 'exceeded')
    restarts = counted.restarts
  }
})

test.each([
  [300, 'exceeded'],
  [900, 'exceeded'],
  [1_000, 'exceeded'],
  [1_000.5, 'within'],
  [1_100, 'within'],
  [1_900, 'within'],
] as const)('SUP4 the period is exact time: intensity 1 in 1,000 ms, two crashes %d ms apart (S9)', (apart, status) => {
  for (const phase of [0, 20, 250, 500, 750.25]) {
    const { restarts } = countRestart([], phase, { intensity: 1, periodMs: 1_000 })
    expect(countRestart(restarts, phase + apart, { intensity: 1, periodMs: 1_000 }).status).toBe(status)
  }
})

test('SUP13 what a spec leaves out is as in OTP: one-for-one, 1 restart in 5 s, permanent, 5 s to stop, a supervisor all the time it needs (S8)', () => {
  const children = [
    { id: 'worker', start: { module: 'm', export: 'start' } },
    { id: 'inner', start: { behaviour: 'supervisor' as const, module: 's' } },
  ]
  const checked = checkSpec({ children })
  expect(checked).toMatchObject({
    status: 'valid',
    value: {
      strategy: 'one-for-one',
      intensity: 1,
      periodMs: 5_000,
      autoShutdown: 'never',
      children: [
        { id: 'worker', restart: 'permanent', shutdown: 5_000, significant: false },
        { id: 'inner', restart: 'permanent', shutdown: 'infinity', significant: false },
      ],
    },
  })
})
