import type { GenerationCode } from '../code/generation.ts'
import type { JournalChange, JournalEntry } from '../code/journal.ts'
import type { SystemConfig } from '../config.ts'
import type { Fault } from '../errors.ts'
import type { EventBody } from '../events.ts'
import type { ModuleGeneration, Pid } from '../ids.ts'
import type { BackendVerb } from './backend.ts'

/** What the runtime reads from the journal. */
export type JournalQuestion =
  | { readonly what: 'code'; readonly generation: ModuleGeneration }
  | { readonly what: 'source'; readonly hash: string }

export type ToRuntime =
  | {
      readonly type: 'boot'
      readonly safeMode: string | null
      readonly folder: string
      readonly heapLimitBytes: number
      readonly schedulers: number | undefined
      readonly typesWaitMs: number
      readonly journal: readonly JournalEntry[]
    }
  | { readonly type: 'invoke'; readonly id: number; readonly verb: BackendVerb; readonly args: readonly unknown[] }
  /** Answers `read`. */
  | { readonly type: 'told'; readonly id: number; readonly value: GenerationCode | string | undefined; readonly error: string | undefined }
  | { readonly type: 'stop' }

export type FromRuntime =
  | { readonly type: 'booted'; readonly config: SystemConfig }
  | { readonly type: 'boot_failed'; readonly error: string }
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'refused'; readonly id: number; readonly fault: Fault }
  | { readonly type: 'failed'; readonly id: number; readonly error: string }
  | { readonly type: 'event'; readonly event: EventBody }
  | { readonly type: 'host_message'; readonly to: Pid; readonly message: unknown }
  | { readonly type: 'journal'; readonly changes: readonly JournalChange[] }
  | { readonly type: 'read'; readonly id: number; readonly question: JournalQuestion }
