import { expect, test } from 'vitest'
import { schedulerOf } from '../src/ids.ts'
import type { Engine, Pid } from '../src/index.ts'
import { BY, startSchedulers } from './system.ts'

const SYSTEM = {
  'main.ts': `import { run } from '@strata/runtime/supervisor'
export async function start() { return run('sup') }
`,
  'sup.ts': `import type { SupervisorSpec } from '@strata/runtime/supervisor'
export function init(): SupervisorSpec {
  return { strategy: 'one-for-one', intensity: 1, periodMs: 600_000, children: [
    { id: 'inner', start: { behaviour: 'supervisor', module: 'inner', name: 'inner', scheduler: 2 } },
    { id: 'near', start: { behaviour: 'server', module: 'kid', name: 'near' } },
    { id: 'far', start: { behaviour: 'server', module: 'kid', name: 'far', scheduler: 2 } },
  ] }
}
`,
  'inner.ts': `import type { SupervisorSpec } from '@strata/runtime/supervisor'
export function init(): SupervisorSpec {
  return { strategy: 'one-for-all', intensity: 1, periodMs: 600_000, children: ['x', 'y'].map((id, index) => ({ id, start: { behaviour: 'server' as const, module: 'kid', name: id, scheduler: index + 1 } })) }
}
`,
  'kid.ts': `export function init() { return {} }
export const handleCall = { ping: (_message: unknown, state: object) => ({ reply: 'pong', state }) }
`,
}

const ALL_RUNNING = ['inner', 'near', 'far', 'x', 'y'].map((id) => `${id} running`)

async function states(engine: Engine): Promise<string[]> {
  return (await engine.supervisors()).rows.flatMap(({ children }) => children.map(({ id, status }) => `${id} ${status}`))
}

async function begin(): Promise<{ engine: Engine; root: Pid; pidOf: (name: string) => Promise<Pid> }> {
  const engine = await startSchedulers(2, SYSTEM)
  const root = await engine.spawn({ module: 'main', export: 'start', name: 'root' }, BY)
  const pidOf = async (name: string): Promise<Pid> => {
    const { rows } = await engine.processes({ search: name })
    return rows.find((row) => row.name === name)?.pid as Pid
  }
  await expect.poll(() => states(engine)).toEqual(ALL_RUNNING)
  return { engine, root, pidOf }
}

test('SUP15 trees that reach over schedulers are shown as trees; a process shows its supervisor elsewhere', async () => {
  const { engine, root, pidOf } = await begin()
  const [inner, x, y, far] = await Promise.all(['inner', 'x', 'y', 'far'].map(pidOf))
  expect([root, inner, x, y, far].map((pid) => schedulerOf(pid as Pid))).toEqual([1, 2, 1, 2, 2])
  expect(await engine.supervisors()).toMatchObject({
    total: 2,
    rows: [
      {
        pid: root,
        depth: 0,
        supervisor: null,
        children: [
          { id: 'inner', pid: inner, name: 'inner', kind: 'supervisor' },
          { id: 'near', kind: 'server' },
          { id: 'far', pid: far, name: 'far', kind: 'server' },
        ],
      },
      { pid: inner, depth: 1, supervisor: root, children: [{ pid: x }, { pid: y }] },
    ],
  })
  expect((await engine.supervisors({ root: inner as Pid })).rows.map(({ pid, depth }) => [pid, depth])).toEqual([[inner, 0]])
  expect((await engine.supervisors({ offset: 1, limit: 1 })).rows.map(({ pid, depth }) => [pid, depth])).toEqual([[inner, 1]])
  expect((await engine.process(x as Pid)).supervisor).toEqual({ pid: inner, name: 'inner', child: 'x', restart: 'permanent', restarts: 0 })
  expect((await engine.process(inner as Pid)).supervisor).toMatchObject({ pid: root, name: 'root', child: 'inner' })
})

test('PLAN3 a plan over schedulers tells who is stopped and started elsewhere, and its execution does that', async () => {
  const { engine, root, pidOf } = await begin()
  const [inner, x, y] = (await Promise.all(['inner', 'x', 'y'].map(pidOf))) as [Pid, Pid, Pid]
  const plan = await engine.planKill([x])
  expect(plan.victims.map(({ pid, because }) => [pid, because])).toEqual([
    [x, 'chosen'],
    [y, 'supervisor'],
  ])
  expect(plan.follows).toMatchObject({
    givingUp: [],
    restarts: [
      { supervisor: inner, child: 'x', pid: x, module: 'kid' },
      { supervisor: inner, child: 'y', pid: y, module: 'kid' },
    ],
  })
  expect((await engine.planExit([x], 'enough')).victims).toMatchObject([
    { pid: x, because: 'chosen' },
    { pid: y, because: 'supervisor' },
  ])
  const outcome = await engine.killAll(plan, BY)
  expect(outcome).toMatchObject({ outcomes: [{ pid: x, status: 'killed' }], alsoEnded: [y] })
  const both = async () => (await engine.supervisors({ root: inner })).rows[0]?.children.map(({ pid }) => pid) ?? []
  await expect.poll(async () => (await both()).filter((pid) => pid !== null && pid !== x && pid !== y)).toHaveLength(2)
  const [, nextY] = (await both()) as [Pid, Pid]

  // One more, and the inner one gives up, which its own supervisor on the other scheduler bears once.
  const second = await engine.planKill([nextY])
  expect(second.follows?.givingUp).toMatchObject([{ pid: inner, because: 'gives_up', supervisor: root }])
  expect(second.follows?.restarts).toMatchObject([{ supervisor: root, child: 'inner' }])
})

test('PLAN3 what the restart of a scheduler does to supervisors elsewhere is told before, and comes about', async () => {
  const { engine, root, pidOf } = await begin()
  const [x, near] = (await Promise.all(['x', 'near'].map(pidOf))) as [Pid, Pid]
  const plan = await engine.planRestart(2)
  expect(plan.victims?.map(({ pid, because }) => [pid, because])).toEqual([[x, 'link']])
  // Both of its children there fall with their scheduler: that is one restart.
  expect(plan.follows).toMatchObject({ givingUp: [], restarts: [{ child: 'inner' }, { child: 'far' }] })
  const outcome = await engine.restartScheduler(plan, BY)
  expect(outcome).toMatchObject({ scheduler: 2, alsoEnded: [x] })
  await expect.poll(() => states(engine)).toEqual(ALL_RUNNING)
  expect(await pidOf('near')).toBe(near)
  expect(await engine.call(await pidOf('far'), { type: 'ping' }, 60_000)).toBe('pong')
  expect((await engine.supervisors()).rows[0]).toMatchObject({ pid: root, restarts: 2, restartsLeft: 0 })
})
