import { afterAll, beforeAll, expect, test } from 'vitest'
import { counterSource } from './counter-system.ts'
import { type Joined, join, makeToken } from './people.ts'
import { openStream } from './read-stream.ts'
import { startServer, type StrataServer } from './strata-server.ts'

let server: StrataServer
let anna: Joined
beforeAll(async () => {
  server = await startServer()
  anna = await join(server, 'anna', 'admin')
})
afterAll(() => server.stop())

const whoami = (headers: Record<string, string>) => server.call('session.whoami', undefined, headers)
const load = (headers: Record<string, string>, module: string, text = 'export const n = 1') =>
  server.call('modules.load', { sources: [{ module, text }], old: 'keep', note: 'by a test' }, headers)

test('TOKEN1 a token is shown once, acts in its own name, and tells when it was last used', async () => {
  const token = await makeToken(server, anna, { role: 'deployer', name: 'deploy' })
  expect(token.secret).toMatch(/^strata_[\w-]{43}$/)
  expect((await whoami(token.headers)).data).toMatchObject({ actor: 'anna/deploy', person: 'anna', kind: 'api_token', role: 'deployer' })
  const listed = (await server.call('tokens.list', undefined, anna.headers)).data
  expect(listed[0]).toMatchObject({
    name: 'deploy',
    actor: 'anna/deploy',
    status: 'active',
    usedAt: new Date(server.clock.now()).toISOString(),
  })
  expect(JSON.stringify(listed)).not.toMatch(/hash|strata_/)
  expect((await server.call('tokens.make', { name: 'deploy', role: 'viewer', expiresAt: null }, anna.headers)).fault?.code).toBe(
    'name_taken',
  )
  await load(token.headers, 'loaded-by-token')
  const { lines } = (await server.call('activity.list', { types: ['loaded'], limit: 1 })).data
  expect(lines).toMatchObject([{ by: { actor: 'anna/deploy' } }])
})

test('TOKEN2 a token ends when it expires, is revoked, or its person goes or has no more the role; streams end too', async () => {
  const ben = await join(server, 'ben', 'admin')
  const expiresAt = new Date(server.clock.now() + 60_000).toISOString()
  const [expiring, revoked, orphan] = [
    await makeToken(server, ben, { role: 'viewer', name: 'expiring', expiresAt }),
    await makeToken(server, ben, { role: 'viewer', name: 'revoked' }),
    await makeToken(server, ben, { role: 'deployer', name: 'orphan' }),
  ]
  const streams = await Promise.all([expiring, revoked, orphan].map(({ headers }) => openStream(server.port, headers)))
  for (const stream of streams) await stream.until((items) => items.length > 0)
  server.clock.advance(60_000)
  await server.call('tokens.revoke', { id: revoked.id }, anna.headers)
  expect((await load(orphan.headers, 'by-orphan')).status).toBe(200)
  await server.call('people.setRole', { name: 'ben', role: 'operator' })
  expect((await load(orphan.headers, 'by-orphan')).fault).toMatchObject({ code: 'forbidden', has: 'operator' })
  await server.call('people.disable', { name: 'ben' })
  for (const stream of streams) {
    await stream.ended
    expect(stream.faults).toEqual([{ code: 'unauthenticated', why: 'session_ended' }])
  }
  for (const { headers } of [expiring, revoked, orphan]) expect((await whoami(headers)).status).toBe(401)
  const past = { name: 'past', role: 'viewer', expiresAt: new Date(server.clock.now()).toISOString() }
  expect((await server.call('tokens.make', past, anna.headers)).fault?.code).toBe('invalid_input')
})

test('TOKEN3 a token narrowed to verbs loads, and neither kills nor purges, though its role could', async () => {
  const token = await makeToken(server, anna, { role: 'deployer', name: 'loader', verbs: ['load'] })
  expect((await load(token.headers, 'narrow')).status).toBe(200)
  expect((await server.call('processes.list', {}, token.headers)).status).toBe(200)
  const [row] = (await server.engine.processes({})).rows
  for (const [call, input] of [
    ['processes.kill', { pid: row?.pid }],
    ['plans.make', { verb: 'purge', module: 'narrow' }],
    ['modules.hold', { module: 'narrow', reason: 'x' }],
    ['modules.source', { module: 'narrow', number: 1 }],
  ] as const)
    expect([call, (await server.call(call, input, token.headers)).fault]).toMatchObject([
      call,
      { code: 'forbidden', why: 'token_verb', allowed: ['load'] },
    ])
  for (const verbs of [['nothing'], ['ps'], ['sign-in'], ['__proto__']])
    expect((await server.call('tokens.make', { name: 'odd', role: 'viewer', expiresAt: null, verbs }, anna.headers)).fault?.code).toBe(
      'invalid_input',
    )
})

test('TOKEN4 a token narrowed to modules reaches these alone: loads, sources, processes, plans', async () => {
  await load(anna.headers, 'billing/pricing', counterSource(1).replace('./counter.ts', './pricing.ts'))
  const token = await makeToken(server, anna, { role: 'deployer', name: 'billing', modules: ['billing'] })
  expect((await load(token.headers, 'billing/tax')).status).toBe(200)
  expect((await server.call('modules.source', { module: 'billing/tax', number: 1 }, token.headers)).status).toBe(200)
  const both = { sources: ['billing/tax', 'counter'].map((module) => ({ module, text: 'export const n = 2' })), old: 'keep' }
  const [row] = (await server.engine.processes({ module: 'counter' })).rows
  const mine = await server.engine.spawn({ module: 'billing/pricing', export: 'start' }, { actor: 'test', reason: '' })
  for (const [call, input, module] of [
    ['modules.load', both, 'counter'],
    ['modules.check', { sources: both.sources }, 'counter'],
    ['modules.source', { module: 'counter', number: 1 }, 'counter'],
    ['modules.hold', { module: 'billings', reason: 'x' }, 'billings'],
    ['processes.kill', { pid: row?.pid }, 'counter'],
    ['processes.send', { pid: row?.pid, message: { type: 'add', module: 'billing' } }, 'counter'],
    ['plans.make', { verb: 'kill', pids: [mine, row?.pid] }, 'counter'],
    ['plans.make', { verb: 'purge', module: 'counter', generation: 1 }, null],
    ['plans.make', { verb: 'delete', module: 'counter' }, 'counter'],
    ['plans.make', { verb: 'restart-scheduler', scheduler: 1 }, null],
    ['system.leaveSafeMode', {}, null],
  ] as const) {
    const { fault } = await server.call(call, input, token.headers)
    if (call === 'plans.make' && input.verb === 'purge') expect(fault?.code).toBe('current_generation')
    else expect([call, fault]).toMatchObject([call, { code: 'forbidden', why: 'token_module', module }])
  }
  expect((await server.call('processes.kill', { pid: mine }, token.headers)).data).toMatchObject({ status: 'killed' })
  expect((await server.engine.processes({ module: 'counter' })).total).toBe(3)
})

test('TOKEN4 a plan is beyond a token when its processes are in or pin other modules, whatever it names', async () => {
  const host = `import { receive } from '@strata/runtime/process'
import { wait } from './guest.ts'
export async function start() { await wait(); return 1 }`
  const guest = (n: number) => `import { receive } from '@strata/runtime/process'
export const n = ${n}
export async function wait() { await receive(); return n }`
  const put = (module: string, text: string) => server.call('modules.load', { sources: [{ module, text }], old: 'keep' }, anna.headers)
  expect(
    (
      await server.call(
        'modules.load',
        {
          sources: [
            { module: 'host', text: host },
            { module: 'guest', text: guest(1) },
          ],
          old: 'keep',
        },
        anna.headers,
      )
    ).status,
  ).toBe(200)
  const pid = await server.engine.spawn({ module: 'host', export: 'start' }, { actor: 'test', reason: '' })
  await expect.poll(async () => (await server.engine.process(pid)).module).toBe('guest')
  await put('guest', guest(2))
  const token = await makeToken(server, anna, { role: 'deployer', name: 'guest', modules: ['guest'] })
  for (const input of [
    { verb: 'kill', pids: [pid] },
    { verb: 'exit', pids: [pid], exitReason: 'x' },
    { verb: 'suspend', targets: { pids: [pid] } },
    { verb: 'purge', module: 'guest', generation: 1 },
    { verb: 'load', sources: [{ module: 'guest', text: guest(3) }], old: 'purge' },
  ])
    expect([input.verb, (await server.call('plans.make', input, token.headers)).fault]).toMatchObject([
      input.verb,
      { code: 'forbidden', why: 'token_module', module: 'host' },
    ])
  await server.call('processes.kill', { pid }, anna.headers)
  const { data: plan } = await server.call('plans.make', { verb: 'purge', module: 'guest', generation: 1 }, token.headers)
  expect((await server.call('plans.execute', { id: plan.id }, token.headers)).data).toMatchObject({ status: 'done' })
  // Its plan is forgotten before the act is: what may be done to an act is decided by its plan all the same.
  server.clock.advance(2 * 60 * 60_000)
  await server.call('plans.make', { verb: 'delete', module: 'guest' }, anna.headers)
  const other = await makeToken(server, anna, { role: 'deployer', name: 'other', modules: ['host'] })
  const weak = await makeToken(server, anna, { role: 'operator', name: 'weak' })
  const stop = (headers: Record<string, string>) => server.call('acts.stop', { id: plan.id }, headers)
  expect((await stop(other.headers)).fault).toMatchObject({ why: 'token_module', module: 'guest' })
  expect((await stop(weak.headers)).fault).toMatchObject({ why: 'role', verb: 'purge', needs: 'deployer' })
  expect((await stop(token.headers)).fault).toMatchObject({ code: 'act_cannot' })
})

test('TOKEN4 a plan is executed for a narrowed token while its processes are in its modules, and no longer', async () => {
  const visitor = `import { receive } from '@strata/runtime/process'
import { stay } from './home.ts'
export async function start() { await receive(); await stay(); return 1 }`
  const home = `import { receive } from '@strata/runtime/process'
export async function stay() { await receive() }`
  await load(anna.headers, 'home', home)
  await load(anna.headers, 'visitor', visitor)
  const pid = await server.engine.spawn({ module: 'visitor', export: 'start' }, { actor: 'test', reason: '' })
  const token = await makeToken(server, anna, { role: 'deployer', name: 'visitor', modules: ['visitor'] })
  const { data: plan } = await server.call('plans.make', { verb: 'kill', pids: [pid] }, token.headers)
  await server.engine.send(pid, 'go home', { actor: 'test', reason: '' })
  await expect.poll(async () => (await server.engine.process(pid)).module).toBe('home')
  const { fault } = await server.call('plans.execute', { id: plan.id }, token.headers)
  expect(fault).toMatchObject({ code: 'forbidden', why: 'token_module', module: 'home' })
  expect((await server.engine.process(pid)).pid).toBe(pid)
})

test('TOKEN3 TOKEN4 KEEP1 what processes said last is read by whoever may preview, of others’ acts in all modules', async () => {
  const text = `import { receive } from '@strata/runtime/process'
export async function start() { await receive({ match: (message: any) => message === 'never' }); }`
  await load(anna.headers, 'diary', text)
  const pid = await server.engine.spawn({ module: 'diary', export: 'start' }, { actor: 'test', reason: '' })
  await server.call('processes.send', { pid, message: 'dear diary' }, anna.headers)
  const token = (name: string, more: object) => makeToken(server, anna, { role: 'operator', name, ...more })
  const [killer, elsewhere, mine] = [
    await token('killer', { verbs: ['kill'] }),
    await token('elsewhere', { modules: ['counter'] }),
    await token('mine', { modules: ['diary'] }),
  ]
  const read = async (id: string, { headers }: { headers: Record<string, string> }) => (await server.call('acts.get', { id }, headers)).text
  const { data: plan } = await server.call('plans.make', { verb: 'kill', pids: [pid] }, killer.headers)
  expect((await server.call('plans.execute', { id: plan.id }, killer.headers)).text).not.toContain('dear diary')
  expect(await read(plan.id, anna)).toContain('dear diary')
  for (const blind of [killer, elsewhere, mine]) expect(await read(plan.id, blind)).not.toContain('dear diary')

  const next = await server.engine.spawn({ module: 'diary', export: 'start' }, { actor: 'test', reason: '' })
  await server.call('processes.send', { pid: next, message: 'dear diary' }, anna.headers)
  const { data: own } = await server.call('plans.make', { verb: 'kill', pids: [next] }, mine.headers)
  expect((await server.call('plans.execute', { id: own.id }, mine.headers)).text).not.toContain('dear diary')
  expect(await read(own.id, mine)).toContain('dear diary')
})

test('TOKEN5 no token makes tokens, people or sessions, whatever its role', async () => {
  const token = await makeToken(server, anna, { role: 'admin', name: 'mighty' })
  for (const [call, input] of [
    ['tokens.make', { name: 'child', role: 'viewer', expiresAt: null }],
    ['tokens.revoke', { id: token.id }],
    ['people.invite', { name: 'child', role: 'admin' }],
    ['people.setRole', { name: 'anna', role: 'viewer' }],
    ['session.changePassword', { next: 'a new long enough phrase' }],
    ['session.endOthers', undefined],
    ['session.list', undefined],
  ] as const)
    expect([call, (await server.call(call, input, token.headers)).fault]).toMatchObject([call, { code: 'forbidden', why: 'person_only' }])
  expect((await server.call('session.link', undefined, token.headers)).fault).toEqual({ code: 'forbidden', why: 'token_only' })
  expect((await server.call('people.list', undefined, token.headers)).status).toBe(200)
})

test('TOKEN6 a hold of a person’s holds their own tokens too, and the other way round', async () => {
  const token = await makeToken(server, anna, { role: 'deployer', name: 'nightly' })
  await load(anna.headers, 'fair')
  await server.call('modules.hold', { module: 'fair', reason: 'the fair is on' }, anna.headers)
  expect((await load(token.headers, 'fair', 'export const n = 2')).fault).toMatchObject({ code: 'held', by: 'anna' })
  expect((await load(anna.headers, 'fair', 'export const n = 3')).status).toBe(200)
  const ben = await join(server, 'benjamin', 'deployer')
  expect((await load(ben.headers, 'fair', 'export const n = 4')).fault).toMatchObject({ code: 'held', by: 'anna' })
})
