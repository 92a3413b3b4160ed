import type { Core } from './core.ts'
import { exportedMessage } from './innermost.ts'

/** Of one module; what is more is no list of names. */
const MARKS_MAX = 50
const MARK_LENGTH_MAX = 100

/**
 * Names under which nothing is shown (PREV3): those of the system's configuration, and what loaded modules mark by `export const redact`. Marks count for all, for a
 * message is seen at both of its ends.
 */
export function markedNames(core: Core): readonly string[] {
  const names = new Set(core.options.redact ?? [])
  for (const instance of core.options.code.instances()) {
    const marks = exportedMessage(instance, 'redact')
    if (!Array.isArray(marks) || marks.length > MARKS_MAX) continue
    for (const mark of marks) if (typeof mark === 'string' && mark !== '' && mark.length <= MARK_LENGTH_MAX) names.add(mark)
  }
  return [...names]
}
