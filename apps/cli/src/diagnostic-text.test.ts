import { expect, test } from 'vitest'
import { countFindings, diagnosticText } from './diagnostic-text.ts'

type Found = Parameters<typeof diagnosticText>[0][number]

const OWN: Found = { code: 'type_error', severity: 'error', file: 'a.ts', line: 2, column: 5, message: 'no\u001b[31m', hint: 'do\nthis' }
const OLD: Found = {
  code: 'removed_export',
  severity: 'warning',
  file: 'b.ts',
  line: 7,
  column: 1,
  message: 'gone',
  within: { module: 'b', number: 2, status: 'pinned', pins: 3 },
}
const MORE: Found = { code: 'more', severity: 'warning', file: 'a.ts', line: 0, column: 1, message: 'and 4,800 more' }

test('DIAG7 findings read like a compiler’s, old generations’ apart, and nothing from outside reaches the terminal raw', () => {
  expect(diagnosticText([OWN, OLD, { ...OLD, within: { module: 'c', number: 1, status: 'current', pins: 0 } }, MORE])).toBe(
    [
      'a.ts:2:5: error: no\\u001b[31m [type_error]',
      '    do\\nthis',
      'and 4,800 more',
      'in b@2, which 3 processes still hold:',
      '  b.ts:7:1: warning: gone [removed_export]',
      'in c@1, which is current:',
      '  b.ts:7:1: warning: gone [removed_export]',
    ].join('\n'),
  )
  expect(diagnosticText([{ ...OWN, line: 0, hint: undefined as never }], true)).toContain('a.ts: \u001b[31merror\u001b[39m: ')
})

test('DIAG7 they are counted', () => {
  expect([[], [OWN], [OLD, OLD], [OWN, OLD, MORE]].map(countFindings)).toEqual([
    'nothing found',
    '1 error',
    '2 warnings',
    '1 error, 1 warning, and 4,800 more',
  ])
})
