import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ChildSpec, SupervisorSpec } from '../src/behaviours/supervisor.ts'
import { schedulerOf, type Pid } from '../src/ids.ts'
import { createTestFleet } from '../src/testing/test-fleet.ts'
import type { TestScheduler } from '../src/testing/test-scheduler.ts'
import { startSupervisedSystem, SUPERVISED_SYSTEM } from './supervised-system.ts'
import { type ModelChild, type ModelSpec, ModelTree } from './supervision-model.ts'

const RESTARTS = fc.constantFrom('permanent' as const, 'transient' as const, 'temporary' as const)
const STRATEGIES = fc.constantFrom('one-for-one' as const, 'one-for-all' as const, 'rest-for-one' as const)

interface Shape extends Omit<ModelSpec, 'children'> {
  readonly children: readonly ShapedChild[]
}

interface ShapedChild extends Omit<ModelChild, 'id' | 'supervises'> {
  readonly supervises: Shape | null
}

/** Trees up to three supervisors deep; leaves get their ids by their place. */
const { tree } = fc.letrec<{ tree: Shape; child: ShapedChild }>((tie) => ({
  tree: fc.record({
    strategy: STRATEGIES,
    intensity: fc.integer({ min: 0, max: 4 }),
    children: fc.array(tie('child'), { minLength: 1, maxLength: 3 }),
  }),
  child: fc.record({
    restart: RESTARTS,
    supervises: fc.option(tie('tree'), { maxDepth: 2, depthIdentifier: 'trees' }),
  }),
}))

function withIds({ children, ...spec }: Shape, prefix: string): ModelSpec {
  return {
    ...spec,
    children: children.map((child, index) => {
      const id = `${prefix}${index}`
      return { ...child, id, supervises: child.supervises === null ? null : withIds(child.supervises, `${id}.`) }
    }),
  }
}

/** `on`: which scheduler a child is on. */
function specOf({ strategy, intensity, children }: ModelSpec, on?: (id: string) => number): SupervisorSpec {
  return {
    strategy,
    intensity,
    periodMs: 1_000_000,
    children: children.map(({ id, restart, supervises }): ChildSpec => {
      const place = on === undefined ? {} : { scheduler: on(id) }
      if (supervises !== null)
        return { id, restart, start: { behaviour: 'supervisor', module: 'sup', args: [specOf(supervises, on)], ...place } }
      return { id, restart, start: { module: 'kid', export: 'start', args: [id], name: id, ...place } }
    }),
  }
}

const ends = fc.array(fc.record({ leaf: fc.nat(), how: fc.constantFrom('normal', 'shutdown', 'boom', 'killed', 'throw') }), {
  minLength: 1,
  maxLength: 6,
})

test('SUP2 trees of supervisors start and stop what a naive model says, in its order, whatever ends in them', async () => {
  await fc.assert(
    fc.asyncProperty(tree, ends, async (shape, steps) => {
      const spec = withIds(shape, 'k')
      const scheduler = startSupervisedSystem()
      try {
        const pidOf = (name: string): Pid => scheduler.scheduler.core.names.get(name)?.pid as Pid
        const told = async (): Promise<string[]> => {
          let events: readonly (readonly unknown[])[] = []
          scheduler.scheduler.callFromHost(pidOf('log'), { type: 'read' }, (answer) => {
            if (answer.status === 'answered') events = answer.value as typeof events
          })
          await scheduler.runUntilIdle()
          return events.filter(([what]) => what === 'start' || what === 'stop').map(([what, id]) => `${String(what)} ${String(id)}`)
        }
        const expected: string[] = []
        scheduler.spawn('client', 'parent', specOf(spec))
        await scheduler.runUntilIdle()
        const model = new ModelTree(spec, (event) => expected.push(event))
        expect(await told()).toEqual(expected.splice(0))
        for (const { leaf, how } of steps) {
          const leaves = model.leaves()
          const id = leaves[leaf % leaves.length]
          if (id === undefined) break
          if (how === 'killed') scheduler.scheduler.kill(pidOf(id), 'signal', '')
          else scheduler.send(pidOf(id), how === 'throw' ? { type: 'throw' } : { type: 'end', reason: how })
          await scheduler.runUntilIdle()
          const outcome = model.end(id, how === 'normal' || how === 'shutdown')
          expect([how, id, ...(await told())]).toEqual([how, id, ...expected.splice(0)])
          expect(pidOf('sup') === undefined).toBe(outcome === 'gives_up')
          if (outcome === 'gives_up') break
        }
      } finally {
        scheduler.stop()
      }
    }),
    { seed: 7, numRuns: 120 },
  )
})

test('SUP15 trees over three schedulers start and stop what the naive model says, whatever ends in them', async () => {
  await fc.assert(
    fc.asyncProperty(tree, ends, fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 7, maxLength: 7 }), async (shape, steps, places) => {
      const spec = withIds(shape, 'k')
      const fleet = createTestFleet(3, SUPERVISED_SYSTEM)
      try {
        const [first] = fleet.schedulers as [TestScheduler]
        const pidOf = (name: string): Pid => fleet.names.find(name) as Pid
        // Between schedulers there is no order of what children tell.
        const told = async (): Promise<string[]> => {
          let events: readonly (readonly unknown[])[] = []
          first.scheduler.callFromHost(pidOf('log'), { type: 'read' }, (answer) => {
            if (answer.status === 'answered') events = answer.value as typeof events
          })
          await fleet.settle()
          const both = events.filter(([what]) => what === 'start' || what === 'stop')
          return both.map(([what, id]) => `${String(what)} ${String(id)}`).sort()
        }
        const expected: string[] = []
        first.spawn('log', 'start')
        first.spawn(
          'client',
          'parent',
          specOf(spec, (id) => places[id.length % places.length] as number),
        )
        await fleet.settle()
        const model = new ModelTree(spec, (event) => expected.push(event))
        expect(await told()).toEqual(expected.splice(0).sort())
        for (const { leaf, how } of steps) {
          const leaves = model.leaves()
          const id = leaves[leaf % leaves.length]
          if (id === undefined) break
          const at = fleet.schedulers[schedulerOf(pidOf(id)) - 1] as TestScheduler
          if (how === 'killed') at.scheduler.kill(pidOf(id), 'signal', '')
          else at.send(pidOf(id), how === 'throw' ? { type: 'throw' } : { type: 'end', reason: how })
          await fleet.settle()
          const outcome = model.end(id, how === 'normal' || how === 'shutdown')
          expect([how, id, ...(await told())]).toEqual([how, id, ...expected.splice(0).sort()])
          expect(pidOf('sup') === undefined).toBe(outcome === 'gives_up')
          if (outcome === 'gives_up') break
        }
      } finally {
        fleet.stop()
      }
    }),
    { seed: 7, numRuns: 60 },
  )
})
