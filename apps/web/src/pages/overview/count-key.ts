import type { ProcessFilter } from '@strata/runtime'

/** Names a filter among the totals of a situation. */
export function countKey(filter: ProcessFilter): string {
  return JSON.stringify(filter)
}
