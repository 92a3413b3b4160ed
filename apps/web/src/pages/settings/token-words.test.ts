import { expect, test } from 'vitest'
import { readNames, tokenEnd } from './token-words.ts'

test('TOKEN1 a token made in the console ends after the chosen days, or when it is revoked', () => {
  expect(tokenEnd('30', 0)).toBe('1970-01-31T00:00:00.000Z')
  expect(tokenEnd('0', 0)).toBeNull()
  // What is no choice of ours does not make one that lives for ever.
  expect(tokenEnd('', 0)).toBe('1970-01-02T00:00:00.000Z')
})

test('TOKEN3 what it is narrowed to is read as people write lists', () => {
  expect(readNames(' load,  rollback\nsoft-purge ')).toEqual(['load', 'rollback', 'soft-purge'])
  expect([readNames(''), readNames(' , ')]).toEqual([null, null])
})
