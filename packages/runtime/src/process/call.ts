import type { Pid } from '../ids.ts'
import type { HostCall, Process } from './process.ts'
import type { Strand } from './strand.ts'
import type { Timer } from './timer-heap.ts'

/** A `call` and who waits for its answer. Its message carries it; once it is over it leads to no process, however long somebody keeps the message. */
export class Call {
  readonly ref: string
  /** Who was called. */
  readonly called: Pid
  /** Who called. */
  readonly from: Pid
  /** The called process; `null` once the call is over. */
  to: Process | null
  /** What waits: a strand of this scheduler at its wait `ticket`, or somebody beyond it. */
  strand: Strand | null
  readonly ticket: number
  host: HostCall | null
  timer: Timer | null = null
  /** Why it was over before its caller waited: the queue had no room. */
  refused: unknown = null
  /** Among those who wait for the called process, in the order in which they called. */
  before: Call | null = null
  next: Call | null = null
  /** Among the calls of who waits. */
  beforeOwn: Call | null = null
  nextOwn: Call | null = null

  constructor(ref: string, to: Process, strand: Strand | null, host: HostCall | null) {
    this.ref = ref
    this.called = to.pid
    this.from = strand === null ? (host as HostCall).caller : strand.process.pid
    this.to = to
    this.strand = strand
    this.ticket = strand === null ? 0 : strand.ticket
    this.host = host
  }
}

/** Callers looked at one by one for a reference; where there are more, all are known by it from then on. */
const LOOKED_AT_MAX = 16

/** Who waits for the answers of one process: a list, for a `Map` costs 80 ns for each that comes and goes. */
export class Callers {
  first: Call | null = null
  #last: Call | null = null
  #byRef: Map<string, Call> | null = null

  add(call: Call): void {
    call.before = this.#last
    if (this.#last === null) this.first = call
    else this.#last.next = call
    this.#last = call
    if (this.#byRef !== null) this.#byRef.set(call.ref, call)
  }

  remove(call: Call): void {
    const { before, next } = call
    if (before === null) this.first = next
    else before.next = next
    if (next === null) this.#last = before
    else next.before = before
    call.before = call.next = null
    if (this.first === null) this.#byRef = null
    else if (this.#byRef !== null) this.#byRef.delete(call.ref)
  }

  find(ref: string): Call | undefined {
    if (this.#byRef !== null) return this.#byRef.get(ref)
    let looked = 0
    for (let call = this.first; call !== null; call = call.next) {
      if (call.ref === ref) return call
      if (++looked === LOOKED_AT_MAX) return this.#index().get(ref)
    }
    return undefined
  }

  #index(): Map<string, Call> {
    const byRef = new Map<string, Call>()
    for (let call = this.first; call !== null; call = call.next) byRef.set(call.ref, call)
    this.#byRef = byRef
    return byRef
  }
}

// A constructor that returns another object gives its subclass's private fields to that.
class Given {
  constructor(message: object) {
    // oxlint-disable-next-line no-constructor-return
    return message
  }
}

/**
 * The call that a message came by, kept in the message itself: no code finds it there and no copy has it, as with a `WeakMap`, which was measured at 92 ns for 13, and at as
 * much again for the collector. It is part of the hidden class.
 */
class CalledMessage extends Given {
  readonly #call: Call | undefined

  constructor(message: object, call: Call | undefined) {
    super(message)
    this.#call = call
  }

  static callOf(message: object): Call | undefined {
    return #call in message ? message.#call : undefined
  }
}

export const { callOf } = CalledMessage

/** From now on `callOf(message)` is that call. Once for each message; `undefined` only gives it the hidden class. */
export function markMessage<T extends object>(message: T, call: Call | undefined): T {
  return new CalledMessage(message, call) as T
}
