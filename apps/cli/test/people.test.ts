import { expect, test } from 'vitest'
import { json, loadDogs, refusal, room, server, serveRooms, strata } from './rooms.ts'

serveRooms()

const PASSWORD = 'a long enough pass phrase'

/** Somebody who accepts an invitation in a browser, and what they then call. */
async function accept(url: string) {
  const origin = new URL(url).origin
  const call = async (path: string, input: unknown, cookie = '') => {
    const headers = { 'content-type': 'application/json', origin, ...(cookie === '' ? {} : { cookie }) }
    const response = await fetch(`${origin}/trpc/${path}`, { method: 'POST', headers, body: JSON.stringify(input) })
    const answer = (await response.json()) as any
    expect(answer.error, path).toBeUndefined()
    return { data: answer.result.data, cookie: String(response.headers.getSetCookie()[0]).split(';', 1)[0]! }
  }
  const code = new URL(url).hash.replace('#invitation=', '')
  const { cookie } = await call('session.acceptInvitation', { code, password: PASSWORD })
  return async (path: string, input: unknown = {}) => (await call(path, input, cookie)).data
}

const invite = async (name: string, role: string) => accept((await json<{ url: string }>('people', 'invite', name, '--role', role)).url)

test('PEOPLE2 people are invited, given a role, disabled and enabled, and listed', async () => {
  await invite('anna', 'viewer')
  expect(await json('people', 'role', 'anna', 'operator', '--reason', 'on call')).toEqual({ person: 'anna', role: 'operator' })
  await strata(['people', 'invite', 'ben', '--role', 'viewer', '--full-name', 'Ben \u001b[31m\u202e'])
  const people = await json<Record<string, unknown>[]>('people')
  expect(people.map(({ name, role, status, sessions }) => [name, role, status, sessions])).toEqual([
    ['owner', 'admin', 'active', 0],
    ['anna', 'operator', 'active', 1],
    ['ben', 'viewer', 'invited', 0],
  ])
  const { out } = await strata(['people'])
  expect(out).toMatch(/^NAME +FULL NAME +ROLE +STATUS +SIGNS IN BY +SESSIONS\n/)
  expect(out).not.toMatch(/[\u001b\u202e]/)
  expect(await json('people', 'disable', 'anna')).toEqual({ person: 'anna', status: 'disabled' })
  expect(await json('people', 'enable', 'anna')).toEqual({ person: 'anna', status: 'active' })
  expect(await refusal('people', 'role', 'owner', 'viewer')).toEqual({ code: 1, fault: { code: 'owner_fixed' } })
  expect(await refusal('people', 'invite', 'anna', '--role', 'viewer')).toMatchObject({ code: 1, fault: { code: 'name_taken' } })
  for (const args of [
    ['people', 'invite', 'x'],
    ['people', 'role', 'anna'],
    ['people', 'promote', 'anna'],
    ['people', 'link'],
  ])
    expect([args, (await strata(args)).code]).toEqual([args, 2])
  const { out: told } = await strata(['events', '--limit', '20'])
  expect(told).toContain('token made anna operator, before viewer · on call')
})

test('TOKEN3 TOKEN4 a narrowed token loads what it is for and says why not more, by STRATA_TOKEN', async () => {
  const { token, secret } = await json<{ token: { id: string; actor: string }; secret: string }>(
    'tokens',
    'make',
    'pipeline',
    '--role',
    'deployer',
    '--for',
    '1h',
    '--verb',
    'load',
    '--module',
    room,
  )
  expect(token.actor).toBe('owner/pipeline')
  const env = { ...server.env, STRATA_TOKEN: secret }
  expect(JSON.parse((await strata(['whoami', '--json'], { env })).out)).toEqual({
    actor: 'owner/pipeline',
    person: 'owner',
    kind: 'api_token',
    role: 'deployer',
    verbs: ['load'],
    modules: [room],
  })
  expect((await strata(['load', `generations/${room}/2-dogs.ts`, '--note', 'by the pipeline'], { env })).code).toBe(0)
  const killed = await strata(['kill', '1.1'], { env })
  expect([killed.code, killed.err]).toEqual([1, 'strata: Refused: this token is narrowed to load, and this is kill.\n'])
  const [line] = await json<{ status: string; usedAt: string }[]>('tokens')
  expect(line).toMatchObject({ status: 'active', usedAt: expect.any(String) })
  expect(await json('tokens', 'revoke', token.id)).toMatchObject({ token: { status: 'revoked' } })
  expect((await strata(['whoami'], { env })).code).toBe(3)
  expect((await strata(['tokens'])).out).not.toContain(secret.slice(0, 20))
})

test('APPR1 APPR5 with a second person on, a purge is asked for, approved by another, executed; or done without, and signed', async () => {
  const anna = await invite('annabel', 'deployer')
  await json('settings', 'second-person', 'on', '--reason', 'four eyes')
  try {
    await loadDogs()
    const { plan } = await json<{ plan: string }>('purge', `${room}@1`, '--dry-run')
    expect(await refusal('purge', '--plan', plan, '--yes')).toMatchObject({ code: 1, fault: { code: 'approval_required', asked: false } })
    await json('approvals', 'ask', plan, '--reason', 'cats again')
    expect(await refusal('approve', plan, '--yes')).toMatchObject({ code: 1, fault: { code: 'same_person', person: 'owner' } })
    const bert = await invite('bert', 'deployer')
    await bert('approvals.decline', { id: plan, reason: 'look at the cats first' })
    expect((await strata(['approvals'])).out).toContain(`${plan}  purge ${room} by token, refused by bert: look at the cats first`)
    await json('approvals', 'ask', plan, '--reason', 'I did')
    await anna('approvals.approve', { id: plan, revision: 1, reason: 'fine' })
    expect((await strata(['approvals'])).out).toContain(`${plan}  purge ${room} by token, approved by annabel`)
    expect(await json('purge', '--plan', plan, '--yes')).toMatchObject({ status: 'purged', generations: [1] })

    await json('load', `generations/${room}/3-birds.ts`, '--old', 'keep')
    const theirs = (await anna('plans.make', { verb: 'purge', module: room, generation: 2 })) as { id: string }
    await anna('approvals.ask', { id: theirs.id, reason: 'dogs too' })
    expect(await refusal('decline', theirs.id)).toMatchObject({ code: 2 })
    expect(await json('decline', theirs.id, '--reason', 'not yet')).toEqual({
      plan: theirs.id,
      status: 'declined',
      owner: 'annabel',
      by: 'token',
    })
    expect(await json('approve', theirs.id, '--yes')).toEqual({ plan: theirs.id, status: 'approved', owner: 'annabel', by: 'token' })
    await anna('plans.execute', { id: theirs.id, reason: '' })

    await json('load', `generations/${room}/2-dogs.ts`, '--old', 'keep')
    expect((await strata(['purge', `${room}@3`, '--yes', '--break-glass', '--json'])).code).toBe(1)
    const done = await json<{ plan: string }>('purge', `${room}@3`, '--yes', '--break-glass', '--reason', 'it burns')
    expect(await refusal('sign', done.plan, '--reason', 'mine')).toMatchObject({ fault: { code: 'same_person' } })
    await anna('approvals.sign', { act: done.plan, reason: 'I saw it' })
    expect((await strata(['approvals'])).out).toContain('it burns; signed by annabel')
  } finally {
    await json('settings', 'second-person', 'off', '--reason', 'over')
  }
})

test('PEOPLE3 the owner’s sessions are listed and ended from the machine', async () => {
  const { url } = await json<{ url: string }>('sign-in')
  const origin = new URL(url).origin
  await fetch(`${origin}/trpc/session.signIn`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin, 'user-agent': 'A browser' },
    body: JSON.stringify({ code: new URL(url).hash.slice(1) }),
  })
  const sessions = await json<Record<string, unknown>[]>('sessions')
  expect(sessions).toMatchObject([{ how: 'link', from: '127.0.0.1', agent: 'A browser' }])
  expect((await strata(['sessions', 'end'])).code).toBe(2)
  expect(await json('sessions', 'end', '--all')).toEqual({ ended: 1 })
  expect(await json('sessions')).toEqual([])
})
