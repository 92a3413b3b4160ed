import type { Deed, Operation } from './operations.ts'

/** A sequence with what it is called in a report. */
export interface Case {
  readonly name: string
  readonly operations: readonly Operation[]
}

export const LOAD: Operation = ['load', 'a', 1, 'l']
export const DRAIN: Deed = ['drain']

/** Deeds of a process, counted among those that live then: 0 is the watcher. */
export function by(actor: number, ...deeds: readonly Deed[]): Operation[] {
  return deeds.map((deed): Operation => ['do', actor, ...deed])
}

/** Version 1 of `a`, and as many processes in it. */
export function spawn(count: number): Operation[] {
  return [LOAD, ...Array.from({ length: count }, (): Operation => ['do', 0, 'spawn', 'a', 'none'])]
}
