import type { Pid } from '../../ids.ts'
import { STAGE_WAIT_MS, type RuntimeParts } from '../runtime-parts.ts'
import type { SchedulerLink } from '../fleet/scheduler-link.ts'
import { LATE, within } from '../fleet/within.ts'

/** An act that waits so long for the turn of a process that it ends has that turn cut (KILL1). */
export const CUT_AFTER_MS = 100
/** A kill that nothing can hurry is `pending` after this: somebody else's turn, or a native call that no interrupt reaches (KILL4). */
const PENDING_AFTER_MS = 400
const OWN_CODE = "a turn that was to be cut stood in the runtime's own code each time"

/** The answer of an act that ends these processes; the turn of one of them that keeps it waiting is cut. `LATE`: it will come when it can. */
export async function cutting<T>(
  parts: RuntimeParts,
  scheduler: SchedulerLink,
  pids: readonly Pid[],
  answer: Promise<T>,
): Promise<T | typeof LATE> {
  const prompt = await within(parts.clock, answer, CUT_AFTER_MS)
  if (prompt !== LATE) return prompt
  const outcome = await scheduler.cut(pids)
  if (outcome === 'own_code')
    await parts.fleet.keeper(scheduler.id).restart({ actor: 'system', reason: OWN_CODE }, scheduler.holdState().pid)
  return within(parts.clock, answer, outcome === 'cut' ? STAGE_WAIT_MS : PENDING_AFTER_MS)
}
