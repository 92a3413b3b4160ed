import { describe, expect, test } from 'vitest'
import type { ActivityLine } from '@strata/server'
import type { Pid } from '@strata/runtime'
import { ACTIVITY_GROUPS, readGroup, readTypes, speaksOf } from './activity-filter.ts'
import { tellEvent } from './event-sentence.ts'
import { sentenceText } from './sentence-parts.ts'

const head = { id: 1, seq: 1, at: '2026-11-22T14:00:00.000Z', node: 'local', life: 'a' }
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
    expect(sentenceText(told.parts)).toBe('anna purged session@1; ended 2 processes, 1 more fell with them, 1 had ended before.')
  })

  test('GEN6 a rollback names what is current, and the generation made when its source was loaded again', () => {
    const rollback = { ...head, type: 'rolled_back', module: 'session', from: 5, by } as const
    expect(sentenceText(tellEvent({ ...rollback, to: 3, made: 3 }).parts)).toBe(
      'anna rolled back to session@3, from generation 5; nobody was ended.',
    )
    expect(sentenceText(tellEvent({ ...rollback, to: 2, made: 6 }).parts)).toBe(
      'anna loaded generation 2 of session again from its source, as session@6; nobody was ended.',
    )
  })

  test('GEN9 holds and marks say what they do', () => {
    const text = (event: Parameters<typeof tellEvent>[0]) => sentenceText(tellEvent(event).parts)
    expect(text({ ...head, type: 'held', module: 'session', until: '2026-11-23T08:00:00.000Z', by })).toBe(
      'anna holds session until 2026-11-23 08:00:00 UTC: loads, rollbacks and deletes by others are refused.',
    )
    expect(text({ ...head, type: 'released_hold', module: 'session', holder: 'anna', by })).toBe('anna released session.')
    expect(text({ ...head, type: 'released_hold', module: 'session', holder: 'bob', by })).toBe(
      'anna released session, which bob had held.',
    )
    const mark = { ...head, type: 'marked', module: 'session', number: 3, by } as const
    expect(text({ ...mark, kind: 'bad', on: true })).toBe('anna marked session@3 bad: its content is refused at every later load.')
    expect(text({ ...mark, kind: 'keep', on: false })).toBe(
      'anna lifted the mark "keep" from session@3: a soft purge that names no generation takes it again.',
    )
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

describe('what is left of purged code', () => {
  test('PIN6 that it was reached, from where, and PIN7 that it is retained and by how many', () => {
    const told = (event: Parameters<typeof tellEvent>[0]) => sentenceText(tellEvent(event).parts)
    const which = { module: 'session', number: 2 }
    expect(told({ ...head, ...which, type: 'purged_code_reached', count: 3, place: 'room.ts:41', from: 'room@7' })).toBe(
      'Purged code of session@2 was reached 3 times since its purge, last from room.ts:41 (room@7). Each call threw PurgedCodeError.',
    )
    expect(told({ ...head, ...which, type: 'retained' })).toContain('session@2 is still in memory a minute after its purge')
    expect(told({ ...head, ...which, type: 'retainers_read', found: 1, heldMs: 120, by })).toBe(
      'anna had the heap read for who keeps session@2: 1 holder. The scheduler stood still for 120 ms.',
    )
  })

  test('PIN4 what stays because another generation was built with it', () => {
    const readBy = [{ module: 'shapes', number: 1 }]
    const told = tellEvent({ ...head, type: 'soft_purged', module: 'base', purged: [], pinned: [{ number: 1, pins: 0, readBy }], by })
    expect(sentenceText(told.parts)).toBe('anna soft purged base: nothing was drained; base@1 stays, read by shapes@1.')
  })
})

describe('the filter', () => {
  test('a type of the address is a group or a single type, all else is no filter', () => {
    expect(readTypes('purges')).toEqual(['soft_purged', 'purged', 'retained', 'purged_code_reached', 'retainers_read'])
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
