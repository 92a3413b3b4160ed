import type { ModuleInstance } from '../abi.ts'
import type { CompiledModule } from '../compiler/compiled.ts'
import type { BodyRead } from './body-reads.ts'
import type { RetiredCounter } from './purge-gate.ts'

/** A generation's code on one scheduler: what a `Descriptor.owner` points to. */
export interface CodeInstance {
  readonly module: string
  readonly generation: number
  readonly compiled: CompiledModule
  readonly instance: ModuleInstance
  /** Code of ours that modules import: it belongs to no generation, nobody purges it, and no view or trace shows it. */
  readonly isRuntime: boolean
  /** In place of the scheduler's counter while a soft purge is under way; `null` otherwise. */
  retired: RetiredCounter | null
  /** Generations that its body read a class or another value of. */
  readonly reads: Map<CodeInstance, BodyRead>
  /**
   * Its code, or code that it reaches through imports, handles promises by hand: a process that enters it can see in which microtask an await goes on (STR6).
   */
  tells: boolean
  /** Abnormal ends of processes whose innermost frame was here, since instantiation; kept by the scheduler. */
  crashes: number
}

/** The generations of one scheduler, as the scheduler sees them. */
export interface CodeTable {
  /** Current's export, late bound. `undefined` when there is no such module, generation or export. */
  entry(module: string, exportName: string): unknown
  /** What every scheduler knows a function of the runtime's own code by; `undefined` for all others, which belong to a generation. */
  nameOf(entry: object): { readonly module: string; readonly export: string } | undefined
  current(module: string): CodeInstance | undefined
  instances(): Iterable<CodeInstance>
  /** `session@3` of a script name in a stack trace, `undefined` for scripts of ours and Node's. */
  instanceOfScript(scriptName: string): CodeInstance | undefined
  /** An error's stack with source lines, `module@generation`, and no frames of ours. */
  renderStack(error: unknown): string
}
