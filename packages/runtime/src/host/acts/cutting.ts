import type { Pid } from '../../ids.ts'
import { STAGE_WAIT_MS, type RuntimeParts } from '../runtime-parts.ts'
import type { CutOutcome } from '../fleet/cut-turn.ts'
import type { SchedulerLink } from '../fleet/scheduler-link.ts'
import { LATE, within } from '../fleet/within.ts'

/** An act that waits so long for the turn of a process that it ends has that turn cut (KILL1). */
export const CUT_AFTER_MS = 100
/** A kill that nothing can hurry is `pending` after this: somebody else's turn, or a native call that no interrupt reaches (KILL4). */
const PENDING_AFTER_MS = 400
/** A thread that did not stand still may be on a busy machine, or come out of its native call into a loop: it is tried again, later and later. */
const AGAIN_MS = 1_000
const AGAIN_MS_MAX = 60_000
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
  const outcome = await cutOnce(parts, scheduler, pids)
  if (outcome === 'unreachable') void cutLater(parts, scheduler, pids).catch(() => {})
  const soon = await within(parts.clock, answer, outcome === 'cut' ? STAGE_WAIT_MS : PENDING_AFTER_MS)
  if (soon !== LATE || scheduler.holdState().kind !== 'free') return soon
  // Nobody holds it: it is the machine that is busy.
  return within(parts.clock, answer, STAGE_WAIT_MS)
}

/** Cuts the turn of one of these processes, however long it takes until its thread can be reached; over as soon as none of them has the turn. */
export async function cutUntilOver(parts: RuntimeParts, scheduler: SchedulerLink, pids: readonly Pid[]): Promise<void> {
  if ((await cutOnce(parts, scheduler, pids)) === 'unreachable') await cutLater(parts, scheduler, pids)
}

async function cutLater(parts: RuntimeParts, scheduler: SchedulerLink, pids: readonly Pid[]): Promise<void> {
  for (let againMs = AGAIN_MS; ; againMs = Math.min(againMs * 2, AGAIN_MS_MAX)) {
    await new Promise<void>((resolve) => parts.clock.schedule(againMs, resolve))
    if (!scheduler.isUp || (await cutOnce(parts, scheduler, pids)) !== 'unreachable') return
  }
}

async function cutOnce(parts: RuntimeParts, scheduler: SchedulerLink, pids: readonly Pid[]): Promise<CutOutcome> {
  const outcome = await scheduler.cut(pids)
  if (outcome === 'own_code')
    await parts.fleet.keeper(scheduler.id).restart({ actor: 'system', reason: OWN_CODE }, scheduler.holdState().pid)
  return outcome
}
