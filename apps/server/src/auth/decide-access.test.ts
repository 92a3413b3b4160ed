import { expect, test } from 'vitest'
import { decideAccess, decideModules, fullStanding, type Standing } from './decide-access.ts'
import { namedTargets } from './named-targets.ts'
import { includesRole, type Role, ROLES } from './role.ts'
import type { Rule } from './rule.ts'

const who = () => ['anna']
const need = (access: Rule['access'], verb: string, isPersons = false) => ({ access, verb, isPersons })

test('ROLE2 each role includes the ones before, and no more', () => {
  const included = ROLES.map((has) => ROLES.filter((needed) => includesRole(has, needed)))
  expect(included).toEqual([['viewer'], ['viewer', 'operator'], ['viewer', 'operator', 'deployer'], [...ROLES]])
})

test('ROLE3 a refusal says which role is needed, which one the caller has, and who has enough', () => {
  const refused = (access: Role, has: Role) => decideAccess(need(access, 'purge'), fullStanding(has), who)
  expect(refused('deployer', 'viewer')).toEqual({
    code: 'forbidden',
    why: 'role',
    verb: 'purge',
    needs: 'deployer',
    has: 'viewer',
    who: ['anna'],
  })
  expect(refused('deployer', 'operator')).toMatchObject({ needs: 'deployer', has: 'operator' })
  expect([refused('deployer', 'deployer'), refused('deployer', 'admin'), refused('viewer', 'viewer')]).toEqual([null, null, null])
})

test('ROLE1 only who is at the machine may do what is the machine’s, whatever the role', () => {
  const rule = need('machine', 'sign-in')
  expect(decideAccess(rule, fullStanding('admin'), who)).toEqual({ code: 'forbidden', why: 'token_only' })
  expect(decideAccess(rule, fullStanding('admin', true), who)).toBeNull()
})

test('TOKEN3 a token that is narrowed to verbs does what a viewer may, those verbs, and nothing else', () => {
  const standing: Standing = { ...fullStanding('deployer'), verbs: ['load'] }
  expect(decideAccess(need('deployer', 'load'), standing, who)).toBeNull()
  expect(decideAccess(need('viewer', 'ps'), standing, who)).toBeNull()
  expect(decideAccess(need('operator', 'kill'), standing, who)).toEqual({
    code: 'forbidden',
    why: 'token_verb',
    verb: 'kill',
    allowed: ['load'],
  })
  expect(decideAccess(need('admin', 'load'), standing, who)).toMatchObject({ why: 'role' })
})

test('TOKEN5 what has to be a person is for no token', () => {
  const script: Standing = { ...fullStanding('admin'), isScript: true }
  expect(decideAccess(need('admin', 'people', true), script, who)).toEqual({ code: 'forbidden', why: 'person_only', verb: 'people' })
  expect(decideAccess(need('admin', 'people', true), fullStanding('admin'), who)).toBeNull()
  expect(decideAccess(need('admin', 'backup'), script, who)).toBeNull()
})

test('TOKEN4 a token that is narrowed to modules reaches these and what is below them, and nothing that names none', () => {
  const standing: Standing = { ...fullStanding('deployer'), modules: ['billing', 'chat/rooms'] }
  expect(decideModules(standing, ['billing', 'billing/pricing', 'chat/rooms/big'])).toBeNull()
  for (const beyond of ['billings', 'chat', 'chat/room', 'session', '', '../billing'])
    expect(decideModules(standing, ['billing', beyond])).toEqual({
      code: 'forbidden',
      why: 'token_module',
      module: beyond,
      allowed: ['billing', 'chat/rooms'],
    })
  expect(decideModules(standing, [])).toMatchObject({ why: 'token_module', module: null })
  expect(decideModules(fullStanding('viewer'), [])).toBeNull()
})

test('TOKEN4 what an input names is found wherever it stands, but for what a message holds', () => {
  expect(
    namedTargets({ sources: [{ module: 'a', text: 'module' }, { module: 'b' }], targets: { pids: ['1.1', 7] }, more: { pid: '1.2' } }),
  ).toEqual({
    modules: ['a', 'b'],
    pids: ['1.1', '1.2'],
  })
  expect(namedTargets({ pid: '1.1', message: { module: 'x', pid: '1.9' } })).toEqual({ modules: [], pids: ['1.1'] })
  for (const nothing of [null, 7, 'module', [], { module: 7 }]) expect(namedTargets(nothing)).toEqual({ modules: [], pids: [] })
})
