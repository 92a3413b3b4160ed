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
  /** `*`: further names, which only show when the module is instantiated (`export *` of a CommonJS package). */
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
  /** By a statement, so that its body comes first; otherwise by `import()` only. */
  readonly eager: boolean
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

/** Where a request of a package's file leads. */
export type PackageLink =
  | { readonly kind: 'file'; readonly package: string; readonly path: string }
  /** A Node built-in or shared package. */
  | { readonly kind: 'native'; readonly name: string }
  /** Thrown when it is reached, with the code that Node gives it. */
  | { readonly kind: 'missing'; readonly message: string; readonly code: string }

export type PackageFileFormat = 'module' | 'commonjs' | 'json'

/** What an ES module imports and exports, by the number of the request. `*` is the whole namespace. */
export interface PackageInterface {
  /** Specifiers, in the order in which they are evaluated. */
  readonly requests: readonly string[]
  readonly wanted: readonly { readonly request: number; readonly name: string }[]
  readonly locals: readonly string[]
  readonly indirect: readonly { readonly name: string; readonly request: number; readonly imported: string }[]
  readonly stars: readonly number[]
}

/** One file of a package, compiled with checks. */
export interface CompiledPackageFile {
  readonly path: string
  /** sha256 of the file as it is on the disk, hex. */
  readonly hash: string
  /** sha256 over it and all that it reaches, hex: what a module's `packages` name. */
  readonly deepHash: string
  readonly format: PackageFileFormat
  /** See ABI; the text itself for JSON. */
  readonly code: string
  readonly map: string
  /** By kind and specifier: `import ./x.js`, `require c`. */
  readonly links: readonly (readonly [request: string, link: PackageLink])[]
  /** Of an ES module. */
  readonly interface: PackageInterface | null
}

/** Files of one release of a package, with the releases below it behind their links. */
export interface CompiledPackage {
  /** Of its one instance on each scheduler: files of the same identity live together. */
  readonly id: string
  /** Of this text, hex: identity and files. */
  readonly hash: string
  readonly name: string
  readonly release: string
  /** Where it was found: its files' `__filename` lies there. */
  readonly folder: string
  readonly files: readonly CompiledPackageFile[]
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
  /** Deep hashes of the files of packages behind `$.packages`, in order. */
  readonly packages: readonly string[]
  /** By which names its text imports them. */
  readonly packageNames: readonly (readonly [specifier: string, hash: string])[]
  /** Node built-ins and shared packages behind `$.natives`, in order. */
  readonly natives: readonly string[]
  readonly releases: readonly PackageRelease[]
  readonly exports: readonly ExportInfo[]
  readonly functions: readonly FunctionDescriptor[]
  /** The body has an `await` outside all functions: it is the first of `functions`. */
  readonly waits: boolean
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
