import { expect, onTestFinished, test } from 'vitest'
import type { Pid } from '../src/ids.ts'
import { describeProcess, orderSupervisors, placeSupervisors, viewSupervisors } from '../src/inspect/process-views.ts'
import { startSupervisedSystem } from './supervised-system.ts'

test('SUP14 supervisors are shown with their trees, what is left of their intensity, and their children; a process with its supervisor', async () => {
  const test = startSupervisedSystem()
  onTestFinished(() => test.stop())
  const { core } = test.scheduler
  const pidOf = (name: string): Pid => core.names.get(name)?.pid as Pid
  const leaf = (id: string) => ({ id, start: { module: 'kid', export: 'start', args: [id], name: id } })
  const inner = { strategy: 'dynamic', intensity: 9, children: [{ id: 'd', start: { behaviour: 'server', module: 'kid' } }] }
  const outer = {
    intensity: 2,
    periodMs: 1_000,
    children: [leaf('a'), { id: 'inner', start: { behaviour: 'supervisor', module: 'sup', args: [inner], name: 'inner' } }],
  }
  test.spawn('client', 'parent', outer)
  await test.runUntilIdle()
  test.scheduler.kill(pidOf('a'), 'signal', '')
  await test.runUntilIdle()

  const tree = (root?: Pid) =>
    orderSupervisors(placeSupervisors(test.scheduler), root).map(({ pid, depth }) => [core.processes.get(pid)?.name, depth])
  const rows = () => viewSupervisors(test.scheduler, [pidOf('sup'), pidOf('inner'), pidOf('a')])
  expect(tree()).toEqual([
    ['sup', 0],
    ['inner', 1],
  ])
  expect(rows()).toMatchObject([
    {
      name: 'sup',
      module: 'sup',
      strategy: 'one-for-one',
      intensity: 2,
      restartsLeft: 1,
      restarts: 1,
      childCount: 2,
    },
    { name: 'inner', strategy: 'dynamic', restartsLeft: 9, restarts: 0, childCount: 0, children: [] },
  ])
  expect(rows()[0]?.children).toMatchObject([
    { id: 'a', pid: pidOf('a'), status: 'running', kind: 'process', module: 'kid', export: 'start', restart: 'permanent', restarts: 1 },
    { id: 'inner', pid: pidOf('inner'), kind: 'supervisor', module: 'sup', export: null },
  ])
  test.clock.advance(1_001)
  expect(rows()[0]?.restartsLeft).toBe(2)
  expect(tree(pidOf('inner'))).toEqual([['inner', 0]])
  expect(tree(pidOf('a'))).toEqual([])
  expect(describeProcess(test.scheduler, pidOf('a'))?.supervisor).toEqual({
    pid: pidOf('sup'),
    name: 'sup',
    child: 'a',
    restart: 'permanent',
    restarts: 1,
  })
  expect(describeProcess(test.scheduler, pidOf('sup'))?.supervisor).toBeNull()
})
