import type { ModuleGeneration } from '../ids.ts'
import type { PurgeMark } from '../inspect/views.ts'
import type { GenerationCode, GenerationFacts } from './generation.ts'
import type { GuardEntry } from './guards.ts'

/** A change of what is loaded, as plain data: in their order they bring the same generations back. Text and code stand beside them. */
export type JournalEntry =
  | { readonly type: 'loaded'; readonly generations: readonly GenerationFacts[] }
  | { readonly type: 'unbound'; readonly module: string }
  /** A rollback made a loaded generation current again. */
  | { readonly type: 'rebound'; readonly module: string; readonly number: number }
  | GuardEntry
  | { readonly type: 'purged'; readonly module: string; readonly number: number; readonly mark: PurgeMark }

/** `codes` belong to the generations of a load, one for each. */
export interface JournalChange {
  readonly entry: JournalEntry
  readonly codes: readonly GenerationCode[]
}

/** What a runtime that is started again needs: every change in order, code of what is loaded, sources of all that ever was. */
export interface Journal {
  /** Keeps all of these changes or, when it rejects, none. Durable once it resolves. Not called while an earlier call is under way. */
  append(changes: readonly JournalChange[]): Promise<void>
  /** All changes, oldest first. */
  entries(): Promise<readonly JournalEntry[]>
  /** `undefined` once the generation is purged. */
  code(generation: ModuleGeneration): Promise<GenerationCode | undefined>
  /** The text with this sha256, of purged generations too; `undefined` when it is no longer kept. */
  source(hash: string): Promise<string | undefined>
}

/** A journal as the control plane uses it: appending does not wait, answers do. */
export interface JournalDesk {
  /** These become durable together. */
  append(changes: readonly JournalChange[]): void
  code(generation: ModuleGeneration): Promise<GenerationCode | undefined>
  source(hash: string): Promise<string | undefined>
}
