import { afterAll, beforeAll, expect, test } from 'vitest'
import { join, makeToken } from './people.ts'
import { startServer, type StrataServer } from './strata-server.ts'

let server: StrataServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

test('TRACE4 a trace takes an operator; a viewer sees whose it is; who reads another’s is an entry, as its beginning and end are', async () => {
  const anna = await join(server, 'anna', 'admin')
  const ben = await join(server, 'ben', 'operator')
  const vic = await join(server, 'vic', 'viewer')
  const narrowed = await makeToken(server, anna, { role: 'operator', name: 'narrowed', modules: ['counter'] })
  const elsewhere = await makeToken(server, anna, { role: 'operator', name: 'elsewhere', modules: ['billing'] })
  const [row] = (await server.engine.processes({ module: 'counter' })).rows
  const targets = { pids: [row?.pid] }
  const begin = (headers: Record<string, string>, input: object = { targets }) => server.call('traces.begin', input, headers)
  expect((await begin(vic.headers)).fault).toMatchObject({ code: 'forbidden', why: 'role', needs: 'operator' })
  expect((await begin(elsewhere.headers)).fault).toMatchObject({ code: 'forbidden', why: 'token_module' })
  expect((await begin(narrowed.headers, { targets: { matching: { module: 'counter' } } })).fault).toMatchObject({ why: 'token_module' })
  expect((await begin(anna.headers, { targets, messages: 0 })).fault?.code).toBe('invalid_input')
  expect((await begin(anna.headers, { targets, forMs: 61_000 })).fault).toMatchObject({ code: 'too_large', what: 'trace_ms' })
  expect((await server.call('traces.list', {}, anna.headers)).data).toEqual([])

  const { data: trace } = await begin(anna.headers, { targets, reason: 'odd answers' })
  await server.call('processes.send', { pid: row?.pid, message: { type: 'odd' } }, anna.headers)
  expect((await server.call('traces.list', { pid: row?.pid }, vic.headers)).data).toMatchObject([
    { id: trace.id, actor: 'anna', end: null },
  ])
  const entries = (headers: Record<string, string>, id = trace.id) => server.call('traces.entries', { trace: id }, headers)
  expect((await entries(vic.headers)).fault).toMatchObject({ code: 'forbidden', why: 'role' })
  expect((await entries(narrowed.headers)).fault).toMatchObject({ code: 'forbidden', why: 'token_module' })
  for (const { headers } of [anna, ben]) expect((await entries(headers)).data.entries).toMatchObject([{ kind: 'message', from: '0.0' }])
  expect((await server.call('traces.stop', { trace: trace.id }, vic.headers)).fault).toMatchObject({ code: 'forbidden' })
  expect((await server.call('traces.stop', { trace: trace.id, reason: 'seen' }, ben.headers)).data).toMatchObject({
    end: { why: 'stopped' },
  })

  // Its own goes on being readable when its processes are gone.
  const { data: own } = await begin(narrowed.headers)
  await server.call('processes.kill', { pid: row?.pid }, anna.headers)
  await expect.poll(async () => (await entries(narrowed.headers, own.id)).data.end?.why).toBe('ended')
  const { lines } = (await server.call('activity.list', { module: 'counter', limit: 50 }, anna.headers)).data
  const told = lines
    .filter(({ type }: { type: string }) => ['trace_started', 'trace_ended', 'content_read'].includes(type))
    .map((line: { type: string; actor?: string; by?: { actor: string; reason: string } }) => [
      line.type,
      line.by?.actor ?? line.actor,
      line.by?.reason,
    ])
  expect(told.toReversed()).toEqual([
    ['trace_started', 'anna', 'odd answers'],
    ['content_read', 'ben', undefined],
    ['trace_ended', 'ben', 'seen'],
    ['trace_started', 'anna/narrowed', ''],
    ['trace_ended', 'anna/narrowed', ''],
  ])
})
