import type { ResumePlan, SuspendPlan } from '../../code/plans.ts'
import type { ResumeOutcome, SuspendOutcome, Targets } from '../../engine.ts'
import { refuse } from '../../errors.ts'
import type { By } from '../../events.ts'
import type { Pid } from '../../ids.ts'
import type { Victim } from '../../inspect/views.ts'
import { isAimedAt } from '../../victim-cause.ts'
import { askOwn, ownOf } from '../fleet/fleet.ts'
import { gatherVictims } from './gather-victims.ts'
import { STAGE_WAIT_MS, VIEW_WAIT_MS, type RuntimeParts } from '../runtime-parts.ts'
import { LATE, within } from '../fleet/within.ts'

/** A process is suspended between two turns: one that is in a longer turn by then is `pending`. */
const PENDING_AFTER_MS = 1_000

/** Those that an act on processes names: all that pin a generation, or these pids. Refused when none of the pids lives. */
export async function findTargets(parts: RuntimeParts, targets: Targets): Promise<readonly Victim[]> {
  const generations = 'pids' in targets ? [] : [{ module: targets.module, number: loadedNumber(parts, targets) }]
  const pids = 'pids' in targets ? targets.pids : []
  const found = (await gatherVictims(parts.fleet.links(), generations, pids, VIEW_WAIT_MS)).victims.filter(({ because }) =>
    isAimedAt(because),
  )
  if ('pids' in targets && found.length === 0) refuse({ code: 'unknown_pid', pid: targets.pids[0] ?? '' })
  return found
}

function loadedNumber(parts: RuntimeParts, { module, generation }: { module: string; generation: number }): number {
  const { status, number } = parts.code.get(module, generation)
  return status === 'purged' ? refuse({ code: 'unknown_generation', module, number }) : number
}

export async function planSuspend(parts: RuntimeParts, targets: Targets): Promise<SuspendPlan> {
  return { verb: 'suspend', targets: await findTargets(parts, targets) }
}

export async function planResume(parts: RuntimeParts, targets: Targets): Promise<ResumePlan> {
  return { verb: 'resume', targets: await findTargets(parts, targets) }
}

export function pidsOf({ targets }: SuspendPlan | ResumePlan): readonly Pid[] {
  return targets.map(({ pid }) => pid)
}

/** SUSP1. What cannot be done between two turns by now is `pending`, and told when it is done. */
export async function suspendAll(parts: RuntimeParts, pids: readonly Pid[], by: By): Promise<readonly SuspendOutcome[]> {
  const statuses = new Map<Pid, SuspendOutcome['status']>()
  const modules = new Set<string>()
  await Promise.all(
    parts.fleet.links().map(async (link) => {
      const own = ownOf(pids, link.id)
      if (own.length === 0) return
      const asked = link.ask('suspend', { pids: own }, Number.POSITIVE_INFINITY)
      const answer = await within(parts.clock, asked, PENDING_AFTER_MS)
      if (answer === LATE) {
        void asked.then(
          (late) => tellSuspended(parts, own, late.statuses, late.modules, by),
          () => {},
        )
        for (const pid of own) statuses.set(pid, 'pending')
        return
      }
      for (const [at, pid] of own.entries()) statuses.set(pid, answer.statuses[at] ?? 'not_found')
      for (const module of answer.modules) modules.add(module)
    }),
  )
  const all = pids.map((pid) => ({ pid, status: statuses.get(pid) ?? ('not_found' as const) }))
  tellSuspended(
    parts,
    pids,
    all.map(({ status }) => status),
    [...modules],
    by,
  )
  return all
}

function tellSuspended(
  parts: RuntimeParts,
  pids: readonly Pid[],
  statuses: readonly SuspendOutcome['status'][],
  modules: readonly string[],
  by: By,
): void {
  const suspended = pids.filter((_, at) => statuses[at] === 'suspended')
  if (suspended.length > 0) parts.emit({ type: 'suspended', pids: suspended, modules, by })
}

export async function resumeAll(parts: RuntimeParts, pids: readonly Pid[], by: By): Promise<readonly ResumeOutcome[]> {
  const answers = await askOwn(parts.fleet.links(), 'resume', pids, (own) => ({ pids: own }), STAGE_WAIT_MS)
  const statuses = new Map(answers.flatMap(({ own, answer }) => own.map((pid, at) => [pid, answer.statuses[at] ?? 'not_found'] as const)))
  const resumed = pids.filter((pid) => statuses.get(pid) === 'resumed')
  const modules = [...new Set(answers.flatMap(({ answer }) => answer.modules))]
  if (resumed.length > 0) parts.emit({ type: 'resumed', pids: resumed, modules, by })
  return pids.map((pid) => ({ pid, status: statuses.get(pid) ?? 'not_found' }))
}
