import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Supervision } from '../src/behaviours/supervision.ts'
import { followAcross } from '../src/host/acts/gather-victims.ts'
import { schedulerOf, type Pid } from '../src/ids.ts'
import { fallingVictims, lossOf, type AcrossSignal } from '../src/inspect/process-views.ts'
import type { VictimsView } from '../src/inspect/views.ts'
import { createTestFleet, type TestFleet } from '../src/testing/test-fleet.ts'
import type { TestScheduler } from '../src/testing/test-scheduler.ts'
import { named, specOf, treesOn, type RandomTree } from './random-trees.ts'
import { SUPERVISED_SYSTEM } from './supervised-system.ts'

const SCHEDULERS = [1, 2, 3]

function at(fleet: TestFleet, scheduler: number): TestScheduler {
  return fleet.schedulers[scheduler - 1] as TestScheduler
}

/** What a plan over these schedulers says. */
function plan(
  fleet: TestFleet,
  schedulers: readonly number[],
  chosen: readonly Pid[],
  across: readonly AcrossSignal[] = [],
): Promise<VictimsView> {
  return followAcross(schedulers, schedulers, across, async (asked, told) =>
    asked.map((scheduler) => {
      const own = chosen.filter((pid) => schedulerOf(pid) === scheduler)
      return { scheduler, ...fallingVictims(at(fleet, scheduler).scheduler, [], own, told(scheduler)) }
    }),
  )
}

function living(fleet: TestFleet, schedulers: readonly number[]): Set<Pid> {
  return new Set(schedulers.flatMap((id) => [...at(fleet, id).scheduler.core.processes.values()].map(({ pid }) => pid)))
}

function expectTruth(fleet: TestFleet, before: ReadonlySet<Pid>, schedulers: readonly number[], { victims, follows }: VictimsView): void {
  const now = living(fleet, schedulers)
  const ended = [...before].filter((pid) => schedulers.includes(schedulerOf(pid)) && !now.has(pid))
  expect(ended.sort()).toEqual(victims.map(({ pid }) => pid).sort())
  for (const { supervisor, child } of follows.restarts) {
    const supervision = at(fleet, schedulerOf(supervisor)).scheduler.core.processes.get(supervisor)?.behaving?.details as Supervision
    expect(now.has(supervision.byId.get(child)?.pid as Pid)).toBe(true)
  }
  for (const { pid } of follows.givingUp) expect(now.has(pid)).toBe(false)
}

async function begin({ strategy, intensity, children }: RandomTree): Promise<TestFleet> {
  const fleet = createTestFleet(3, SUPERVISED_SYSTEM)
  const first = at(fleet, 1)
  first.spawn('log', 'start')
  first.spawn('client', 'parent', { strategy, intensity, children: named(children, 'k').map(specOf) })
  await fleet.settle()
  return fleet
}

test('PLAN3 the plan knows who ends with whom on other schedulers, and what supervisors do about children there', async () => {
  await fc.assert(
    fc.asyncProperty(treesOn([undefined, 1, 2, 3]), async (tree) => {
      const fleet = await begin(tree)
      const before = living(fleet, SCHEDULERS)
      const killable = SCHEDULERS.flatMap((id) => [...at(fleet, id).scheduler.core.processes.values()]).filter(({ name }) => name === null)
      const pids = [...new Set(tree.kills.map((kill) => killable[kill % killable.length]?.pid as Pid))]
      const planned = await plan(fleet, SCHEDULERS, pids)
      for (const pid of pids) at(fleet, schedulerOf(pid)).scheduler.kill(pid, 'operator', 'plan')
      await fleet.settle()
      expectTruth(fleet, before, SCHEDULERS, planned)
      fleet.stop()
    }),
    { seed: 11, numRuns: 60 },
  )
}, 60_000)

test('PLAN3 the plan knows what the loss of a scheduler brings about on the others', async () => {
  await fc.assert(
    fc.asyncProperty(treesOn([undefined, 1, 2, 3]), async (tree) => {
      const fleet = await begin(tree)
      const before = living(fleet, SCHEDULERS)
      const others = [1, 3]
      const loss = others.flatMap((id) => lossOf(at(fleet, id).scheduler, 2))
      const planned = await plan(fleet, others, [], loss)
      fleet.lose(2)
      await fleet.settle()
      expectTruth(fleet, before, others, planned)
      fleet.stop()
    }),
    { seed: 11, numRuns: 60 },
  )
}, 60_000)
