import type { HoldView, MarkView } from '@strata/runtime'
import { expect, test } from 'vitest'
import { holdBlock, holdEnd, holdText, marksOf } from './guard-words.ts'

const hold: HoldView = { by: 'anna', reason: 'the fix is being watched', since: '2026-11-22T15:00:00.000Z', until: null }
const mark: MarkView = { by: 'anna', reason: 'loses text', at: '2026-11-22T15:00:00.000Z' }
const NOW = Date.parse('2026-11-22T15:00:00.000Z')

test('GEN9 a hold says who, until when and why, and blocks others only', () => {
  expect(holdText(hold)).toBe('held by anna until it is released: the fix is being watched')
  expect(holdText({ ...hold, until: '2026-11-23T08:00:00.000Z', reason: '' })).toBe('held by anna until 2026-11-23 08:00:00 UTC')
  expect(holdBlock('session', hold, 'bob')).toBe('session is held by anna until it is released: the fix is being watched')
  expect([holdBlock('session', hold, 'anna'), holdBlock('session', null, 'bob')]).toEqual([undefined, undefined])
  expect(holdBlock('session', hold, undefined)).toBeDefined()
})

test('text from outside is shown with its invisible characters', () => {
  expect(holdText({ ...hold, by: 'an\u202ena' })).toContain('an\\u202ena')
})

test('a hold ends when it is released, after its length, or at a moment that is still to come', () => {
  expect(holdEnd('released', '', NOW)).toEqual({ until: null })
  expect(holdEnd('4h', '', NOW)).toEqual({ until: '2026-11-22T19:00:00.000Z' })
  expect(holdEnd('chosen', '', NOW)).toEqual({ problem: 'Choose the moment at which the hold ends first' })
  expect(holdEnd('chosen', '2026-11-21T10:00', NOW)).toEqual({ problem: 'This moment has passed: choose a later one' })
  expect(holdEnd('chosen', '2026-11-24T10:00', NOW)).toEqual({ until: new Date('2026-11-24T10:00').toISOString() })
})

test('the bad mark stands first', () => {
  expect(marksOf({ markedBad: mark, markedKeep: mark }).map(({ kind }) => kind)).toEqual(['bad', 'keep'])
  expect(marksOf({ markedBad: null, markedKeep: null })).toEqual([])
})
