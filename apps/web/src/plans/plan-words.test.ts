import type { Plan, Victim } from '@strata/runtime'
import { expect, test } from 'vitest'
import { confirmationPhrase, commandLine, confirmLabel, planSentence } from './plan-words.ts'

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

test('a purge is confirmed by its module and generation, a kill by how many end', () => {
  expect(confirmationPhrase(purge)).toBe('session@3')
  expect(confirmationPhrase(kill)).toBe('2')
  expect(confirmationPhrase({ verb: 'delete', module: 'frame', current: 2, importers: [], staying: 0 })).toBe('frame@2')
  expect(confirmationPhrase({ verb: 'upgrade', targets: [], to: [] })).toBeNull()
})

test('the sentence counts apart who falls by links', () => {
  expect(planSentence(purge)).toBe(
    'Ends 1 process, and 1 more falls with them by links. Then generation 3 of session is removed. Nobody else is touched.',
  )
  expect(confirmLabel(purge)).toBe('End 2 and purge')
})

test('the line for the shell quotes the reason', () => {
  const view = {
    id: 'a',
    plan: kill,
    owner: 'anna',
    createdAt: '',
    expiresAt: '',
    state: 'open',
    command: './strata kill 1.12 1.14',
  } as const
  expect(commandLine(view, "it's stuck")).toBe("./strata kill 1.12 1.14 --reason 'it'\\''s stuck'")
  expect(commandLine(view, '')).toBe('./strata kill 1.12 1.14')
})
