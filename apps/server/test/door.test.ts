import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readCall, startServer, type StrataServer, TOKEN } from './strata-server.ts'

let server: StrataServer
let cookie: string
const JSON_TYPE = { 'content-type': 'application/json' }

beforeAll(async () => {
  server = await startServer()
  cookie = await server.signIn()
})
afterAll(() => server.stop())

/** Asks to end a process, which must not happen; answers with the refusal's status and fault. */
async function attempt(headers: Record<string, string>, path = '/trpc/processes.kill', method = 'POST', body?: string) {
  const [row] = (await server.engine.processes({})).rows
  const before = server.engine.lastSeq()
  const answer = readCall(await server.ask(path, { method, headers, body: body ?? JSON.stringify({ pid: row?.pid, reason: '' }) }))
  const { events } = await server.engine.eventsAfter(before)
  expect(events.filter(({ type }) => type !== 'sampled')).toEqual([])
  expect((await server.engine.processes({})).rows.map(({ pid }) => pid)).toContain(row?.pid)
  expect(answer.headers['access-control-allow-origin']).toBeUndefined()
  return { status: answer.status, fault: answer.fault }
}

describe('signed out', () => {
  test('DOOR1 every call is refused as unauthenticated', async () => {
    expect(await attempt(JSON_TYPE)).toEqual({ status: 401, fault: { code: 'unauthenticated', why: 'signed_out' } })
    for (const path of [
      'modules.list',
      'system.info',
      'session.whoami',
      'session.link',
      'nothing.here',
      'session.signIn,modules.list?batch=1',
    ]) {
      expect((await server.call(path, {}, {})).fault).toEqual({ code: 'unauthenticated', why: 'signed_out' })
    }
    expect((await server.ask('/trpc/live.events')).status).toBe(401)
  })

  test('DOOR1 pages lead to sign-in with the way back; sign-in, its files and /healthz answer', async () => {
    const page = await server.ask('/processes/1.5?search=a%20b', { headers: { accept: 'text/html' } })
    expect([page.status, page.headers.location]).toEqual([302, `/sign-in?next=${encodeURIComponent('/processes/1.5?search=a%20b')}`])
    expect((await server.ask('/', { headers: { accept: 'text/html' } })).headers.location).toBe('/sign-in')
    expect(await server.ask('/sign-in', { headers: { accept: 'text/html' } })).toMatchObject({ status: 200 })
    expect(await server.ask('/healthz')).toMatchObject({ status: 200, text: 'ok' })
    expect(await server.ask('/readyz')).toMatchObject({ status: 200, text: 'ready' })
    expect((await server.ask('/assets/index-1.js')).status).toBe(200)
    expect((await server.ask('/assets/index-1.css')).status).toBe(200)
    for (const path of ['/assets/charts-2.js', '/assets/nothing.js', '/.sources', '/assets/../.sources', '/assets/%2e%2e/.sources']) {
      expect([path, (await server.ask(path)).status]).toEqual([path, 401])
    }
  })

  test('DOOR1 signed in, pages and their files answer', async () => {
    const page = await server.ask('/processes/1.5', { headers: { cookie, accept: 'text/html' } })
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
    expect((await server.ask('/assets/charts-2.js', { headers: { cookie } })).status).toBe(200)
    expect((await server.ask('/assets/nothing.js', { headers: { cookie } })).status).toBe(404)
    expect((await server.ask('/.sources', { headers: { cookie } })).status).toBe(404)
  })
})

describe('sign-in', () => {
  async function signIn(code: string, headers: Record<string, string> = { origin: server.origin }) {
    return server.call('session.signIn', { code }, headers)
  }

  test('DOOR2 a spent, an expired and a made-up code are refused and give no cookie', async () => {
    const [spent, expired] = [server.link(), server.link()].map((link) => new URL(link).hash.slice(1)) as [string, string]
    expect((await signIn(spent)).status).toBe(200)
    server.clock.advance(10 * 60_000)
    for (const [code, why] of [
      [spent, 'spent'],
      [expired, 'expired'],
      ['made-up', 'unknown'],
    ] as const) {
      const answer = await signIn(code)
      expect([answer.status, answer.fault]).toEqual([401, { code: 'invalid_code', why }])
      expect(answer.headers['set-cookie']).toBeUndefined()
    }
  })

  test('DOOR2 refused codes within a minute are two lines of Activity: the first, and how many more', async () => {
    server.clock.advance(60_000)
    for (let time = 0; time < 4; time++) await signIn('made-up')
    server.clock.advance(60_000)
    const { lines } = (await server.call('activity.list', { types: ['sign_in_refused'] })).data
    expect(lines.slice(0, 2)).toMatchObject([
      { why: 'unknown', times: 3 },
      { why: 'unknown', times: 1 },
    ])
  })

  test('DOOR3 the cookie has its flags, a new id each time, and the one before ends', async () => {
    const code = () => new URL(server.link()).hash.slice(1)
    const [first] = (await signIn(code())).headers['set-cookie'] ?? []
    expect(first).toMatch(new RegExp(`^strata_session_${server.port}=[\\w-]{43}; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict$`))
    const old = { cookie: first?.split(';', 1)[0] ?? '', origin: server.origin }
    expect((await server.call('session.whoami', undefined, old)).data).toMatchObject({ actor: 'owner', kind: 'session' })
    const [second] = (await signIn(code(), old)).headers['set-cookie'] ?? []
    expect(second).not.toBe(first)
    expect((await server.call('session.whoami', undefined, old)).fault).toEqual({ code: 'unauthenticated', why: 'signed_out' })
  })

  test('DOOR3 a cookie of our name that another port of the host planted signs nobody out', async () => {
    const own = await server.signIn()
    const planted = `${own.slice(0, own.indexOf('='))}=planted`
    expect(await server.call('session.whoami', undefined, { cookie: `${planted}; ${own}`, origin: server.origin })).toMatchObject({
      status: 200,
    })
    expect((await server.call('session.whoami', undefined, { cookie: planted, origin: server.origin })).status).toBe(401)
  })

  test('DOOR3 the session ends at sign-out', async () => {
    const headers = { cookie: await server.signIn(), origin: server.origin }
    const out = await server.call('session.signOut', undefined, headers)
    expect(out.headers['set-cookie']?.[0]).toMatch(/Max-Age=0/)
    expect((await server.call('session.whoami', undefined, headers)).status).toBe(401)
  })

  test('DOOR8 a token makes a link, a session does not, a wrong token is refused', async () => {
    const made = await server.call('session.link')
    expect(made.data.url).toBe(`${server.origin}${made.data.path}`)
    expect((await signIn(made.data.path.split('#')[1])).status).toBe(200)
    expect((await server.call('session.link', undefined, { cookie, origin: server.origin })).fault).toEqual({
      code: 'forbidden',
      why: 'token_only',
    })
    for (const authorization of [`Bearer ${TOKEN}x`, 'Bearer', `Basic ${TOKEN}`, '']) {
      expect((await server.call('session.whoami', undefined, { authorization })).fault).toEqual({
        code: 'unauthenticated',
        why: 'wrong_token',
      })
    }
  })

  test('DOOR8 a token in the address counts for nothing', async () => {
    expect((await server.call(`session.whoami?token=${TOKEN}`, undefined, {})).status).toBe(401)
  })
})

describe('where a call comes from', () => {
  test.each(['evil.example', 'evil.example:4700', '127.0.0.1', '127.0.0.1:1', 'localhost.evil.example'])(
    'DOOR4 Host %s is answered 421',
    async (host) => {
      const answer = await attempt({ ...JSON_TYPE, host, authorization: `Bearer ${TOKEN}` })
      expect([answer.status, answer.fault?.code]).toEqual([421, 'misdirected'])
      expect((await server.ask('/healthz', { headers: { host } })).status).toBe(421)
    },
  )

  test('DOOR4 our hosts are answered', async () => {
    for (const name of ['127.0.0.1', 'localhost', '[::1]', 'LOCALHOST']) {
      expect((await server.ask('/healthz', { headers: { host: `${name}:${server.port}` } })).status).toBe(200)
    }
  })

  test('DOOR5 a foreign origin is refused, with a cookie and with a token', async () => {
    const origins = [
      'http://evil.example',
      'http://127.0.0.1:1',
      `http://localhost:${server.port}`,
      `https://127.0.0.1:${server.port}`,
      'null',
    ]
    for (const origin of origins) {
      for (const proof of [{ cookie }, { authorization: `Bearer ${TOKEN}` }] as Record<string, string>[]) {
        expect(await attempt({ ...JSON_TYPE, ...proof, origin })).toEqual({
          status: 403,
          fault: { code: 'forbidden', why: 'foreign_origin' },
        })
      }
    }
  })

  test('DOOR5 with a cookie, a call says where it comes from', async () => {
    expect(await attempt({ ...JSON_TYPE, cookie })).toEqual({ status: 403, fault: { code: 'forbidden', why: 'not_same_origin' } })
    for (const site of ['same-site', 'cross-site', 'none']) {
      expect(await attempt({ ...JSON_TYPE, cookie, 'sec-fetch-site': site })).toMatchObject({ status: 403 })
    }
    expect(await attempt({ ...JSON_TYPE, cookie, 'sec-fetch-site': 'same-origin', origin: 'http://127.0.0.1:1' })).toMatchObject({
      status: 403,
    })
    expect((await server.ask('/trpc/live.events', { headers: { cookie } })).status).toBe(403)
    expect((await server.call('session.whoami', undefined, { cookie, origin: server.origin })).status).toBe(200)
    expect((await server.call('session.whoami', undefined, { cookie, 'sec-fetch-site': 'same-origin' })).status).toBe(200)
  })

  test('DOOR5 nobody else can sign a browser in', async () => {
    const code = new URL(server.link()).hash.slice(1)
    expect((await server.call('session.signIn', { code }, { origin: 'http://evil.example' })).status).toBe(403)
    expect((await server.call('session.signIn', { code }, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await server.call('session.signIn', { code }, { origin: server.origin })).status).toBe(200)
  })
})

describe('how a call is made', () => {
  const own = () => ({ cookie, origin: server.origin })

  test('DOOR6 text, forms and a missing type are refused', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/octet-stream',
      'application/jsonx',
    ]) {
      expect(await attempt({ ...own(), 'content-type': type })).toEqual({
        status: 415,
        fault: { code: 'unsupported_media_type', expected: 'application/json' },
      })
    }
    expect(await attempt(own())).toMatchObject({ status: 415 })
  })

  test('DOOR6 a mutation is no GET, nor anything else but POST; a query stands in no address', async () => {
    const [row] = (await server.engine.processes({})).rows
    const input = encodeURIComponent(JSON.stringify({ pid: row?.pid, reason: '' }))
    for (const path of [
      `/trpc/processes.kill?input=${input}`,
      `/trpc/processes.kill?batch=1&input=${input}`,
      '/trpc/modules.list',
      '/trpc/live.events,processes.kill?batch=1',
    ]) {
      for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
        expect(await attempt({ ...own(), ...JSON_TYPE }, path, method, '')).toEqual({
          status: 405,
          fault: { code: 'method_not_allowed', allowed: 'POST' },
        })
      }
    }
  })

  test('DOOR7 a batch of 1,000 calls is refused as a whole', async () => {
    const [row] = (await server.engine.processes({})).rows
    const body = JSON.stringify(Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [index, { pid: row?.pid, reason: '' }])))
    const path = `/trpc/${Array.from({ length: 1_000 }, () => 'processes.kill').join(',')}?batch=1`
    expect(await attempt({ ...own(), ...JSON_TYPE }, path, 'POST', body)).toEqual({
      status: 400,
      fault: { code: 'batch_too_large', limit: 10, size: 1_000 },
    })
    const eleven = `/trpc/${Array.from({ length: 11 }, () => 'processes.kill').join(',')}?batch=1`
    expect(await attempt({ ...own(), ...JSON_TYPE }, eleven, 'POST', body)).toEqual({
      status: 400,
      fault: { code: 'batch_too_large', limit: 10, size: 11 },
    })
  })

  test('DOOR7 a batch of ten is answered one by one', async () => {
    const path = `/trpc/${Array.from({ length: 10 }, () => 'session.whoami').join(',')}?batch=1`
    const answer = await server.ask(path, { method: 'POST', headers: { ...own(), ...JSON_TYPE }, body: '{}' })
    expect(JSON.parse(answer.text)).toHaveLength(10)
  })

  test('DOOR7 too many calls are refused with the time to wait', async () => {
    const flooding = await startServer()
    try {
      const calls = Array.from({ length: 70 }, () => flooding.call('session.signIn', { code: 'x' }, {}))
      const refused = (await Promise.all(calls)).filter(({ status }) => status === 429)
      expect(refused).toHaveLength(10)
      expect(refused[0]?.fault).toEqual({ code: 'too_many_requests', retryAfterMs: 200 })
      expect((await flooding.call('session.whoami')).status).toBe(200)
      flooding.clock.advance(200)
      expect((await flooding.call('session.signIn', { code: 'x' }, {})).status).toBe(401)
    } finally {
      await flooding.stop()
    }
  })

  test('DOOR12 an upload of 20 MB is refused, announced or not', async () => {
    const body = JSON.stringify({ sources: [{ module: 'counter', text: 'x'.repeat(20 * 1024 * 1024) }] })
    const headers = { ...own(), ...JSON_TYPE }
    const announced = readCall(await server.ask('/trpc/modules.check', { method: 'POST', headers, body }))
    expect([announced.status, announced.fault]).toEqual([413, { code: 'payload_too_large', limit: 12_582_912, size: body.length }])
    const pieces = readCall(await server.ask('/trpc/modules.check', { method: 'POST', headers, body, inPieces: true }))
    expect([pieces.status, pieces.fault]).toEqual([413, { code: 'payload_too_large', limit: 12_582_912, size: null }])
    expect((await server.call('session.signIn', { code: 'x'.repeat(10_000) }, {})).fault).toMatchObject({
      code: 'payload_too_large',
      limit: 4096,
    })
  })

  test('DOOR12 headers of more than 16 kB are refused', async () => {
    expect((await server.ask('/healthz', { headers: { 'x-long': 'x'.repeat(17 * 1024) } })).status).toBe(431)
    expect((await server.ask('/healthz', { headers: { 'x-long': 'x'.repeat(15 * 1024) } })).status).toBe(200)
  })

  test('DOOR12 whatever is no request is a typed fault, without a stack or a path', async () => {
    const answers = [
      await server.ask('/trpc/modules.pins', { method: 'POST', headers: { ...own(), ...JSON_TYPE }, body: '{not json' }),
      await server.ask('/trpc/modules.pins', { method: 'POST', headers: { ...own(), ...JSON_TYPE }, body: '{"module":7,"more":1}' }),
      await server.ask('/trpc/modules.pins', { method: 'POST', headers: { ...own(), ...JSON_TYPE }, body: '' }),
      await server.ask('/trpc/modules.nothing', { method: 'POST', headers: { ...own(), ...JSON_TYPE }, body: '{}' }),
      await server.ask('/trpc/%E0%A4%A', { method: 'POST', headers: { ...own(), ...JSON_TYPE }, body: '{}' }),
      await server.ask('/trpc', { method: 'POST', headers: { ...own(), ...JSON_TYPE }, body: '{}' }),
      await server.ask('/anything', { method: 'POST', headers: { cookie } }),
    ]
    expect(answers.map((answer) => [answer.status, readCall(answer).fault?.code])).toEqual([
      [400, 'invalid_input'],
      [400, 'invalid_input'],
      [400, 'invalid_input'],
      [404, 'not_found'],
      [404, 'not_found'],
      [404, 'not_found'],
      [405, 'method_not_allowed'],
    ])
    for (const { text } of answers) expect(text).not.toMatch(/\.ts|node_modules|\bat \w+ \(|stack/)
    expect(readCall(answers[1]!).fault).toMatchObject({ issues: [{ path: ['module'] }, { path: [] }] })
  })
})

describe('headers', () => {
  test('DOOR9 pages carry the policy, to the letter', async () => {
    const { headers, text } = await server.ask('/sign-in', { headers: { accept: 'text/html' } })
    const nonce = /style-src 'nonce-([\w+/]{24})'/.exec(String(headers['content-security-policy']))?.[1]
    expect(headers['content-security-policy']).toBe(
      `default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; style-src 'nonce-${nonce}'`,
    )
    expect(headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' })
    expect(headers['x-powered-by']).toBeUndefined()
    expect(headers['strict-transport-security']).toBeUndefined()
    expect(text).toContain(`<meta name="csp-nonce" content="${nonce}" />`)
    expect(text).toContain(`<link nonce="${nonce}" rel="stylesheet"`)
    expect((await server.ask('/sign-in', { headers: { accept: 'text/html' } })).text).not.toContain(String(nonce))
  })

  test('DOOR9 data is kept by nobody', async () => {
    for (const path of ['system.info', 'modules.nothing'])
      expect((await server.call(path)).headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    expect((await server.call('system.info', undefined, {})).headers['cache-control']).toBe('no-store')
  })
})

test('DOOR3 behind https the cookie is Secure; the public address is our host and our origin', async () => {
  const proxied = await startServer({ publicOrigin: 'https://strata.example.com' })
  try {
    const host = 'strata.example.com'
    const link = proxied.link()
    expect(link).toMatch(/^https:\/\/strata\.example\.com\/sign-in#/)
    const headers = { host, origin: 'https://strata.example.com' }
    const answer = await proxied.call('session.signIn', { code: new URL(link).hash.slice(1) }, headers)
    expect(answer.headers['set-cookie']?.[0]).toMatch(/; Secure$/)
    expect((await proxied.call('session.signIn', { code: 'x' }, { host, origin: 'http://strata.example.com' })).status).toBe(403)
  } finally {
    await proxied.stop()
  }
})
