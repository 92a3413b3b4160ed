import { expect, test } from 'vitest'
import { changeProcessSearch, parseProcessSearch, ROWS_PER_PAGE } from './process-search.ts'

test('an address without parameters asks for the first page by pid', () => {
  expect(parseProcessSearch(new URLSearchParams())).toEqual({ sort: 'pid', descending: false, offset: 0, limit: ROWS_PER_PAGE })
})

test('a generation counts only beside its module', () => {
  expect(parseProcessSearch(new URLSearchParams('generation=3')).generation).toBeUndefined()
  expect(parseProcessSearch(new URLSearchParams('module=session&generation=3'))).toMatchObject({ module: 'session', generation: 3 })
})

test('what cannot be read is left out', () => {
  const query = parseProcessSearch(new URLSearchParams('status=asleep&load=x&sort=rm&offset=-3&generation=abc&module=a'))
  expect(query).toEqual({ module: 'a', sort: 'pid', descending: false, offset: 0, limit: ROWS_PER_PAGE })
})

test('a filter goes back to the first page, a page keeps the filter', () => {
  const params = new URLSearchParams('search=notes&offset=200')
  expect(changeProcessSearch(params, { status: 'waiting' }).toString()).toBe('search=notes&status=waiting')
  expect(changeProcessSearch(params, { offset: '300' }).toString()).toBe('search=notes&offset=300')
})

test('taking the module away takes its generation along', () => {
  expect(changeProcessSearch(new URLSearchParams('module=session&generation=3'), { module: null }).toString()).toBe('')
})
