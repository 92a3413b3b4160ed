/** What a check can find, by its stable name. docs/diagnostics.md says why each matters and what the way out is. */
export type DiagnosticCode =
  | 'syntax'
  | 'unsupported'
  | 'unresolved_import'
  | 'missing_export'
  | 'not_loaded'
  | 'removed_export'
  | 'changed_export'
  | 'type_error'
  | 'types_unchecked'
  | 'endless_loop'
  | 'module_state'
  | 'versioned_instanceof'
  | 'versioned_extends'
  | 'private_members'
  | 'function_in_message'
  | 'unowned_callback'
  | 'unowned_timer'
  | 'floating_strand'
  | 'forwarder'
  | 'commonjs_name'
  | 'more'

/** One finding of a check. An error refuses the load. */
export interface Diagnostic {
  readonly code: DiagnosticCode
  readonly severity: 'error' | 'warning'
  /** Path below the system's folder, or the module's name when the source came without one. */
  readonly file: string
  /** 1-based; 0 when the whole file is meant. */
  readonly line: number
  /** 1-based. */
  readonly column: number
  readonly message: string
  /** What to do about it, as a sentence. */
  readonly hint?: string
  /** The loaded generation whose source this is about, when it is none of the set: what the candidate would do to it. */
  readonly within?: DiagnosedGeneration
}

export interface DiagnosedGeneration {
  readonly module: string
  readonly number: number
  /** `pinned`: it is old, or would be after the load, and processes hold it. */
  readonly status: 'current' | 'pinned'
  /** Processes that pin it. */
  readonly pins: number
}

const DIAGNOSTICS_MAX = 200
/** In characters. A message may quote a literal of a megabyte. */
const MESSAGE_MAX = 600
const HINT_MAX = 400

/** Errors first kept, then warnings, in their order; texts of bounded length. What is cut is counted in a last one, with `unseen` that were never here. */
export function boundDiagnostics(diagnostics: readonly Diagnostic[], unseen = 0): readonly Diagnostic[] {
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  const kept = new Set([...errors, ...diagnostics.filter(({ severity }) => severity !== 'error')].slice(0, DIAGNOSTICS_MAX))
  const bounded = diagnostics
    .filter((one) => kept.has(one))
    .map((one) => ({
      ...one,
      message: clip(one.message, MESSAGE_MAX),
      ...(one.hint === undefined ? {} : { hint: clip(one.hint, HINT_MAX) }),
    }))
  const first = diagnostics.find((one) => !kept.has(one)) ?? diagnostics.at(-1)
  const missing = diagnostics.length - kept.size + unseen
  if (first === undefined || missing === 0) return bounded
  const message = `and ${missing.toLocaleString('en')} more`
  return [...bounded, { code: 'more', severity: first.severity, file: first.file, line: 0, column: 1, message }]
}

function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`
}
