import { expect, test } from 'vitest'
import { callerWords, memoryWords, reachedWords } from './remains-words.ts'

test('PIN7 whether the memory of a purged generation is free again stands in words', () => {
  expect(memoryWords({ status: 'pending', since: '' }).text).toBe('not collected yet')
  expect(memoryWords({ status: 'confirmed', tookMs: 2_100 }).text).toBe('free after 2 s')
  expect(memoryWords({ status: 'confirmed', tookMs: null }).text).toBe('free')
  expect(memoryWords({ status: 'retained', since: '' })).toEqual({ tone: 'warn', text: 'still in memory' })
})

test('PIN6 how often purged code was reached, and from where last', () => {
  expect(reachedWords({ count: 3, last: '', at: 'room.ts:41', from: 'room@7' })).toBe(
    'reached 3 times since, last from room.ts:41 (room@7)',
  )
  expect(callerWords({ at: null, from: null })).toBe('native code')
})
