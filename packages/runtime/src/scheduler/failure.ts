import type { ExitReason } from '../exit-reason.ts'
import { CallError } from './calls.ts'
import type { Core } from './core.ts'
import { withCallers } from './thrown.ts'

/** Longest text taken from a thrown value. */
const TEXT_MAX = 10_000

/** The exit reason of an exception. What was thrown is user data: reading it may throw, or run code; nothing of that leaves here. */
export function exitReasonOf(core: Core, error: unknown): ExitReason {
  if (error === core.registers.exit) {
    return { type: 'error', name: 'Error', message: 'code of another process was ended in this one', stack: '' }
  }
  try {
    if (typeof error !== 'object' || error === null) {
      const message = clip(plainText(error))
      const header = `Uncaught ${message}`
      const stack = withCallers(core, error, header)
      return { type: 'error', name: 'nocatch', message, stack: stack === header ? '' : clip(stack) }
    }
    const { code, module, export: name } = error as { code?: unknown; module?: unknown; export?: unknown }
    const stack = renderStack(core, error)
    if (code === 'undef' && typeof module === 'string' && typeof name === 'string')
      return { type: 'undef', module: clip(module), export: clip(name), stack }
    const { name: type, message } = error as { name?: unknown; message?: unknown }
    return {
      type: 'error',
      name: typeof type === 'string' && type !== '' ? clip(type) : 'Error',
      message: typeof message === 'string' ? clip(message) : clip(describeObject(error)),
      stack,
    }
  } catch {
    return { type: 'error', name: 'Error', message: 'an error that cannot be read', stack: '' }
  }
}

/** Errors that one error's text tells of beside it, causes of causes included. */
const RELATED_MAX = 8

/** Its own stack, then those of the errors that led to it, in which the place to mend often stands. */
function renderStack(core: Core, error: object): string {
  let text = ''
  try {
    text = stackOf(core, error)
    const told = new Set<unknown>([error])
    for (const known of told) {
      for (const [label, related] of relatedTo(known as object)) {
        if (told.has(related) || told.size > RELATED_MAX) continue
        if (typeof related !== 'object' || related === null) text += `\n${label} ${clip(plainText(related))}`
        else {
          text += `\n${label} ${stackOf(core, related)}`
          told.add(related)
        }
      }
    }
  } catch {
    // What cannot be read is not told.
  }
  return clip(text)
}

function stackOf(core: Core, error: object): string {
  return withCallers(core, error, core.options.code.renderStack(error))
}

function relatedTo(error: object): [label: string, related: unknown][] {
  const { cause, errors } = error as { cause?: unknown; errors?: unknown }
  const related: [string, unknown][] = cause === undefined || cause === null ? [] : [['Caused by', cause]]
  // Of a call: how the process ended that was to answer.
  if (error instanceof CallError && error.reason !== undefined && 'stack' in error.reason)
    related.push([`In ${error.pid}:`, error.reason.stack])
  if (error instanceof SuppressedError) related.push(['Suppressed', error.suppressed], ['Suppressed by', error.error])
  else if (error instanceof AggregateError && Array.isArray(errors))
    related.push(...errors.map((one, index): [string, unknown] => [`${index + 1} of ${errors.length}:`, one]))
  return related
}

function plainText(value: unknown): string {
  if (typeof value === 'symbol') return value.toString()
  return typeof value === 'function' ? `function ${value.name}` : String(value as bigint | boolean | number | string | null | undefined)
}

function describeObject(value: object): string {
  try {
    return JSON.stringify(value) ?? 'object'
  } catch {
    return 'object'
  }
}

function clip(text: string): string {
  return text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text
}
