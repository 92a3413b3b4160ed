import { expect, test } from 'vitest'
import { diagnosticsOf, moduleOfFile } from './chosen-sources.ts'

test('an uploaded file gives its module the name, where that can be one', () => {
  expect(moduleOfFile('session.ts')).toBe('session')
  expect(moduleOfFile('billing/pricing.ts')).toBe('billing/pricing')
  expect(moduleOfFile('Session.ts')).toBeUndefined()
  expect(moduleOfFile('../session.ts')).toBeUndefined()
  expect(moduleOfFile('notes.md')).toBeUndefined()
})

test('in a set each source shows its own diagnostics', () => {
  const sources = [
    { module: 'a', text: '' },
    { module: 'b', text: '' },
  ]
  const diagnostic = { code: 'syntax', severity: 'error', file: 'b.ts', line: 1, column: 1, message: 'no' } as const
  expect(diagnosticsOf({ module: 'a', text: '' }, sources, [diagnostic])).toEqual([])
  expect(diagnosticsOf({ module: 'b', text: '' }, sources, [diagnostic])).toEqual([diagnostic])
})
