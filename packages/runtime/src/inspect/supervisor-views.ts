import type { SupervisedChild } from '../behaviours/supervised-child.ts'
import type { Pid } from '../ids.ts'
import type { Process } from '../process/process.ts'
import type { Core } from '../scheduler/core.ts'
import type { Scheduler } from '../scheduler/scheduler.ts'
import { isoTime } from './process-pins.ts'
import { supervisionOf, supervisorOf } from './supervision.ts'
import type { SupervisedView, SupervisorOfView, SupervisorPage, SupervisorQuery, SupervisorView } from './views.ts'

/** Children of one supervisor that are written out; the rest is counted. */
const CHILDREN_SHOWN_MAX = 100
const PAGE_ROWS_MAX = 500

/** Supervisors, each before those that it supervises, or (`root`) one with all below it. */
export function listSupervisors({ core }: Scheduler, { root, offset = 0, limit = PAGE_ROWS_MAX }: SupervisorQuery): SupervisorPage {
  const found: { readonly process: Process; readonly depth: number }[] = []
  const visit = (process: Process, depth: number): void => {
    found.push({ process, depth })
    for (const { pid } of supervisionOf(process)?.children ?? []) {
      const child = pid === null ? undefined : core.processes.get(pid)
      if (child !== undefined && supervisionOf(child) !== null) visit(child, depth + 1)
    }
  }
  for (const process of core.supervisors) {
    if (supervisionOf(process) === null) continue
    if (root === undefined ? supervisorOf(core, process) === null : process.pid === root) visit(process, 0)
  }
  return {
    total: found.length,
    rows: found.slice(offset, offset + limit).map(({ process, depth }) => viewSupervisor(core, process, depth)),
  }
}

/** The supervisor that a process is a child of; `null` where it is nobody's. */
export function viewSupervisorOf(core: Core, process: Process): SupervisorOfView | null {
  const found = supervisorOf(core, process)
  if (found === null) return null
  const { supervisor, child } = found
  return { pid: supervisor.pid, name: supervisor.name, child: child.id, restart: child.restart, restarts: child.restarts }
}

function viewSupervisor(core: Core, process: Process, depth: number): SupervisorView {
  const supervision = supervisionOf(process)
  if (supervision === null) throw new Error(`${process.pid} is no supervisor`)
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
    supervisor: supervisorOf(core, process)?.supervisor.pid ?? null,
    depth,
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
  return {
    id,
    pid,
    name: process?.name ?? null,
    status,
    kind: 'behaviour' in start ? start.behaviour : (process?.behaving?.kind ?? 'process'),
    module: start.module,
    export: 'export' in start ? start.export : null,
    restart,
    significant,
    restarts,
  }
}
