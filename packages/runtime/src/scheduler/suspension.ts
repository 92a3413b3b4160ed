import { PROCESS_ALIVE, selectionOf } from '../process/process.ts'
import type { Process } from '../process/process.ts'
import type { Core } from './core.ts'

/** Stands for a `receive` without `match` of a suspended process: messages stay in the queue, where they are counted. */
const TAKE_ANY = (): boolean => true

/**
 * Gives these processes no more turns until they are resumed (SUSP1). To be called between turns. A suspended process passes for one that is queued
 * already, so that nothing puts it into the run queue: turns and messages of the others cost no look at who is suspended.
 */
export function suspendProcesses(core: Core, processes: readonly Process[]): void {
  const fresh = new Set(processes.filter((process) => process.state === PROCESS_ALIVE && !core.suspended.has(process)))
  if (fresh.size === 0) return
  core.queue.holdBack(fresh)
  for (const process of fresh) {
    core.suspended.add(process)
    if (process.receiver !== null && !process.matches) selectionOf(process).match = TAKE_ANY
  }
}

/** False when it was not suspended. */
export function resumeProcess(core: Core, process: Process): boolean {
  if (!core.suspended.delete(process)) return false
  const { selection } = process
  if (selection !== null && selection.match === TAKE_ANY && selection.unseen === null) selection.match = null
  // One that waits for room elsewhere goes on waiting.
  if (core.peers?.slowed.has(process) === true) return true
  core.queue.letGo(process)
  if (process.hasWork) core.enqueue(process)
  return true
}
