import type { MoveCandidate } from '../inspect/move-candidates.ts'
import type { Victim } from '../inspect/views.ts'
import type { MoveObstacle, MoveTarget } from './plans.ts'

/** What a generation offers to those who move: as far as a decision needs it. */
export interface MoveGround {
  current(module: string): number | null
  /** Whether the generation is loaded and exports that. */
  has(module: string, number: number, exported: string): boolean
}

/**
 * How each candidate would move to generation `to`, or to current: a behaviour by `codeChange` of that generation, a supervisor by its `init`; a raw loop, which holds its state where
 * nobody can see it, by its own generation's `upgrade` message, and to current only.
 */
export function planMoveOf(ground: MoveGround, candidate: MoveCandidate, to: number | null): MoveTarget {
  const { behaviour, isSuspended, ...victim } = candidate
  if (behaviour !== null && behaviour.module === null) return cannot(victim, null, null, null, 'no_module')
  const module = behaviour?.module ?? victim.module
  const from = behaviour === null ? victim.generation : behaviour.stateGeneration
  if (module === null || from === null) return cannot(victim, null, null, null, 'not_started')
  const current = ground.current(module)
  const number = to ?? current
  if (number === null) return cannot(victim, module, from, null, 'nothing_current')
  if (isSuspended) return cannot(victim, module, from, number, 'suspended')
  if (behaviour === null) {
    if (from === number) return cannot(victim, module, from, number, 'already_there')
    if (number !== current) return cannot(victim, module, from, number, 'loop_to_current_only')
    if (!ground.has(module, from, 'upgrade')) return cannot(victim, module, from, number, 'no_upgrade')
    return { ...victim, target: module, from, to: number, how: 'upgrade', obstacle: null }
  }
  // One that keeps an older generation by a former move goes back to following current.
  if (from === number && (behaviour.home ?? number) === number) return cannot(victim, module, from, number, 'already_there')
  // A supervisor has no state of its module's but the spec (S19).
  const how = behaviour.kind === 'supervisor' ? 'init' : 'code_change'
  if (!ground.has(module, number, how === 'init' ? 'init' : 'codeChange'))
    return cannot(victim, module, from, number, how === 'init' ? 'no_init' : 'no_code_change')
  return { ...victim, target: module, from, to: number, how, obstacle: null }
}

function cannot(victim: Victim, target: string | null, from: number | null, to: number | null, obstacle: MoveObstacle): MoveTarget {
  return { ...victim, target, from, to, how: 'cannot', obstacle }
}
