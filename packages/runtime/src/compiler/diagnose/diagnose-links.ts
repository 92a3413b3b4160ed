import type { DiagnosedGeneration, Diagnostic, DiagnosticCode } from '../../diagnostic.ts'
import type { ExportInfo, ExportUse } from '../compiled.ts'
import { FLOATING_HINT, floatingMessage } from './floating-strand.ts'

/** What a module gives to others and takes from them. */
export interface Links {
  readonly exports: readonly Pick<ExportInfo, 'name' | 'kind'>[]
  readonly uses: readonly ExportUse[]
}

/** A module of the set that is to be loaded. */
export interface CandidateLinks extends Links {
  readonly module: string
  readonly file: string
}

/** A generation that stays in use when the set is loaded. */
export interface GenerationLinks extends Links, DiagnosedGeneration {
  readonly file: string
}

/** How many names a sentence lists. */
const NAMES_MAX = 8

interface Found {
  readonly code: DiagnosticCode
  readonly severity?: Diagnostic['severity']
  readonly message: string
  readonly hint: string
}

/** What the set's own imports name that does not exist: in the set, else in what is current. */
export function diagnoseOwnImports(set: readonly CandidateLinks[], current: ReadonlyMap<string, Links>): readonly Diagnostic[] {
  return set.flatMap(({ file, uses }) =>
    uses.flatMap((use) => {
      const member = set.find(({ module }) => module === use.module)
      const found = ownImport(use, member ?? current.get(use.module), member !== undefined)
      return found === undefined ? [] : [{ severity: 'warning' as const, ...found, file, line: use.line, column: use.column }]
    }),
  )
}

function ownImport(use: ExportUse, target: Links | undefined, inSet: boolean): Found | undefined {
  if (target === undefined) {
    return {
      code: 'not_loaded',
      message: `\`${use.module}\` is not loaded: ${use.how === 'spawned' ? 'this' : `\`${use.name}\``} raises \`undef\` until it is`,
      hint: `Load ${use.module}.ts in the same set, or before.`,
    }
  }
  const kind = target.exports.find(({ name }) => name === use.name)?.kind
  if (kind === undefined) {
    // Code asks a namespace whether there is such an export: JavaScript answers `undefined`.
    if ((!use.named && use.how === 'value') || isOpen(target)) return undefined
    return {
      code: 'missing_export',
      ...(inSet && use.named ? { severity: 'error' as const } : {}),
      message: `\`${use.module}\` has no export \`${use.name}\``,
      hint: inSet ? listed(use.module, target) : `It raises \`undef\` until a generation has it. ${listed(use.module, target)}`,
    }
  }
  return use.how === 'dropped' && kind === 'async'
    ? { code: 'floating_strand', message: floatingMessage(use.name), hint: FLOATING_HINT }
    : undefined
}

/** It has exports whose names are not known before it is instantiated. */
function isOpen({ exports }: Links): boolean {
  return exports.some(({ name }) => name === '*')
}

function listed(module: string, { exports }: Links): string {
  const names = exports.slice(0, NAMES_MAX).map(({ name }) => name)
  return `\`${module}\` exports ${names.length === 0 ? 'nothing' : names.join(', ')}${exports.length > names.length ? ', …' : ''}.`
}

/** What generations that stay in use would lose: exports that are current now, and are gone or something else in the set. */
export function diagnoseUsers(
  set: readonly CandidateLinks[],
  current: ReadonlyMap<string, Links>,
  users: readonly GenerationLinks[],
): readonly Diagnostic[] {
  return users.flatMap(({ file, uses, exports: _, ...within }) =>
    uses.flatMap((use) => {
      const before = current.get(use.module)?.exports.find(({ name }) => name === use.name)
      const candidate = set.find(({ module }) => module === use.module)
      if (before === undefined || candidate === undefined) return []
      const after = candidate.exports.find(({ name }) => name === use.name)
      if (after === undefined && isOpen(candidate)) return []
      const found = after === undefined ? removed(use, within) : changed(use, before.kind, after.kind, within)
      return found === undefined ? [] : [{ severity: 'warning' as const, ...found, file, line: use.line, column: use.column, within }]
    }),
  )
}

function removed(use: ExportUse, within: DiagnosedGeneration): Found {
  return {
    code: 'removed_export',
    message: `\`${use.module}\` no longer exports \`${use.name}\`: ${use.how === 'value' ? 'it is `undefined` here from now on' : 'this raises `undef` when it is reached'}`,
    hint: wayOut(within),
  }
}

/** What a use cannot bear. Whether an exported value can be called is only known when it runs. */
function changed(use: ExportUse, before: ExportInfo['kind'], after: ExportInfo['kind'], within: DiagnosedGeneration): Found | undefined {
  const called = use.how === 'awaited' || use.how === 'call' || use.how === 'dropped' || use.how === 'read'
  const was = before === 'async' || before === 'function'
  let why: string | undefined
  if (was && after === 'class' && (called || use.how === 'spawned')) why = 'is a class now, and cannot be called without `new`'
  else if (before === 'class' && after !== 'class' && after !== 'value' && use.how === 'new') why = 'is no class any more'
  else if (before === 'function' && after === 'async' && use.how === 'read') why = 'is async now, and this reads its promise'
  else if (before === 'function' && after === 'async' && use.how === 'dropped') why = 'is async now, and this does not wait for it'
  if (why === undefined) return undefined
  return { code: 'changed_export', message: `\`${use.name}\` of \`${use.module}\` ${why}`, hint: wayOut(within) }
}

/** How a user of an export is spared its change. */
export function wayOut({ module, number, status }: DiagnosedGeneration): string {
  return status === 'current'
    ? `Keep what it uses, or load \`${module}\` in the same set.`
    : `Keep what it uses until ${module}@${number} has drained, or move its processes first.`
}
