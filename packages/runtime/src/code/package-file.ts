import { posix } from 'node:path'
import type { CompiledPackage, CompiledPackageFile } from '../compiler/compiled.ts'

export type LoadedLink =
  | { readonly kind: 'file'; readonly file: LoadedFile }
  | { readonly kind: 'native'; readonly name: string }
  | { readonly kind: 'missing'; readonly message: string; readonly code: string }

/** One release of a package on one scheduler, with what has been loaded of it. */
export interface LoadedRelease extends Pick<CompiledPackage, 'id' | 'name' | 'release' | 'folder'> {
  readonly files: Map<string, LoadedFile>
}

export interface CommonJsModule {
  exports: unknown
  readonly id: string
  readonly filename: string
  loaded: boolean
  readonly children: readonly unknown[]
  readonly paths: readonly string[]
  readonly require: (specifier: string) => unknown
}

/** A package's file on one scheduler: evaluated once, when it is first reached. */
export class LoadedFile {
  readonly release: LoadedRelease
  readonly compiled: CompiledPackageFile
  readonly links = new Map<string, LoadedLink>()
  /** How many entries of loaded generations reach it. */
  holders = 0
  status: 'new' | 'linked' | 'evaluating' | 'evaluated' = 'new'
  failure: { readonly error: unknown } | undefined
  /** Of CommonJS and JSON, from the beginning of its evaluation. */
  module: CommonJsModule | { exports: unknown } | undefined
  /** What `import * from` it is. */
  namespace: object | undefined
  /** Of an ES module: what is left to run, and an accessor for each of its own exports. */
  body: Generator<object, void, void> | undefined
  exports: object = {}

  constructor(release: LoadedRelease, compiled: CompiledPackageFile) {
    this.release = release
    this.compiled = compiled
  }

  get filename(): string {
    return posix.join(this.release.folder, this.compiled.path)
  }

  get scriptName(): string {
    return `package:${this.release.id.slice(0, 16)}/${this.compiled.path}`
  }

  /** A file of the same release that a computed relative name means, if anything that was loaded names it. */
  sibling(specifier: string): LoadedFile | undefined {
    const path = posix.join(posix.dirname(this.compiled.path), specifier)
    for (const end of ['', '.js', '.json', '/index.js']) {
      const file = this.release.files.get(path + end)
      if (file !== undefined) return file
    }
    return undefined
  }
}
