import type { LoadPlan, Pid, PurgePlan, RollbackPlan, Victim } from '@strata/runtime'
import { expect, test } from 'vitest'
import { comparePlans } from './plan-difference.ts'

function victim(pid: string): Victim {
  return {
    pid: pid as Pid,
    name: null,
    function: 'loop',
    at: 'session.ts:4',
    module: 'session',
    generation: 1,
    queueLength: 0,
    startedAt: '2026-01-01T00:00:00.000Z',
    links: [],
    because: 'pins',
  }
}

const purge: PurgePlan = { verb: 'purge', module: 'session', generations: [1, 2], current: 3, victims: [victim('1.1'), victim('1.2')] }

test('PLAN2 a renewed plan tells who came, who went and what is current', () => {
  const now = { ...purge, generations: [2], current: 4, victims: [victim('1.2'), victim('1.3')] }
  expect(comparePlans(purge, now)).toEqual({
    changes: [
      { type: 'current', module: 'session', was: 3, is: 4 },
      { type: 'generation_gone', module: 'session', number: 1 },
      { type: 'one_more', victim: victim('1.3') },
    ],
    gone: ['1.1'],
  })
  expect(comparePlans(purge, purge)).toEqual({ changes: [], gone: [] })
})

test('PLAN2 a renewed load plan tells that its source or current changed', () => {
  const load: LoadPlan = {
    verb: 'load',
    modules: [{ module: 'a', next: 2, current: 1, hash: 'x', purges: [] }],
    policy: 'purge',
    victims: [],
  }
  const now: LoadPlan = { ...load, modules: [{ module: 'a', next: 3, current: 2, hash: 'y', purges: [1] }] }
  expect(comparePlans(load, now).changes).toEqual([
    { type: 'current', module: 'a', was: 1, is: 2 },
    { type: 'source', module: 'a' },
  ])
})

test('PLAN2 a renewed rollback tells that current changed, and that its generation was purged meanwhile', () => {
  const rollback: RollbackPlan = { verb: 'rollback', module: 'a', from: 3, to: 1, how: 'rebind', becomes: 1, staying: 2 }
  expect(comparePlans(rollback, { ...rollback, from: 4, how: 'reload', becomes: 5 })).toEqual({
    changes: [
      { type: 'current', module: 'a', was: 3, is: 4 },
      { type: 'generation_gone', module: 'a', number: 1 },
    ],
    gone: [],
  })
})
