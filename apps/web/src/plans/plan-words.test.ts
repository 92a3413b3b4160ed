import type { Plan, Victim } from '@strata/runtime'
import type { PlanView } from '@strata/server'
import { expect, test } from 'vitest'
import { type CountedPlan, confirmationPhrase, commandLine, confirmLabel, doingOf, placeOf, planSentence, planTitle } from './plan-words.ts'

function victim(pid: string, because: Victim['because']): Victim {
  return {
    pid: pid as Victim['pid'],
    name: null,
    function: 'loop',
    at: 'session.ts:41',
    module: 'session',
    generation: 3,
    queueLength: 0,
    startedAt: '2026-11-22T14:00:00.000Z',
    links: [],
    because,
  }
}

const purge: Plan = {
  verb: 'purge',
  module: 'session',
  generations: [3],
  current: 5,
  victims: [victim('1.12', 'pins'), victim('1.13', 'link')],
}
const kill: Plan = { verb: 'kill', victims: [victim('1.12', 'chosen'), victim('1.14', 'chosen')] }

function counted(plan: Plan): CountedPlan {
  const victims = ('victims' in plan ? plan.victims : undefined) ?? []
  const fallen = victims.filter(({ because }) => because === 'link').length
  return { plan, counts: { chosen: victims.length - fallen, fallen, able: 0 } }
}

test('BULK1 what is said counts everybody whom a plan names, however few it shows', () => {
  const shown: CountedPlan = { plan: kill, counts: { chosen: 4_312, fallen: 3, able: 0 } }
  expect([planTitle(shown), confirmationPhrase(shown), confirmLabel(shown)]).toEqual(['Kill 4,312 processes', '4315', 'Kill 4,315'])
  expect(planSentence(shown)).toBe('Ends 4,312 processes, and 3 more fall with them. Nobody else is touched.')
})

test('a purge is confirmed by its module and generation, a kill by how many end', () => {
  expect(confirmationPhrase(counted(purge))).toBe('session@3')
  expect(confirmationPhrase(counted(kill))).toBe('2')
  expect(confirmationPhrase(counted({ verb: 'delete', module: 'frame', current: 2, importers: [], staying: 0 }))).toBe('frame@2')
  expect(confirmationPhrase(counted({ verb: 'upgrade', targets: [], to: [] }))).toBeNull()
})

test('the sentence counts apart who falls by links', () => {
  expect(planSentence(counted(purge))).toBe(
    'Ends 1 process, and 1 more falls with them. Then generation 3 of session is removed. Nobody else is touched.',
  )
  expect(planSentence(counted({ ...purge, victims: [] }))).toBe('Generation 3 of session is removed. Nobody ends.')
  expect(confirmLabel(counted(purge))).toBe('End 2 and purge')
})

test('the line for the shell quotes the reason', () => {
  const view = {
    id: 'a',
    ...counted(kill),
    owner: 'anna',
    revision: 1,
    createdAt: '',
    expiresAt: '',
    state: 'open',
    command: './strata kill 1.12 1.14',
    approval: null,
  } as const
  expect(commandLine(view, "it's stuck")).toBe("./strata kill 1.12 1.14 --reason 'it'\\''s stuck'")
  expect(commandLine(view, '')).toBe('./strata kill 1.12 1.14')
})

test('a purge that is to mark its content bad does so in the shell afterwards', () => {
  const view: PlanView = {
    id: 'a',
    ...counted(purge),
    owner: 'anna',
    revision: 1,
    createdAt: '',
    expiresAt: '',
    state: 'open',
    command: './strata purge session@3',
    approval: null,
  }
  expect(commandLine(view, 'loses text', true)).toBe(
    "./strata purge session@3 --reason 'loses text' && ./strata mark session@3 bad --reason 'loses text'",
  )
  expect(commandLine(view, '', false)).toBe('./strata purge session@3')
})

test('GEN6 a rollback says what becomes current, and that nobody ends', () => {
  const rebind: Plan = { verb: 'rollback', module: 'session', from: 5, to: 3, how: 'rebind', becomes: 3, staying: 12 }
  expect([planTitle(counted(rebind)), confirmLabel(counted(rebind)), confirmationPhrase(counted(rebind))]).toEqual([
    'Roll back session to 3',
    'Roll back to 3',
    null,
  ])
  expect(planSentence(counted(rebind))).toBe(
    'Generation 3 of session becomes current again, and generation 5 becomes old: whoever enters session from then on enters 3. Nobody ends.',
  )
  const reload: Plan = { ...rebind, from: null, to: 2, how: 'reload', becomes: 6, staying: 0 }
  expect([planTitle(counted(reload)), confirmLabel(counted(reload))]).toEqual(['Load session@2 again from its source', 'Load again as 6'])
  expect(planSentence(counted(reload))).toBe(
    'Generation 2 of session was purged: its kept source is loaded as generation 6 and becomes current. Nobody ends.',
  )
})

test.each([
  [{ function: 'loop', module: 'session', generation: 3 }, 'loop', 'session@3'],
  [{ function: null, module: 'session', generation: null }, 'between messages', 'session'],
  [{ function: null, module: 'session', generation: 3 }, 'between messages', 'session@3'],
  [{ function: null, module: null, generation: null }, 'unknown', 'unknown'],
] as const)('plans and receipts say what a process was doing, and where: %o', (seen, doing, place) => {
  expect([doingOf(seen), placeOf(seen)]).toEqual([doing, place])
})
