import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { counterSource } from './counter-system.ts'
import { codeOf, cookieOf, type Joined, join, makeToken, PASSWORD, signInAgain } from './people.ts'
import { startServer, type StrataServer } from './strata-server.ts'

let server: StrataServer
let anna: Joined
let ben: Joined
let vera: Joined
let number = 1

beforeAll(async () => {
  server = await startServer()
  anna = await join(server, 'anna', 'admin')
  ben = await join(server, 'ben', 'deployer')
  vera = await join(server, 'vera', 'operator')
  await server.call('settings.setSecondPerson', { on: true, reason: 'four eyes' }, anna.headers)
})
afterAll(() => server.stop())
// Each test has an old generation of its own to purge.
beforeEach(async () => {
  number += 1
  const sources = [{ module: 'counter', text: counterSource(number) }]
  expect((await server.call('modules.load', { sources, old: 'keep' }, anna.headers)).status).toBe(200)
})

const makePurge = async (who = anna) =>
  (await server.call('plans.make', { verb: 'purge', module: 'counter', generation: number - 1 }, who.headers)).data
const execute = (plan: { id: string }, who = anna, more = {}) =>
  server.call('plans.execute', { id: plan.id, reason: 'bad', ...more }, who.headers)
const approve = ({ id, revision }: { id: string; revision: number }, who: Joined | { headers: Record<string, string> }) =>
  server.call('approvals.approve', { id, revision, reason: 'looked at it' }, who.headers)
const loaded = async () => (await server.engine.modules()).find(({ name }) => name === 'counter')?.generations

test('APPR1 a purge waits for another person, who sees the same plan and approves it; then its maker executes it', async () => {
  const plan = await makePurge()
  expect((await execute(plan)).fault).toEqual({ code: 'approval_required', plan: plan.id, asked: false })
  await server.call('approvals.ask', { id: plan.id, reason: 'it loses edits' }, anna.headers)
  expect((await execute(plan)).fault).toMatchObject({ code: 'approval_required', asked: true })
  server.clock.advance(29 * 60_000)
  const { data: list } = await server.call('approvals.list', undefined, vera.headers)
  expect(list).toMatchObject({
    secondPerson: true,
    plans: [{ id: plan.id, owner: 'anna', approval: { state: 'asked', reason: 'it loses edits' } }],
  })
  expect((await server.call('approvals.get', { id: plan.id }, ben.headers)).data.plan).toEqual(plan.plan)
  expect((await approve(plan, ben)).data.approval).toMatchObject({ state: 'approved', by: 'ben' })
  expect(await loaded()).toContain(number - 1)
  expect((await execute(plan, ben)).fault).toMatchObject({ why: 'not_your_plan' })
  expect((await execute(plan)).data).toMatchObject({ status: 'done', verb: 'purge' })
  expect(await loaded()).not.toContain(number - 1)
  const { lines } = (await server.call('activity.list', { types: ['approval_asked', 'plan_approved'], limit: 2 })).data
  expect(lines).toMatchObject([
    { type: 'plan_approved', actor: 'ben', owner: 'anna', plan: plan.id, modules: ['counter'] },
    { type: 'approval_asked', actor: 'anna', plan: plan.id, reason: 'it loses edits' },
  ])
})

test('APPR2 a plan’s maker, a token of theirs, a token at all and who has no role for it approve nothing', async () => {
  const plan = await makePurge()
  await server.call('approvals.ask', { id: plan.id, reason: 'x' }, anna.headers)
  const [own, bens] = [
    await makeToken(server, anna, { role: 'admin', name: 'own' }),
    await makeToken(server, anna, { role: 'deployer', name: 'bens' }),
  ]
  expect((await approve(plan, anna)).fault).toEqual({ code: 'same_person', person: 'anna' })
  expect((await approve(plan, own)).fault).toMatchObject({ code: 'forbidden', why: 'person_only' })
  expect((await approve(plan, bens)).fault).toMatchObject({ code: 'forbidden', why: 'person_only' })
  expect((await approve(plan, vera)).fault).toMatchObject({ code: 'forbidden', why: 'role', needs: 'deployer' })
  // The machine's token is the owner; a plan of the owner's is its own.
  const owner = { name: 'owner', headers: { cookie: await server.signIn(), origin: server.origin } }
  const owners = await makePurge(owner)
  expect((await server.call('approvals.approve', { id: owners.id, revision: owners.revision })).fault).toEqual({
    code: 'same_person',
    person: 'owner',
  })
  // A plan that a token made is its person's.
  const made = (await server.call('plans.make', { verb: 'purge', module: 'counter', generation: number - 1 }, own.headers)).data
  expect((await approve(made, anna)).fault).toEqual({ code: 'same_person', person: 'anna' })
  expect((await execute(plan)).fault?.code).toBe('approval_required')
})

test('APPR3 an approval is for that plan alone: renewed, changed, expired or without its approver’s role it is void', async () => {
  const [renewed, late, demoted, changed] = [await makePurge(), await makePurge(), await makePurge(), await makePurge()]
  for (const plan of [renewed, late, demoted, changed]) expect((await approve(plan, ben)).status).toBe(200)
  await server.call('plans.renew', { id: renewed.id }, anna.headers)
  expect((await execute(renewed)).fault).toMatchObject({ code: 'approval_required', asked: false })
  await server.call('people.setRole', { name: 'ben', role: 'operator' })
  expect((await execute(demoted)).fault).toMatchObject({ code: 'approval_required' })
  await server.call('people.setRole', { name: 'ben', role: 'deployer' })
  await server.engine.load(
    { sources: [{ module: 'counter', text: counterSource(90 + number) }], old: 'keep', note: '' },
    { actor: 'test', reason: '' },
  )
  number += 1
  const { fault } = await execute(changed)
  expect(fault).toMatchObject({ code: 'changed_meanwhile', plan: { approval: null } })
  expect(await loaded()).toContain(number - 2)
  server.clock.advance(30 * 60_000)
  expect((await execute(late)).fault).toMatchObject({ code: 'plan_expired' })
  expect((await approve(late, ben)).fault).toMatchObject({ code: 'plan_expired' })
})

test('APPR3 a plan that was made anew after somebody had looked at it is not approved by what they saw', async () => {
  const plan = await makePurge()
  await server.call('approvals.ask', { id: plan.id, reason: 'only one in it' }, anna.headers)
  const { data: seen } = await server.call('approvals.get', { id: plan.id }, ben.headers)
  await server.call('plans.renew', { id: plan.id }, anna.headers)
  await server.call('approvals.ask', { id: plan.id, reason: 'only one in it' }, anna.headers)
  expect((await approve(seen, ben)).fault).toEqual({ code: 'plan_renewed', plan: plan.id, owner: 'anna' })
  expect((await execute(plan)).fault).toMatchObject({ code: 'approval_required', asked: true })
  const { data: fresh } = await server.call('approvals.get', { id: plan.id }, ben.headers)
  expect((await approve(fresh, ben)).data.approval).toMatchObject({ state: 'approved' })
  expect((await execute(plan)).data).toMatchObject({ status: 'done' })
})

test('APPR4 a load that purges by force waits too; what ends nobody by force does not', async () => {
  const load = { verb: 'load', sources: [{ module: 'counter', text: counterSource(50 + number) }], old: 'purge' }
  const plan = (await server.call('plans.make', load, ben.headers)).data
  const { verb: _, ...request } = load
  expect((await server.call('modules.load', { ...request, planId: plan.id }, ben.headers)).fault?.code).toBe('approval_required')
  expect((await execute(plan, ben)).fault?.code).toBe('approval_required')
  const pid = await server.engine.spawn({ module: 'counter', export: 'start' }, { actor: 'test', reason: '' })
  const kill = (await server.call('plans.make', { verb: 'kill', pids: [pid] }, ben.headers)).data
  expect((await execute(kill, ben)).data).toMatchObject({ status: 'done' })
})

test('APPR5 breaking the glass takes a reason and a person, is told, and is signed by somebody else', async () => {
  const plan = await makePurge(ben)
  expect((await execute(plan, ben, { breaksGlass: true, reason: ' ' })).fault?.code).toBe('invalid_input')
  const token = await makeToken(server, anna, { role: 'deployer', name: 'eager' })
  const scripted = (await server.call('plans.make', { verb: 'purge', module: 'counter', generation: number - 1 }, token.headers)).data
  expect((await server.call('plans.execute', { id: scripted.id, reason: 'x', breaksGlass: true }, token.headers)).fault).toMatchObject({
    why: 'person_only',
  })
  expect((await execute(plan, ben, { breaksGlass: true, reason: 'it is burning' })).data).toMatchObject({ status: 'done' })
  const breaks = async () => (await server.call('approvals.list', undefined, vera.headers)).data.breaks
  expect((await breaks())[0]).toMatchObject({ act: plan.id, actor: 'ben', reason: 'it is burning', modules: ['counter'], signed: null })
  const sign = (who: Joined) => server.call('approvals.sign', { act: plan.id, reason: 'I would have done it too' }, who.headers)
  expect((await sign(ben)).fault).toEqual({ code: 'same_person', person: 'ben' })
  expect((await sign(vera)).fault).toMatchObject({ needs: 'deployer' })
  expect((await sign(anna)).data).toMatchObject({ signed: { by: 'anna', note: 'I would have done it too' } })
  expect((await sign(anna)).fault).toEqual({ code: 'signed_already', act: plan.id, by: 'anna' })
  const { lines } = (await server.call('activity.list', { types: ['glass_broken', 'glass_signed'] })).data
  expect(lines).toMatchObject([
    { type: 'glass_signed', actor: 'anna', owner: 'ben', act: plan.id },
    { type: 'glass_broken', actor: 'ben', act: plan.id, verb: 'purge', reason: 'it is burning' },
  ])
})

test('APPR6 the setting is an admin’s, with a reason, and told; without it a purge is its maker’s alone', async () => {
  const set = (on: boolean, who: Joined, reason = 'why not') => server.call('settings.setSecondPerson', { on, reason }, who.headers)
  expect((await set(false, ben)).fault).toMatchObject({ needs: 'admin' })
  expect((await set(false, anna, ' ')).fault?.code).toBe('invalid_input')
  expect((await set(false, anna)).data).toEqual({ secondPerson: false })
  expect((await execute(await makePurge())).data).toMatchObject({ status: 'done' })
  const { lines } = (await server.call('activity.list', { types: ['setting_changed'], limit: 1 })).data
  expect(lines).toMatchObject([{ actor: 'anna', setting: 'second-person', was: true, is: false, reason: 'why not' }])
})

test('APPR7 who lets somebody in by a link, or lets in who does, has no second person in them for a day', async () => {
  await server.call('settings.setSecondPerson', { on: true, reason: 'four eyes again' }, anna.headers)
  const plan = await makePurge()
  // An account of ben's that anna has given herself, by a third one.
  const puppet = await joinBy(anna, 'puppet', 'admin')
  const taken = await comeInBy((await server.call('people.link', { name: 'ben' }, puppet.headers)).data.url, 'ben')
  for (const who of [puppet, taken]) {
    const { fault } = await approve(plan, who)
    expect(fault).toMatchObject({ code: 'came_by_link', person: who.name, maker: 'anna' })
  }
  expect((await execute(plan)).fault).toMatchObject({ code: 'approval_required', asked: false })
  // Nor for the owner, where the link was for an account that was there.
  const owner = { name: 'owner', headers: { cookie: await server.signIn(), origin: server.origin } }
  const again = await comeInBy((await server.call('people.link', { name: 'vera' })).data.url, 'vera')
  await server.call('people.setRole', { name: 'vera', role: 'deployer' })
  expect((await approve(await makePurge(owner), again)).fault).toMatchObject({ code: 'came_by_link', maker: 'owner' })
  // Somebody whom she did not let in may, and they may for others.
  const cora = await join(server, 'cora', 'deployer')
  expect((await approve(await makePurge(cora), taken)).status).toBe(200)
  expect((await approve(plan, cora)).data.approval).toMatchObject({ state: 'approved', by: 'cora' })
  // What she does without a second person they do not sign either.
  const other = await makePurge()
  await execute(other, anna, { breaksGlass: true, reason: 'now' })
  const sign = (who: Joined) => server.call('approvals.sign', { act: other.id, reason: 'fine' }, who.headers)
  expect((await sign(puppet)).fault).toMatchObject({ code: 'came_by_link' })
  server.clock.advance(24 * 60 * 60_000)
  anna = await signInAgain(server, 'anna')
  const later = await signInAgain(server, 'puppet')
  expect((await sign(later)).data).toMatchObject({ signed: { by: 'puppet' } })
  expect((await server.call('people.link', { name: 'owner' }, later.headers)).fault).toEqual({ code: 'owner_fixed' })
  const { lines } = (await server.call('activity.list', { types: ['person_invited', 'invitation_accepted'], limit: 9 })).data
  expect(lines).toContainEqual(expect.objectContaining({ type: 'invitation_accepted', actor: 'ben', of: 'puppet' }))
  expect(lines).toContainEqual(expect.objectContaining({ type: 'person_invited', actor: 'puppet', person: 'ben', again: true }))
})

test('APPR8 a second person refuses with a reason; the plan then waits for nobody until its maker asks again', async () => {
  const cora = await signInAgain(server, 'cora')
  const maker = anna
  const plan = await makePurge(maker)
  const ask = () => server.call('approvals.ask', { id: plan.id, reason: 'please' }, maker.headers)
  const decline = (who: Joined, why = 'there are edits in it') =>
    server.call('approvals.decline', { id: plan.id, reason: why }, who.headers)
  await ask()
  expect((await decline(cora, ' ')).fault?.code).toBe('invalid_input')
  expect((await decline(maker)).fault).toEqual({ code: 'same_person', person: 'anna' })
  const token = await makeToken(server, maker, { role: 'admin', name: 'decliner' })
  expect((await decline({ name: 'x', headers: token.headers })).fault).toMatchObject({ why: 'person_only' })
  expect((await decline(cora)).data.approval).toMatchObject({ state: 'declined', by: 'cora', note: 'there are edits in it' })
  expect((await execute(plan, maker)).fault).toEqual({ code: 'approval_required', plan: plan.id, asked: false })
  const { lines } = (await server.call('activity.list', { types: ['plan_declined'], limit: 1 })).data
  expect(lines).toMatchObject([{ actor: 'cora', owner: 'anna', plan: plan.id, reason: 'there are edits in it' }])
  expect((await ask()).data.approval).toMatchObject({ state: 'asked' })
  expect((await approve(plan, cora)).data.approval).toMatchObject({ state: 'approved' })
  expect((await execute(plan, maker)).data).toMatchObject({ status: 'done' })
})

async function joinBy(who: Joined, name: string, role: string): Promise<Joined> {
  return comeInBy((await server.call('people.invite', { name, role }, who.headers)).data.url, name)
}

async function comeInBy(url: string, name: string): Promise<Joined> {
  const answer = await server.call('session.acceptInvitation', { code: codeOf(url), password: PASSWORD }, { origin: server.origin })
  return { name, headers: { cookie: cookieOf(answer), origin: server.origin } }
}
