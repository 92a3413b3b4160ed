import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { counterSource } from './counter-system.ts'
import { startServer, type StrataServer } from './strata-server.ts'

let server: StrataServer
let browser: Record<string, string>
/** Each test has a module of its own, with one process in its generation 1 and generation 2 current. */
let counter = ''
let resident = ''
let tests = 0

beforeAll(async () => {
  server = await startServer()
  browser = { cookie: await server.signIn(), origin: server.origin }
})
afterAll(() => server.stop())
beforeEach(async () => {
  counter = `counter${++tests}`
  await load(1)
  resident = await server.engine.spawn({ module: counter, export: 'start' }, { actor: 'test', reason: '' })
  await load(2)
})

/** A call by the owner, in a browser; the answer's data. */
async function ask(path: string, input?: unknown): Promise<any> {
  const answer = await server.call(path, input, browser)
  expect(answer.fault).toBeUndefined()
  return answer.data
}

/** A call by the owner, or with the token, that is refused. */
async function refused(path: string, input: unknown, headers: Record<string, string> | undefined = browser) {
  const answer = await server.call(path, input, headers)
  return { status: answer.status, fault: answer.fault }
}

async function byToken(path: string, input: unknown) {
  const { status, fault, data } = await server.call(path, input)
  return { status, fault, data }
}

function loadInput(version: number) {
  const text = counterSource(version).replace('./counter.ts', `./${counter}.ts`)
  return { sources: [{ module: counter, text }], old: 'keep', note: `n${version}` }
}

async function load(version: number) {
  return ask('modules.load', loadInput(version))
}

async function stack(): Promise<unknown> {
  const { current, generations, hold } = (await ask('modules.list')).find(({ name }: { name: string }) => name === counter)
  return { current, generations, hold }
}

test('GEN6 a rollback is planned, executed and has a receipt that says what is current and who stays', async () => {
  const stays = await server.engine.spawn({ module: counter, export: 'start' }, { actor: 'test', reason: '' })
  const made = await ask('plans.make', { verb: 'rollback', module: counter, number: 1 })
  expect(made).toMatchObject({
    state: 'open',
    command: `./strata rollback ${counter}@1`,
    plan: { verb: 'rollback', module: counter, from: 2, to: 1, how: 'rebind', becomes: 1, staying: 1 },
  })
  expect(await ask('plans.listOpen', { module: counter })).toMatchObject([{ id: made.id, verb: 'rollback', modules: [counter] }])
  const act = await ask('plans.execute', { id: made.id, reason: 'two is bad' })
  expect(act).toMatchObject({
    id: made.id,
    verb: 'rollback',
    title: `rollback ${counter}@1`,
    status: 'done',
    reason: 'two is bad',
    modules: [counter],
    items: [],
    outcome: { verb: 'rollback', module: counter, number: 1, from: 2, how: 'rebind', staying: 1 },
  })
  expect(await ask('acts.get', { id: made.id })).toEqual(act)
  expect(await stack()).toEqual({ current: 1, generations: [2, 1], hold: null })
  const { rows } = await ask('processes.list', { module: counter, sort: 'pid' })
  expect(rows.map(({ pid, generation }: { pid: string; generation: number }) => [pid, generation])).toEqual([
    [resident, 1],
    [stays, 2],
  ])
  const { lines } = await ask('activity.list', { limit: 20 })
  expect(lines.find(({ type }: { type: string }) => type === 'rolled_back')).toMatchObject({
    module: counter,
    from: 2,
    to: 1,
    made: 1,
    by: { actor: 'owner', reason: 'two is bad' },
  })
  expect(await refused('plans.make', { verb: 'rollback', module: counter, number: 1 })).toMatchObject({
    status: 409,
    fault: { code: 'nothing_to_do' },
  })
})

test('GEN6 what was purged comes back from its source as the next number', async () => {
  await ask('processes.send', { pid: resident, message: { type: 'stop' } })
  await expect.poll(async () => (await ask('modules.softPurge', { module: counter, generation: 1 })).purged.length).toBe(1)
  const { id, plan } = await ask('plans.make', { verb: 'rollback', module: counter, number: 1 })
  expect(plan).toMatchObject({ from: 2, to: 1, how: 'reload', becomes: 3 })
  expect(await ask('plans.execute', { id, reason: '' })).toMatchObject({
    status: 'done',
    outcome: { verb: 'rollback', module: counter, number: 3, how: 'reload' },
  })
  expect(await stack()).toMatchObject({ current: 3, generations: [3, 2] })
  expect((await ask('modules.source', { module: counter, number: 3 })).text).toBe(loadInput(1).sources[0]?.text)
})

test('PLAN1 GEN8 a rollback whose current has changed is refused with the difference and a new plan', async () => {
  const { id } = await ask('plans.make', { verb: 'rollback', module: counter, number: 1 })
  await load(3)
  const { status, fault } = await refused('plans.execute', { id, reason: '' })
  expect([status, fault]).toMatchObject([
    409,
    {
      code: 'changed_meanwhile',
      changes: [{ type: 'current', module: counter, was: 2, is: 3 }],
      plan: { state: 'open', plan: { verb: 'rollback', from: 3, to: 1 } },
    },
  ])
  expect(await ask('acts.get', { id })).toMatchObject({ status: 'refused' })
  expect(await stack()).toMatchObject({ current: 3 })
})

test('PLAN2 a renewed rollback tells what is current now', async () => {
  const { id } = await ask('plans.make', { verb: 'rollback', module: counter, number: 1 })
  await load(3)
  expect(await ask('plans.renew', { id })).toMatchObject({
    plan: { id, plan: { from: 3 } },
    changes: [{ type: 'current', module: counter, was: 2, is: 3 }],
    gone: [],
  })
})

test('GEN9 a held module refuses loads, rollbacks and deletes of others, and not the holder’s', async () => {
  const until = '2100-01-01T02:00:00+02:00'
  expect(await ask('modules.hold', { module: counter, until, reason: 'the fair is on' })).toEqual({
    status: 'held',
    module: counter,
    until: '2100-01-01T00:00:00.000Z',
  })
  const facts = { by: 'owner', reason: 'the fair is on', until: '2100-01-01T00:00:00.000Z' }
  expect(await stack()).toMatchObject({ hold: { ...facts, since: expect.any(String) } })
  const fault = { code: 'held', module: counter, ...facts }
  expect(await byToken('modules.load', loadInput(3))).toMatchObject({ status: 409, fault })
  expect(await byToken('modules.hold', { module: counter, reason: 'mine' })).toMatchObject({ status: 409, fault })
  const { data: plan } = await byToken('plans.make', { verb: 'rollback', module: counter, number: 1 })
  expect(await byToken('plans.execute', { id: plan.id, reason: '' })).toMatchObject({ status: 409, fault })
  expect(await stack()).toMatchObject({ current: 2, generations: [2, 1] })
  expect(await load(3)).toMatchObject({ status: 'loaded' })
  expect(await byToken('modules.release', { module: counter, reason: 'it is over' })).toMatchObject({
    status: 200,
    data: { status: 'released', module: counter },
  })
  expect(await byToken('modules.load', loadInput(4))).toMatchObject({ status: 200 })
  expect(await refused('modules.release', { module: counter })).toMatchObject({ status: 409, fault: { code: 'nothing_to_do' } })
  const { lines } = await ask('activity.list', { limit: 20 })
  expect(lines.filter(({ module }: { module?: string }) => module === counter)).toMatchObject([
    { type: 'released_hold', holder: 'owner', by: { actor: 'token', reason: 'it is over' } },
    { type: 'held', until: facts.until, by: { actor: 'owner', reason: 'the fair is on' } },
  ])
})

test('GEN9 a held module refuses the delete that others planned', async () => {
  await ask('processes.send', { pid: resident, message: { type: 'stop' } })
  await expect.poll(async () => (await ask('modules.softPurge', { module: counter })).purged.length).toBe(1)
  const { data: plan } = await byToken('plans.make', { verb: 'delete', module: counter })
  await ask('modules.hold', { module: counter, reason: 'no' })
  expect(await byToken('plans.execute', { id: plan.id, reason: '' })).toMatchObject({ status: 409, fault: { code: 'held', until: null } })
  expect(await stack()).toMatchObject({ current: 2 })
})

test('GEN9 content marked bad is refused at every load until the mark is lifted', async () => {
  expect(await ask('modules.mark', { module: counter, number: 2, kind: 'bad', on: true, reason: 'it forgets' })).toEqual({
    status: 'marked',
    module: counter,
    number: 2,
    kind: 'bad',
  })
  expect((await ask('modules.generations', { module: counter }))[0]).toMatchObject({
    number: 2,
    status: 'current',
    markedBad: { by: 'owner', reason: 'it forgets' },
    markedKeep: null,
  })
  await load(3)
  const fault = { code: 'marked_bad', module: counter, number: 2, by: 'owner', reason: 'it forgets' }
  expect(await refused('modules.load', loadInput(2))).toEqual({ status: 412, fault })
  expect(await refused('plans.make', { verb: 'rollback', module: counter, number: 2 })).toEqual({ status: 412, fault })
  await ask('modules.mark', { module: counter, number: 2, kind: 'bad', on: false, reason: 'it was the disk' })
  expect(await load(2)).toMatchObject({ status: 'loaded', loaded: [{ number: 4 }] })
})

test('GEN9 what is marked keep is left out of a soft purge of all', async () => {
  await load(3)
  await ask('modules.mark', { module: counter, number: 2, kind: 'keep', on: true, reason: 'to compare' })
  expect(await ask('modules.softPurge', { module: counter })).toMatchObject({
    purged: [],
    pinned: [{ number: 1, pids: [resident] }],
    kept: [{ module: counter, number: 2 }],
  })
  expect(await ask('modules.softPurge', { module: counter, generation: 2 })).toMatchObject({ purged: [{ number: 2 }], kept: [] })
})

test('GEN9 a hold and a mark need a reason, a kind, a time to come and something that exists', async () => {
  const invalid = { status: 400, fault: { code: 'invalid_input' } }
  const mark = { module: counter, number: 1, kind: 'bad', on: true, reason: 'why' }
  for (const input of [{ module: counter }, { module: counter, reason: '  ' }, { module: counter, reason: 'x', until: 'tomorrow' }]) {
    expect(await refused('modules.hold', input)).toMatchObject(invalid)
  }
  for (const part of [{ reason: '' }, { kind: 'good' }, { on: 'yes' }, { number: 0 }, { reason: 'x'.repeat(1_001) }]) {
    expect(await refused('modules.mark', { ...mark, ...part })).toMatchObject(invalid)
  }
  expect(await refused('modules.hold', { module: counter, reason: 'x', until: '2001-01-01T00:00:00Z' })).toMatchObject({
    status: 409,
    fault: { code: 'nothing_to_do' },
  })
  expect(await refused('modules.mark', { ...mark, number: 99 })).toMatchObject({ status: 404, fault: { code: 'unknown_generation' } })
  expect(await refused('modules.hold', { module: 'nothing', reason: 'x' })).toMatchObject({
    status: 404,
    fault: { code: 'unknown_module' },
  })
  expect(await refused('plans.make', { verb: 'rollback', module: '../x', number: 1 })).toMatchObject({
    status: 400,
    fault: { code: 'invalid_name' },
  })
  expect(await refused('modules.hold', { module: counter, reason: 'x' }, {})).toMatchObject({ status: 401 })
  expect(await stack()).toMatchObject({ hold: null })
})
