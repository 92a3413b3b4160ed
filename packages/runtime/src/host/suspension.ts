import type { ResumePlan, SuspendPlan } from '../code/plans.ts'
import type { ResumeOutcome, SuspendOutcome, Targets } from '../engine.ts'
import { refuse } from '../errors.ts'
import type { By } from '../events.ts'
import type { Pid } from '../ids.ts'
import type { Victim } from '../inspect/views.ts'
import { STAGE_WAIT_MS, VIEW_WAIT_MS, type RuntimeParts } from './runtime-parts.ts'
import { LATE, within } from './within.ts'

/** A process is suspended between two turns: one that is in a longer turn by then is `pending`. */
const PENDING_AFTER_MS = 1_000

/** Those that an act on processes names: all that pin a generation, or these pids. Refused when none of the pids lives. */
export async function findTargets(parts: RuntimeParts, targets: Targets): Promise<readonly Victim[]> {
  const chosen =
    'pids' in targets
      ? { generations: [], pids: targets.pids }
      : { generations: [{ module: targets.module, number: loadedNumber(parts, targets) }], pids: [] }
  const found = (await parts.scheduler().ask('victims', chosen, VIEW_WAIT_MS)).filter(({ because }) => because !== 'link')
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
  const asked = parts.scheduler().ask('suspend', { pids }, Number.POSITIVE_INFINITY)
  const answer = await within(parts.clock, asked, PENDING_AFTER_MS)
  if (answer === LATE) {
    void asked.then(
      (statuses) => tellSuspended(parts, pids, statuses, by),
      () => {},
    )
    return pids.map((pid) => ({ pid, status: 'pending' }))
  }
  tellSuspended(parts, pids, answer, by)
  return pids.map((pid, at) => ({ pid, status: answer[at] ?? 'not_found' }))
}

function tellSuspended(parts: RuntimeParts, pids: readonly Pid[], statuses: readonly SuspendOutcome['status'][], by: By): void {
  const suspended = pids.filter((_, at) => statuses[at] === 'suspended')
  if (suspended.length > 0) parts.emit({ type: 'suspended', pids: suspended, by })
}

export async function resumeAll(parts: RuntimeParts, pids: readonly Pid[], by: By): Promise<readonly ResumeOutcome[]> {
  const statuses = await parts.scheduler().ask('resume', { pids }, STAGE_WAIT_MS)
  const resumed = pids.filter((_, at) => statuses[at] === 'resumed')
  if (resumed.length > 0) parts.emit({ type: 'resumed', pids: resumed, by })
  return pids.map((pid, at) => ({ pid, status: statuses[at] ?? 'not_found' }))
}
