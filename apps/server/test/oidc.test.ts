import { afterAll, beforeAll, expect, test } from 'vitest'
import { CLIENT_ID, type Lie, type OidcServer, startLiar, startProvider } from './oidc-servers.ts'
import { codeOf, cookieOf, join, signInAgain } from './people.ts'
import { startServer, type StrataServer } from './strata-server.ts'

let account = 'sub-of-olga'
let lie: Lie = {}
let server: StrataServer
let provider: OidcServer
let liar: OidcServer
let lied: StrataServer

beforeAll(async () => {
  // The provider must know where it sends people back to, and the server which provider it asks.
  server = await startServer({
    oidc: async (origin) => {
      provider = await startProvider(`${origin}/oidc/return`, () => account)
      return { issuer: provider.issuer, clientId: CLIENT_ID, clientSecret: null, name: 'Olga’s provider' }
    },
  })
  liar = await startLiar(() => lie)
  lied = await startServer({ oidc: async () => ({ issuer: liar.issuer, clientId: CLIENT_ID, clientSecret: null, name: 'Liar' }) })
})
afterAll(async () => {
  await Promise.all([server.stop(), lied.stop(), provider.stop(), liar.stop()])
})

/** Goes to the provider and follows it until it sends the browser back; answers with that address. */
async function goThrough(url: string): Promise<URL> {
  const jar = new Map<string, string>()
  let at = new URL(url)
  const home = at.origin
  for (let steps = 0; steps < 10 && at.origin === home; steps++) {
    const response = await fetch(at, { redirect: 'manual', headers: { cookie: [...jar].map((pair) => pair.join('=')).join('; ') } })
    for (const cookie of response.headers.getSetCookie()) {
      const [name = '', value = ''] = cookie.split(';', 1)[0]!.split('=')
      jar.set(name, value)
    }
    const location = response.headers.get('location')
    if (location === null) throw new Error(`the provider answered ${response.status}: ${await response.text()}`)
    at = new URL(location, at)
  }
  return at
}

interface Begun {
  readonly url: string
  readonly cookie: string
}

async function begin(
  at: StrataServer,
  call = 'session.startOidc',
  input: unknown = {},
  headers: Record<string, string> = { origin: at.origin },
): Promise<Begun> {
  const answer = await at.call(call, input, headers)
  if (answer.fault !== undefined) throw new Error(JSON.stringify(answer.fault))
  return { url: answer.data.url, cookie: cookieOf(answer) }
}

async function comeBack(at: StrataServer, back: URL, cookie: string) {
  const answer = await at.ask(back.pathname + back.search, {
    headers: { ...(cookie === '' ? {} : { cookie }), accept: 'text/html', 'sec-fetch-site': 'cross-site' },
  })
  const session = (answer.headers['set-cookie'] ?? []).find((one) => one.startsWith(`strata_session_${at.port}=`))?.split(';', 1)[0]
  return { status: answer.status, location: answer.headers.location, session }
}

async function signIn(at = server) {
  const begun = await begin(at)
  return comeBack(at, await goThrough(begun.url), begun.cookie)
}

const actorOf = async (session: string | undefined) =>
  (await server.call('session.whoami', undefined, { cookie: session ?? '', origin: server.origin })).data?.actor

test('OIDC1 an invitation is accepted by the provider, and from then on its subject signs in', async () => {
  expect((await server.call('session.ways', {}, {})).data).toEqual({ oidc: 'Olga’s provider' })
  const { data } = await server.call('people.invite', { name: 'olga', role: 'operator' })
  const begun = await begin(server, 'session.startOidc', { code: codeOf(data.url) })
  const asked = new URL(begun.url).searchParams
  expect(Object.fromEntries(asked)).toMatchObject({
    client_id: CLIENT_ID,
    response_type: 'code',
    scope: 'openid',
    code_challenge_method: 'S256',
  })
  for (const name of ['state', 'nonce', 'code_challenge']) expect(asked.get(name)).toMatch(/^[\w-]{43}$/)
  const accepted = await comeBack(server, await goThrough(begun.url), begun.cookie)
  expect(accepted).toMatchObject({ status: 303, location: '/sign-in' })
  expect(await actorOf(accepted.session)).toBe('olga')
  expect(await actorOf((await signIn()).session)).toBe('olga')
  expect((await server.call('session.signInWithPassword', { name: 'olga', password: 'none was ever chosen' }, {})).status).toBe(401)
  const { lines } = (await server.call('activity.list', { types: ['invitation_accepted'], limit: 1 })).data
  expect(lines).toMatchObject([{ actor: 'olga', through: 'oidc' }])
})

test('OIDC1 a subject that nobody has, or whose account is disabled, is let in nowhere', async () => {
  account = 'sub-of-a-stranger'
  expect(await signIn()).toEqual({ status: 303, location: '/sign-in?problem=nobody', session: undefined })
  account = 'sub-of-olga'
  await server.call('people.disable', { name: 'olga' })
  expect(await signIn()).toMatchObject({ location: '/sign-in?problem=nobody', session: undefined })
  await server.call('people.enable', { name: 'olga' })
  expect((await signIn()).session).toBeDefined()
})

test('OIDC2 who is signed in links the provider; an identity is one person’s', async () => {
  const pia = await join(server, 'pia', 'viewer')
  const link = async () => {
    const begun = await begin(server, 'session.linkOidc', undefined, pia.headers)
    return comeBack(server, await goThrough(begun.url), begun.cookie)
  }
  expect(await link()).toMatchObject({ location: '/sign-in?problem=taken', session: undefined })
  account = 'sub-of-pia'
  expect(await link()).toMatchObject({ location: '/sign-in', session: undefined })
  expect(await actorOf((await signIn()).session)).toBe('pia')
  account = 'sub-of-olga'
})

test('OIDC2 the provider is added by nobody whose session or account ended on the way', async () => {
  const mary = await join(server, 'mary', 'viewer')
  account = 'sub-of-a-thief'
  for (const end of [
    () => server.call('session.signOut', undefined, mary.headers),
    () => server.call('people.disable', { name: 'mary' }),
  ]) {
    const { headers } = await signInAgain(server, 'mary')
    mary.headers['cookie'] = headers['cookie'] ?? ''
    const begun = await begin(server, 'session.linkOidc', undefined, mary.headers)
    const back = await goThrough(begun.url)
    await end()
    expect(await comeBack(server, back, begun.cookie)).toMatchObject({ location: '/sign-in?problem=stale' })
    expect(await signIn()).toMatchObject({ location: '/sign-in?problem=nobody', session: undefined })
  }
  account = 'sub-of-olga'
})

test('OIDC3 a return counts once, for the browser that began it, within ten minutes', async () => {
  const begun = await begin(server)
  const back = await goThrough(begun.url)
  // Somebody else's browser, tricked into returning: it would be signed in as who began.
  for (const cookie of ['', (await begin(server)).cookie])
    expect(await comeBack(server, back, cookie)).toMatchObject({ location: '/sign-in?problem=stale' })
  const other = new URL(back)
  other.searchParams.set('state', 'another')
  expect(await comeBack(server, other, begun.cookie)).toMatchObject({ location: '/sign-in?problem=stale', session: undefined })
  expect((await comeBack(server, back, begun.cookie)).session).toBeDefined()
  expect(await comeBack(server, back, begun.cookie)).toMatchObject({ location: '/sign-in?problem=stale', session: undefined })
  const late = await begin(server)
  const lateBack = await goThrough(late.url)
  server.clock.advance(10 * 60_000)
  expect(await comeBack(server, lateBack, late.cookie)).toMatchObject({ location: '/sign-in?problem=stale' })
})

test('OIDC3 what the provider refuses, or a code of nobody’s, signs nobody in', async () => {
  for (const change of [{ error: 'access_denied' }, { code: 'made-up' }, { iss: 'http://127.0.0.1:1' }]) {
    const begun = await begin(server)
    const back = await goThrough(begun.url)
    if ('error' in change) back.searchParams.delete('code')
    for (const [name, value] of Object.entries(change)) back.searchParams.set(name, value)
    expect([change, await comeBack(server, back, begun.cookie)]).toMatchObject([
      change,
      { location: '/sign-in?problem=refused', session: undefined },
    ])
  }
  const { lines } = (await server.call('activity.list', { types: ['sign_in_refused'], limit: 5 })).data
  expect(lines.some(({ why }: { why: string }) => why === 'oidc')).toBe(true)
})

test('OIDC4 an identity token is believed only with our issuer, our audience alone, our nonce, a time that holds and the provider’s signature', async () => {
  const { data } = await lied.call('people.invite', { name: 'liz', role: 'viewer' })
  const accept = await begin(lied, 'session.startOidc', { code: codeOf(data.url) })
  expect(await comeBack(lied, await goThrough(accept.url), accept.cookie)).toMatchObject({
    location: '/sign-in',
    session: expect.any(String),
  })
  expect((await signIn(lied)).session).toBeDefined()
  const past = Math.floor(Date.now() / 1_000) - 3_600
  const lies: readonly Lie[] = [
    { claims: { iss: 'http://127.0.0.1:1' } },
    { claims: { iss: `${liar.issuer}/` } },
    { claims: { aud: 'another' } },
    { claims: { aud: [CLIENT_ID, 'another'], azp: CLIENT_ID } },
    { claims: { nonce: 'another' } },
    { claims: { nonce: undefined } },
    { claims: { exp: past } },
    { claims: { sub: undefined } },
    { foreignKey: true },
    { alg: 'none' },
    { iss: 'http://127.0.0.1:1' },
  ]
  for (const one of lies) {
    lie = one
    expect([one, await signIn(lied)]).toMatchObject([one, { location: '/sign-in?problem=refused', session: undefined }])
  }
  lie = {}
  expect((await signIn(lied)).session).toBeDefined()
  for (const text of lied.logged) expect(text).not.toMatch(/id_token|eyJ/)
})

test('OIDC5 without a provider, or with one that is away, a sign-in says so, and passwords go on', async () => {
  const none = await startServer()
  const away = await startServer({
    oidc: async () => ({ issuer: 'http://127.0.0.1:9', clientId: CLIENT_ID, clientSecret: null, name: 'Away' }),
  })
  try {
    expect((await none.call('session.startOidc', {}, {})).fault).toEqual({ code: 'no_provider', why: 'not_set_up' })
    expect((await none.ask('/oidc/return?code=x&state=y', { headers: { accept: 'text/html' } })).status).toBe(302)
    expect((await away.call('session.startOidc', {}, {})).fault).toEqual({ code: 'no_provider', why: 'away' })
    expect((await join(away, 'still', 'viewer')).name).toBe('still')
  } finally {
    await Promise.all([none.stop(), away.stop()])
  }
})
