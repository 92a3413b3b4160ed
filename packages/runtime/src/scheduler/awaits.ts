import { PROCESS_DEAD } from '../process/process.ts'
import { RESUME_NEXT, RESUME_THROW, STRAND_WAITING } from '../process/strand.ts'
import type { Strand } from '../process/strand.ts'
import type { Core } from './core.ts'
import { runStrandNow } from './turn.ts'

// Taken before any user code runs: what a strand waits with is not what a module makes of `Promise.prototype`.
const originalThen = Promise.prototype.then
const RESOLVED = Promise.resolve()

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (value instanceof Promise) return true
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return false
  return typeof (value as { then?: unknown }).then === 'function'
}

/** Parks the strand until the promise settles. May throw what a hostile `then` throws; the strand is not parked then. */
export function awaitThenable(core: Core, strand: Strand, value: PromiseLike<unknown>): void {
  const promise = value instanceof Promise ? value : new Promise((resolve) => resolve(value))
  strand.state = STRAND_WAITING
  const ticket = ++strand.ticket
  void originalThen.call(
    promise,
    (result) => settled(core, strand, ticket, RESUME_NEXT, result),
    (error: unknown) => settled(core, strand, ticket, RESUME_THROW, error),
  )
}

/** Resumes the strand one microtask later, as an `await` in JavaScript does (STR6). */
export function resumeSoon(core: Core, strand: Strand, mode: number, value: unknown): void {
  strand.state = STRAND_WAITING
  const ticket = ++strand.ticket
  void originalThen.call(RESOLVED, () => settled(core, strand, ticket, mode, value))
}

function settled(core: Core, strand: Strand, ticket: number, mode: number, value: unknown): void {
  if (strand.ticket !== ticket || strand.state !== STRAND_WAITING || strand.process.state === PROCESS_DEAD) return
  strand.mode = mode
  strand.value = value
  runStrandNow(core, strand)
}
