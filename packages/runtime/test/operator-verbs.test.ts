import { expect, test } from 'vitest'
import type { Pid } from '../src/index.ts'
import { BY, eventThat, faultOf, killSurely, openRoom, room, startSystem, versionOf } from './system.ts'

const LEAVING = `import { receive, send, trapExit } from '@strata/runtime/process'
export async function leaving() { try { await receive() } finally { await new Promise((resolve) => setTimeout(resolve, 20)) } }
export async function staying() { trapExit(true); for (;;) await receive() }
export async function stubborn() { try { await receive() } finally { for (;;) await receive() } }
`

test('SUSP1 a suspended process answers nobody, keeps what it is sent, and answers once resumed', async () => {
  const engine = await startSystem({ 'room.ts': room(1) })
  const pid = await openRoom(engine)
  expect(await engine.suspend(pid, BY)).toEqual({ pid, status: 'suspended' })
  const answer = engine.call(pid, { type: 'version' }, 30_000)
  await engine.send(pid, { type: 'version' }, BY)
  expect(await engine.process(pid)).toMatchObject({ status: 'suspended', queueLength: 2 })
  expect(await engine.processes({ status: 'suspended' })).toMatchObject({ total: 1, rows: [{ pid }] })
  expect(await engine.suspend(pid, BY)).toEqual({ pid, status: 'already' })
  expect(await engine.resume(pid, BY)).toEqual({ pid, status: 'resumed' })
  expect(await answer).toMatchObject({ version: 1 })
  expect(await eventThat(engine, ({ type }) => type === 'suspended')).toMatchObject({ pids: [pid], by: BY })
  expect(await eventThat(engine, ({ type }) => type === 'resumed')).toMatchObject({ pids: [pid], by: BY })
})

test('SUSP1 soft purge sees what a suspended process pins, and kill ends it', async () => {
  const engine = await startSystem({ 'room.ts': room(1) })
  const pid = await openRoom(engine)
  await engine.suspend(pid, BY)
  await engine.load({ sources: [{ module: 'room', text: room(2) }], old: 'keep', note: '' }, BY)
  expect(await engine.softPurge('room', 1, BY)).toMatchObject({ purged: [], pinned: [{ number: 1, pids: [pid] }] })
  await killSurely(engine, pid)
  expect(await engine.softPurge('room', 1, BY)).toMatchObject({ purged: [{ module: 'room', number: 1 }] })
})

test('SUSP2 a whole generation is suspended and resumed by a plan, and nobody beside it', async () => {
  const engine = await startSystem({ 'room.ts': room(1) })
  const old = await Promise.all([openRoom(engine), openRoom(engine)])
  await engine.load({ sources: [{ module: 'room', text: room(2) }], old: 'keep', note: '' }, BY)
  const fresh = await openRoom(engine)
  const plan = await engine.planSuspend({ module: 'room', generation: 1 })
  expect(plan.targets.map(({ pid }) => pid).sort()).toEqual([...old].sort())
  await engine.kill(old[0], BY)
  expect(await engine.suspendAll(plan, BY)).toEqual(
    expect.arrayContaining([
      { pid: old[0], status: 'not_found' },
      { pid: old[1], status: 'suspended' },
    ]),
  )
  expect(await versionOf(engine, fresh)).toBe(2)
  const back = await engine.planResume({ module: 'room', generation: 1 })
  expect(await engine.resumeAll(back, BY)).toEqual([{ pid: old[1], status: 'resumed' }])
  expect(await versionOf(engine, old[1])).toBe(1)
})

test('SUSP2 one in a turn that lasts is pending, and told when it is suspended; a loop without end is killed all the same', async () => {
  const engine = await startSystem({ 'room.ts': room(1) })
  const pid = await openRoom(engine)
  await engine.send(pid, { type: 'spin' }, BY)
  await eventThat(engine, (event) => event.type === 'holding' && event.pid === pid)
  expect(await engine.suspend(pid, BY)).toEqual({ pid, status: 'pending' })
  await killSurely(engine, pid)
  expect(await engine.resume(pid, BY)).toEqual({ pid, status: 'not_found' })
})

test('EXIT3 an operator’s exit signal ends who does not trap it, and says what became of it', async () => {
  const engine = await startSystem({ 'm.ts': LEAVING })
  const [leaving, staying] = await Promise.all(['leaving', 'staying'].map((name) => engine.spawn({ module: 'm', export: name }, BY)))
  await expect.poll(async () => (await engine.processes({ status: 'waiting' })).total).toBe(2)
  expect(await engine.exit(leaving as Pid, 'normal', BY)).toEqual({ pid: leaving, status: 'ignored' })
  expect(await engine.exit(leaving as Pid, 'shutdown', BY)).toEqual({ pid: leaving, status: 'ended' })
  expect(await engine.exit(leaving as Pid, 'shutdown', BY)).toEqual({ pid: leaving, status: 'not_found' })
  expect(await engine.exit(staying as Pid, 'shutdown', BY)).toEqual({ pid: staying, status: 'trapped' })
  expect(await eventThat(engine, (event) => event.type === 'exit_sent' && event.ended.length > 0)).toMatchObject({
    exitReason: 'shutdown',
    ended: [leaving],
    by: BY,
  })
})

test('EXIT3 what only a kill does is refused, nobody is touched, and the plan names who falls along', async () => {
  const engine = await startSystem({ 'room.ts': room(1) })
  const [pid, other] = await Promise.all([openRoom(engine), openRoom(engine)])
  expect(await faultOf(engine.exit(pid, 'kill', BY))).toEqual({ code: 'invalid_reason', why: 'kill', limit: 1_000 })
  expect(await faultOf(engine.exit(pid, '', BY))).toMatchObject({ code: 'invalid_reason', why: 'empty' })
  expect(await faultOf(engine.planExit([pid], 'x'.repeat(1_001)))).toMatchObject({ code: 'invalid_reason', why: 'too_long' })
  expect(await faultOf(engine.planExit(['1.99999' as Pid], 'shutdown'))).toEqual({ code: 'unknown_pid', pid: '1.99999' })
  const early = await engine.planExit([pid], 'shutdown')
  await engine.call(pid, { type: 'link', pid: other }, 60_000)
  expect(await faultOf(engine.exitAll(early, BY))).toMatchObject({ code: 'changed_meanwhile', changes: [{ type: 'one_more' }] })
  expect(await versionOf(engine, pid)).toBe(1)
  const plan = await engine.planExit([pid], 'shutdown')
  expect(plan.victims.map(({ because }) => because)).toEqual(['chosen', 'link'])
  expect(await engine.exitAll(plan, BY)).toEqual([{ pid, status: 'ended' }])
  await expect.poll(async () => (await engine.processes({})).total).toBe(0)
})

test('EXIT3 one whose finally blocks do not end has ended of it when their budget is used up', async () => {
  const engine = await startSystem({ 'm.ts': LEAVING })
  const pid = await engine.spawn({ module: 'm', export: 'stubborn' }, BY)
  await expect.poll(async () => (await engine.process(pid)).status).toBe('waiting')
  expect(await engine.exit(pid, 'shutdown', BY)).toEqual({ pid, status: 'ended' })
})
