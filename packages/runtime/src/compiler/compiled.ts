import type { Diagnostic } from '../diagnostic.ts'
import type { PackageRelease } from '../inspect/views.ts'

/** A function of a compiled module: static, pushed with each of its frames. Lines and columns are the source's, 1-based. */
export interface FunctionDescriptor {
  readonly name: string
  readonly line: number
  readonly column: number
  /** Places of its awaits and checks; a frame's `site` is an index here. */
  readonly sites: readonly (readonly [line: number, column: number])[]
}

export interface ExportInfo {
  readonly name: string
  readonly kind: 'function' | 'async' | 'class' | 'value'
  /** The binding is never assigned again: it may be copied. */
  readonly constant: boolean
}

/** A late-bound import: a module of the system, the module itself included. */
export interface ModuleImport {
  readonly module: string
  /** Names used, `*` for the namespace as a value. */
  readonly names: readonly string[]
  readonly line: number
  readonly column: number
}

/** What a module uses of an export of another, and how: what tells whether it goes on working with another version of it. */
export interface ExportUse {
  readonly module: string
  readonly name: string
  /** By `import { name }` or a re-export, not through a namespace: JavaScript asks that it exists. */
  readonly named: boolean
  /** `read`: what a call returns is used at once, as no promise can be; `dropped`: the call stands alone; `spawned`: a process begins there. */
  readonly how: 'awaited' | 'call' | 'dropped' | 'read' | 'new' | 'value' | 'spawned'
  readonly line: number
  readonly column: number
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
  readonly specifier: string
  readonly releases: readonly PackageRelease[]
  /** See ABI: `(function ($, module, exports, require) {…})`. */
  readonly code: string
  readonly map: string
  readonly bytes: number
  /** Node built-ins it requires. */
  readonly natives: readonly string[]
}

export interface CompiledModule {
  readonly module: string
  /** File below the system's folder, or `NAME.ts`. Shown in places: `session.ts:41`. */
  readonly file: string
  /** sha256 of the source and of the hashes of its packages, hex. */
  readonly hash: string
  readonly sourceHash: string
  /** See ABI: a script whose value is `(function* ($) {…})`. */
  readonly code: string
  readonly map: string
  readonly imports: readonly ModuleImport[]
  readonly uses: readonly ExportUse[]
  /** Behind `$.packages`, in order: hashes over the imported file and all that it reaches. */
  readonly packages: readonly string[]
  /** Node built-ins and shared packages behind `$.natives`, in order. */
  readonly natives: readonly string[]
  readonly releases: readonly PackageRelease[]
  readonly exports: readonly ExportInfo[]
  readonly functions: readonly FunctionDescriptor[]
  /** Native code can enter it outside any turn: it uses packages, built-ins or such globals, or handles promises by hand. */
  readonly nativeCallbacks: boolean
}

export type CompileOutcome =
  | {
      readonly status: 'compiled'
      readonly modules: readonly CompiledModule[]
      readonly packages: readonly CompiledPackage[]
      readonly diagnostics: readonly Diagnostic[]
    }
  | { readonly status: 'rejected'; readonly code: 'invalid_source' | 'unresolved_import'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly status: 'too_large'; readonly what: 'bundle'; readonly limit: number; readonly size: number }
