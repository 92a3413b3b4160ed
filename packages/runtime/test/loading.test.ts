import { expect, test } from 'vitest'
import { BY, eventThat, faultOf, killSurely, openRoom, portrait, room, roomSource, startSystem, versionOf } from './system.ts'

const load = { note: 'a note' } as const

test('GEN1 a load under keep leaves old processes where they are', async () => {
  const engine = await startSystem({ 'room.ts': room(1) })
  const first = await openRoom(engine)
  const outcome = await engine.load({ sources: [roomSource(2)], old: 'keep', ...load }, BY)
  expect(outcome).toMatchObject({ status: 'loaded', loaded: [{ module: 'room', number: 2 }], killed: [] })
  await engine.load({ sources: [roomSource(3)], old: 'keep', ...load }, BY)
  const third = await openRoom(engine)
  expect([await versionOf(engine, first), await versionOf(engine, third)]).toEqual([1, 3])
  expect(await engine.call(first, { type: 'through' }, 60_000)).toBe(3)
  const [module] = await engine.modules()
  expect(module).toMatchObject({ name: 'room', current: 3, generations: [3, 2, 1], pins: 1 })
  expect(module?.layers.map(({ number, drained, pins }) => [number, drained, pins])).toEqual([
    [3, false, 1],
    [2, true, 0],
    [1, false, 1],
  ])
})

test('GEN2 refuse names the old generations and their pins, and nothing changes', async () => {
  const engine = await startSystem({ 'room.ts': room(1) })
  const pid = await openRoom(engine)
  await engine.load({ sources: [roomSource(2)], old: 'refuse', ...load }, BY)
  const before = await portrait(engine)
  expect(await faultOf(engine.load({ sources: [roomSource(3)], old: 'refuse', ...load }, BY))).toEqual({
    code: 'not_purged',
    module: 'room',
    generations: [{ number: 1, pins: 1 }],
  })
  expect(await faultOf(engine.load({ sources: [roomSource(3)], old: 'soft-purge', ...load }, BY))).toMatchObject({ code: 'not_purged' })
  expect(await portrait(engine)).toEqual(before)
  await eventThat(engine, ({ type }) => type === 'load_refused')
  await engine.call(pid, { type: 'version' }, 60_000)
})

test('GEN2 soft-purge purges what is drained and loads', async () => {
  const engine = await startSystem({ 'room.ts': room(1) })
  await engine.load({ sources: [roomSource(2)], old: 'keep', ...load }, BY)
  const outcome = await engine.load({ sources: [roomSource(3)], old: 'soft-purge', ...load }, BY)
  expect(outcome).toMatchObject({ purged: [{ module: 'room', number: 1 }], killed: [] })
  expect((await engine.generations('room')).map(({ number, status }) => [number, status])).toEqual([
    [3, 'current'],
    [2, 'old'],
    [1, 'purged'],
  ])
})

test('GEN2 purge ends exactly what pins old generations, with its plan, and loads', async () => {
  const engine = await startSystem({ 'room.ts': room(1) })
  const old = await openRoom(engine)
  await engine.load({ sources: [roomSource(2)], old: 'keep', ...load }, BY)
  const current = await openRoom(engine)
  const request = { sources: [roomSource(3)], old: 'purge', ...load } as const
  const plan = await engine.planLoad(request)
  expect(plan.victims.map(({ pid }) => pid)).toEqual([old])
  const outcome = await engine.load({ ...request, plan }, BY)
  expect(outcome).toMatchObject({ status: 'loaded', killed: [old], purged: [{ module: 'room', number: 1 }] })
  expect(await versionOf(engine, current)).toBe(2)
  expect(await faultOf(engine.process(old))).toEqual({ code: 'unknown_pid', pid: old })
})

test('GEN2 a load under purge that fails ends nobody (OTP kills first: L15, P31)', async () => {
  const engine = await startSystem({ 'room.ts': room(1) })
  const old = await openRoom(engine)
  await engine.load({ sources: [roomSource(2)], old: 'keep', ...load }, BY)
  expect(
    await faultOf(engine.load({ sources: [{ module: 'room', text: 'throw new Error("no")' }], old: 'purge', ...load }, BY)),
  ).toMatchObject({ code: 'body_failed' })
  expect(await versionOf(engine, old)).toBe(1)
})

test('GEN4 modules of a set become current together, and see each other while they are evaluated', async () => {
  const engine = await startSystem({ 'a.ts': `import { b } from './b.ts'\nexport const a = b + 1`, 'b.ts': 'export const b = 1' })
  const sources = [
    { module: 'a', text: `import { b } from './b.ts'\nif (b !== 10) throw new Error('saw ' + b)\nexport const a = b + 1` },
    { module: 'b', text: 'export const b = 10' },
  ]
  expect(await engine.load({ sources, old: 'keep', ...load }, BY)).toMatchObject({
    loaded: expect.arrayContaining([
      { module: 'a', number: 2 },
      { module: 'b', number: 2 },
    ]),
  })
  const broken = [
    { module: 'a', text: 'export const a = 99' },
    { module: 'b', text: 'throw 1' },
  ]
  expect(await faultOf(engine.load({ sources: broken, old: 'keep', ...load }, BY))).toMatchObject({ code: 'body_failed' })
  expect((await engine.modules()).map(({ current }) => current)).toEqual([2, 2])
})

test('GEN5 after delete, calls through imports raise undef and old processes live on', async () => {
  const engine = await startSystem({ 'room.ts': room(1) })
  const pid = await openRoom(engine)
  const plan = await engine.planDelete('room')
  expect(plan).toMatchObject({ current: 1, staying: 1 })
  await engine.delete(plan, BY)
  expect(await versionOf(engine, pid)).toBe(1)
  expect(await faultOf(engine.call(pid, { type: 'through' }, 60_000))).toMatchObject({ code: 'process_ended' })
  expect(await eventThat(engine, ({ type }) => type === 'crashed')).toMatchObject({
    crash: { pid, reason: { type: 'undef', module: 'room', export: 'version' } },
  })
})

test('GEN5 delete is refused while there are old generations (P14)', async () => {
  const engine = await startSystem({ 'room.ts': room(1) })
  await engine.load({ sources: [roomSource(2)], old: 'keep', ...load }, BY)
  expect(await faultOf(engine.planDelete('room'))).toEqual({ code: 'not_purged', module: 'room', generations: [{ number: 1, pins: 0 }] })
})

test('GEN8 a load decided on a stale state is refused (OTP loses the newer one: P22b)', async () => {
  const engine = await startSystem({ 'room.ts': room(1) })
  await engine.load({ sources: [roomSource(2)], old: 'keep', ...load, expectedCurrent: { room: 1 } }, BY)
  expect(await faultOf(engine.load({ sources: [roomSource(3)], old: 'keep', ...load, expectedCurrent: { room: 1 } }, BY))).toEqual({
    code: 'changed_meanwhile',
    changes: [{ type: 'current', module: 'room', was: 1, is: 2 }],
  })
})

test('GEN10 identical content is unchanged, unless asked for again', async () => {
  const engine = await startSystem({ 'room.ts': room(1) })
  expect(await engine.load({ sources: [roomSource(1)], old: 'keep', ...load }, BY)).toMatchObject({
    status: 'unchanged',
    loaded: [{ module: 'room', number: 1 }],
  })
  expect(await engine.load({ sources: [roomSource(1)], old: 'keep', ...load, again: true }, BY)).toMatchObject({
    status: 'loaded',
    loaded: [{ module: 'room', number: 2 }],
  })
})

test('GEN3 eight loads at once make eight generations, one after the other (P42)', async () => {
  const engine = await startSystem({ 'room.ts': room(1) })
  const outcomes = await Promise.all(
    [2, 3, 4, 5, 6, 7, 8, 9].map((version) => engine.load({ sources: [roomSource(version)], old: 'keep', ...load }, BY)),
  )
  expect(outcomes.map(({ loaded }) => loaded[0]?.number)).toEqual([2, 3, 4, 5, 6, 7, 8, 9])
})

test('GEN12 a load waits for a held scheduler and is then refused with the pid and the line', async () => {
  const engine = await startSystem({ 'room.ts': room(1) })
  const pid = await openRoom(engine)
  await engine.send(pid, { type: 'spin' }, BY)
  const fault = await faultOf(engine.load({ sources: [roomSource(2)], old: 'keep', ...load }, BY))
  expect(fault).toMatchObject({ code: 'scheduler_held', pid, at: expect.stringMatching(/^room\.ts:\d+$/) })
  await killSurely(engine, pid)
  expect(await engine.load({ sources: [roomSource(2)], old: 'keep', ...load }, BY)).toMatchObject({ loaded: [{ number: 2 }] })
})

test('GEN4 members of a circle see each other’s functions while their bodies run, as ES modules do', async () => {
  const engine = await startSystem({})
  const sources = [
    { module: 'a', text: `import { b } from './b.ts'\nexport function a(): number { return 1 }\nexport const fromB = b()` },
    { module: 'b', text: `import { a } from './a.ts'\nexport function b(): number { return 2 }\nexport const fromA = a()` },
  ]
  expect(await engine.load({ sources, old: 'keep', ...load }, BY)).toMatchObject({ status: 'loaded' })
})

test('SYS1 a folder that does not load is left out whole, and told why with places, causes and ways out', async () => {
  const unreadable = await startSystem({ 'a.ts': `export const a = 1\nexport const b = <i/>`, 'b.ts': 'export const b = 1' })
  expect(await unreadable.modules()).toEqual([])
  const syntax = (await eventThat(unreadable, (event) => event.type === 'error')) as { message: string }
  expect(syntax.message.split('\n')).toEqual([
    expect.stringContaining('left out whole'),
    expect.stringMatching(/^a\.ts:2:\d+ JSX is not compiled \(Call/),
  ])
  const failing = await startSystem({ 'a.ts': `try { JSON.parse('{') } catch (cause) {\n  throw new Error('no settings', { cause })\n}` })
  const failed = (await eventThat(failing, (event) => event.type === 'error')) as { message: string }
  expect(failed.message).toMatch(
    /The body of a failed: Error: no settings\n {4}at \(a\.ts:2:9 a@1\)\nCaused by SyntaxError: [^\n]*\n {4}at \(a\.ts:1:12 a@1\)$/,
  )
})
