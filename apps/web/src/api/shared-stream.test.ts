import { expect, test } from 'vitest'
import { followsOn } from './shared-stream.ts'

test('an item from another tab is taken once, and what is missing between is noticed', () => {
  expect(followsOn('abc-7', 'abc-8')).toBe('next')
  expect(followsOn('abc-7', 'abc-7')).toBe('known')
  expect(followsOn('abc-7', 'abc-3')).toBe('known')
  expect(followsOn('abc-7', 'abc-9')).toBe('gap')
})

test('numbers of another life of the server mean nothing', () => {
  expect(followsOn('abc-7', 'xyz-8')).toBe('gap')
  expect(followsOn(undefined, 'xyz-8')).toBe('gap')
})
