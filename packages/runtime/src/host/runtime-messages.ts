import type { JournalEntry } from '../code/code-server.ts'
import type { SystemConfig } from '../config.ts'
import type { Fault } from '../errors.ts'
import type { EventBody } from '../events.ts'
import type { BackendVerb } from './backend.ts'

export type ToRuntime =
  | { readonly type: 'boot'; readonly folder: string; readonly heapLimitBytes: number; readonly journal: readonly JournalEntry[] }
  | { readonly type: 'invoke'; readonly id: number; readonly verb: BackendVerb; readonly args: readonly unknown[] }
  | { readonly type: 'stop' }

export type FromRuntime =
  | { readonly type: 'booted'; readonly config: SystemConfig }
  | { readonly type: 'boot_failed'; readonly error: string }
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'refused'; readonly id: number; readonly fault: Fault }
  | { readonly type: 'failed'; readonly id: number; readonly error: string }
  | { readonly type: 'event'; readonly event: EventBody }
  | { readonly type: 'journal'; readonly entry: JournalEntry }
