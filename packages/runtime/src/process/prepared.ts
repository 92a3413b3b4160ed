import type { Descriptor } from '../abi.ts'
import type { CodeInstance } from '../code/instance.ts'
import { descriptorPlace } from './frame.ts'

/** What the first turn enters. `owner` is pinned until then (`in_flight`); late-bound entries pin nothing. */
export interface Start {
  readonly target: { readonly module: string; readonly export: string } | ((...args: unknown[]) => unknown)
  readonly args: readonly unknown[]
  readonly owner: CodeInstance | null
}

/** A call that is yet to be made, and what it will run: `owner` is pinned until then, `null` where that is no module's code. */
export type Prepared = PreparedFrame | PreparedFunction | Settled

/** An async function's: it has its arguments, and none of its code has run. */
export interface PreparedFrame {
  readonly type: 'frame'
  readonly name: string
  readonly owner: CodeInstance
  readonly generator: Generator
  readonly descriptor: Descriptor
}

export interface PreparedFunction {
  readonly type: 'function'
  readonly name: string
  readonly owner: CodeInstance | null
  readonly target: (...args: unknown[]) => unknown
  readonly args: readonly unknown[]
}

/** Of code without checks, which ran when it was looked at. */
export interface Settled {
  readonly type: 'settled'
  readonly name: string
  readonly owner: null
  readonly mode: number
  readonly value: unknown
}

/** `session.ts:41`, or the file alone. */
export function preparedPlace(prepared: Prepared): string {
  if (prepared.type === 'frame') return descriptorPlace(prepared.descriptor, -1)
  return prepared.owner === null ? '' : prepared.owner.compiled.file
}
