import { decideVictims } from '../../code/purge-plan.ts'
import type { ExitPlan, PlanChange } from '../../code/plans.ts'
import type { ExitOutcome } from '../../engine.ts'
import { refuse } from '../../errors.ts'
import type { By } from '../../events.ts'
import type { Pid } from '../../ids.ts'
import type { Victim } from '../../inspect/views.ts'
import { askOwn } from '../fleet/fleet.ts'
import { gatherExitVictims } from './gather-victims.ts'
import { STAGE_WAIT_MS, VIEW_WAIT_MS, type RuntimeParts } from '../runtime-parts.ts'

/** `finally` blocks have a second in all (KILL3); who ends by then is told as ended. */
const END_WAIT_MS = 1_500
const END_LOOK_MS = 20
const EXIT_REASON_LENGTH_MAX = 1_000

export async function planExit(parts: RuntimeParts, pids: readonly Pid[], reason: string): Promise<ExitPlan> {
  requireReason(reason)
  const { victims, trapping, follows } = await gatherExitVictims(parts.fleet.links(), pids, reason, VIEW_WAIT_MS)
  const [first] = pids
  if (victims.length === 0) refuse({ code: 'unknown_pid', pid: first ?? '' })
  return { verb: 'exit', exitReason: reason, victims, trapping, follows }
}

/** EXIT3: sends exactly the plan's processes an exit signal. */
export function exitAll(parts: RuntimeParts, { victims, exitReason }: ExitPlan, by: By): Promise<readonly ExitOutcome[]> {
  const chosen = victims.filter(({ because }) => because === 'chosen').map(({ pid }) => pid)
  return signal(parts, chosen, exitReason, victims, by)
}

export async function exitOne(parts: RuntimeParts, pid: Pid, reason: string, by: By): Promise<ExitOutcome> {
  const [outcome] = await signal(parts, [pid], reason, null, by)
  return outcome ?? { pid, status: 'not_found' }
}

async function signal(
  parts: RuntimeParts,
  pids: readonly Pid[],
  reason: string,
  planned: readonly Victim[] | null,
  by: By,
): Promise<readonly ExitOutcome[]> {
  requireReason(reason)
  const links = parts.fleet.links()
  if (planned !== null && links.length > 1) {
    const decision = decideVictims(planned, (await gatherExitVictims(links, pids, reason, VIEW_WAIT_MS)).victims)
    if (decision.status === 'changed') return refuse({ code: 'changed_meanwhile', changes: decision.changes })
  }
  const answers = await askOwn(links, 'exit', pids, (own) => ({ pids: own, reason, planned }), STAGE_WAIT_MS)
  const outcomes = new Map<Pid, ExitOutcome['status']>()
  const modules = new Set<string>()
  const changes: PlanChange[] = []
  for (const { own, answer } of answers) {
    if (answer.status === 'changed') changes.push(...answer.changes)
    else {
      for (const [at, pid] of own.entries()) outcomes.set(pid, answer.outcomes[at] ?? 'not_found')
      for (const module of answer.modules) modules.add(module)
    }
  }
  // With nothing sent it is refused; what a scheduler found in the moment after all were asked concerns its own processes, which got no signal.
  if (changes.length > 0 && outcomes.size === 0) return refuse({ code: 'changed_meanwhile', changes })
  const statuses = new Map<Pid, ExitOutcome['status']>(pids.map((pid) => [pid, outcomes.get(pid) ?? 'not_found']))
  const pidsWith = (status: ExitOutcome['status']): Pid[] => pids.filter((pid) => statuses.get(pid) === status)
  const deadline = parts.clock.monotonicMs() + END_WAIT_MS
  for (let left = pidsWith('exiting'); left.length > 0; left = pidsWith('exiting')) {
    for (const { answer } of await askOwn(links, 'whereabouts', left, (own) => ({ pids: own }), VIEW_WAIT_MS))
      for (const { pid, alive } of answer) if (!alive) statuses.set(pid, 'ended')
    if (pidsWith('exiting').length === 0 || parts.clock.monotonicMs() >= deadline) break
    await new Promise<void>((resolve) => parts.clock.schedule(END_LOOK_MS, resolve))
  }
  parts.emit({
    type: 'exit_sent',
    exitReason: reason,
    ended: pidsWith('ended'),
    exiting: pidsWith('exiting'),
    trapped: pidsWith('trapped'),
    ignored: pidsWith('ignored'),
    modules: [...modules],
    by,
  })
  return pids.map((pid) => ({ pid, status: statuses.get(pid) ?? 'not_found' }))
}

/** `kill` is what nobody can trap: a verb of its own, with its own plan. */
function requireReason(reason: string): void {
  if (reason === '' || reason === 'kill' || reason.length > EXIT_REASON_LENGTH_MAX)
    refuse({
      code: 'invalid_reason',
      why: reason === 'kill' ? 'kill' : reason === '' ? 'empty' : 'too_long',
      limit: EXIT_REASON_LENGTH_MAX,
    })
}
