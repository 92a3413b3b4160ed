import { expect, test } from 'vitest'
import { BY, eventThat, faultOf, openRoom, room, roomSource, startSystem, versionOf } from './system.ts'

test('KILL5 a runtime that dies is brought back with the same generations', async () => {
  const engine = await startSystem(
    { 'room.ts': room(1), 'strata.config.ts': `export default { start: [{ module: 'room', export: 'start', name: 'lobby' }] }` },
    'process',
  )
  await engine.load({ sources: [roomSource(2)], old: 'keep', note: 'second' }, BY)
  const before = await engine.generations('room')
  const { osPid } = await engine.runtime()
  process.kill(osPid as number, 'SIGKILL')
  await eventThat(engine, ({ type }) => type === 'runtime_restarted')
  const after = await engine.generations('room')
  expect(after.map(({ number, status, hash, note, loadedBy }) => ({ number, status, hash, note, loadedBy }))).toEqual(
    before.map(({ number, status, hash, note, loadedBy }) => ({ number, status, hash, note, loadedBy })),
  )
  const { rows } = await engine.processes({})
  expect(rows).toMatchObject([{ name: 'lobby' }])
  expect(await versionOf(engine, await openRoom(engine))).toBe(2)
  expect(await engine.runtime()).toMatchObject({ status: 'running', restarts: 1 })
})

test('KILL5 a runtime is brought back with the same generations as often as it dies', async () => {
  const engine = await startSystem({ 'room.ts': room(1) }, 'process')
  await engine.load({ sources: [roomSource(2)], old: 'keep', note: '' }, BY)
  for (const restarts of [1, 2, 3]) {
    process.kill((await engine.runtime()).osPid as number, 'SIGKILL')
    await eventThat(engine, (event) => event.type === 'runtime_restarted' && event.restarts === restarts)
    expect((await engine.generations('room')).map(({ number, status }) => [number, status])).toEqual([
      [2, 'current'],
      [1, 'old'],
    ])
  }
})

test('KILL5 process.exit in a module ends the calling process', async () => {
  const engine = await startSystem(
    {
      'room.ts': room(1),
      'quitter.ts': `export async function start() { process.exit(3) }`,
    },
    'process',
  )
  const pid = await openRoom(engine)
  await engine.spawn({ module: 'quitter', export: 'start' }, BY)
  expect(await versionOf(engine, pid)).toBe(1)
  expect(await engine.runtime()).toMatchObject({ restarts: 0 })
})

test('KILL5 a scheduler that dies of its heap takes its processes and comes back', async () => {
  const engine = await startSystem(
    {
      'room.ts': room(1),
      'hog.ts': `export async function start() { const all: unknown[] = []; for (;;) all.push(new Array(100_000).fill(all.length)) }`,
    },
    'process',
    128 * 2 ** 20,
  )
  await openRoom(engine)
  await engine.spawn({ module: 'hog', export: 'start' }, BY)
  await eventThat(engine, ({ type }) => type === 'scheduler_restarted' || type === 'crashed')
  expect(await versionOf(engine, await openRoom(engine))).toBe(1)
})

test('DOOR8 user code sees no setting or secret of the console', async () => {
  process.env['STRATA_TOKEN'] = 'x'.repeat(40)
  const engine = await startSystem(
    {
      'spy.ts': `import { receive, reply } from '@strata/runtime/process'\nexport async function start() { const message = await receive(); reply(message, Object.keys(process.env).filter((key) => key.startsWith('STRATA_'))) }`,
    },
    'process',
  )
  delete process.env['STRATA_TOKEN']
  const pid = await engine.spawn({ module: 'spy', export: 'start' }, BY)
  expect(await engine.call(pid, { type: 'ask' }, 60_000)).toEqual([])
})

test('ENG1 a call of the runtime while it is down is refused with why', async () => {
  const engine = await startSystem({ 'room.ts': room(1) }, 'process')
  await engine.stop()
  expect(await faultOf(engine.modules())).toMatchObject({ code: 'runtime_down' })
})
