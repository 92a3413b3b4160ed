import type { ModuleGeneration, Pid } from './ids.ts'
import type { PlanChange } from './code/plans.ts'
import type { PinnedGeneration } from './inspect/views.ts'
import type { Diagnostic } from './diagnostic.ts'

/** Every refusal of the engine, with its facts and without sentences. */
export type Fault =
  | { readonly code: 'not_purged'; readonly module: string; readonly generations: readonly PinnedGeneration[] }
  /** A purge would take code from under generations that were built with it and stay. */
  | { readonly code: 'still_read'; readonly module: string; readonly number: number; readonly by: readonly ModuleGeneration[] }
  | { readonly code: 'changed_meanwhile'; readonly changes: readonly PlanChange[] }
  | { readonly code: 'current_generation'; readonly module: string; readonly number: number }
  | { readonly code: 'unknown_module'; readonly module: string }
  | { readonly code: 'unknown_generation'; readonly module: string; readonly number: number }
  | { readonly code: 'unknown_pid'; readonly pid: string }
  /** It never ran in this life of the runtime, or ended long ago. */
  | { readonly code: 'unknown_trace'; readonly trace: string }
  | { readonly code: 'unknown_scheduler'; readonly scheduler: number }
  | { readonly code: 'invalid_name'; readonly name: string; readonly why: string }
  | { readonly code: 'invalid_source'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly code: 'unresolved_import'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly code: 'invalid_message'; readonly path: string; readonly why: string }
  | { readonly code: 'compile_timeout'; readonly limitMs: number }
  | { readonly code: 'compiler_failed'; readonly why: string }
  | { readonly code: 'compiler_busy'; readonly waiting: number; readonly limit: number }
  | { readonly code: 'body_failed'; readonly module: string; readonly error: string }
  | { readonly code: 'body_timeout'; readonly module: string; readonly limitMs: number }
  | {
      readonly code: 'too_large'
      readonly what:
        | 'source'
        | 'set'
        | 'bundle'
        | 'filter'
        | 'page'
        | 'files'
        | 'heap'
        | 'plan'
        | 'trace_messages'
        | 'trace_ms'
        | 'trace_processes'
        | 'traces'
      readonly limit: number
      readonly size: number
    }
  | { readonly code: 'held'; readonly module: string; readonly by: string; readonly reason: string; readonly until: string | null }
  | { readonly code: 'marked_bad'; readonly module: string; readonly number: number; readonly by: string; readonly reason: string }
  | { readonly code: 'no_upgrade'; readonly targets: readonly ModuleGeneration[] }
  /** A process with that registered name lives. */
  | { readonly code: 'name_registered'; readonly name: string }
  /** A call of the host that was not answered in time; a late answer is dropped. */
  | { readonly code: 'call_timeout'; readonly pid: string; readonly deadlineMs: number }
  /** The called process ended before it answered. */
  | { readonly code: 'process_ended'; readonly pid: string; readonly why: string }
  /** Of an exit signal: `kill` has a verb of its own. */
  | { readonly code: 'invalid_reason'; readonly why: 'kill' | 'empty' | 'too_long'; readonly limit: number }
  | { readonly code: 'nothing_to_do'; readonly why: string }
  /** The heap snapshot could not be read. */
  | { readonly code: 'snapshot_failed'; readonly why: string }
  | { readonly code: 'scheduler_held'; readonly pid: Pid | null; readonly at: string | null; readonly heldMs: number }
  | { readonly code: 'runtime_down'; readonly why: string }
  /** No process of the system runs in safe mode. */
  | { readonly code: 'safe_mode'; readonly why: string }
  /** The store cannot be written. `done`: it happened and is written as soon as it can be; otherwise nothing was done. */
  | { readonly code: 'not_durable'; readonly why: string; readonly done: boolean }
  /** What is asked for stands in the store, which cannot be read now. */
  | { readonly code: 'store_away'; readonly why: string }
  /** The history still tells of the generation, but its text is no longer kept. */
  | { readonly code: 'source_removed'; readonly module: string; readonly number: number }

export type FaultCode = Fault['code']

/** A refused request: wrong id, wrong moment, lost race. Its `fault` says which, with facts. */
export class EngineError extends Error {
  readonly fault: Fault
  constructor(fault: Fault) {
    super(fault.code)
    this.name = 'EngineError'
    this.fault = fault
  }
}

/** A bug of ours. Nobody handles it: the outermost loop reports it. */
export class InvariantError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'InvariantError'
  }
}

export function refuse(fault: Fault): never {
  throw new EngineError(fault)
}
