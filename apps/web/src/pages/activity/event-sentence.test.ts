import { describe, expect, test } from 'vitest'
import type { ActivityLine } from '@strata/server'
import type { Pid } from '@strata/runtime'
import { ACTIVITY_GROUPS, readGroup, readTypes, speaksOf } from './activity-filter.ts'
import { tellEvent } from './event-sentence.ts'
import { sentenceText } from './sentence-parts.ts'

const head = { id: 1, seq: 1, at: '2026-11-22T14:00:00.000Z', node: 'local' }
const by = { actor: 'anna', reason: 'quick fix' }
const pid = (serial: number) => `1.${serial}` as Pid

describe('events as sentences', () => {
  test('a load says who, what, with which releases, and that nobody was ended', () => {
    const told = tellEvent({
      ...head,
      type: 'loaded',
      modules: [{ module: 'session', number: 5 }],
      policy: 'keep',
      by,
      killed: [],
      packages: ['marked 18.0.2'],
    })
    expect(sentenceText(told.parts)).toBe('anna loaded session@5 with marked 18.0.2 under keep; nobody was ended.')
    expect(told.parts).toContainEqual({ text: 'session@5', to: '/modules/session?generation=5' })
    expect(told.detail).toBe('quick fix')
  })

  test('a soft purge that changed nothing says who pins it, with a door to them', () => {
    const told = tellEvent({ ...head, type: 'soft_purged', module: 'session', purged: [], pinned: [{ number: 2, pins: 4 }], by })
    expect(sentenceText(told.parts)).toBe('anna soft purged session: nothing was drained; session@2 stays, pinned by 4.')
    expect(told.parts).toContainEqual({ text: '4', to: '/processes?module=session&generation=2' })
  })

  test('a purge counts who ended, who fell with them and who was gone', () => {
    const told = tellEvent({
      ...head,
      type: 'purged',
      module: 'session',
      generations: [1],
      mark: { kind: 'forced', at: '', by: 'anna', reason: 'bad', killed: [pid(1), pid(2)] },
      skipped: [pid(3)],
      alsoEnded: [pid(4)],
    })
    expect(sentenceText(told.parts)).toBe('anna purged session@1; ended 2 processes, 1 more fell by links, 1 had ended before.')
  })

  test('many pids are counted, not listed', () => {
    const told = tellEvent({
      ...head,
      type: 'killed',
      pids: Array.from({ length: 9 }, (_, serial) => pid(serial + 1)),
      pending: [],
      notFound: [],
      by,
    })
    expect(sentenceText(told.parts)).toBe('anna killed 1.1, 1.2, 1.3, 1.4, 1.5, 1.6 and 3 more.')
  })

  test('a crash names its generation, its reason, and keeps the stack apart', () => {
    const told = tellEvent({
      ...head,
      type: 'crashed',
      crash: {
        pid: pid(7),
        name: 'doc\u202e',
        module: 'session',
        generation: 4,
        reason: { type: 'error', name: 'TypeError', message: 'x is not a function', stack: 'at loop' },
      },
    })
    expect(sentenceText(told.parts)).toBe('1.7 (doc\\u202e) ended in session@4: TypeError: x is not a function.')
    expect(told.detail).toBe('at loop')
  })
})

describe('the filter', () => {
  test('a type of the address is a group or a single type, all else is no filter', () => {
    expect(readTypes('purges')).toEqual(['soft_purged', 'purged'])
    expect(readTypes('crashed')).toEqual(['crashed'])
    expect([readTypes(null), readTypes('nonsense'), readGroup('nonsense')]).toEqual([undefined, undefined, null])
    expect(readGroup('crashed')?.key).toBe('crashes')
  })

  test('each event type stands in one group', () => {
    const types = ACTIVITY_GROUPS.flatMap((group) => group.types)
    expect(new Set(types).size).toBe(types.length)
  })

  test('a line speaks of the generations it names', () => {
    const line: ActivityLine = {
      ...head,
      type: 'crashed',
      crash: { pid: pid(7), name: null, module: 'session', generation: 4, reason: { type: 'normal' } },
    }
    expect([
      speaksOf(line, 'session', null),
      speaksOf(line, 'session', 4),
      speaksOf(line, 'session', 3),
      speaksOf(line, 'frame', null),
    ]).toEqual([true, true, false, false])
  })
})
