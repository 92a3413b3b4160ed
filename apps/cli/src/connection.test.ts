import { expect, test } from 'vitest'
import { defaultUrl } from './connection.ts'

test('the server is looked for where the same PORT starts it', () => {
  expect(defaultUrl({})).toBe('http://127.0.0.1:4700')
  expect(defaultUrl({ PORT: '4820' })).toBe('http://127.0.0.1:4820')
  // Any free port: which it became is not known here.
  expect(defaultUrl({ PORT: '0' })).toBe('http://127.0.0.1:4700')
})
