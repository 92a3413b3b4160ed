import type { Pid } from '../ids.ts'
import type { Victim } from '../inspect/views.ts'
import { isAimedAt } from '../victim-cause.ts'
import type { PlanChange } from './plans.ts'

export type VictimDecision =
  | { readonly status: 'changed'; readonly changes: readonly PlanChange[] }
  | { readonly status: 'execute'; readonly kill: readonly Pid[]; readonly fall: readonly Pid[]; readonly skipped: readonly Pid[] }

/**
 * PLAN1: holds what a plan named against what would be hit now. Who ended meanwhile is skipped; one process more, pinning or
 * falling with them by links, and nothing is done. A planned victim that no longer pins is left alone and counts as skipped.
 */
export function decideVictims(planned: readonly Victim[], actual: readonly Victim[]): VictimDecision {
  const known = new Set(planned.map(({ pid }) => pid))
  const changes = actual.filter(({ pid }) => !known.has(pid)).map((victim) => ({ type: 'one_more' as const, victim }))
  if (changes.length > 0) return { status: 'changed', changes }
  const now = new Set(actual.map(({ pid }) => pid))
  return {
    status: 'execute',
    kill: actual.filter(({ because }) => isAimedAt(because)).map(({ pid }) => pid),
    fall: actual.filter(({ because }) => !isAimedAt(because)).map(({ pid }) => pid),
    skipped: planned.filter(({ pid }) => !now.has(pid)).map(({ pid }) => pid),
  }
}
