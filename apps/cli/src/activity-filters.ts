import { textOption } from './read-arguments.ts'
import { UsageError } from './usage-error.ts'
import type { Call } from './verb.ts'

/** What a verb that reads the trail can be narrowed by. */
export const FILTER_OPTIONS = {
  module: { type: 'string' },
  actor: { type: 'string' },
  type: { type: 'string' },
  since: { type: 'string' },
  until: { type: 'string' },
} as const

/** The chosen ones, as the server takes them. */
export function activityFilters(call: Call) {
  const type = textOption(call, 'type')
  return {
    ...text(call, 'module'),
    ...text(call, 'actor'),
    ...(type === undefined ? {} : { types: type.split(',') }),
    ...instant(call, 'since'),
    ...instant(call, 'until'),
  }
}

function text<Name extends string>(call: Call, name: Name): { [N in Name]?: string } {
  const value = textOption(call, name)
  return (value === undefined ? {} : { [name]: value }) as { [N in Name]?: string }
}

function instant<Name extends 'since' | 'until'>(call: Call, name: Name): { [N in Name]?: string } {
  const value = textOption(call, name)
  if (value === undefined) return {}
  const at = new Date(value)
  if (Number.isNaN(at.getTime())) throw new UsageError(`--${name} takes a time such as 2026-11-22T03:00Z, not ${value}`)
  return { [name]: at.toISOString() } as { [N in Name]?: string }
}
