import { expect, test } from 'vitest'
import { readKept } from './next-address.ts'

test('where the reader was heading is kept for ten minutes, and only within this console', () => {
  const kept = (search: string) => JSON.stringify({ search, untilMs: 1000 })
  expect(readKept(kept('?next=%2Fmodules%2Fsession'), 999)).toBe('/modules/session')
  expect(readKept(kept('?next=%2Fmodules%2Fsession'), 1001)).toBe('/')
  expect([readKept(kept('?next=%2F%2Fevil.example'), 1), readKept('{', 1), readKept('null', 1), readKept(null, 1)]).toEqual([
    '/',
    '/',
    '/',
    '/',
  ])
})
