import type { CompiledModule, CompiledPackage } from '../compiler/compiled.ts'
import type { PurgeMark } from '../inspect/views.ts'

/** What is known of a generation for as long as its module is: also once it is purged. */
export interface GenerationFacts {
  readonly module: string
  readonly number: number
  readonly source: string
  readonly origin: string | null
  readonly hash: string
  readonly sourceHash: string
  readonly loadedAt: number
  readonly loadedBy: string
  readonly note: string
  readonly releases: CompiledModule['releases']
  readonly exports: readonly string[]
  readonly codeBytes: number
}

/** A loaded generation's code as the compiler made it; schedulers instantiate from it. */
export interface GenerationCode {
  readonly compiled: CompiledModule
  readonly packages: readonly CompiledPackage[]
}

export type Generation = CurrentGeneration | OldGeneration | PurgedGeneration

export interface CurrentGeneration extends GenerationFacts {
  readonly status: 'current'
  readonly code: GenerationCode
}

export interface OldGeneration extends GenerationFacts {
  readonly status: 'old'
  readonly code: GenerationCode
}

export interface PurgedGeneration extends GenerationFacts {
  readonly status: 'purged'
  readonly mark: PurgeMark
}

export type LoadedGeneration = CurrentGeneration | OldGeneration
