import { afterAll, beforeAll, expect, test } from 'vitest'
import { FIRST_HASH, hashEntry } from '../src/audit/audit-chain.ts'
import { counterSource } from './counter-system.ts'
import { type StrataServer, startServer, TOKEN } from './strata-server.ts'

let server: StrataServer

beforeAll(async () => {
  server = await startServer()
})

afterAll(() => server.stop())

async function lines(types: readonly string[], extra: object = {}): Promise<any[]> {
  return (await server.call('activity.list', { types, limit: 500, ...extra })).data.lines
}

test('AUDIT4 an entry says from where, by which program, in which request, under which plan, and what was there before', async () => {
  const cli = { authorization: `Bearer ${TOKEN}`, 'x-strata-client': 'cli' }
  const sources = [{ module: 'counter', text: counterSource(2) }]
  const loaded = await server.call('modules.load', { sources, old: 'keep', note: 'two' }, cli)
  expect(loaded.headers['x-request-id']).toMatch(/^[0-9a-f]{12}$/)
  expect(await lines(['loaded'], { limit: 1 })).toMatchObject([
    {
      modules: [{ module: 'counter', number: 2 }],
      replaced: [{ module: 'counter', number: 1 }],
      by: { actor: 'token', reason: 'two', origin: { address: '127.0.0.1', client: 'cli', request: loaded.headers['x-request-id'] } },
    },
  ])
  const cookie = { cookie: await server.signIn(), origin: server.origin }
  expect(await lines(['signed_in'])).toMatchObject([{ origin: { address: '127.0.0.1', client: 'console' } }])
  await server.call('modules.load', { sources: [{ module: 'counter', text: counterSource(3) }], old: 'keep', note: '' }, cli)
  const { data: plan } = await server.call('plans.make', { verb: 'purge', module: 'counter', generation: 2 }, cookie)
  await server.call('plans.execute', { id: plan.id, reason: 'room' }, cookie)
  expect(await lines(['purged'])).toMatchObject([{ by: { reason: 'room', plan: plan.id, origin: { client: 'console' } } }])
  await server.call('modules.hold', { module: 'nothing', reason: 'x' })
  expect(await lines(['act_refused'])).toMatchObject([
    { verb: 'hold', code: 'unknown_module', modules: ['nothing'], origin: { client: 'api' } },
  ])
})

test('AUDIT4 an entry of a hold or a mark says what was there before', async () => {
  const mark = (on: boolean, reason: string) => server.call('modules.mark', { module: 'counter', number: 1, kind: 'keep', on, reason })
  const until = '2100-01-01T00:00:00.000Z'
  await server.call('modules.hold', { module: 'counter', reason: 'the fair', until })
  await server.call('modules.hold', { module: 'counter', reason: 'the fair goes on' })
  await server.call('modules.release', { module: 'counter', reason: 'over' })
  await mark(true, 'for the week')
  await mark(false, 'the week is over')
  const [unmarked, marked, released, again, first] = await lines(['held', 'released_hold', 'marked'], { limit: 5 })
  expect(first).toMatchObject({ type: 'held', before: null })
  expect(again).toMatchObject({ type: 'held', until: null, before: { by: 'token', reason: 'the fair', until } })
  expect(released).toMatchObject({ type: 'released_hold', before: { by: 'token', reason: 'the fair goes on', until: null } })
  expect(marked).toMatchObject({ on: true, before: null })
  expect(unmarked).toMatchObject({ on: false, before: { by: 'token', reason: 'for the week' } })
})

test('AUDIT5 whoever reads a source, a file or a state is an entry, once in ten minutes for each thing', async () => {
  const [row] = (await server.call('processes.list', {})).data.rows
  for (let times = 0; times < 3; times++) {
    expect((await server.call('modules.source', { module: 'counter', number: 2 })).data.text).toBe(counterSource(2))
    await server.call('modules.candidate', { path: 'counter.ts' })
    await server.call('processes.preview', { pid: row.pid })
  }
  expect((await server.call('modules.source', { module: 'counter', number: 99 })).fault).toBeDefined()
  const read = await lines(['content_read'])
  expect(read.map(({ verb, target }) => `${verb} ${target}`)).toEqual(
    expect.arrayContaining(['source counter@2', 'source counter.ts', `preview ${row.pid}`]),
  )
  expect(new Set(read.map(({ verb, target }) => `${verb} ${target}`)).size).toBe(read.length)
  // Its source and its file are of that module; the process showed nothing.
  expect(await lines(['content_read'], { module: 'counter' })).toHaveLength(2)
  server.clock.advance(11 * 60_000)
  await server.call('modules.source', { module: 'counter', number: 2 })
  expect(await lines(['content_read'], { module: 'counter' })).toHaveLength(3)
})

test('AUDIT5 an export holds the entries as they were written, proves them by their hashes, and is an entry before it is answered', async () => {
  const pages = [(await server.call('activity.export', { format: 'jsonl', limit: 2 })).data]
  while (pages.at(-1).more) {
    const after = pages.at(-1).entries.at(-1).seq
    pages.push((await server.call('activity.export', { format: 'jsonl', limit: 2, after, through: pages[0].through })).data)
  }
  const entries = pages.flatMap((page) => page.entries)
  expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: pages[0].through }, (_, index) => index + 1))
  let before = FIRST_HASH
  for (const { seq, hash, at, type, actor, modules, facts } of entries) {
    expect(hashEntry(before, seq, JSON.stringify({ at, type, actor, modules, facts }))).toBe(hash)
    before = hash
  }
  expect(await lines(['trail_exported'])).toMatchObject([
    { actor: 'token', format: 'jsonl', entries: entries.length, newest: entries.length, head: before, origin: { client: 'api' } },
  ])
  const some = (await server.call('activity.export', { format: 'csv', types: ['loaded'] })).data
  expect(new Set(some.entries.map(({ type }: any) => type))).toEqual(new Set(['loaded']))
})

test('AUDIT3 what was done to single processes is found by the modules that they were in', async () => {
  const pid = await server.engine.spawn({ module: 'counter', export: 'start' }, { actor: 'token', reason: '' })
  const types = ['sent', 'looked', 'suspended', 'resumed', 'exit_sent', 'killed']
  await server.call('processes.send', { pid, message: { type: 'nothing' } })
  await server.call('processes.queue', { pid })
  await server.call('processes.suspend', { pid })
  await server.call('processes.resume', { pid })
  await server.call('processes.exit', { pid, exitReason: 'normal' })
  await server.call('processes.kill', { pid })
  expect((await lines(types, { module: 'counter' })).map(({ type }) => type).toReversed()).toEqual(types)
})

test('AUDIT3 upgrades and kills under a plan are found by the modules of their processes', async () => {
  const sources = [{ module: 'counter', text: counterSource(4) }]
  await server.call('modules.load', { sources, old: 'keep', note: '' })
  const { data: all } = await server.call('processes.list', {})
  const pids = all.rows.map(({ pid }: any) => pid)
  const { data: upgrade } = await server.call('plans.make', { verb: 'upgrade', targets: { pids } })
  await server.call('plans.execute', { id: upgrade.id })
  const { data: kill } = await server.call('plans.make', { verb: 'kill', pids })
  await server.call('plans.execute', { id: kill.id })
  expect((await lines(['upgraded', 'killed'], { module: 'counter', limit: 2 })).map(({ type }) => type)).toEqual(['killed', 'upgraded'])
})

test('HAND1 SET1 a handover and a change of limits are entries; limits need an admin’s call with a reason', async () => {
  const { data: written } = await server.call('activity.handover', { hours: 2 })
  expect(written).toMatchObject({
    hours: 2,
    markdown: expect.stringMatching(/^# Handover of counters\n[\s\S]*\*\*token\*\* loaded counter/),
  })
  expect(written.markdown).toContain('No old generation is pinned.')
  expect(await lines(['handover_written'])).toMatchObject([{ actor: 'token', hours: 2 }])
  const { data } = await server.call('settings.setLimits', { module: 'counter', limits: { queueOver: 3 }, reason: 'small' })
  expect(data.modules.counter).toMatchObject({ queueOver: 3, crashesPerMinute: 5 })
  expect(await lines(['limits_changed'], { module: 'counter' })).toMatchObject([
    { reason: 'small', changes: [{ limit: 'queueOver', module: 'counter', before: null, after: 3 }] },
  ])
  for (const wrong of [
    { limits: { queueOver: 3 } },
    { limits: { queueOver: 0 }, reason: 'x' },
    { limits: { queueOver: 1.5 }, reason: 'x' },
    { limits: { other: 1 }, reason: 'x' },
    { module: '__proto__', limits: { queueOver: 3 }, reason: 'x' },
  ])
    expect((await server.call('settings.setLimits', wrong)).fault).toMatchObject({ code: expect.stringMatching(/^invalid_/) })
  expect((await server.call('settings.limits')).data).toEqual(data)
})
