import { expect, test } from 'vitest'
import { readCookies, sessionCookie, sessionCookieName } from './cookie.ts'

test('DOOR3 the cookie is HttpOnly, SameSite=Strict, named by the port, and Secure behind https', () => {
  const name = sessionCookieName(4701)
  expect(sessionCookie(name, 'ID', 43_200_000, false)).toBe('strata_session_4701=ID; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict')
  expect(sessionCookie(name, 'ID', 43_200_000, true)).toMatch(/; Secure$/)
})

test('reads one cookie among others', () => {
  const header = 'strata_session_4700=other; a=b=c; strata_session_4701=mine'
  expect(readCookies(header, 'strata_session_4701')).toEqual(['mine'])
  expect(readCookies(header, 'a')).toEqual(['b=c'])
  expect(readCookies(header, 'strata_session_470')).toEqual([])
  expect(readCookies(undefined, 'a')).toEqual([])
})

test('DOOR3 a cookie that another port of the host plants hides none', () => {
  expect(readCookies('strata_session_4701=planted; strata_session_4701=mine', 'strata_session_4701')).toEqual(['planted', 'mine'])
})
