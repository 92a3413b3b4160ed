import type { DiagnosedGeneration, Diagnostic } from '@strata/runtime'

export type FindingGroup =
  | { readonly kind: 'errors' | 'warnings'; readonly findings: readonly Diagnostic[] }
  | { readonly kind: 'generation'; readonly within: DiagnosedGeneration; readonly findings: readonly Diagnostic[] }

/** Errors, warnings, then what each loaded generation would lose. */
export function groupFindings(diagnostics: readonly Diagnostic[]): readonly FindingGroup[] {
  const own = diagnostics.filter(({ within }) => within === undefined)
  const groups: FindingGroup[] = []
  for (const [kind, severity] of [
    ['errors', 'error'],
    ['warnings', 'warning'],
  ] as const) {
    const findings = own.filter((one) => one.severity === severity)
    if (findings.length > 0) groups.push({ kind, findings })
  }
  const generations = new Map<string, { within: DiagnosedGeneration; findings: Diagnostic[] }>()
  for (const one of diagnostics) {
    if (one.within === undefined) continue
    const name = `${one.within.module}@${one.within.number}`
    const known = generations.get(name)
    if (known === undefined) generations.set(name, { within: one.within, findings: [one] })
    else known.findings.push(one)
  }
  return [...groups, ...[...generations.values()].map((group) => ({ kind: 'generation' as const, ...group }))]
}

/** `1 error and 2 warnings`. */
export function countFindings(diagnostics: readonly Diagnostic[]): string {
  const told = diagnostics.filter(({ code }) => code !== 'more')
  const errors = told.filter(({ severity }) => severity === 'error').length
  const warnings = told.length - errors
  const counts = [
    errors > 0 && `${errors} ${errors === 1 ? 'error' : 'errors'}`,
    warnings > 0 && `${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`,
    ...diagnostics.filter(({ code }) => code === 'more').map(({ message }) => message.replace(/^and /, '')),
  ].filter((part) => part !== false)
  return counts.length < 2 ? counts.join('') : `${counts.slice(0, -1).join(', ')} and ${counts.at(-1)}`
}
