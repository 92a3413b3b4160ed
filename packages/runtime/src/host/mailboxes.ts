import type { CallOptions, Mailbox } from '../engine.ts'
import { refuse } from '../errors.ts'
import { formatPid, type Pid } from '../ids.ts'
import { copyMessage } from '../process/copy-message.ts'
import { InvalidMessageError } from '../process/process-error.ts'

const CALL_MS = 5_000
/** Longest time that a timer of Node's takes, in milliseconds: 24.8 days. What is longer is no deadline. */
const TIMER_MAX_MS = 0x7fff_ffff

/** Where processes can send to the host (HOST2): addresses that are never used again. */
export class Mailboxes {
  readonly #listeners = new Map<Pid, (message: unknown) => void>()
  #serial = 0

  open(listener: (message: unknown) => void): Mailbox {
    const pid = formatPid(0, ++this.#serial)
    this.#listeners.set(pid, listener)
    return { pid, close: () => void this.#listeners.delete(pid) }
  }

  /** What is sent to a closed one is dropped, as to a process that has ended. */
  deliver(to: Pid, message: unknown): void {
    this.#listeners.get(to)?.(message)
  }
}

/** As `send` in a module: refused with `invalid_message` and the path, for what cannot be copied and for instances of classes. */
export function copyForEngine<T>(value: T): T {
  try {
    return copyMessage(value) as T
  } catch (error) {
    if (error instanceof InvalidMessageError) return refuse({ code: 'invalid_message', path: error.path, why: error.why })
    throw error
  }
}

/** The message of a call, copied: something that an answer can belong to. */
export function copyForCall(message: unknown): object {
  if (typeof message !== 'object' || message === null)
    return refuse({ code: 'invalid_message', path: '$', why: 'the message of a call is an object' })
  return copyForEngine(message)
}

/** Rejects with the signal's reason as soon as that is aborted, whatever becomes of the call. */
export async function callWithin(options: number | CallOptions = {}, call: (deadlineMs: number) => Promise<unknown>): Promise<unknown> {
  const { deadlineMs = CALL_MS, signal } = typeof options === 'number' ? { deadlineMs: options } : options
  signal?.throwIfAborted()
  const answer = call(deadlineMs > TIMER_MAX_MS ? Number.POSITIVE_INFINITY : deadlineMs)
  if (signal === undefined) return answer
  answer.catch(() => {})
  const aborted = Promise.withResolvers<never>()
  const onAbort = (): void => aborted.reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([answer, aborted.promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
