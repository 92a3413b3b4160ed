import type { AsyncResource } from 'node:async_hooks'
import type { Frame } from './frame.ts'
import type { Process } from './process.ts'

export const STRAND_READY = 0
export const STRAND_RUNNING = 1
export const STRAND_WAITING = 2
export const STRAND_DONE = 3

export const RESUME_NEXT = 0
export const RESUME_THROW = 1

/** One thread of control inside a process: the first, which is the process itself, and one for each async call that was started and not awaited at once. */
export interface Strand {
  readonly process: Process
  /** `null` for a process's first strand. */
  readonly settle: StrandPromise | null
  top: Frame | null
  phase: number
  /** How, and with what, the top frame goes on. */
  mode: number
  value: unknown
  /** Rises at each wait, so that a settled promise or a timer resumes only the wait that it was made for. */
  ticket: number
  nextReady: Strand | null
  /** It has to unwind as soon as the code that is running right now comes back to the driver or to a check. */
  exitDue: boolean
  /** While it waits: what it finds in every `AsyncLocalStorage` when it goes on in another turn. */
  stores: AsyncResource | null
}

/** A strand besides the first. */
export class FurtherStrand implements Strand {
  readonly process: Process
  readonly settle: StrandPromise
  top: Frame | null = null
  phase: number = STRAND_READY
  mode: number = RESUME_NEXT
  value: unknown = undefined
  ticket = 0
  nextReady: Strand | null = null
  exitDue = false
  stores: AsyncResource | null = null

  constructor(process: Process, settle: StrandPromise) {
    this.process = process
    this.settle = settle
  }
}

export interface StrandPromise {
  readonly promise: Promise<unknown>
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}
