import { PROCESS_DEAD, relationsOf } from '../process/process.ts'
import type { Process } from '../process/process.ts'
import type { Core } from './core.ts'

// Taken before any user code runs.
const { AbortController, DOMException, Promise } = globalThis
const { abort } = AbortController.prototype
const originalThen = Promise.prototype.then
const RESOLVED = Promise.resolve()

/** The signal that is aborted when the process has ended, made when it is first asked for. */
export function signalOf(process: Process): AbortSignal {
  const relations = relationsOf(process)
  relations.abort ??= new AbortController()
  return relations.abort.signal
}

/**
 * Aborts for native consumers: `fetch`, timers, streams. Not at once, for whoever ends a process may be in the middle of a turn; and no listener of any
 * module runs by it: the check at its entry ends it (KILL2).
 */
export function abortSoon(core: Core, process: Process, controller: AbortController): void {
  if (process.state !== PROCESS_DEAD) return
  void originalThen.call(RESOLVED, () => {
    const { counter } = core
    const reductions = counter.r
    core.aborting = process
    counter.r = -1
    try {
      abort.call(controller, new DOMException(`process ${process.pid} has ended`, 'AbortError'))
    } finally {
      core.aborting = null
      counter.r = reductions
    }
  })
}
