import type { KillPlan } from '../../code/plans.ts'
import type { KillOutcome } from '../../engine.ts'
import { refuse } from '../../errors.ts'
import type { By } from '../../events.ts'
import { schedulerOf, type Pid } from '../../ids.ts'
import type { Victim } from '../../inspect/views.ts'
import { isAimedAt } from '../../victim-cause.ts'
import { CUT_AFTER_MS, cutting, cutUntilOver } from './cutting.ts'
import { decideVictims } from '../../code/purge-plan.ts'
import { isLost, ownersOf, ownOf } from '../fleet/fleet.ts'
import { gatherVictims } from './gather-victims.ts'
import type { EndAnswer, SchedulerVerbs } from '../protocol.ts'
import { VIEW_WAIT_MS, type RuntimeParts } from '../runtime-parts.ts'
import type { SchedulerLink } from '../fleet/scheduler-link.ts'
import { LATE, within } from '../fleet/within.ts'

type KillAnswer = SchedulerVerbs['kill']['answer']

/** Modules that a plan's processes are in. */
export function modulesOf(processes: readonly { readonly module: string | null }[]): readonly string[] {
  return [...new Set(processes.flatMap(({ module }) => module ?? []))]
}

export async function planKill(parts: RuntimeParts, pids: readonly Pid[]): Promise<KillPlan> {
  const { victims, follows } = await gatherVictims(parts.fleet.links(), [], pids, VIEW_WAIT_MS)
  const found = new Set(victims.map(({ pid }) => pid))
  const [first] = pids
  if (first !== undefined && pids.every((pid) => !found.has(pid))) refuse({ code: 'unknown_pid', pid: first })
  return { verb: 'kill', victims, follows }
}

/** Ends exactly the plan's processes, each on its scheduler. */
export async function killAll(
  parts: RuntimeParts,
  plan: KillPlan,
  by: By,
): Promise<{ outcomes: KillOutcome[]; alsoEnded: readonly Pid[] }> {
  const chosen = plan.victims.filter(({ because }) => isAimedAt(because)).map(({ pid }) => pid)
  const concerned = ownersOf(parts.fleet.links(), chosen)
  const fallen = concerned.length > 1 || reachesAcross(plan.victims) ? await requirePlanned(parts, plan, chosen) : []
  const answers = await Promise.all(
    concerned.map(async (link) => {
      const own = ownOf(chosen, link.id)
      return { own, answer: await askKill(parts, link, own, by, plan.victims) }
    }),
  )
  const ended = answers.flatMap(({ answer }) => (answer !== 'pending' && answer.status === 'ended' ? [answer] : []))
  const killed = ended.flatMap((answer) => answer.killed)
  const alsoEnded = [...new Set([...ended.flatMap((answer) => answer.alsoEnded), ...(killed.length > 0 ? fallen : [])])]
  for (const { answer } of answers)
    if (answer !== 'pending' && answer.status === 'changed')
      return refuseChanged(parts, { ...answer, killed: [...killed, ...alsoEnded] }, by)
  const pending = answers.flatMap(({ own, answer }) => (answer === 'pending' ? own : []))
  const statusOf = (pid: Pid): KillOutcome['status'] => (killed.includes(pid) ? 'killed' : pending.includes(pid) ? 'pending' : 'not_found')
  const outcomes = chosen.map((pid) => ({ pid, status: statusOf(pid) }))
  const notFound = outcomes.filter(({ status }) => status === 'not_found').map(({ pid }) => pid)
  parts.emit({ type: 'killed', pids: [...killed, ...alsoEnded], pending, notFound, modules: modulesOf(plan.victims), by })
  return { outcomes, alsoEnded }
}

export async function killOne(parts: RuntimeParts, pid: Pid, by: By): Promise<KillOutcome> {
  const link = parts.fleet.links().find(({ id }) => id === schedulerOf(pid))
  const elsewhere = link === undefined ? [] : await fallingElsewhere(parts, pid)
  const answer = link === undefined ? ({ status: 'not_found' } as const) : await askKill(parts, link, [pid], by, null)
  if (answer !== 'pending' && answer.status === 'ended') {
    const { modules = [], alsoEnded } = answer
    parts.emit({ type: 'killed', pids: [...new Set([pid, ...alsoEnded, ...elsewhere])], pending: [], notFound: [], modules, by })
    return { pid, status: 'killed' }
  }
  const status = answer === 'pending' ? 'pending' : 'not_found'
  parts.emit({ type: 'killed', pids: [], pending: status === 'pending' ? [pid] : [], notFound: status === 'not_found' ? [pid] : [], by })
  return { pid, status }
}

/** KILL1: a process was killed from another scheduler. One that has not come to the end of its turn by then has it cut. */
export function hurryKill(parts: RuntimeParts, pid: Pid): void {
  parts.clock.schedule(CUT_AFTER_MS, () => {
    const link = parts.fleet.links().find(({ id }) => id === schedulerOf(pid))
    if (link !== undefined) void cutUntilOver(parts, link, [pid]).catch(() => {})
  })
}

/** PLAN1, where somebody was ended on one scheduler before another found the difference: both are told. */
export function refuseChanged(parts: RuntimeParts, { changes, killed = [] }: Extract<EndAnswer, { status: 'changed' }>, by: By): never {
  if (killed.length > 0) parts.emit({ type: 'killed', pids: killed, pending: [], notFound: [], by })
  return refuse({ code: 'changed_meanwhile', changes })
}

function reachesAcross(victims: readonly Victim[]): boolean {
  return victims.some(({ pid, links }) => links.some((other) => schedulerOf(other) !== schedulerOf(pid)))
}

/** Holds the plan against what is true on all schedulers; returns who falls by links. */
async function requirePlanned(parts: RuntimeParts, plan: KillPlan, chosen: readonly Pid[]): Promise<readonly Pid[]> {
  const { victims: actual } = await gatherVictims(parts.fleet.links(), [], chosen, VIEW_WAIT_MS)
  const decision = decideVictims(plan.victims, actual)
  return decision.status === 'changed' ? refuse({ code: 'changed_meanwhile', changes: decision.changes }) : decision.fall
}

/** Who falls by links on other schedulers; a process whose scheduler cannot say at once is ended without knowing. */
async function fallingElsewhere(parts: RuntimeParts, pid: Pid): Promise<readonly Pid[]> {
  const links = parts.fleet.links()
  if (links.length === 1) return []
  const found = await within(parts.clock, gatherVictims(links, [], [pid], CUT_AFTER_MS), CUT_AFTER_MS).catch(() => LATE)
  return found === LATE || typeof found === 'symbol' ? [] : found.victims.map((victim) => victim.pid).filter((other) => other !== pid)
}

async function askKill(
  parts: RuntimeParts,
  link: SchedulerLink,
  pids: readonly Pid[],
  by: By,
  planned: readonly Victim[] | null,
): Promise<KillAnswer | 'pending'> {
  const asked = link.ask('kill', { pids, reason: by.reason, by: 'operator', planned }, Number.POSITIVE_INFINITY)
  const answer = await cutting(parts, link, pids, asked)
  if (answer !== LATE) return answer
  void tellLate(parts, asked, pids, by)
  return 'pending'
}

/** A kill that was `pending` is answered when the native call returns, or by the end of its scheduler. */
async function tellLate(parts: RuntimeParts, asked: Promise<KillAnswer>, pids: readonly Pid[], by: By): Promise<void> {
  const answer = await asked.catch((error: unknown): KillAnswer => {
    if (!isLost(error)) throw error
    return { status: 'ended', killed: pids, alsoEnded: [], skipped: [] }
  })
  const ended = answer.status === 'ended' ? [...answer.killed, ...answer.alsoEnded] : []
  parts.emit({ type: 'killed', pids: ended, pending: [], notFound: pids.filter((pid) => !ended.includes(pid)), by })
}
