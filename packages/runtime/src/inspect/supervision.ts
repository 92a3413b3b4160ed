import type { Supervision } from '../behaviours/supervision.ts'
import type { SupervisedChild } from '../behaviours/supervised-child.ts'
import { schedulerOf, type Pid } from '../ids.ts'
import type { Process } from '../process/process.ts'
import type { Core } from '../scheduler/core.ts'

/** What a supervisor's process lets observers see; `null` of any other, and of one that has not read its spec yet. */
export function supervisionOf(process: Process): Supervision | null {
  const { behaving } = process
  return behaving !== null && behaving.kind === 'supervisor' ? (behaving.details as Supervision | null) : null
}

/** The supervisor that a process is a child of: it spawned it, and still counts it. */
export function supervisorOf(core: Core, process: Process): { readonly supervisor: Process; readonly child: SupervisedChild } | null {
  const supervisor = process.parent === null ? undefined : core.processes.get(process.parent)
  if (supervisor === undefined) return null
  const child = supervisionOf(supervisor)?.byPid.get(process.pid)
  return child === undefined ? null : { supervisor, child }
}

/** The supervisor of a process, also one that is on another scheduler, as far as it is known here: who spawned it there and is linked to it. */
export function supervisorPidOf(core: Core, process: Process): Pid | null {
  const { parent, relations } = process
  if (parent !== null && schedulerOf(parent) !== core.options.id) return relations?.away?.links.has(parent) === true ? parent : null
  return supervisorOf(core, process)?.supervisor.pid ?? null
}

/** Whether a process ends when `parent` does although it traps exits: a behaviour obeys the exit of who started it linked (G16, S17). */
export function obeysExitOf(process: Process, parent: Pid): boolean {
  return process.behaving !== null && process.behaving.kind !== 'table' && process.parent === parent
}
