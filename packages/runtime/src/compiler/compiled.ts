import type { Diagnostic } from '../errors.ts'
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

/** A bundle of one npm package entry, compiled with checks; kept once per scheduler and content. */
export interface CompiledPackage {
  /** sha256 of `code`, hex. */
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
  /** Hashes of the packages behind `$.packages`, in order. */
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
