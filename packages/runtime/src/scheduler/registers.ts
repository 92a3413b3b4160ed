import { END_NONE } from '../abi.ts'
import type { Counter, Descriptor, Iteration, Link, Registers } from '../abi.ts'
import type { CodeInstance } from '../code/instance.ts'
import { InvariantError } from '../errors.ts'
import { copyLeaves, copyMessage } from '../process/copy-message.ts'
import type { Place } from '../process/learned-shapes.ts'
import { takeFirst } from '../process/message-queue.ts'
import type { Process } from '../process/process.ts'
import { countsTicks } from './awaits.ts'
import { GO_ON, PAUSE } from './commands.ts'
import type { Core } from './core.ts'
import { startStrand } from './driver.ts'
import { innermostOwnerOnStack } from './native-stack.ts'
import { OpenIterators } from './open-iterators.ts'
import { enterRetired } from './retired-code.ts'

/** The scheduler's side of `$.s`. */
export class SchedulerRegisters implements Registers {
  callee: unknown = undefined
  site = -1
  ending: number = END_NONE
  readonly exit: object = Object.freeze({ name: 'Exit', message: 'the process is ending' })
  /** What the frame was pushed with that the driver is about to see; `null` while none is on its way. */
  pushed: Descriptor | null = null
  fresh: object | null = null
  readonly proof: object = Object.freeze({ name: 'Proof' })
  /** While `spawn` looks at what kind of function it was given, a started frame is caught instead of run. */
  probing = false
  /** The frame that was caught, where a function without checks made it. */
  caught: Generator | null = null
  /** The generation of the synchronous function that was probed; `null` for a package's. */
  probed: CodeInstance | null = null
  readonly #core: Core
  readonly #iterators: OpenIterators
  constructor(core: Core) {
    this.#core = core
    this.#iterators = new OpenIterators(core)
  }

  push(descriptor: Descriptor, frame: Generator): unknown {
    this.callee = undefined
    this.pushed = descriptor
    return frame
  }

  start(descriptor: Descriptor, frame: Generator): Promise<unknown> {
    if (this.probing) {
      this.caught = frame
      return this.push(descriptor, frame) as Promise<unknown>
    }
    return startStrand(this.#core, descriptor, frame)
  }

  call(site: number, callee: unknown, thisValue: unknown, args: unknown[], text?: string): unknown {
    this.site = site
    return this.tail(callee, thisValue, args, text)
  }

  tail(callee: unknown, thisValue: unknown, args: unknown[], text?: string): unknown {
    if (typeof callee !== 'function') throw notCallable(text)
    this.callee = callee
    return Reflect.apply(callee, thisValue, args)
  }

  at<T>(site: number, value: T): T {
    this.site = site
    this.callee = undefined
    return value
  }

  hasMessage(): boolean {
    const { current } = this.#core
    return current !== null && current.first !== null && isUntold(this, current)
  }

  takeMessage(site: number): unknown {
    const core = this.#core
    const top = core.strand?.top ?? null
    if (top !== null) top.site = site
    return takeFirst(core, core.current as Process)
  }

  /** What a message is received as: itself, when it was made for this call of values only, otherwise a copy. */
  copy(message: unknown, fresh?: object | null): unknown {
    return fresh === this.proof ? message : copyMessage(message)
  }

  leaves(places: unknown[], values: unknown[], levels: number): boolean {
    return copyLeaves(places as Place[], values, levels)
  }

  check(counter: Counter): void {
    if (this.probing) {
      this.probed = innermostOwnerOnStack(this.#core)
      throw PROBED
    }
    // The process may have been killed by the purge that retired this counter: that goes first, for code could catch the error.
    if (counter === this.#core.counter) return this.#core.slowPath()
    this.#core.retiredPath()
    enterRetired(this.#core, counter)
  }

  pause(counter: Counter): unknown {
    if (this.probing) throw PROBED
    const core = this.#core
    // A strand that a bare call has just started has its caller on the native stack: it goes on, as synchronous code does (STR6).
    const goesOn = core.depth > 0
    if (!goesOn) core.pausePath()
    else if (counter === core.counter) core.overrunPath()
    else core.retiredPath()
    if (counter !== core.counter) enterRetired(core, counter)
    return goesOn ? GO_ON : PAUSE
  }

  began(descriptor: Descriptor, generator: object, known: Iteration | undefined): Iteration {
    return this.#iterators.open(descriptor, generator, known)
  }

  finished(iteration: Iteration | undefined): void {
    if (iteration !== undefined) this.#iterators.close(iteration)
  }

  external(link: Link, name: string): unknown {
    return (this.#core.options.external ?? notConnected)(link, name)
  }

  namespace(link: Link): object {
    return (this.#core.options.namespace ?? notConnected)(link)
  }
}

/** Nobody could tell that the process took a message without waiting. Its own function: most receives wait, and V8 makes `hasMessage` a part of each. */
function isUntold({ ending }: SchedulerRegisters, process: Process): boolean {
  return process.receiver === null && ending === END_NONE && !countsTicks(process)
}

/** Thrown through a function that `spawn` probed: it is a synchronous one. */
export const PROBED: object = Object.freeze({ name: 'Probed', message: 'a synchronous function' })

/** As V8 words it. */
export function notCallable(text = '(intermediate value)'): TypeError {
  return new TypeError(`${text} is not a function`)
}

function notConnected(): never {
  throw new InvariantError('this scheduler was made without a code table for imports')
}
