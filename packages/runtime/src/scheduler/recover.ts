import { END_NONE } from '../abi.ts'
import { WORD_SERIAL } from '../host/shared-words.ts'
import type { Process } from '../process/process.ts'
import type { Core } from './core.ts'
import { NOTHING } from './registers.ts'

/**
 * Puts the scheduler between turns again after its thread's JavaScript was terminated in the middle of one (KILL1). Returns the process whose turn it
 * was: none of its frames can go on, so it has to be ended.
 */
export function recoverCut(core: Core): Process | null {
  const process = core.current
  if (process === null) return null
  const { registers } = core
  core.current = null
  core.strand = null
  core.running = false
  core.wakeSent = false
  core.depth = 0
  core.counter.r = 0
  registers.ending = END_NONE
  registers.callee = undefined
  registers.pushed = NOTHING
  core.words[WORD_SERIAL] = 0
  return process
}
