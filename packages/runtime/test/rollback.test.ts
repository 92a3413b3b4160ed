import { expect, test } from 'vitest'
import { type By, type Clock, type Engine, type ModuleGeneration, systemClock } from '../src/index.ts'
import { BY, eventThat, faultOf, openRoom, portrait, room, roomSource, startSystem, versionOf } from './system.ts'

const BEN: By = { actor: 'ben', reason: 'another' }

function load(engine: Engine, version: number, by = BY) {
  return engine.load({ sources: [roomSource(version)], old: 'keep', note: `version ${version}` }, by)
}

async function rollBack(engine: Engine, number: number, by = BY): Promise<ModuleGeneration> {
  return engine.rollback(await engine.planRollback('room', number), by)
}

async function stack(engine: Engine): Promise<readonly (readonly [number, string])[]> {
  return (await engine.generations('room')).map(({ number, status }) => [number, status] as const)
}

test('GEN6 a rollback makes the same loaded generation current again, and everybody stays where they are', async () => {
  const engine = await startSystem({ 'room.ts': room(1) })
  const first = await openRoom(engine)
  await load(engine, 2)
  const second = await openRoom(engine)
  await load(engine, 3)
  const third = await openRoom(engine)
  const plan = await engine.planRollback('room', 2)
  expect(plan).toEqual({ verb: 'rollback', module: 'room', from: 3, to: 2, how: 'rebind', becomes: 2, staying: 1 })
  expect(await stack(engine)).toEqual([
    [3, 'current'],
    [2, 'old'],
    [1, 'old'],
  ])
  const before = await engine.generations('room')
  expect(await engine.rollback(plan, BY)).toEqual({ module: 'room', number: 2 })
  expect(await stack(engine)).toEqual([
    [3, 'old'],
    [2, 'current'],
    [1, 'old'],
  ])
  const after = await engine.generations('room')
  expect(after.map(({ hash, loadedAt }) => [hash, loadedAt])).toEqual(before.map(({ hash, loadedAt }) => [hash, loadedAt]))
  expect(await Promise.all([first, second, third].map((pid) => versionOf(engine, pid)))).toEqual([1, 2, 3])
  expect(await Promise.all([first, second, third].map((pid) => engine.call(pid, { type: 'through' }, 60_000)))).toEqual([2, 2, 2])
  expect(await versionOf(engine, await openRoom(engine))).toBe(2)
  expect((await engine.modules())[0]).toMatchObject({ current: 2, generations: [3, 2, 1], pins: 2 })
  expect(await eventThat(engine, ({ type }) => type === 'rolled_back')).toMatchObject({ module: 'room', from: 3, to: 2, made: 2, by: BY })
})

test('GEN6 after a rollback the next load takes the next number, and a process moves to what is current', async () => {
  const engine = await startSystem({ 'room.ts': room(1) })
  await load(engine, 2)
  const second = await openRoom(engine)
  await rollBack(engine, 1)
  const [moved] = await engine.upgrade(await engine.planUpgrade({ pids: [second] }), BY)
  expect(moved).toEqual({ pid: second, status: 'moved', generation: 1 })
  expect(await load(engine, 3)).toMatchObject({ loaded: [{ number: 3 }] })
  expect(await rollBack(engine, 2)).toEqual({ module: 'room', number: 2 })
  expect(await versionOf(engine, second)).toBe(1)
  expect(await faultOf(engine.planRollback('room', 2))).toMatchObject({ code: 'nothing_to_do' })
  expect(await faultOf(engine.planPurge('room', 2))).toEqual({ code: 'current_generation', module: 'room', number: 2 })
  expect(await engine.softPurge('room', undefined, BY)).toMatchObject({ purged: [{ number: 3 }], pinned: [{ number: 1, pids: [second] }] })
})

test('GEN6 a purged generation is loaded from its kept source as the next number, also when current has its content', async () => {
  const engine = await startSystem({ 'room.ts': room(1) })
  await load(engine, 2)
  const second = await openRoom(engine)
  await engine.softPurge('room', 1, BY)
  const plan = await engine.planRollback('room', 1)
  expect(plan).toEqual({ verb: 'rollback', module: 'room', from: 2, to: 1, how: 'reload', becomes: 3, staying: 1 })
  expect(await engine.rollback(plan, BY)).toEqual({ module: 'room', number: 3 })
  expect(await stack(engine)).toEqual([
    [3, 'current'],
    [2, 'old'],
    [1, 'purged'],
  ])
  expect((await engine.source('room', 3)).text).toBe(room(1))
  expect([await versionOf(engine, second), await versionOf(engine, await openRoom(engine))]).toEqual([2, 1])
  expect(await eventThat(engine, ({ type }) => type === 'rolled_back')).toMatchObject({ from: 2, to: 1, made: 3 })
  expect(await engine.planRollback('room', 1)).toMatchObject({ from: 3, becomes: 4 })
  expect(await rollBack(engine, 1)).toEqual({ module: 'room', number: 4 })
})

test('GEN6 a deleted module comes back by a rollback', async () => {
  const engine = await startSystem({ 'room.ts': room(1) })
  const pid = await openRoom(engine)
  await engine.delete(await engine.planDelete('room'), BY)
  expect(await engine.planRollback('room', 1)).toMatchObject({ from: null, to: 1, how: 'rebind', staying: 0 })
  await rollBack(engine, 1)
  expect(await engine.call(pid, { type: 'through' }, 60_000)).toBe(1)
})

test('GEN6 GEN8 a rollback decided on another state is refused, and nothing changes', async () => {
  const engine = await startSystem({ 'room.ts': room(1) })
  await load(engine, 2)
  const rebind = await engine.planRollback('room', 1)
  await load(engine, 3)
  const before = await portrait(engine)
  const changes = [{ type: 'current', module: 'room', was: 2, is: 3 }]
  expect(await faultOf(engine.rollback(rebind, BY))).toEqual({ code: 'changed_meanwhile', changes })
  expect(await portrait(engine)).toEqual(before)
  await engine.softPurge('room', 1, BY)
  const reload = await engine.planRollback('room', 1)
  const twice = await engine.planRollback('room', 2)
  await engine.rollback(twice, BEN)
  expect(await faultOf(engine.rollback(twice, BY))).toEqual({
    code: 'changed_meanwhile',
    changes: [{ type: 'current', module: 'room', was: 3, is: 2 }],
  })
  expect(await faultOf(engine.rollback(reload, BY))).toEqual({
    code: 'changed_meanwhile',
    changes: [{ type: 'current', module: 'room', was: 3, is: 2 }],
  })
  const gone = await engine.planRollback('room', 3)
  await engine.softPurge('room', 3, BY)
  expect(await faultOf(engine.rollback(gone, BY))).toEqual({
    code: 'changed_meanwhile',
    changes: [{ type: 'generation_gone', module: 'room', number: 3 }],
  })
  expect(await stack(engine)).toEqual([
    [3, 'purged'],
    [2, 'current'],
    [1, 'purged'],
  ])
  expect(await faultOf(engine.planRollback('room', 9))).toEqual({ code: 'unknown_generation', module: 'room', number: 9 })
  expect(await faultOf(engine.planRollback('nothing', 1))).toEqual({ code: 'unknown_module', module: 'nothing' })
})

test('GEN6 GEN9 after the runtime died the same generation is current, and holds and marks stand', async () => {
  const engine = await startSystem({ 'room.ts': room(1) }, 'process')
  await load(engine, 2)
  await load(engine, 3)
  await rollBack(engine, 1)
  await engine.hold('room', null, BY)
  await engine.mark('room', 2, 'bad', true, BY)
  await engine.mark('room', 3, 'keep', true, BY)
  const told = (await engine.generations('room')).map(({ number, status, markedBad, markedKeep }) => [
    number,
    status,
    markedBad,
    markedKeep,
  ])
  const { osPid } = await engine.runtime()
  process.kill(osPid as number, 'SIGKILL')
  await eventThat(engine, ({ type }) => type === 'runtime_restarted')
  expect(
    (await engine.generations('room')).map(({ number, status, markedBad, markedKeep }) => [number, status, markedBad, markedKeep]),
  ).toEqual(told)
  expect((await engine.modules())[0]).toMatchObject({ current: 1, generations: [3, 2, 1], hold: { by: 'anna', until: null } })
  expect(await versionOf(engine, await openRoom(engine))).toBe(1)
  expect(await faultOf(load(engine, 4, BEN))).toMatchObject({ code: 'held', by: 'anna' })
  expect(await faultOf(load(engine, 2))).toMatchObject({ code: 'marked_bad', number: 2 })
  // Nobody was in 3 when the runtime came back: its scheduler gets it anew.
  expect(await rollBack(engine, 3)).toEqual({ module: 'room', number: 3 })
  expect(await versionOf(engine, await openRoom(engine))).toBe(3)
})

test('GEN9 a hold refuses loads, rollbacks and deletes of others and lets its holder', async () => {
  const engine = await startSystem({ 'room.ts': room(1), 'other.ts': 'export const x = 1' })
  const held = { code: 'held', module: 'room', by: 'anna', reason: 'test', until: null }
  const planned = await engine.planDelete('room')
  await engine.hold('room', null, BY)
  expect((await engine.modules()).find(({ name }) => name === 'room')?.hold).toMatchObject({ by: 'anna', reason: 'test', until: null })
  expect(await faultOf(engine.delete(planned, BEN))).toEqual(held)
  expect(await faultOf(load(engine, 2, BEN))).toEqual(held)
  await eventThat(engine, (event) => event.type === 'load_refused' && event.code === 'held')
  const set = [{ module: 'other', text: 'export const x = 2' }, roomSource(2)]
  expect(await faultOf(engine.load({ sources: set, old: 'keep', note: '' }, BEN))).toEqual(held)
  expect(await load(engine, 2)).toMatchObject({ status: 'loaded' })
  expect(await faultOf(rollBack(engine, 1, BEN))).toEqual(held)
  await rollBack(engine, 1)
  await engine.softPurge('room', 2, BEN)
  expect(await faultOf(rollBack(engine, 2, BEN))).toEqual(held)
  expect(await faultOf(engine.hold('room', null, BEN))).toEqual(held)
  expect(await engine.load({ sources: [{ module: 'other', text: 'export const x = 2' }], old: 'keep', note: '' }, BEN)).toMatchObject({
    status: 'loaded',
  })
  await engine.release('room', BEN)
  expect(await eventThat(engine, ({ type }) => type === 'released_hold')).toMatchObject({ module: 'room', holder: 'anna', by: BEN })
  expect(await faultOf(engine.release('room', BEN))).toMatchObject({ code: 'nothing_to_do' })
  expect(await rollBack(engine, 2, BEN)).toEqual({ module: 'room', number: 3 })
})

test('GEN9 a hold ends by itself at its time', async () => {
  let offsetMs = 0
  const clock: Clock = { ...systemClock, now: () => Date.now() + offsetMs }
  const engine = await startSystem({ 'room.ts': room(1) }, 'thread', undefined, clock)
  const until = new Date(Date.now() + 3_600_000).toISOString()
  await engine.hold('room', until, BY)
  expect(await eventThat(engine, ({ type }) => type === 'held')).toMatchObject({ module: 'room', until, by: BY })
  expect(await faultOf(load(engine, 2, BEN))).toMatchObject({ code: 'held', until })
  offsetMs = 3_600_001
  expect((await engine.modules())[0]?.hold).toBeNull()
  expect(await load(engine, 2, BEN)).toMatchObject({ status: 'loaded' })
  expect(await faultOf(engine.release('room', BEN))).toMatchObject({ code: 'nothing_to_do' })
  expect(await faultOf(engine.hold('room', until, BY))).toMatchObject({ code: 'nothing_to_do' })
})

test('GEN9 content marked bad is refused under any number and after its purge, until the mark is lifted', async () => {
  const engine = await startSystem({ 'room.ts': room(1) })
  await load(engine, 2)
  const pid = await openRoom(engine)
  await engine.mark('room', 2, 'bad', true, BY)
  expect((await engine.generations('room'))[0]).toMatchObject({
    status: 'current',
    markedBad: { by: 'anna', reason: 'test' },
    markedKeep: null,
  })
  expect(await versionOf(engine, pid)).toBe(2)
  await load(engine, 3)
  const before = await portrait(engine)
  const bad = { code: 'marked_bad', module: 'room', number: 2, by: 'anna', reason: 'test' }
  expect(await faultOf(load(engine, 2))).toEqual(bad)
  expect(await faultOf(engine.load({ sources: [roomSource(2)], old: 'keep', note: '', again: true }, BEN))).toEqual(bad)
  expect(await faultOf(engine.planRollback('room', 2))).toEqual(bad)
  expect((await engine.check([roomSource(2)])).modules).toMatchObject([{ markedBad: { number: 2, by: 'anna', reason: 'test' } }])
  expect(await portrait(engine)).toEqual(before)
  await engine.kill(pid, BY)
  await engine.softPurge('room', 2, BY)
  expect(await faultOf(load(engine, 2))).toEqual(bad)
  expect(await faultOf(engine.planRollback('room', 2))).toEqual(bad)
  expect(await faultOf(engine.mark('room', 2, 'bad', true, BEN))).toMatchObject({ code: 'nothing_to_do' })
  await engine.mark('room', 2, 'bad', false, BEN)
  expect(await load(engine, 2)).toMatchObject({ loaded: [{ number: 4 }] })
  expect(await faultOf(engine.mark('room', 2, 'bad', false, BEN))).toMatchObject({ code: 'nothing_to_do' })
})

test('GEN9 a rollback to a generation with the content of one marked bad is refused', async () => {
  const engine = await startSystem({ 'room.ts': room(1) })
  await load(engine, 2)
  await engine.load({ sources: [roomSource(1)], old: 'keep', note: '', again: true }, BY)
  await load(engine, 4)
  const plan = await engine.planRollback('room', 1)
  await engine.mark('room', 3, 'bad', true, BY)
  expect(await faultOf(engine.rollback(plan, BY))).toMatchObject({ code: 'marked_bad', number: 3 })
  expect(await faultOf(engine.planRollback('room', 1))).toMatchObject({ code: 'marked_bad', number: 3 })
  expect((await engine.modules())[0]).toMatchObject({ current: 4 })
})

test('GEN9 a generation marked keep is left out of a soft purge that names none, and reported', async () => {
  const engine = await startSystem({ 'room.ts': room(1) })
  const pid = await openRoom(engine)
  await load(engine, 2)
  await load(engine, 3)
  await load(engine, 4)
  await engine.mark('room', 2, 'keep', true, BY)
  expect(await eventThat(engine, ({ type }) => type === 'marked')).toMatchObject({
    module: 'room',
    number: 2,
    kind: 'keep',
    on: true,
    by: BY,
  })
  expect(await engine.softPurge('room', undefined, BY)).toEqual({
    purged: [{ module: 'room', number: 3 }],
    pinned: [{ module: 'room', number: 1, pids: [pid] }],
    kept: [{ module: 'room', number: 2 }],
  })
  expect(await stack(engine)).toEqual([
    [4, 'current'],
    [3, 'purged'],
    [2, 'old'],
    [1, 'old'],
  ])
  expect(await rollBack(engine, 2)).toEqual({ module: 'room', number: 2 })
  await rollBack(engine, 4)
  expect(await engine.softPurge('room', 2, BY)).toEqual({ purged: [{ module: 'room', number: 2 }], pinned: [], kept: [] })
})
