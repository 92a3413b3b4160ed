import type { Engine, Pid, UpgradePlan, Victim } from '@strata/runtime'
import { ManualClock } from '@strata/runtime/testing'
import { expect, test } from 'vitest'
import { ActRegistry } from '../acts/act-registry.ts'
import { RunningActs } from '../acts/running-acts.ts'
import { RunningMoves } from '../acts/running-moves.ts'
import { RefusedError } from '../fault.ts'
import { carryOut } from './carry-out.ts'
import { PlanRegistry } from './plan-registry.ts'

const BY = { actor: 'anna', reason: '' }

/** An engine whose upgrades end when the test says so. */
function slowEngine() {
  const parts: { readonly pids: readonly Pid[]; readonly end: () => void }[] = []
  const upgrade: Engine['upgrade'] = ({ targets }) =>
    new Promise((resolve) =>
      parts.push({
        pids: targets.map(({ pid }) => pid),
        end: () => resolve(targets.map(({ pid }) => ({ pid, status: 'moved' as const, generation: 2 }))),
      }),
    )
  return { parts, engine: { upgrade } as unknown as Engine }
}

function upgradeOf(count: number): UpgradePlan {
  const targets = Array.from(
    { length: count },
    (_, index) => ({ pid: `1.${index + 1}`, because: 'chosen', can: true }) as unknown as Victim & { can: true },
  )
  return { verb: 'upgrade', targets, to: [] }
}

function begin(count: number) {
  const clock = new ManualClock()
  const { parts, engine } = slowEngine()
  const acts = new ActRegistry(clock)
  const desk = {
    engine,
    clock,
    crashes: { list: async () => [] },
    plans: new PlanRegistry(clock, () => 'p1'),
    acts,
    moves: new RunningMoves({ engine, acts, running: new RunningActs() }),
    settled: async () => {},
  }
  const plan = upgradeOf(count)
  desk.plans.add('anna', { verb: 'upgrade', targets: { pids: plan.targets.map(({ pid }) => pid) } }, plan)
  const taken = desk.plans.take('anna', 'p1')
  desk.acts.begin(taken.view, BY)
  const executed = carryOut(desk, taken, BY)
  return { desk, parts, executed }
}

/** Everything that follows from what has been done by now. */
const settled = () => new Promise(setImmediate)

test('CANCEL3 an upgrade of many goes in parts, counts while it runs, and begins no further one once it is stopped', async () => {
  const { desk, parts, executed } = begin(230)
  await settled()
  expect([parts.length, parts[0]?.pids.length]).toEqual([1, 100])
  expect(await desk.acts.get('p1')).toMatchObject({ status: 'running', stop: 'possible', total: 230, done: 0 })
  parts[0]?.end()
  await settled()
  expect(await desk.acts.get('p1')).toMatchObject({ done: 100, counts: { moved: 100, waiting: 130 } })
  expect(desk.acts.askStop('p1')).toMatchObject({ stop: 'asked' })
  parts[1]?.end()
  const act = await executed
  expect(parts.length).toBe(2)
  expect(act).toMatchObject({ status: 'stopped', stop: null, counts: { moved: 200, untouched: 30 } })
  expect(act.items.findLast(({ outcome }) => outcome === 'moved')?.pid).toBe('1.200')
  expect(() => desk.acts.askStop('p1')).toThrow(RefusedError)
})

test('CANCEL3 20 parts at most, and 100 or fewer are one step, which cannot be stopped', async () => {
  const large = begin(10_000)
  await settled()
  expect(large.parts[0]?.pids.length).toBe(500)
  const small = begin(100)
  await settled()
  expect(() => small.desk.acts.askStop('p1')).toThrow(RefusedError)
  small.parts[0]?.end()
  expect(await small.executed).toMatchObject({ status: 'done', counts: { moved: 100 } })
})
