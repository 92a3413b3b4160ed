import { ProcessError } from '../process/process-error.ts'

/** Errors that one error's text tells of beside it, causes of causes included. */
const RELATED_MAX = 8
/** Longest text of them all. */
const TEXT_MAX = 16_000

/** The stack of an error, then those of the errors that led to it, in which the place to mend often stands. Nothing that reading them throws leaves here. */
export function tellError(error: object, stackOf: (error: object) => string): string {
  let text = ''
  try {
    text = stackOf(error)
    const told = new Set([error])
    for (const known of told) {
      for (const [label, related] of relatedTo(known)) {
        if (typeof related !== 'object' || related === null) text += `\n${label} ${plainText(related).slice(0, TEXT_MAX)}`
        else if (!told.has(related) && told.size <= RELATED_MAX) {
          text += `\n${label} ${stackOf(related)}`
          told.add(related)
        }
      }
    }
  } catch {
    // What cannot be read is not told.
  }
  return text.slice(0, TEXT_MAX)
}

function relatedTo(error: object): [label: string, related: unknown][] {
  const { cause, errors, reason } = error as { cause?: unknown; errors?: unknown; reason?: { stack?: unknown } }
  const related: [string, unknown][] = cause === undefined || cause === null ? [] : [['Caused by', cause]]
  // Of a call: how the process ended that was to answer.
  if (error instanceof ProcessError && 'pid' in error && typeof reason?.stack === 'string')
    related.push([`In ${error.pid as string}:`, reason.stack])
  if (error instanceof SuppressedError) related.push(['Suppressed', error.suppressed], ['Suppressed by', error.error])
  else if (error instanceof AggregateError && Array.isArray(errors))
    related.push(...errors.slice(0, RELATED_MAX).map((one, index): [string, unknown] => [`${index + 1} of ${errors.length}:`, one]))
  return related
}

/** Of what was thrown and is no object. */
export function plainText(value: unknown): string {
  if (typeof value === 'symbol') return value.toString()
  return typeof value === 'function' ? `function ${value.name}` : String(value as bigint | boolean | number | string | null | undefined)
}
