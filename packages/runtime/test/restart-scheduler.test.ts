import { expect, test } from 'vitest'
import type { Engine, EngineEvent, Pid } from '../src/index.ts'
import { BY, eventThat, faultOf, killSurely, openRoom, room, roomSource, startSchedulers, startSystem, versionOf } from './system.ts'

const CONFIG = `export default { start: [{ module: 'room', export: 'start', name: 'lobby' }] }`
/** Sits in a native call that no interrupt reaches, without using the processor. */
const SLEEPER = `import { execFileSync } from 'node:child_process'
import { receive } from '@strata/runtime/process'
export async function start() {
  await receive()
  execFileSync('sleep', ['8'])
  await receive()
}`

async function startStuck(): Promise<{ engine: Engine; other: Pid; pid: Pid; held: EngineEvent }> {
  const engine = await startSchedulers(2, { 'room.ts': room(1), 'sleeper.ts': SLEEPER, 'strata.config.ts': CONFIG }, 'process')
  await engine.load({ sources: [roomSource(2)], old: 'keep', note: '' }, BY)
  const other = await openRoom(engine)
  const pid = await engine.spawn({ module: 'sleeper', export: 'start' }, BY)
  const counted = await eventThat(engine, (event) => event.type === 'sampled' && event.sample.processes === 3)
  await engine.send(pid, {}, BY)
  const held = await eventThat(engine, (event) => event.type === 'holding' && event.kind === 'stuck', counted.seq)
  return { engine, other, pid, held }
}

test('KILL4 a stuck scheduler is restarted: its processes end, current generations and root processes are back, pending kills are answered', async () => {
  const { engine, other, pid, held } = await startStuck()
  expect(held).toMatchObject({ scheduler: 1, pid })
  expect(await engine.kill(pid, BY)).toEqual({ pid, status: 'pending' })

  const plan = await engine.planRestart(1)
  expect(plan).toMatchObject({
    verb: 'restart-scheduler',
    scheduler: 1,
    processes: 3,
    healthy: 2,
    holder: { pid, load: 'stuck' },
    countedNow: false,
    generations: expect.arrayContaining([{ module: 'room', number: 2, pins: 1 }]),
    roots: [{ module: 'room', export: 'start', name: 'lobby' }],
  })
  // One that cannot say who would fall there keeps nobody from restarting another.
  expect(await engine.planRestart(2)).toMatchObject({ victims: [], unknownOn: [1] })
  const outcome = await engine.restartScheduler(plan, { actor: 'anna', reason: 'stuck in sleep' })
  expect(outcome).toEqual({ scheduler: 1, holder: pid, ended: 3, alsoEnded: [], roots: 1, threadEnded: false })
  expect(await eventThat(engine, ({ type }) => type === 'scheduler_restarted')).toMatchObject({
    by: { actor: 'anna', reason: 'stuck in sleep' },
    pid,
    lost: 3,
  })
  await eventThat(engine, (event) => event.type === 'killed' && event.pids.includes(pid))

  const { rows } = await engine.processes({})
  expect(rows).toMatchObject([{ name: 'lobby', module: 'room', generation: 2 }])
  const fresh = await openRoom(engine)
  expect(await versionOf(engine, fresh)).toBe(2)
  for (const gone of [other, pid]) expect(await faultOf(engine.process(gone))).toEqual({ code: 'unknown_pid', pid: gone })
  expect(await faultOf(engine.restartScheduler(plan, BY))).toEqual({
    code: 'changed_meanwhile',
    changes: [{ type: 'scheduler_restarted', scheduler: 1 }],
  })
})

test('KILL4 a restart that was decided on a holder is refused once it has let go', async () => {
  const { engine, pid, other } = await startStuck()
  const plan = await engine.planRestart(1)
  await eventThat(engine, ({ type }) => type === 'released')
  expect(await faultOf(engine.restartScheduler(plan, BY))).toEqual({
    code: 'changed_meanwhile',
    changes: [{ type: 'holder', scheduler: 1, was: pid, is: null }],
  })
  expect(await versionOf(engine, other)).toBe(2)
})

test('KILL4 a healthy scheduler is restarted too, and pids are not used twice', async () => {
  const engine = await startSystem({ 'room.ts': room(1) })
  const before = await openRoom(engine)
  const plan = await engine.planRestart(1)
  expect(plan).toMatchObject({ processes: 1, healthy: 1, holder: null, countedNow: true, roots: [] })
  expect(await engine.restartScheduler(plan, BY)).toMatchObject({ holder: null, roots: 0, threadEnded: true })
  const after = await openRoom(engine)
  expect(after).not.toBe(before)
  expect(Number(after.split('.')[1])).toBeGreaterThan(Number(before.split('.')[1]))
  expect(await faultOf(engine.planRestart(999))).toEqual({ code: 'unknown_scheduler', scheduler: 999 })
})

test('KILL4 a host that waits for an answer is told when the scheduler is restarted', async () => {
  const engine = await startSystem({
    'mute.ts': `import { receive } from '@strata/runtime/process'\nexport async function start() { await receive(); await receive() }`,
  })
  const pid = await engine.spawn({ module: 'mute', export: 'start' }, BY)
  const answer = faultOf(engine.call(pid, {}, 60_000))
  await engine.restartScheduler(await engine.planRestart(1), { actor: 'anna', reason: 'why not' })
  expect(await answer).toEqual({ code: 'runtime_down', why: 'the scheduler was restarted: why not' })
})

test('KILL4 the line of a process that is stuck where an interrupt reaches is shown, and how many wait behind it', async () => {
  const engine = await startSystem({ 'room.ts': room(1) })
  const pid = await openRoom(engine)
  const others = await Promise.all([openRoom(engine), openRoom(engine)])
  await engine.send(pid, { type: 'stick' }, BY)
  for (const other of others) void engine.send(other, { type: 'version' }, BY).catch(() => {})
  const line =
    room(1)
      .split('\n')
      .findIndex((text) => text.includes('/^(a+)+$/')) + 1
  expect(await eventThat(engine, (event) => event.type === 'holding' && event.kind === 'stuck')).toMatchObject({
    pid,
    place: `room.ts:${line}`,
    waiting: expect.any(Number),
  })
  expect((await engine.schedulers())[0]).toMatchObject({ status: 'stuck', pid, at: `room.ts:${line}` })
  await killSurely(engine, pid)
  for (const other of others) expect(await versionOf(engine, other)).toBe(1)
})

const TIED = {
  'anchor.ts': `import { receive, register } from '@strata/runtime/process'
export async function hold() { register('anchor'); await receive() }
`,
  'house.ts': `import { run } from '@strata/runtime/supervisor'
export async function start(intensity: number) { return run('house', [intensity]) }
export function init(intensity: number) {
  return { intensity, children: [{ id: 'tied', start: { behaviour: 'server', module: 'tied' } }, { id: 'free', start: { behaviour: 'server', module: 'free' } }] }
}
`,
  'tied.ts': `import { link, whereis } from '@strata/runtime/process'
export function init() { const anchor = whereis('anchor'); if (anchor !== undefined) link(anchor); return 0 }
`,
  'free.ts': `export const init = () => 0`,
}

test('PLAN3 the plan to restart a scheduler tells who falls elsewhere by links, who starts them again, and which supervisor gives up', async () => {
  const engine = await startSchedulers(2, TIED)
  await engine.spawn({ module: 'anchor', export: 'hold' }, BY)
  await expect.poll(() => engine.whereis('anchor')).not.toBeNull()
  const house = (intensity: number) => engine.spawn({ module: 'house', export: 'start', args: [intensity], scheduler: 2 }, BY)
  const bears = await house(1)
  const childOf = async (supervisor: Pid, id: string) =>
    (await engine.supervisors({ root: supervisor })).rows[0]?.children.find((child) => child.id === id)?.pid ?? null
  await expect.poll(() => childOf(bears, 'free')).not.toBeNull()
  const tied = await childOf(bears, 'tied')
  const plan = await engine.planRestart(1)
  expect(plan.victims).toMatchObject([{ pid: tied, because: 'link' }])
  expect(plan.follows).toMatchObject({
    givingUp: [],
    restarts: [{ supervisor: bears, child: 'tied', pid: tied, module: 'tied', generation: 1 }],
  })

  const breaks = await house(0)
  await expect.poll(() => childOf(breaks, 'free')).not.toBeNull()
  expect(await faultOf(engine.restartScheduler(plan, BY))).toMatchObject({
    code: 'changed_meanwhile',
    changes: expect.arrayContaining([expect.objectContaining({ type: 'one_more' })]),
  })
  const free = await childOf(breaks, 'free')
  const again = await engine.planRestart(1)
  expect(again.follows?.givingUp).toMatchObject([{ pid: breaks, because: 'gives_up', falls: [free] }])
  expect(again.victims?.map(({ pid }) => pid).sort()).toEqual([tied, await childOf(breaks, 'tied'), free, breaks].sort())
  const { alsoEnded } = await engine.restartScheduler(again, BY)
  expect([...(alsoEnded ?? [])].sort()).toEqual(again.victims?.map(({ pid }) => pid).sort())
  await expect.poll(() => childOf(bears, 'tied')).not.toBe(tied)
  expect(await faultOf(engine.process(breaks))).toEqual({ code: 'unknown_pid', pid: breaks })
  expect(await engine.process(bears)).toMatchObject({ pid: bears })
})
