import { expect, test } from 'vitest'
import type { Pid } from '../src/index.ts'
import { BY, eventThat, faultOf, killSurely, openRoom, portrait, room, roomSource, startSystem, versionOf } from './system.ts'

async function threeGenerations(schedulers?: number) {
  const engine = await startSystem({ 'room.ts': room(1) }, 'thread', undefined, undefined, 0, schedulers)
  const one = [await openRoom(engine), await openRoom(engine)]
  await engine.load({ sources: [roomSource(2)], old: 'keep', note: '' }, BY)
  const two = await openRoom(engine)
  await engine.load({ sources: [roomSource(3)], old: 'keep', note: '' }, BY)
  const three = await openRoom(engine)
  return { engine, one, two, three }
}

test('PIN4 soft purge leaves a pinned generation alone and names who pins it', async () => {
  const { engine, one, two } = await threeGenerations()
  const before = await portrait(engine)
  expect(await engine.softPurge('room', 1, BY)).toEqual({ purged: [], pinned: [{ module: 'room', number: 1, pids: one }], kept: [] })
  expect(await portrait(engine)).toEqual(before)
  await engine.send(two, { type: 'close' }, BY)
  await engine.call(one[0] as Pid, { type: 'version' }, 60_000)
  expect(await engine.softPurge('room', undefined, BY)).toMatchObject({ purged: [{ module: 'room', number: 2 }], pinned: [{ number: 1 }] })
  expect((await engine.modules())[0]?.generations).toEqual([3, 1])
})

test('PIN5 purge ends exactly the processes that pin', async () => {
  const { engine, one, two, three } = await threeGenerations()
  const plan = await engine.planPurge('room', 1)
  expect(plan.victims.map(({ pid, because }) => [pid, because])).toEqual(one.map((pid) => [pid, 'pins']))
  expect(await engine.purge(plan, BY)).toMatchObject({ generations: [1], killed: one, skipped: [], alsoEnded: [] })
  expect((await engine.processes({ sort: 'pid' })).rows.map(({ pid }) => pid)).toEqual([two, three])
  expect((await engine.generations('room'))[2]).toMatchObject({
    status: 'purged',
    purge: { kind: 'forced', by: 'anna', reason: 'test', killed: one },
  })
  expect(await versionOf(engine, two)).toBe(2)
})

test('PIN5 the current generation cannot be purged', async () => {
  const { engine } = await threeGenerations()
  expect(await faultOf(engine.planPurge('room', 3))).toEqual({ code: 'current_generation', module: 'room', number: 3 })
  expect(await faultOf(engine.softPurge('room', 3, BY))).toMatchObject({ code: 'current_generation' })
})

test('PLAN1 who ended by himself meanwhile is skipped', async () => {
  const { engine, one } = await threeGenerations()
  const plan = await engine.planPurge('room', 1)
  await engine.kill(one[0] as Pid, BY)
  expect(await engine.purge(plan, BY)).toMatchObject({ killed: [one[1]], skipped: [one[0]] })
})

test('PLAN1 one more that pins refuses the purge and touches nobody', async () => {
  const { engine } = await threeGenerations()
  const plan = await engine.planPurge('room', 1)
  const partial = { ...plan, victims: plan.victims.slice(1) }
  const before = await portrait(engine)
  expect(await faultOf(engine.purge(partial, BY))).toMatchObject({
    code: 'changed_meanwhile',
    changes: [{ type: 'one_more', victim: { pid: plan.victims[0]?.pid } }],
  })
  expect(await portrait(engine)).toEqual(before)
})

test('PLAN1 a plan names who falls with its victims by links', async () => {
  const { engine, one, three } = await threeGenerations()
  await engine.call(one[0] as Pid, { type: 'link', pid: three }, 60_000)
  const plan = await engine.planPurge('room', 1)
  expect(plan.victims.map(({ pid, because }) => [pid, because])).toEqual([...one.map((pid) => [pid, 'pins']), [three, 'link']])
  expect(await engine.purge(plan, BY)).toMatchObject({ killed: one, alsoEnded: [three] })
  // Who falls by a link is ended by the signal, in a turn of its own.
  await expect.poll(async () => (await engine.processes({})).total).toBe(1)
})

test('PLAN1 a plan made on another current is refused', async () => {
  const { engine } = await threeGenerations()
  const plan = await engine.planPurge('room', 1)
  await engine.load({ sources: [roomSource(4)], old: 'keep', note: '' }, BY)
  expect(await faultOf(engine.purge(plan, BY))).toEqual({
    code: 'changed_meanwhile',
    changes: [{ type: 'current', module: 'room', was: 3, is: 4 }],
  })
})

test('KILL1 a process in an endless loop that catches everything is shown holding and is ended; the others live on', async () => {
  const { engine, one, two } = await threeGenerations()
  const spinning = one[0] as Pid
  await engine.send(spinning, { type: 'spin' }, BY)
  expect(await eventThat(engine, (event) => event.type === 'holding' && event.pid === spinning)).toMatchObject({
    kind: 'holding',
    place: expect.stringMatching(/^room\.ts:(28|29|30|31|32)$/),
  })
  expect(await engine.process(spinning)).toMatchObject({
    status: 'running',
    load: 'holding',
    function: 'spin',
    at: expect.stringMatching(/^room\.ts:(28|29|30|31|32)$/),
  })
  expect((await engine.schedulers())[0]).toMatchObject({ status: 'holding', pid: spinning })
  await killSurely(engine, spinning)
  expect(await versionOf(engine, two)).toBe(2)
})

test('KILL1 a process in a backtracking regular expression is shown stuck and is cut; the others live on', async () => {
  const { engine, one, two } = await threeGenerations(1)
  const stuck = one[0] as Pid
  await engine.send(stuck, { type: 'stick' }, BY)
  await eventThat(engine, (event) => event.type === 'holding' && event.pid === stuck && event.kind === 'stuck')
  expect((await engine.schedulers())[0]).toMatchObject({ status: 'stuck', pid: stuck })
  expect(await faultOf(engine.processes({}))).toMatchObject({ code: 'scheduler_held', pid: stuck })
  await killSurely(engine, stuck)
  expect(await versionOf(engine, two)).toBe(2)
  expect((await engine.processes({})).total).toBe(3)
})

test('KILL1 a purge cuts a turn of its victims, and no turn of anybody else', async () => {
  const { engine, one, two, three } = await threeGenerations()
  await engine.send(one[0] as Pid, { type: 'stick' }, BY)
  const plan = { verb: 'purge', module: 'room', generations: [1], current: 3, victims: [] } as const
  await eventThat(engine, (event) => event.type === 'holding')
  expect(await faultOf(engine.purge(plan, BY))).toMatchObject({ code: 'scheduler_held', pid: one[0] })
  expect(await engine.kill(three, BY)).toEqual({ pid: three, status: 'pending' })
  await killSurely(engine, one[0] as Pid)
  expect(await versionOf(engine, two)).toBe(2)
})

test('PIN5 the generation of a process that holds the scheduler can be purged (P46)', async () => {
  const { engine, one, two } = await threeGenerations()
  await engine.send(one[0] as Pid, { type: 'spin' }, BY)
  await eventThat(engine, (event) => event.type === 'holding')
  const plan = await engine.planPurge('room', 1)
  expect(await engine.purge(plan, BY)).toMatchObject({ killed: one })
  expect(await versionOf(engine, two)).toBe(2)
})

test('KILL1 a kill of several ends those and nobody else', async () => {
  const { engine, one, two, three } = await threeGenerations()
  const plan = await engine.planKill([one[0] as Pid, three])
  const { outcomes } = await engine.killAll(plan, BY)
  expect(outcomes).toEqual([
    { pid: one[0], status: 'killed' },
    { pid: three, status: 'killed' },
  ])
  expect((await engine.processes({ sort: 'pid' })).rows.map(({ pid }) => pid)).toEqual([one[1], two])
  expect(await engine.kill('1.999999' as Pid, BY)).toEqual({ pid: '1.999999', status: 'not_found' })
  expect(await faultOf(engine.planKill(['1.999999' as Pid]))).toEqual({ code: 'unknown_pid', pid: '1.999999' })
})

test('UPG1 an upgraded process keeps its state and leaves its generation', async () => {
  const { engine, one } = await threeGenerations()
  const plan = await engine.planUpgrade({ module: 'room', generation: 1 })
  expect(plan).toMatchObject({ to: [{ module: 'room', number: 3 }], targets: one.map((pid) => ({ pid, can: true })) })
  expect(await engine.upgrade(plan, BY)).toEqual(one.map((pid) => ({ pid, status: 'moved', generation: 3 })))
  expect(await engine.call(one[0] as Pid, { type: 'version' }, 60_000)).toEqual({ version: 3, count: 1 })
  expect(await engine.softPurge('room', 1, BY)).toMatchObject({ purged: [{ number: 1 }] })
})

test('UPG1 a process that does not move is not yet, one whose module knows no upgrade is refused', async () => {
  const engine = await startSystem({
    'deaf.ts': `import { receive } from '@strata/runtime/process'\nexport const upgrade = { type: 'upgrade' }\nexport async function start() { for (;;) await receive() }`,
    'plain.ts': `import { receive } from '@strata/runtime/process'\nexport async function start() { for (;;) await receive() }`,
  })
  const deaf = await engine.spawn({ module: 'deaf', export: 'start' }, BY)
  const plain = await engine.spawn({ module: 'plain', export: 'start' }, BY)
  await engine.load(
    {
      sources: [
        { module: 'deaf', text: 'export async function start() {}' },
        { module: 'plain', text: 'export async function start() {}' },
      ],
      old: 'keep',
      note: '',
    },
    BY,
  )
  const plan = await engine.planUpgrade({ pids: [deaf, plain] })
  expect(await engine.upgrade(plan, BY)).toEqual([
    { pid: deaf, status: 'not_yet', generation: 1 },
    { pid: plain, status: 'refused', generation: 1 },
  ])
  expect(await faultOf(engine.planUpgrade({ pids: [plain] }))).toMatchObject({ code: 'no_upgrade' })
})

test('PREV1 a preview shows the own answer beside current’s', async () => {
  const { engine, one } = await threeGenerations()
  expect(await engine.preview(one[0] as Pid)).toEqual({
    status: 'answered',
    document: 'text',
    own: { module: 'room', generation: 1, output: 'text by 1' },
    current: { generation: 3, output: 'text by 3' },
  })
})

test('ENG2 pins, processes and counts agree', async () => {
  const { engine, one } = await threeGenerations()
  const rows = await engine.pins('room', 1)
  expect(rows.map(({ pid, reason, function: name }) => [pid, reason, name])).toEqual(one.map((pid) => [pid, 'frame', 'loop']))
  expect((await engine.processes({ module: 'room', generation: 1, sort: 'pid' })).rows.map(({ pid }) => pid)).toEqual(one)
  expect((await engine.generations('room'))[2]?.pins).toBe(2)
})

test('PIN1 a synchronous call into an old generation pins it for as long as it runs', async () => {
  const engine = await startSystem({
    'lib.ts': `export function make() { return (state: { n: number }) => { for (;;) state.n += 1 } }`,
    'keeper.ts': `import { receive, reply } from '@strata/runtime/process'
import { make } from './lib.ts'
export async function start() {
  const kept = make()
  for (;;) {
    const message = await receive<any>()
    reply(message, 'ready')
    if (message.type === 'call') kept({ n: 0 })
  }
}`,
  })
  const pid = await engine.spawn({ module: 'keeper', export: 'start' }, BY)
  await engine.call(pid, { type: 'wait' }, 60_000)
  await engine.load({ sources: [{ module: 'lib', text: 'export function make() { return () => {} }' }], old: 'keep', note: '' }, BY)
  expect((await engine.generations('lib'))[1]).toMatchObject({ number: 1, drained: true })
  await engine.send(pid, { type: 'call' }, BY)
  await eventThat(engine, ({ type }) => type === 'holding')
  expect(await engine.softPurge('lib', 1, BY)).toMatchObject({ purged: [], pinned: [{ module: 'lib', number: 1, pids: [pid] }] })
  expect((await engine.pins('lib', 1))[0]).toMatchObject({ pid, reason: 'frame', at: 'lib.ts:1' })
  const plan = await engine.planPurge('lib', 1)
  expect(await engine.purge(plan, BY)).toMatchObject({ killed: [pid] })
})

test('PIN6 a kept function of a purged generation throws when it is called', async () => {
  const engine = await startSystem({
    'lib.ts': `export function make() { return () => 'alive' }`,
    'keeper.ts': `import { receive, reply } from '@strata/runtime/process'
import { make } from './lib.ts'
export async function start() {
  const kept = make()
  for (;;) {
    const message = await receive<any>()
    try { reply(message, kept()) } catch (error: any) { reply(message, String(error)) }
  }
}`,
  })
  const pid = await engine.spawn({ module: 'keeper', export: 'start' }, BY)
  expect(await engine.call(pid, {}, 60_000)).toBe('alive')
  await engine.load({ sources: [{ module: 'lib', text: 'export const other = 1' }], old: 'keep', note: '' }, BY)
  expect(await engine.call(pid, {}, 60_000)).toBe('alive')
  expect(await engine.softPurge('lib', 1, BY)).toMatchObject({ purged: [{ number: 1 }] })
  expect(await engine.call(pid, {}, 60_000)).toBe('PurgedCodeError: this code belongs to lib@1, which was purged')
})
