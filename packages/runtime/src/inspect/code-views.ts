import type { Diagnostic } from '../diagnostic.ts'
import type { ModuleGeneration } from '../ids.ts'
import type { PinnedGeneration, PurgeMark, ReachedView, ReclaimView } from './pin-views.ts'

// Of the wire's types those of code: modules and their generations, sources, packages, and what a load would do.

export interface PackageRelease {
  readonly name: string
  readonly release: string
}

export interface ModuleView {
  readonly name: string
  readonly current: number | null
  /** Loaded ones, highest first. */
  readonly generations: readonly number[]
  /** Processes that pin an old generation. */
  readonly pins: number
  readonly layers: readonly GenerationView[]
  /** The file on disk is not the current generation's source. */
  readonly differsOnDisk: boolean
  readonly hold: HoldView | null
}

export interface GenerationView {
  readonly module: string
  readonly number: number
  readonly status: 'current' | 'old' | 'purged'
  /** An old generation that no process pins and no loaded generation was built with. */
  readonly drained: boolean
  readonly pins: number
  /** Loaded generations whose body read a class or another value of it. */
  readonly readBy: readonly ModuleGeneration[]
  /** When the oldest pin began; `null` without pins. */
  readonly oldestPinAt: string | null
  /** Abnormal ends of processes in the last 60 s. */
  readonly crashesPerMinute: number
  readonly hash: string
  readonly codeBytes: number
  readonly packages: readonly PackageRelease[]
  readonly exports: readonly string[]
  /** Exports a message with which a process is asked to move on. */
  readonly upgradable: boolean
  readonly loadedAt: string
  readonly loadedBy: string
  readonly note: string
  /** File below the system's folder the source came from, if any. */
  readonly origin: string | null
  readonly purge: PurgeMark | null
  /** Whether the memory of a purged generation is free again; `null` while it is loaded. */
  readonly reclaimed: ReclaimView | null
  /** How often purged code of it was reached since; `null`: never. */
  readonly reached: ReachedView | null
  /** Its content is refused at every later load. */
  readonly markedBad: MarkView | null
  /** It is left out of a soft purge that names no generation. */
  readonly markedKeep: MarkView | null
}

/** GEN9: loads, rollbacks and deletes by others are refused. */
export interface HoldView {
  readonly by: string
  readonly reason: string
  readonly since: string
  /** `null`: until it is released. */
  readonly until: string | null
}

export interface MarkView {
  readonly by: string
  readonly reason: string
  readonly at: string
}

export interface SourceView {
  readonly module: string
  readonly number: number
  readonly text: string
  readonly origin: string | null
  readonly hash: string
}

/** A file of a package that went into a generation, as it was on the disk. */
export interface ManifestFile {
  /** The package's own name. */
  readonly package: string
  readonly release: string
  /** Inside the package. */
  readonly path: string
  /** sha256 of the file, hex. */
  readonly hash: string
}

/** Which rows of a manifest: 500 at most. */
export interface ManifestPage {
  readonly offset?: number
  readonly limit?: number
}

/** GEN15: the files of packages with which a generation was loaded. */
export interface ManifestView extends ModuleGeneration {
  readonly releases: readonly { readonly name: string; readonly release: string; readonly files: number }[]
  readonly total: number
  readonly files: readonly ManifestFile[]
}

/** What other packages one generation was loaded with than another. */
export interface ManifestDifference {
  readonly module: string
  readonly from: number
  readonly to: number
  /** Those that differ; `changed` counts files with another content. */
  readonly releases: readonly {
    readonly name: string
    readonly from: readonly string[]
    readonly to: readonly string[]
    readonly changed: number
  }[]
  readonly total: number
  readonly files: readonly {
    readonly package: string
    readonly path: string
    readonly from: { readonly release: string; readonly hash: string } | null
    readonly to: { readonly release: string; readonly hash: string } | null
  }[]
}

/** A file of the system's folder that can be loaded. */
export interface Candidate {
  readonly path: string
  readonly module: string
  readonly bytes: number
  /** `current` has the current generation's content, `loaded` an older loaded one's, `differs` another, `new`: no such module yet. */
  readonly state: 'current' | 'loaded' | 'differs' | 'new'
  /** The loaded generation with this content. */
  readonly generation: number | null
  /** First line of the file's leading comment, if it has one. */
  readonly title: string | null
}

export interface PolicyOutcome {
  readonly policy: OldPolicy
  readonly status: 'loads' | 'refused'
  readonly kills: number
  readonly purges: readonly number[]
  readonly pinned: readonly PinnedGeneration[]
}

export type OldPolicy = 'refuse' | 'soft-purge' | 'purge' | 'keep'

export interface CheckView {
  readonly modules: readonly {
    readonly module: string
    readonly next: number
    readonly current: number | null
    readonly currentText: string | null
    /** Loaded generation with the same content. */
    readonly sameAs: number | null
    /** The generation whose bad mark refuses this content, purged or not. */
    readonly markedBad: { readonly number: number; readonly by: string; readonly reason: string } | null
    readonly packages: readonly { name: string; from: string | null; to: string | null }[]
    readonly policies: readonly PolicyOutcome[]
  }[]
  readonly diagnostics: readonly Diagnostic[]
  /** How long it took, types included. */
  readonly checkedMs: number
}
