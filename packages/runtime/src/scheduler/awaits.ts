import { types } from 'node:util'
import { PROCESS_DEAD, hasMicrotasks } from '../process/process.ts'
import type { Process } from '../process/process.ts'
import { RESUME_NEXT, RESUME_THROW, STRAND_WAITING } from '../process/strand.ts'
import type { Strand } from '../process/strand.ts'
import type { Core } from './core.ts'
import { orphanedBySomebody } from './orphan-error.ts'
import { runStrandNow } from './turn.ts'

// Taken before any user code runs: what a strand waits with is not what a module makes of `Promise` or of its prototype.
const NativePromise = Promise
const { isPromise } = types
const { apply } = Reflect
const RESOLVED = Object.defineProperty(Promise.resolve(), 'constructor', { value: Promise })

/** What an `await` of this value waits for; `undefined` where it would go on with the value itself. Throws what reading `then` throws. */
export function awaitableOf(value: unknown): PromiseLike<unknown> | undefined {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return undefined
  // Whether it is one, JavaScript's own await asks: native code answers in 30 ns.
  if (value instanceof NativePromise) return value
  const { then } = value as { then?: unknown }
  if (typeof then !== 'function') return undefined
  if (isPromise(value)) return value
  const call = then as PromiseLike<unknown>['then']
  // JavaScript reads `then` once, so what is awaited in its place gives what was read.
  // oxlint-disable-next-line unicorn/no-thenable
  return { then: ((onFulfilled, onRejected) => apply(call, value, [onFulfilled, onRejected])) as typeof call }
}

export function resolvedWith(value: unknown): Promise<unknown> {
  return new NativePromise((resolve) => resolve(value))
}

export function rejectedWith(error: unknown): Promise<never> {
  return new NativePromise((_, reject) => reject(error))
}

/** Parks the strand until what `awaitableOf` gave has settled. */
export function awaitSettled(core: Core, strand: Strand, awaitable: PromiseLike<unknown>): void {
  if (countsTicks(strand.process)) core.microtasksDue = true
  else core.promised = true
  strand.phase = STRAND_WAITING
  void resumeAfter(core, strand, ++strand.ticket, awaitable)
}

/** The same for what an async function returns: its promise takes the other's state over, which JavaScript does two microtasks later. */
export function awaitReturned(core: Core, strand: Strand, awaitable: PromiseLike<unknown>): void {
  awaitSettled(core, strand, new NativePromise((resolve) => resolve(awaitable)))
}

/** An `await` of JavaScript's own: as it reads `constructor` and calls `then`, so do we, and no patched method is called. */
async function resumeAfter(core: Core, strand: Strand, ticket: number, awaitable: PromiseLike<unknown>): Promise<void> {
  let mode = RESUME_NEXT
  let result: unknown
  try {
    result = await awaitable
  } catch (error) {
    mode = RESUME_THROW
    // An end of its own reaches a strand by its frames, never by what it waits for.
    result = error === core.registers.exit ? orphanedBySomebody() : error
  }
  settled(core, strand, ticket, mode, result)
}

/** Whether somebody could tell that an await took no microtask: another strand, body or microtask of the process, or code that handles promises by hand (STR6). */
export function countsTicks({ strandCount, serial, relations }: Process): boolean {
  return strandCount > 1 || serial === 0 || (relations !== null && (relations.tells || hasMicrotasks(relations)))
}

/** The process may have microtasks under way that belong before its next turn. */
export function mayHaveTicks(process: Process): boolean {
  return countsTicks(process) || (process.readyFirst === null && process.start === null)
}

/** Resumes the strand one microtask later, as an `await` in JavaScript does (STR6). */
export function resumeSoon(core: Core, strand: Strand, mode: number, value: unknown): void {
  core.microtasksDue = true
  strand.phase = STRAND_WAITING
  void resumeNext(core, strand, ++strand.ticket, mode, value)
}

async function resumeNext(core: Core, strand: Strand, ticket: number, mode: number, value: unknown): Promise<void> {
  await RESOLVED
  settled(core, strand, ticket, mode, value)
}

function settled(core: Core, strand: Strand, ticket: number, mode: number, value: unknown): void {
  if (strand.ticket !== ticket || strand.phase !== STRAND_WAITING || strand.process.state === PROCESS_DEAD) return
  strand.mode = mode
  strand.value = value
  runStrandNow(core, strand)
}
