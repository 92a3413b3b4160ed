import { describe, expect, test } from 'vitest'
import { linkLoad, linkModule, linkProcesses, linkSignIn, readNext } from './links.ts'

describe('addresses', () => {
  test('what is not asked for does not stand in them', () => {
    expect(linkProcesses({})).toBe('/processes')
    expect(linkProcesses({ module: 'session', generation: 3, search: 'a&b', descending: false })).toBe(
      '/processes?module=session&generation=3&search=a%26b',
    )
    expect(linkModule('billing/pricing', { generation: 2, act: 'purge' })).toBe('/modules/billing%2Fpricing?generation=2&act=purge')
    expect(linkLoad()).toBe('/load')
  })

  test('after sign-in the reader comes back to an address of this console, and to no other', () => {
    expect(linkSignIn('/processes?module=session')).toBe('/sign-in?next=%2Fprocesses%3Fmodule%3Dsession')
    expect(readNext('?next=%2Fprocesses%3Fmodule%3Dsession')).toBe('/processes?module=session')
    const foreign = ['https://evil.example', '//evil.example', '/\\evil.example', '/\\/evil', 'javascript:alert(1)', '/sign-in', '/a\nb']
    expect(foreign.map((next) => readNext(`?next=${encodeURIComponent(next)}`))).toEqual(foreign.map(() => '/'))
    expect(readNext('')).toBe('/')
  })
})
