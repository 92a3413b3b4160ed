import { builtinModules } from 'node:module'
import { dirname, extname, join, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { IMPORT_CONDITIONS, matchExports, matchImports, REQUIRE_CONDITIONS } from './package-conditions.ts'
import { packageNameOf } from './package-folders.ts'
import type { PackageFolders } from './package-folders.ts'

export type RequestKind = 'import' | 'require'

/** Where an import of a package's file leads. */
export type Resolved =
  | { readonly kind: 'file'; readonly file: string; readonly folder: string }
  /** A Node built-in or shared package, by the name it is required with. */
  | { readonly kind: 'native'; readonly name: string }
  /** Not there: refused where it is needed, thrown when it is reached. */
  | { readonly kind: 'missing'; readonly message: string; readonly code: string }
  /** There, and not what can be kept per release. */
  | { readonly kind: 'refused'; readonly message: string; readonly hint: string }

/** The importing file, and the folder of its package, both without links; `null`: a module of the system. */
export interface Importer {
  readonly file: string
  readonly folder: string | null
}

type PackageImporter = Importer & { readonly folder: string }

const EXTENSIONS = ['.js', '.json', '.node']

/** Resolves as Node 24 does, with its conditions, for `import` and for `require`; no plugin or configuration is asked. */
export class PackageResolver {
  readonly #folders: PackageFolders
  readonly #shared: readonly string[]

  constructor(folders: PackageFolders, shared: readonly string[]) {
    this.#folders = folders
    this.#shared = shared
  }

  resolve(specifier: string, from: PackageImporter, kind: RequestKind): Resolved {
    const bare = specifier.replace(/^node:/, '')
    if (specifier.startsWith('node:') ? builtinModules.includes(bare) || builtinModules.includes(specifier) : builtinModules.includes(bare))
      return { kind: 'native', name: `node:${bare}` }
    if (/^\.\.?(\/|$)/.test(specifier)) return this.#relative(specifier, from, kind)
    if (specifier.startsWith('#')) return this.#internal(specifier, from, kind)
    if (/^[a-z][a-z0-9+.-]*:/i.test(specifier) || specifier.startsWith('/') || specifier === '' || specifier.includes('\\'))
      return missing(specifier, kind)
    return this.fromPackages(specifier, from, kind)
  }

  /** A bare specifier: the importing package itself, or one of `node_modules`. */
  fromPackages(specifier: string, from: Importer, kind: RequestKind): Resolved {
    const name = packageNameOf(specifier)
    const subpath = `.${specifier.slice(name.length)}`
    if (this.#shared.includes(name) || this.#shared.includes(specifier)) return { kind: 'native', name: specifier }
    const own = from.folder === null ? undefined : this.#folders.manifest(from.folder)
    if (from.folder !== null && own?.name === name && own.exports !== undefined)
      return this.#exported(specifier, from.folder, own.exports, subpath, kind)
    const found = this.#folders.find(name, dirname(from.file))
    if (found === undefined) return missing(specifier, kind)
    if (found.status === 'outside')
      return {
        kind: 'refused',
        message: `\`${name}\` is a link out of the installation (${found.folder})`,
        hint: `Install it, make it a workspace of the same repository, or list \`${name}\` in \`shared\` of strata.config.ts.`,
      }
    const { folder } = found
    const manifest = this.#folders.manifest(folder)
    if (manifest?.exports !== undefined) return this.#exported(specifier, folder, manifest.exports, subpath, kind)
    const path = join(folder, subpath)
    if (subpath === '.' || subpath === './') return this.#open(this.#asFolder(folder), folder, specifier, kind)
    return this.#open(kind === 'require' ? this.#asFileOrFolder(path, subpath.endsWith('/')) : this.#asFile(path), folder, specifier, kind)
  }

  #relative(specifier: string, from: PackageImporter, kind: RequestKind): Resolved {
    if (kind === 'import') {
      const { pathname } = new URL(specifier, pathToFileURL(from.file))
      if (/%2f|%5c/i.test(pathname)) return missing(specifier, kind)
      return this.#open(this.#asFile(decodeURIComponent(pathname)), from.folder, specifier, kind)
    }
    return this.#open(
      this.#asFileOrFolder(join(dirname(from.file), specifier), /(^|\/)\.{0,2}$/.test(specifier)),
      from.folder,
      specifier,
      kind,
    )
  }

  #internal(specifier: string, from: PackageImporter, kind: RequestKind): Resolved {
    const scope = this.#folders.scope(from.file, from.folder)
    const target = matchImports(scope?.manifest.imports, specifier, kind === 'import' ? IMPORT_CONDITIONS : REQUIRE_CONDITIONS)
    if (scope === undefined || typeof target !== 'string')
      return { kind: 'missing', message: `Package import specifier "${specifier}" is not defined`, code: 'ERR_PACKAGE_IMPORT_NOT_DEFINED' }
    if (target.startsWith('./')) return this.#open(this.#asFile(join(scope.folder, target)), from.folder, specifier, kind)
    return this.resolve(target, { file: join(scope.folder, 'package.json'), folder: from.folder }, kind)
  }

  #exported(specifier: string, folder: string, exports: unknown, subpath: string, kind: RequestKind): Resolved {
    const target = matchExports(exports, subpath, kind === 'import' ? IMPORT_CONDITIONS : REQUIRE_CONDITIONS)
    if (typeof target === 'string') return this.#open(this.#asFile(join(folder, target)), folder, specifier, kind)
    const what = subpath === '.' ? 'No "exports" main' : `Package subpath '${subpath}' is not`
    return { kind: 'missing', message: `${what} defined by "exports" of ${this.#nameOf(folder)}`, code: 'ERR_PACKAGE_PATH_NOT_EXPORTED' }
  }

  #asFile(path: string): string | undefined {
    return this.#folders.kind(path) === 'file' ? path : undefined
  }

  #asFileOrFolder(path: string, onlyFolder: boolean): string | undefined {
    if (!onlyFolder) {
      const file = this.#withExtension(path)
      if (file !== undefined) return file
    }
    return this.#folders.kind(path) === 'folder' ? this.#asFolder(path) : undefined
  }

  #asFolder(folder: string): string | undefined {
    const main = this.#folders.manifest(folder)?.main
    if (main !== undefined && main !== '') {
      const path = join(folder, main)
      const found = this.#withExtension(path) ?? this.#withExtension(join(path, 'index'))
      if (found !== undefined) return found
    }
    return this.#withExtension(join(folder, 'index'))
  }

  #withExtension(path: string): string | undefined {
    return ['', ...EXTENSIONS].map((extension) => path + extension).find((candidate) => this.#folders.kind(candidate) === 'file')
  }

  #open(file: string | undefined, folder: string, specifier: string, kind: RequestKind): Resolved {
    if (file === undefined) return missing(specifier, kind)
    const real = this.#folders.real(file)
    if (!real.startsWith(folder + sep))
      return { kind: 'refused', message: `\`${specifier}\` leads out of its package (${real})`, hint: sharedHint(this.#nameOf(folder)) }
    const extension = extname(real)
    if (extension === '.node' || extension === '.wasm') {
      const what = extension === '.node' ? 'a native addon' : 'WebAssembly'
      return {
        kind: 'refused',
        message: `\`${this.#nameOf(folder)}\` needs ${what} (${real.slice(folder.length + 1)}), which cannot be kept per release`,
        hint: sharedHint(this.#nameOf(folder)),
      }
    }
    return { kind: 'file', file: real, folder }
  }

  #nameOf(folder: string): string {
    return this.#folders.manifest(folder)?.name ?? folder
  }
}

function sharedHint(name: string): string {
  return `List \`${name}\`, or the package that imports it, in \`shared\` of strata.config.ts: it is then imported once per scheduler.`
}

function missing(specifier: string, kind: RequestKind): Resolved {
  const code = kind === 'require' ? 'MODULE_NOT_FOUND' : 'ERR_MODULE_NOT_FOUND'
  return { kind: 'missing', message: `Cannot find module '${specifier}'`, code }
}
