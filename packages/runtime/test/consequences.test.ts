import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Supervision } from '../src/behaviours/supervision.ts'
import type { ChildSpec, SupervisorSpec } from '../src/behaviours/supervisor.ts'
import type { Pid } from '../src/ids.ts'
import { exitVictims, fallingVictims } from '../src/inspect/process-views.ts'
import type { TestScheduler } from '../src/testing/test-scheduler.ts'
import { named, specOf, treesOn } from './random-trees.ts'
import { kid, startSupervisedSystem } from './supervised-system.ts'

let scheduler: TestScheduler

beforeEach(start)
afterEach(() => scheduler.stop())

function start(): void {
  scheduler = startSupervisedSystem()
}

function leaf(id: string, rest: Partial<ChildSpec> = {}, how = 'polite'): ChildSpec {
  return { id, start: { module: 'kid', export: 'start', args: [id, how], name: id }, ...rest }
}

function below(id: string, spec: SupervisorSpec, rest: Partial<ChildSpec> = {}): ChildSpec {
  return { id, start: { behaviour: 'supervisor', module: 'sup', args: [spec], name: id }, ...rest }
}

async function begin(spec: SupervisorSpec): Promise<void> {
  scheduler.spawn('client', 'parent', spec)
  await scheduler.runUntilIdle()
}

function pidOf(name: string): Pid {
  return scheduler.scheduler.core.names.get(name)?.pid as Pid
}

/** What a plan to kill these says, by names: who ends and why, who gives up, what is started again. */
function plan(...names: string[]) {
  const { victims, follows } = fallingVictims(scheduler.scheduler, [], names.map(pidOf))
  return {
    victims: victims.map(({ name, because }) => `${name} ${because}`).sort(),
    givingUp: follows.givingUp.map(({ name, ended, falls }) => [name, ended.length, falls.length]),
    restarts: follows.restarts.map(
      ({ supervisorName, child, module, generation }) => `${supervisorName}: ${child} in ${module}@${generation}`,
    ),
  }
}

test('PLAN3 a plan names who is started again, by whom and into which generation', async () => {
  await begin({ intensity: 3, children: [leaf('a'), leaf('b', { restart: 'temporary' })] })
  scheduler.load({ kid: kid(2) })
  expect(plan('a', 'b')).toEqual({ victims: ['a chosen', 'b chosen'], givingUp: [], restarts: ['sup: a in kid@2'] })
})

test('PLAN3 siblings that are stopped with their group end, too, and come back', async () => {
  await begin({ strategy: 'rest-for-one', intensity: 3, children: [leaf('a'), leaf('b'), leaf('c')] })
  expect(plan('b')).toEqual({ victims: ['b chosen', 'c supervisor'], givingUp: [], restarts: ['sup: b in kid@1', 'sup: c in kid@1'] })
})

test('PLAN3 a supervisor that would give up is named with all that falls then, and what its own supervisor does about it', async () => {
  const spec = { intensity: 1, children: [leaf('a'), leaf('b'), leaf('c'), leaf('d', {}, 'plain')] }
  await begin({ intensity: 1, children: [below('inner', spec), leaf('other')] })
  expect(plan('a')).toMatchObject({ givingUp: [], restarts: ['inner: a in kid@1'] })
  expect(plan('a', 'b')).toEqual({
    victims: ['a chosen', 'b chosen', 'c supervisor', 'd supervisor', 'inner gives_up'],
    givingUp: [['inner', 2, 2]],
    restarts: ['sup: inner in sup@1'],
  })
})

test('PLAN3 restarts that it has had count: what is left of its intensity decides, by exact time', async () => {
  await begin({ intensity: 1, periodMs: 1_000, children: [leaf('a'), leaf('b')] })
  scheduler.scheduler.kill(pidOf('a'), 'signal', '')
  await scheduler.runUntilIdle()
  scheduler.clock.advance(1_000)
  expect(plan('a').givingUp).toEqual([['sup', 1, 1]])
  scheduler.clock.advance(1)
  expect(plan('a').givingUp).toEqual([])
})

test('PLAN3 giving up goes up the tree as far as it goes', async () => {
  const innermost = { intensity: 0, children: [leaf('a'), leaf('b')] }
  await begin({ intensity: 0, children: [below('middle', { intensity: 0, children: [below('inner', innermost)] }), leaf('other')] })
  expect(plan('a')).toEqual({
    victims: ['a chosen', 'b supervisor', 'inner gives_up', 'middle gives_up', 'other supervisor', 'sup gives_up'],
    givingUp: [
      ['inner', 1, 1],
      ['middle', 1, 0],
      ['sup', 1, 1],
    ],
    restarts: [],
  })
})

/** Names of those who are gone once that is over. */
async function whoEnds(act: () => unknown): Promise<string[]> {
  const before = [...scheduler.scheduler.core.names.keys()]
  act()
  await scheduler.runUntilIdle()
  return before.filter((name) => !scheduler.scheduler.core.names.has(name)).sort()
}

test('PLAN3 EXIT3 the plan of an exit signal knows its reason: after a normal end a transient child is not started again', async () => {
  await begin({ autoShutdown: 'any', intensity: 3, children: [leaf('a', { restart: 'transient', significant: true }, 'plain'), leaf('b')] })
  const { victims, follows } = exitVictims(scheduler.scheduler, [pidOf('a')], 'shutdown', [])
  expect(victims.map(({ name }) => name).sort()).toEqual(['a', 'b', 'sup'])
  expect(follows.restarts).toEqual([])
  expect(exitVictims(scheduler.scheduler, [pidOf('a')], 'enough', []).follows.restarts).toMatchObject([{ child: 'a' }])
  expect(await whoEnds(() => scheduler.scheduler.signalExit(pidOf('a'), { type: 'exit', value: 'shutdown' }))).toEqual(['a', 'b', 'sup'])
})

test('PLAN3 a supervisor that obeys its parent’s end stops its children, also those that trap exits', async () => {
  await begin({ intensity: 3, children: [below('inner', { children: [leaf('a')] })] })
  const { victims } = plan('sup')
  expect(victims).toEqual(['a supervisor', 'inner link', 'sup chosen'])
  expect(await whoEnds(() => scheduler.scheduler.kill(pidOf('sup'), 'operator', ''))).toEqual(['a', 'inner', 'sup'])
})

test('PLAN3 whoever ends when a plan is executed stood in it, and whoever stood in it ends; what it said is started again is', async () => {
  await fc.assert(
    fc.asyncProperty(treesOn([undefined]), async ({ strategy, intensity, children, kills }) => {
      scheduler.stop()
      start()
      await begin({ strategy, intensity, children: named(children, 'k').map(specOf) })
      const { core } = scheduler.scheduler
      const killable = [...core.processes.values()].filter(({ name }) => name === null)
      const pids = [...new Set(kills.map((kill) => killable[kill % killable.length]?.pid as Pid))]
      const { victims, follows } = fallingVictims(scheduler.scheduler, [], pids)
      const before = new Set([...core.processes.values()].map(({ pid }) => pid))
      for (const pid of pids) scheduler.scheduler.kill(pid, 'operator', 'plan')
      await scheduler.runUntilIdle()
      expect([...before].filter((pid) => !core.processes.has(pid)).sort()).toEqual(victims.map(({ pid }) => pid).sort())
      for (const { supervisor, child } of follows.restarts) {
        const supervision = core.processes.get(supervisor)?.behaving?.details as Supervision
        expect(core.processes.has(supervision.byId.get(child)?.pid as Pid)).toBe(true)
      }
      for (const { pid } of follows.givingUp) expect(core.processes.has(pid)).toBe(false)
    }),
    { seed: 11, numRuns: 150 },
  )
})
