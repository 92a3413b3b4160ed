import type { EngineEvent, Pid, PurgePlan, Victim } from '@strata/runtime'
import { ManualClock } from '@strata/runtime/testing'
import { expect, test } from 'vitest'
import type { PlanView } from '../plans/plan-registry.ts'
import { ActRegistry } from './act-registry.ts'
import { followPending } from './follow-pending.ts'
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

test('KILL7 the receipt of a process that was inside a native call is completed once it has ended, or nothing is left of it', async () => {
  const acts = new ActRegistry(new ManualClock())
  const victims = ['1.1', '1.2', '1.3'].map((text) => victim(text, 'chosen'))
  acts.begin({ id: 'a', plan: { verb: 'kill', victims }, command: '' } as unknown as PlanView, { actor: 'anna', reason: '' })
  acts.finish('a', { verb: 'kill', outcomes: victims.map(({ pid: one }) => ({ pid: one, status: 'pending' })), alsoEnded: [] })
  const listeners: ((event: EngineEvent) => void)[] = []
  const subscribe = (listener: (event: EngineEvent) => void) => {
    listeners.push(listener)
    return () => undefined
  }
  followPending({ subscribe }, acts)
  const told = { at: '', node: '', seq: 1, by: { actor: 'anna', reason: '' }, pending: [] }
  for (const tell of listeners) tell({ type: 'killed', pids: [pid('1.1')], notFound: [pid('1.2')], ...told })
  expect(await acts.get('a')).toMatchObject({ counts: { killed: 1, skipped: 1, pending: 1 }, done: 2 })
  for (const tell of listeners) tell({ type: 'runtime_restarted', why: '', restarts: 1, at: '', node: '', seq: 2 })
  expect(await acts.get('a')).toMatchObject({ counts: { killed: 1, skipped: 1, interrupted: 1 }, done: 3 })
})

test('KILL7 the end of a process that is told before its act is answered stands in the receipt, too', async () => {
  const acts = new ActRegistry(new ManualClock())
  const victims = ['1.1', '1.2'].map((text) => victim(text, 'chosen'))
  acts.begin({ id: 'a', plan: { verb: 'kill', victims }, command: '' } as unknown as PlanView, { actor: 'anna', reason: '' })
  acts.settlePending((one) => (one === pid('1.1') ? 'killed' : undefined))
  acts.finish('a', { verb: 'kill', outcomes: victims.map(({ pid: one }) => ({ pid: one, status: 'pending' })), alsoEnded: [] })
  expect(await acts.get('a')).toMatchObject({ counts: { killed: 1, pending: 1 }, done: 1 })
})
