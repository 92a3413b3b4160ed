import type { Link } from '../abi.ts'
import type { Clock } from '../clock.ts'
import type { CodeTable } from '../code/instance.ts'
import type { NameTable } from './name-table.ts'
import type { HeapGauge } from './heap-watch.ts'
import type { SchedulerEvent } from './scheduler-events.ts'

export interface SchedulerOptions {
  readonly id: number
  readonly clock: Clock
  /** On a `SharedArrayBuffer`, laid out as `host/shared-words.ts` says. */
  readonly words: Int32Array
  readonly code: CodeTable
  /** An import used as a value, and a namespace used as one: `Registers.external` and `namespace`. */
  readonly external?: (link: Link, name: string) => unknown
  readonly namespace?: (link: Link) => object
  /** Serves the control plane; called while `WORD_REQUESTS` is set, between turns and in the slow path of a check. */
  serve(): void
  /** Keeps something for `beforeTurn`, which does it before it applies what was published. */
  afterTurn?(act: () => void): void
  /** Before each turn, after inboxes were taken: applies what was published. */
  beforeTurn(): void
  emit(event: SchedulerEvent): void
  /** Asks the host to call `run()`, once each time the scheduler gets something to do. `soon`: nobody could tell whether that comes before the microtasks that are under way. */
  wake(soon: boolean): void
  /** Names under which nothing is shown of a message (PREV3). */
  readonly redact?: readonly string[]
  readonly reductionsPerTurn?: number
  /** Which thread of this scheduler it is, from 1. */
  readonly life?: number
  /** Other schedulers of the same system, and the names of all their processes. */
  readonly fleet?: { readonly schedulers: number; readonly names: NameTable }
  /** Without it nobody is ended for memory. */
  readonly heap?: HeapGauge
}
