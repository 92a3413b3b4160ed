import { styleText } from 'node:util'
import type { ClientFault } from '@strata/server'
import { escapeText } from './escape-text.ts'
import { countOf } from './format-figures.ts'

type Diagnostic = Extract<ClientFault, { code: 'invalid_source' }>['diagnostics'][number]

/**
 * Findings as a compiler prints them, those of the loaded generations that the set would disturb apart, and how many there are. Each line is
 * harmless in a terminal.
 */
export function diagnosticText(diagnostics: readonly Diagnostic[], useColor = false): string {
  const own = diagnostics.filter(({ within }) => within === undefined)
  const others = Map.groupBy(
    diagnostics.filter(({ within }) => within !== undefined),
    ({ within }) => `${within?.module}@${within?.number}`,
  )
  return [
    ...own.flatMap((one) => lines(one, '', useColor)),
    ...[...others].flatMap(([generation, found]) => [
      `in ${escapeText(generation)}, ${heldBy(found[0]?.within)}:`,
      ...found.flatMap((one) => lines(one, '  ', useColor)),
    ]),
  ].join('\n')
}

/** `1 error, 3 warnings`; `nothing found`. */
export function countFindings(diagnostics: readonly Diagnostic[]): string {
  const told = diagnostics.filter(({ code }) => code !== 'more')
  const errors = told.filter(({ severity }) => severity === 'error').length
  const counts = [
    ...(errors === 0 ? [] : [countOf(errors, 'error')]),
    ...(told.length === errors ? [] : [countOf(told.length - errors, 'warning')]),
    ...diagnostics.filter(({ code }) => code === 'more').map(({ message }) => escapeText(message)),
  ]
  return counts.length === 0 ? 'nothing found' : counts.join(', ')
}

function lines({ code, severity, file, line, column, message, hint }: Diagnostic, indent: string, useColor: boolean): string[] {
  if (code === 'more') return [`${indent}${escapeText(message)}`]
  const place = `${escapeText(file)}${line === 0 ? '' : `:${line}:${column}`}`
  const word = useColor ? styleText(severity === 'error' ? 'red' : 'yellow', severity, { validateStream: false }) : severity
  return [
    `${indent}${place}: ${word}: ${escapeText(message)} [${code}]`,
    ...(hint === undefined ? [] : [`${indent}    ${escapeText(hint)}`]),
  ]
}

function heldBy(within: Diagnostic['within']): string {
  if (within === undefined || within.status === 'current') return 'which is current'
  return `which ${within.pins === 1 ? '1 process still holds' : `${within.pins} processes still hold`}`
}
