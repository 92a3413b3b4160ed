import type { Descriptor } from '../abi.ts'
import type { CodeInstance } from '../code/instance.ts'

/** One call of a lowered function on a strand's stack. A tail call reuses the object. */
export class Frame {
  generator: Generator
  descriptor: Descriptor
  readonly parent: Frame | null
  /** Index into the descriptor's sites of the await or check that it stands at; -1 before the first. */
  site: number
  /** Milliseconds since the scheduler's start at which the stack entered this generation here. */
  since: number
  /** It is being unwound: however it completes, its caller is unwound next (KILL3). */
  doomed: boolean

  constructor(generator: Generator, descriptor: Descriptor, parent: Frame | null, since: number) {
    this.generator = generator
    this.descriptor = descriptor
    this.parent = parent
    this.site = -1
    this.since = since
    this.doomed = false
  }
}

export function ownerOf(descriptor: Descriptor): CodeInstance {
  return descriptor.owner as CodeInstance
}

/** `session.ts:41`: where a frame stands. */
export function placeOf(frame: Frame): string {
  return descriptorPlace(frame.descriptor, frame.site)
}

/** The place of one of a function's sites; of its beginning where there is none. */
export function descriptorPlace(descriptor: Descriptor, site: number): string {
  const { function: fn } = descriptor
  return `${ownerOf(descriptor).compiled.file}:${fn.sites[site]?.[0] ?? fn.line}`
}
