import type { CompiledModule, CompiledPackage } from '../compiler/compiled.ts'
import type { Links } from '../compiler/diagnose/diagnose-links.ts'
import type { PurgeMark } from '../inspect/views.ts'
import type { PackageRecord } from './package-record.ts'

/** What is known of a generation for as long as its module is, also once it is purged. Its text and code are in the journal. */
export interface GenerationFacts {
  readonly module: string
  readonly number: number
  readonly origin: string | null
  readonly hash: string
  readonly sourceHash: string
  readonly loadedAt: number
  readonly loadedBy: string
  readonly note: string
  readonly releases: CompiledModule['releases']
  /** Every release with its files, for the manifest (GEN15). */
  readonly packages: readonly PackageRecord[]
  readonly exports: readonly string[]
  /** Modules that it imports. */
  readonly imports: readonly string[]
  readonly codeBytes: number
  /** What it gives to other modules and takes from them: what a later load is compared with. Nothing once it is purged. */
  readonly links: Links
}

/** A generation's text, and its code as the compiler made it; schedulers instantiate from it. */
export interface GenerationCode {
  readonly source: string
  readonly compiled: CompiledModule
  readonly packages: readonly CompiledPackage[]
}

export type Generation = CurrentGeneration | OldGeneration | PurgedGeneration

export interface CurrentGeneration extends GenerationFacts {
  readonly status: 'current'
}

export interface OldGeneration extends GenerationFacts {
  readonly status: 'old'
}

export interface PurgedGeneration extends GenerationFacts {
  readonly status: 'purged'
  readonly mark: PurgeMark
}

export type LoadedGeneration = CurrentGeneration | OldGeneration
