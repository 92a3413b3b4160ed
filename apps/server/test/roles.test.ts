import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { includesRole, type Role, ROLES } from '../src/auth/role.ts'
import { PLAN_ROLES } from '../src/auth/rule.ts'
import { listProcedures } from '../src/router/procedure-list.ts'
import { type Joined, join, makeToken, signInAgain } from './people.ts'
import { openStream } from './read-stream.ts'
import { startServer, type StrataServer } from './strata-server.ts'

let server: StrataServer
const people = new Map<Role, Joined>()
const tokens = new Map<Role, Record<string, string>>()
const procedures = listProcedures()
const calls = procedures.filter(({ type }) => type !== 'subscription')
const streams = procedures.filter(({ type }) => type === 'subscription')
/** No call takes it: what is allowed gets as far as its own refusal, and changes nothing. */
const NONSENSE = { nonsense: true }

beforeAll(async () => {
  server = await startServer()
  const root = await join(server, 'root', 'admin')
  for (const role of ROLES) {
    people.set(role, await join(server, `the-${role}`, role))
    tokens.set(role, (await makeToken(server, root, { role })).headers)
  }
})
afterAll(() => server.stop())

const proofs = {
  cookie: (role: Role) => people.get(role)!.headers,
  token: (role: Role) => tokens.get(role)!,
}

describe.each(ROLES)('ROLE1 a caller who is %s', (role) => {
  test.each(['cookie', 'token'] as const)('ROLE1 is let through or refused at each call by its rule: by %s', async (how) => {
    for (const { path, rule } of calls) {
      // It ends the very session that asks.
      const headers =
        path === 'session.signOut' && how === 'cookie' ? (await signInAgain(server, `the-${role}`)).headers : proofs[how](role)
      const { status, fault } = await server.call(path, NONSENSE, headers)
      const isFit = rule.access === 'anyone' || (rule.access !== 'machine' && includesRole(role, rule.access))
      const isLet = isFit && !(rule.isPersons && how === 'token')
      if (isLet) expect([path, fault?.code], path).not.toEqual([path, expect.stringMatching(/forbidden|unauthenticated|internal/)])
      else expect([path, status, fault?.code], path).toEqual([path, 403, 'forbidden'])
    }
  })

  test.each(['cookie', 'token'] as const)('ROLE2 makes plans of those verbs that the role allows: by %s', async (how) => {
    for (const [verb, needs] of Object.entries(PLAN_ROLES)) {
      const { fault } = await server.call('plans.make', { verb, ...NONSENSE }, proofs[how](role))
      expect([verb, fault?.code]).toEqual([verb, includesRole(role, needs) ? 'invalid_input' : 'forbidden'])
    }
  })

  test.each(['cookie', 'token'] as const)('ROLE1 reads the streams that the role allows: by %s', async (how) => {
    for (const { path, rule } of streams) {
      const stream = await openStream(server.port, proofs[how](role), undefined, path)
      const isLet = rule.access !== 'anyone' && rule.access !== 'machine' && includesRole(role, rule.access)
      if (isLet) {
        await stream.until((items) => items.length > 0)
        expect([path, stream.items.length > 0, stream.faults]).toEqual([path, true, []])
      } else {
        await stream.ended
        expect([path, stream.faults]).toEqual([path, [expect.objectContaining({ code: 'forbidden' })]])
      }
      stream.cut()
    }
  })
})

test('ROLE1 with nothing, nothing but sign-in is let through, not even beside it in a batch', async () => {
  for (const { path, rule } of calls) {
    const { status, fault } = await server.call(path, NONSENSE, {})
    if (rule.access === 'anyone') expect([path, fault?.code]).toEqual([path, 'invalid_input'])
    else expect([path, status, fault]).toEqual([path, 401, { code: 'unauthenticated', why: 'signed_out' }])
    server.clock.advance(1_000)
    if (rule.access === 'anyone') continue
    const both = await server.call(`session.signIn,${path}?batch=1`, { 0: { code: 'x' }, 1: NONSENSE }, {})
    expect([path, both.status]).toEqual([path, 401])
    server.clock.advance(1_000)
  }
  for (const { path } of streams) expect((await openStream(server.port, {}, undefined, path)).status).toBe(401)
})

test('ROLE1 at every call and stream the machine is let through, and who was disabled, signed out or revoked is nobody', async () => {
  const admin = people.get('admin')!
  const gone = await join(server, 'gone', 'admin')
  const orphan = await makeToken(server, gone, { role: 'admin', name: 'orphan' })
  const revoked = await makeToken(server, admin, { role: 'admin', name: 'revoked' })
  const left = await signInAgain(server, 'the-admin')
  await server.call('people.disable', { name: 'gone' })
  await server.call('tokens.revoke', { id: revoked.id }, admin.headers)
  await server.call('session.signOut', undefined, left.headers)
  for (const [index, { headers }] of [gone, left, orphan, revoked].entries()) {
    const answer = { code: 'unauthenticated', why: index < 3 ? 'signed_out' : 'wrong_token' }
    for (const { path, rule } of calls) {
      const { fault } = await server.call(path, NONSENSE, headers)
      server.clock.advance(1_000)
      if (rule.access !== 'anyone' || index === 3) expect([path, fault]).toEqual([path, answer])
    }
    for (const { path } of streams) {
      const stream = await openStream(server.port, headers, undefined, path)
      await stream.ended
      expect([path, stream.items]).toEqual([path, []])
      if (stream.status !== 401) expect([path, stream.faults]).toEqual([path, [answer]])
    }
  }
  for (const { path } of calls) expect([path, (await server.call(path, NONSENSE)).status]).not.toEqual([path, expect.toBeOneOf([401, 403])])
})

test('ROLE3 what a role does not reach to is refused with who has it, changes nothing, and is an entry', async () => {
  const viewer = people.get('viewer')!
  const { rows } = (await server.call('processes.list', {}, viewer.headers)).data
  const { status, fault } = await server.call('processes.kill', { pid: rows[0].pid }, viewer.headers)
  expect([status, fault]).toEqual([
    403,
    {
      code: 'forbidden',
      why: 'role',
      verb: 'kill',
      needs: 'operator',
      has: 'viewer',
      who: ['owner', 'root', 'the-operator', 'the-deployer', 'the-admin'],
    },
  ])
  expect((await server.call('processes.list', {}, viewer.headers)).data.rows.map(({ pid }: { pid: string }) => pid)).toContain(rows[0].pid)
  const { lines } = (await server.call('activity.list', { types: ['act_refused'], limit: 1 })).data
  expect(lines).toMatchObject([{ actor: 'the-viewer', call: 'processes.kill', code: 'forbidden' }])
})

test('ROLE2 what another’s plan is, its role is needed even to look at it', async () => {
  const deployer = people.get('deployer')!
  await server.call('modules.load', { sources: [{ module: 'other', text: 'export const n = 1' }], old: 'keep' }, deployer.headers)
  const plan = (await server.call('plans.make', { verb: 'delete', module: 'other' }, deployer.headers)).data
  for (const call of ['plans.get', 'plans.renew', 'plans.execute']) {
    const operator = await server.call(call, { id: plan.id }, people.get('operator')!.headers)
    expect([call, operator.fault]).toMatchObject([call, { code: 'forbidden', why: 'role', verb: 'delete', needs: 'deployer' }])
    const admin = await server.call(call, { id: plan.id }, people.get('admin')!.headers)
    expect([call, admin.fault]).toMatchObject([call, { code: 'forbidden', why: 'not_your_plan', owner: 'the-deployer' }])
  }
})
