import type { Pid, PurgePlan, Victim } from '@strata/runtime'
import { expect, test } from 'vitest'
import { expectedItems, receiptItems } from './receipt.ts'

function pid(text: string): Pid {
  return text as Pid
}

function victim(text: string, because: Victim['because'] = 'pins'): Victim {
  return {
    pid: pid(text),
    name: null,
    function: 'loop',
    at: 'session.ts:4',
    module: 'session',
    generation: 1,
    queueLength: 0,
    startedAt: '2026-01-01T00:00:00.000Z',
    links: [],
    because,
  }
}

const plan: PurgePlan = {
  verb: 'purge',
  module: 'session',
  generations: [1],
  current: 2,
  victims: [victim('1.1'), victim('1.2'), victim('1.3', 'link'), victim('1.4')],
}

test('PLAN1 a receipt says what became of every process of the plan, and keeps what was known', () => {
  const items = receiptItems(plan, {
    verb: 'purge',
    generations: [1],
    killed: [pid('1.1')],
    skipped: [pid('1.2')],
    alsoEnded: [pid('1.3')],
    pending: [pid('1.4')],
  })
  expect(items.map(({ pid, outcome, known }) => [pid, outcome, known?.because])).toEqual([
    ['1.1', 'killed', 'pins'],
    ['1.2', 'skipped', 'pins'],
    ['1.3', 'also_ended', 'link'],
    ['1.4', 'pending', 'pins'],
  ])
})

test('a process of a kill plan that is not found had ended before', () => {
  const items = receiptItems(
    { verb: 'kill', victims: [victim('1.1'), victim('1.2')] },
    {
      verb: 'kill',
      outcomes: [
        { pid: pid('1.1'), status: 'killed' },
        { pid: pid('1.2'), status: 'not_found' },
      ],
      alsoEnded: [],
    },
  )
  expect(items.map(({ outcome }) => outcome)).toEqual(['killed', 'skipped'])
})

test('PLAN1 an act that was refused touched nobody', () => {
  expect(new Set(expectedItems(plan, 'untouched').map(({ outcome }) => outcome))).toEqual(new Set(['untouched']))
})
