import type { CodeInstance } from './instance.ts'
import { captureStack } from './raw-stack.ts'
import { framesOf, placeIn, type MappedScript, type RawFrame } from './stack.ts'

/** That a body read a class or another value of a generation, which pins that generation for as long as the reader is loaded (PIN1). */
export interface BodyRead {
  /** The export that was read first. */
  readonly name: string
  /** Milliseconds since the scheduler's start. */
  readonly since: number
  /** `shapes.ts:3` */
  place(): string
}

interface Surroundings {
  /** The running code is a body, or what a body gave to native code. */
  isInBody(): boolean
  /** Milliseconds since the scheduler's start. */
  now(): number
  instanceOfScript(name: string): CodeInstance | undefined
  scriptNamed(name: string): MappedScript | undefined
}

/** Reads of one export that are looked into in a row: a loop in a body costs no more stacks than these. */
const STACKS_PER_EXPORT = 256

/** Watches what bodies read of other generations while they are evaluated. */
export class BodyReads {
  readonly #surroundings: Surroundings
  readonly #seen = new Map<CodeInstance, Map<string, number>>()
  /** Sets that are being evaluated. */
  #open = 0
  /** Rises with each read: a re-export is its source's read, not one of its own. */
  count = 0

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
  }

  get active(): boolean {
    return this.#open > 0
  }

  begin(): void {
    this.#open++
  }

  end(): void {
    if (--this.#open === 0) this.#seen.clear()
  }

  note(target: CodeInstance | undefined, name: string): void {
    this.count++
    const { isInBody, now } = this.#surroundings
    if (target === undefined || !isInBody() || !this.#isWorthAStack(target, name)) return
    const outermost = this.#outermost()
    if (outermost === undefined) return
    const reader = this.#surroundings.instanceOfScript(outermost.script)
    if (reader === undefined || reader === target || reader.reads.has(target)) return
    const script = this.#surroundings.scriptNamed(outermost.script)
    reader.reads.set(target, {
      name,
      since: now(),
      place: () => (script === undefined ? reader.compiled.file : placeIn(script, outermost)),
    })
  }

  #isWorthAStack(target: CodeInstance, name: string): boolean {
    let names = this.#seen.get(target)
    if (names === undefined) this.#seen.set(target, (names = new Map()))
    const reads = (names.get(name) ?? 0) + 1
    names.set(name, reads)
    return reads <= STACKS_PER_EXPORT
  }

  /** The body itself: functions that it called stand above it. */
  #outermost(): RawFrame | undefined {
    return framesOf(captureStack(Number.POSITIVE_INFINITY)).findLast(
      ({ script }) => this.#surroundings.instanceOfScript(script) !== undefined,
    )
  }
}
