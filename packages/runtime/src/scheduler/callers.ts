import type { CodeInstance } from '../code/instance.ts'
import type { Process } from '../process/process.ts'
import { ownerOf, placeOf } from '../process/frame.ts'
import { ProcessError } from '../process/process-error.ts'
import type { Strand } from '../process/strand.ts'
import * as strands from '../process/strand.ts'
import type { Core } from './core.ts'
import { addStrand } from './driver.ts'
import * as commands from './commands.ts'

// Constants of V8's, too, as imported ones are not (docs/scheduling.md).
const { STRAND_WAITING } = strands
const { WAIT } = commands

/** The process that called the process API; throws where none did. */
export function requireProcess(core: Core, what: string): Process {
  const { current } = core
  // Bodies and nobody have no serial.
  if (current !== null && current.serial !== 0) return current
  if (core.inBody) throw new ProcessError('not_in_body', `${what} cannot be called while a module's body is evaluated`)
  const process = core.owner()
  if (process === null) throw new ProcessError('no_process', `${what} was called outside any process`)
  if (process !== core.current && core.isEnding(process)) throw core.registers.exit
  return process
}

/** Where the running code is, as far as the strand's frames tell. */
export function callSite(core: Core): { owner: CodeInstance | null; at: string } {
  const top = core.strand?.top ?? null
  if (top === null) return { owner: null, at: '' }
  return { owner: ownerOf(top.descriptor), at: placeOf(top) }
}

/** The module whose code called that of the runtime which runs. */
export function userOf(core: Core): CodeInstance | null {
  for (let frame = core.strand?.top ?? null; frame !== null; frame = frame.parent) {
    const owner = ownerOf(frame.descriptor)
    if (!owner.isRuntime) return owner
  }
  return null
}

export interface Wait {
  readonly strand: Strand
  /** What the API function returns: the command to the driver when it is awaited at once, else a promise. */
  readonly result: unknown
}

/** Prepares the wait of an API function: of the running strand where `await fn()` called it, else of a strand of its own. */
export function beginWait(core: Core, process: Process, isAwaited: boolean): Wait {
  if (isAwaited && core.strand !== null) {
    core.strand.ticket++
    return { strand: core.strand, result: WAIT }
  }
  const strand = addStrand(process)
  strand.phase = STRAND_WAITING
  strand.ticket++
  return { strand, result: strand.settle?.promise }
}
