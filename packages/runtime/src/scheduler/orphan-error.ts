import { withoutStack } from '../code/raw-stack.ts'
import { describeExit } from '../exit-reason.ts'
import type { ExitReason } from '../exit-reason.ts'
import type { Pid } from '../ids.ts'
import { ProcessError } from '../process/process-error.ts'
import type { Process } from '../process/process.ts'

/** A promise's process ended before it was done (STR8). */
export class OrphanError extends ProcessError {
  /** `null` where it was a module's body, or is not known. */
  readonly pid: Pid | null

  constructor(pid: Pid | null, message: string) {
    super('exited', message)
    this.name = 'OrphanError'
    this.pid = pid
  }
}

export function orphanedBy({ pid, serial }: Process, reason: ExitReason): OrphanError {
  return withoutStack(() =>
    serial === 0
      ? new OrphanError(null, "the body that called this was over before it was done, and ended it: await it in the module's body")
      : new OrphanError(pid, `process ${pid} ended before this was done: ${describeExit(reason)}`),
  )
}

/** For who waits for a promise that native code settled with the end of a process. */
export function orphanedBySomebody(): OrphanError {
  return withoutStack(() => new OrphanError(null, 'the process that this was promised by has ended'))
}
