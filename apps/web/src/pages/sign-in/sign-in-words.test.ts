import { expect, test } from 'vitest'
import { problemSentence } from './problem-words.ts'
import { readSecret } from './take-secret.ts'

test('PEOPLE2 a link’s code and an invitation’s are told apart', () => {
  expect(readSecret('abc-_1')).toEqual({ type: 'link', code: 'abc-_1' })
  expect(readSecret('invitation=abc')).toEqual({ type: 'invitation', code: 'abc' })
})

test('OIDC3 what is told of a way back is our own words, whatever stands in the address', () => {
  expect(problemSentence('nobody')).toContain('invitation')
  for (const word of [null, '', '<b>', 'constructor', '__proto__', 'toString']) expect(problemSentence(word)).toBeNull()
})
