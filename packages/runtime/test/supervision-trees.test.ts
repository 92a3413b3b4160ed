import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ChildSpec, SupervisorSpec } from '../src/behaviours/supervisor.ts'
import type { Pid } from '../src/ids.ts'
import { startSupervisedSystem } from './supervised-system.ts'
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

function specOf({ strategy, intensity, children }: ModelSpec): SupervisorSpec {
  return {
    strategy,
    intensity,
    periodMs: 1_000_000,
    children: children.map(({ id, restart, supervises }): ChildSpec => {
      if (supervises !== null) return { id, restart, start: { behaviour: 'supervisor', module: 'sup', args: [specOf(supervises)] } }
      return { id, restart, start: { module: 'kid', export: 'start', args: [id], name: id } }
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
