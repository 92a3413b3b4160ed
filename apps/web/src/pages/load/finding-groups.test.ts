import { expect, test } from 'vitest'
import type { Diagnostic } from '@strata/runtime'
import { countFindings, groupFindings } from './finding-groups.ts'

const finding = (code: Diagnostic['code'], severity: Diagnostic['severity'], pins?: number): Diagnostic => ({
  code,
  severity,
  file: 'a.ts',
  line: 1,
  column: 1,
  message: code === 'more' ? 'and 4,800 more' : 'no',
  ...(pins === undefined ? {} : { within: { module: 'a', number: pins, status: 'pinned', pins } }),
})

test('DIAG7 findings are grouped: errors, warnings, and each generation that is in use', () => {
  const groups = groupFindings([
    finding('module_state', 'warning'),
    finding('removed_export', 'warning', 2),
    finding('syntax', 'error'),
    finding('removed_export', 'warning', 3),
    finding('changed_export', 'warning', 2),
  ])
  expect(groups.map((group) => [group.kind === 'generation' ? group.within.number : group.kind, group.findings.length])).toEqual([
    ['errors', 1],
    ['warnings', 1],
    [2, 2],
    [3, 1],
  ])
})

test('DIAG7 findings are counted in words', () => {
  const [error, warning, more] = [finding('syntax', 'error'), finding('module_state', 'warning'), finding('more', 'warning')]
  expect([[error], [warning, warning], [error, warning], [error, warning, more]].map(countFindings)).toEqual([
    '1 error',
    '2 warnings',
    '1 error and 1 warning',
    '1 error, 1 warning and 4,800 more',
  ])
})
