import type { Supervision } from '../behaviours/supervision.ts'
import type { SupervisedChild } from '../behaviours/supervised-child.ts'
import { schedulerOf, type Pid } from '../ids.ts'
import type { Process } from '../process/process.ts'
import type { Core } from '../scheduler/core.ts'
import type { Scheduler } from '../scheduler/scheduler.ts'
import { isoTime } from './process-pins.ts'
import { supervisionOf, supervisorOf, supervisorPidOf } from './supervision.ts'
import type { SupervisorPlace } from './supervisor-order.ts'
import type { SupervisedView, SupervisorOfView, SupervisorView } from './views.ts'

/** Without its place among those of all schedulers. */
export type SupervisorHere = Omit<SupervisorView, 'supervisor' | 'depth'>

/** Children of one supervisor that are written out; the rest is counted. */
const CHILDREN_SHOWN_MAX = 100

/** The supervisors of one scheduler, those below one in the order in which it starts them. */
export function placeSupervisors({ core }: Scheduler): SupervisorPlace[] {
  const places: SupervisorPlace[] = []
  const visit = (process: Process): void => {
    places.push({ pid: process.pid, above: supervisorPidOf(core, process) })
    for (const { pid } of supervisionOf(process)?.children ?? []) {
      const child = pid === null ? undefined : core.processes.get(pid)
      if (child !== undefined && supervisionOf(child) !== null) visit(child)
    }
  }
  for (const process of core.supervisors) if (supervisionOf(process) !== null && supervisorOf(core, process) === null) visit(process)
  return places
}

/** Those of them that are still there. */
export function viewSupervisors({ core }: Scheduler, pids: readonly Pid[]): SupervisorHere[] {
  return pids.flatMap((pid) => {
    const process = core.processes.get(pid)
    const supervision = process === undefined ? null : supervisionOf(process)
    return process === undefined || supervision === null ? [] : [viewSupervisor(core, process, supervision)]
  })
}

/** The place of a process, wherever it is, under a supervisor of this scheduler; `null` where it has none. */
export function viewPlaceUnder({ core }: Scheduler, supervisor: Pid, pid: Pid): SupervisorOfView | null {
  const process = core.processes.get(supervisor)
  const child = process === undefined ? undefined : supervisionOf(process)?.byPid.get(pid)
  return process === undefined || child === undefined ? null : placeUnder(process, child)
}

/** The supervisor that a process is a child of; `null` where it is nobody's, or one's on another scheduler. */
export function viewSupervisorOf(core: Core, process: Process): SupervisorOfView | null {
  const found = supervisorOf(core, process)
  return found === null ? null : placeUnder(found.supervisor, found.child)
}

function placeUnder(supervisor: Process, child: SupervisedChild): SupervisorOfView {
  return { pid: supervisor.pid, name: supervisor.name, child: child.id, restart: child.restart, restarts: child.restarts }
}

function viewSupervisor(core: Core, process: Process, supervision: Supervision): SupervisorHere {
  const { strategy, intensity, periodMs, autoShutdown, restarts, restartsInAll, byId } = supervision
  const nowMs = core.options.clock.monotonicMs()
  const counting = restarts.filter((at) => nowMs - at <= periodMs)
  const children: SupervisedView[] = []
  for (const child of supervision.children) {
    if (children.length === CHILDREN_SHOWN_MAX) break
    children.push(viewChild(core, child))
  }
  return {
    pid: process.pid,
    name: process.name,
    module: supervision.module,
    startedAt: isoTime(core, process.startedAt),
    strategy,
    intensity,
    periodMs,
    autoShutdown,
    restartsLeft: Math.max(0, intensity - counting.length),
    restarts: restartsInAll,
    childCount: byId.size,
    children,
  }
}

function viewChild(core: Core, child: SupervisedChild): SupervisedView {
  const { id, pid, status, restart, restarts, significant, start } = child
  const process = pid === null ? undefined : core.processes.get(pid as Pid)
  const isAway = pid !== null && schedulerOf(pid) !== core.options.id
  return {
    id,
    pid,
    name: isAway ? (start.name ?? null) : (process?.name ?? null),
    status,
    kind: start.behaviour ?? process?.behaving?.kind ?? 'process',
    module: start.module,
    export: start.export ?? null,
    restart,
    significant,
    restarts,
  }
}
