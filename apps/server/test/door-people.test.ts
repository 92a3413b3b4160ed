import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { codeOf, cookieOf, type Joined, join, makeToken, PASSWORD, signInAgain } from './people.ts'
import { openStream } from './read-stream.ts'
import { readCall, startServer, type StrataServer } from './strata-server.ts'

// The door, knocked at by people with their cookies and by their scripts with tokens, all of whom may do what they ask for: whatever is refused is refused for how it comes.

let server: StrataServer
let admin: Joined
const JSON_TYPE = { 'content-type': 'application/json' }
const knocks = { cookie: {} as Record<string, string>, token: {} as Record<string, string> }
const kinds = ['cookie', 'token'] as const
const NEXT_PASSWORD = 'quite another pass phrase'

beforeAll(async () => {
  server = await startServer()
  admin = await join(server, 'anna', 'admin')
  knocks.cookie = { cookie: admin.headers['cookie'] ?? '' }
  knocks.token = (await makeToken(server, admin, { role: 'admin', name: 'script' })).headers
})
afterAll(() => server.stop())

/** Asks to end a process, which must not happen; answers with the refusal. */
async function attempt(headers: Record<string, string>, { path = '/trpc/processes.kill', method = 'POST', body = '' } = {}) {
  const [row] = (await server.engine.processes({})).rows
  const before = server.engine.lastSeq()
  const answer = readCall(
    await server.ask(path, { method, headers, body: body === '' ? JSON.stringify({ pid: row?.pid, reason: '' }) : body }),
  )
  const { events } = await server.engine.eventsAfter(before)
  expect(events.filter(({ type }) => type !== 'sampled')).toEqual([])
  expect(answer.headers['access-control-allow-origin']).toBeUndefined()
  expect(answer.headers['set-cookie']).toBeUndefined()
  expect(answer.text).not.toMatch(/\.ts|node_modules|\bat \w+ \(|stack/)
  return [answer.status, answer.fault?.code]
}

describe.each(kinds)('a person’s %s', (kind) => {
  const own = (): Record<string, string> => ({ ...knocks[kind], ...JSON_TYPE, ...(kind === 'cookie' ? { origin: server.origin } : {}) })

  test('DOOR4 DOOR5 from a foreign host, page or port does nothing', async () => {
    for (const host of ['evil.example', '127.0.0.1', '127.0.0.1:1', `127.0.0.1:${server.port}.evil.example`])
      expect(await attempt({ ...own(), host })).toEqual([421, 'misdirected'])
    const origins = [
      'http://evil.example',
      'http://127.0.0.1:1',
      `http://localhost:${server.port}`,
      `${server.origin}.evil.example`,
      'null',
      '',
    ]
    for (const origin of origins) expect([origin, await attempt({ ...own(), origin })]).toEqual([origin, [403, 'forbidden']])
    for (const site of ['same-site', 'cross-site', 'none'])
      expect(await attempt({ ...knocks.cookie, ...JSON_TYPE, 'sec-fetch-site': site })).toEqual([403, 'forbidden'])
    expect(await attempt({ ...knocks.cookie, ...JSON_TYPE })).toEqual([403, 'forbidden'])
    for (const headers of [{ origin: 'http://evil.example' }, { host: 'evil.example' }] as Record<string, string>[])
      expect((await openStream(server.port, { ...knocks[kind], ...headers })).status).toBeGreaterThanOrEqual(403)
  })

  test('DOOR6 DOOR7 as a form, a text, a GET or a thousand calls does nothing', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonx'])
      expect(await attempt({ ...own(), 'content-type': type })).toEqual([415, 'unsupported_media_type'])
    const [row] = (await server.engine.processes({})).rows
    const input = encodeURIComponent(JSON.stringify({ pid: row?.pid, reason: '' }))
    for (const path of [`/trpc/processes.kill?input=${input}`, `/trpc/live.events,processes.kill?batch=1&input=${input}`])
      for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS'])
        expect(await attempt(own(), { path, method })).toEqual([405, 'method_not_allowed'])
    const path = `/trpc/${Array.from({ length: 1_000 }, () => 'processes.kill').join(',')}?batch=1`
    const body = JSON.stringify(Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [n, { pid: row?.pid, reason: '' }])))
    expect(await attempt(own(), { path, body })).toEqual([400, 'batch_too_large'])
  })

  test('DOOR12 too large, too long or no request at all does nothing', async () => {
    const body = JSON.stringify({ pid: 'x'.repeat(13 * 1024 * 1024) })
    expect(await attempt(own(), { body })).toEqual([413, 'payload_too_large'])
    expect((await server.ask('/trpc/processes.kill', { method: 'POST', headers: { ...own(), 'x-long': 'x'.repeat(17_000) } })).status).toBe(
      431,
    )
    for (const broken of ['{not json', '[]', '"x"', '{"pid":7}', '{"pid":"1.1","more":1}', '{"__proto__":{"pid":"1.1"}}', 'null'])
      expect([broken, await attempt(own(), { body: broken })]).toEqual([broken, [400, 'invalid_input']])
    expect(await attempt(own(), { path: '/trpc/processes.nothing' })).toEqual([404, 'not_found'])
  })

  test('DOOR12 no path leads out of the console’s folder', async () => {
    for (const path of [
      '/.sources',
      '/assets/../.sources',
      '/assets/%2e%2e/.sources',
      '/assets/..%2f.sources',
      '/assets/%2e%2e%5c.sources',
      '/trpc/../.sources',
    ]) {
      const answer = await server.ask(path, { headers: { ...own(), accept: '*/*' } })
      expect([path, answer.text.includes('hash')]).toEqual([path, false])
      expect([path, answer.status]).toEqual([path, expect.toSatisfy((status: number) => status >= 400)])
    }
  })

  test('PEOPLE8 markup that is kept leaves as data, never as a page', async () => {
    const markup = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    await server.call('people.invite', { name: `marked-${kind}`, fullName: markup, role: 'viewer' })
    await server.call('modules.hold', { module: 'counter', reason: markup }, own())
    for (const [call, input] of [
      [kind === 'cookie' ? 'people.list' : 'modules.list', {}],
      ['activity.list', { limit: 20 }],
    ] as const) {
      const answer = await server.call(call, input, own())
      expect(answer.text).toContain('<script>')
      expect(answer.headers).toMatchObject({
        'content-type': 'application/json',
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      })
      expect(String(answer.headers['content-security-policy'])).toContain(`default-src 'none'`)
    }
    await server.call('modules.release', { module: 'counter' }, own())
  })
})

test('ROLE1 a token beside a cookie is what counts, and whatever is wrong with it is not made good by the cookie', async () => {
  const viewer = await makeToken(server, admin, { role: 'viewer', name: 'small' })
  const both = { ...knocks.cookie, ...JSON_TYPE, origin: server.origin }
  expect(await attempt({ ...both, ...viewer.headers })).toEqual([403, 'forbidden'])
  for (const authorization of ['Bearer strata_made-up', 'Bearer', 'Basic YTpi', ''])
    expect([authorization, await attempt({ ...both, authorization })]).toEqual([authorization, [401, 'unauthenticated']])
})

/** A call whose head and half its body have arrived; `finish` sends the rest and answers with the status. */
function slowly(headers: Record<string, string>, path: string, input: object) {
  const body = JSON.stringify(input)
  const socket = connect(server.port, '127.0.0.1')
  const closed = new Promise((resolve) => socket.once('close', resolve))
  const head = [
    `POST /trpc/${path} HTTP/1.1`,
    `Host: 127.0.0.1:${server.port}`,
    ...Object.entries({ ...headers, ...JSON_TYPE }).map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${body.length}`,
    'Connection: close',
  ]
  let text = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  socket.on('error', () => undefined)
  socket.write(`${head.join('\r\n')}\r\n\r\n${body.slice(0, 5)}`)
  return {
    async finish(): Promise<number> {
      socket.write(body.slice(5))
      await closed
      return Number(/^HTTP\/1\.1 (\d+) /.exec(text)?.[1])
    },
  }
}

test('PEOPLE4 whoever is disabled, signed out or revoked while a body arrives has done nothing, and their streams end', async () => {
  await join(server, 'ben', 'admin')
  const [row] = (await server.engine.processes({})).rows
  const kill = { pid: row?.pid, reason: '' }
  let revoked = ''
  const ways = {
    'signed out by an admin': [() => signInAgain(server, 'ben'), () => server.call('people.signOut', { name: 'ben' })],
    'password changed': [
      () => signInAgain(server, 'ben'),
      async () => {
        const { headers } = await signInAgain(server, 'ben')
        return server.call('session.changePassword', { current: PASSWORD, next: NEXT_PASSWORD }, headers)
      },
    ],
    'token revoked': [
      async () => {
        const made = await makeToken(server, await signInAgain(server, 'ben', NEXT_PASSWORD), { role: 'admin', name: 'slow' })
        revoked = made.id
        return made
      },
      () => server.call('tokens.revoke', { id: revoked }, admin.headers),
    ],
    'account disabled': [
      async () => makeToken(server, await signInAgain(server, 'ben', NEXT_PASSWORD), { role: 'admin', name: 'orphan' }),
      () => server.call('people.disable', { name: 'ben' }),
    ],
  } as const
  for (const [how, [prove, end]] of Object.entries(ways)) {
    const { headers: proof } = await prove()
    const stream = await openStream(server.port, proof)
    await stream.until((items) => items.length > 0)
    const call = slowly(proof, 'processes.kill', kill)
    // The first half is there once another call is answered.
    expect((await server.call('session.whoami', undefined, proof)).status).toBe(200)
    expect((await end()).fault).toBeUndefined()
    expect([how, await call.finish()]).toEqual([how, 401])
    await stream.ended
    expect([how, stream.faults]).toEqual([how, [{ code: 'unauthenticated', why: 'session_ended' }]])
  }
  expect((await server.engine.processes({})).rows.map(({ pid }) => pid)).toContain(row?.pid)
})

test('PEOPLE4 whoever is disabled or signed out while a password is compared has no session and no other password', async () => {
  const dora = await join(server, 'dora', 'viewer')
  // Both in one request: the comparison takes a thread some milliseconds, the rest is done at once.
  const both = async (first: string, input: object, second: string, proof: Record<string, string>, other: object = {}) => {
    const headers = { ...JSON_TYPE, origin: server.origin, ...proof }
    const body = JSON.stringify({ 0: input, 1: other })
    return JSON.parse((await server.ask(`/trpc/${first},${second}?batch=1`, { method: 'POST', headers, body })).text)
  }
  const change = { current: PASSWORD, next: NEXT_PASSWORD }
  const [changed, out] = await both('session.changePassword', change, 'session.signOut', dora.headers)
  expect([changed.error.data.fault, out.result.data]).toEqual([{ code: 'unauthenticated', why: 'session_ended' }, { signedOut: true }])
  const way = { name: 'dora', password: PASSWORD }
  const [entered, disabled] = await both('session.signInWithPassword', way, 'people.disable', admin.headers, { name: 'dora' })
  expect([entered.error?.data.fault, disabled.result.data.status]).toEqual([{ code: 'invalid_credentials' }, 'disabled'])
  await server.call('people.enable', { name: 'dora' })
  const { data: people } = await server.call('people.list')
  expect(people.find(({ name }: { name: string }) => name === 'dora')).toMatchObject({ status: 'active', sessions: [] })
  expect((await signInAgain(server, 'dora')).headers['cookie']).toBeDefined()
})

test('PEOPLE7 an invitation gives a new session, whatever the browser came with', async () => {
  const planted = `strata_session_${server.port}=${'A'.repeat(43)}`
  const { data } = await server.call('people.invite', { name: 'cora', role: 'viewer' })
  const answer = await server.call(
    'session.acceptInvitation',
    { code: codeOf(data.url), password: PASSWORD },
    { cookie: `${planted}; ${admin.headers['cookie']}`, origin: server.origin },
  )
  const fresh = cookieOf(answer)
  expect([planted, admin.headers['cookie']]).not.toContain(fresh)
  expect((await server.call('session.whoami', undefined, { cookie: planted, origin: server.origin })).status).toBe(401)
  expect((await server.call('session.whoami', undefined, { cookie: fresh, origin: server.origin })).data).toMatchObject({ actor: 'cora' })
})
