import { builtinModules } from 'node:module'
import { posix } from 'node:path'
import type { CompiledModule } from '../compiler/compiled.ts'
import { isModuleName } from '../ids.ts'
import type { CodeSurroundings } from './code-table.ts'
import type { SetEvaluation } from './evaluate-set.ts'
import type { CodeInstance } from './instance.ts'
import { ModuleLink, SetLink } from './module-links.ts'
import type { PackageTable } from './package-table.ts'

// Made before any user code runs: a body may replace `Promise.resolve`.
const RESOLVED = Promise.resolve()

/** What `import(x)` rejects with when nothing that is loaded answers to the name. */
export class ImportError extends Error {
  readonly code = 'unresolved_import'
  readonly specifier: string
  constructor(specifier: string, why: string) {
    super(`\`${specifier}\` cannot be imported: ${why}`)
    this.name = 'ImportError'
    this.specifier = specifier
  }
}

const PROCESS_API = '@strata/runtime/process'

interface ImportSurroundings {
  link(module: string): ModuleLink | undefined
  namespace(link: ModuleLink): object
  instances(): Iterable<CodeInstance>
  readonly packages: PackageTable
  readonly require: NodeJS.Require
  surroundings(): CodeSurroundings
}

/** `import(x)` on one scheduler: reaches what is loaded, as it is at the call. */
export class DynamicImports {
  readonly #reach: ImportSurroundings
  /** Of the set whose bodies run. */
  evaluation: SetEvaluation | undefined

  constructor(reach: ImportSurroundings) {
    this.#reach = reach
  }

  /** `request` is a link where the text has the name of a module, else the value of the argument. */
  async import(importer: CompiledModule, request: unknown, options: unknown): Promise<object> {
    if (request instanceof ModuleLink || request instanceof SetLink) return this.#module([request.module], `./${request.module}.ts`)
    const specifier = `${request as string}`
    checkOptions(options, specifier)
    if (specifier === PROCESS_API) return this.#reach.surroundings().api
    if (/^\.\.?(\/|$)/.test(specifier)) return this.#module(modulesNamed(specifier, importer.file), specifier)
    const namespace = this.#native(specifier) ?? this.#package(specifier, importer)
    if (namespace !== undefined) return namespace
    if (/^[a-z][a-z0-9+.-]*:/i.test(specifier)) throw new ImportError(specifier, "imports stay in the system's folder and its packages")
    throw new ImportError(
      specifier,
      'no loaded generation imports a package by that name. Import it by a string in the text: then it is loaded with the module',
    )
  }

  async #module(names: readonly string[], specifier: string): Promise<object> {
    for (const name of names) {
      const link = this.#reach.link(name)
      if (link?.isBound !== true) continue
      const evaluation = this.#reach.surroundings().isInBody() ? this.evaluation : undefined
      if (evaluation !== undefined) {
        // Not while a body runs: a member that it imports may be on its way to this one.
        await RESOLVED
        await evaluation.member(name)
      }
      return this.#reach.namespace(link)
    }
    throw new ImportError(specifier, 'no module of the system has that name and a current generation')
  }

  /** A Node built-in, or a shared package that a generation was loaded with. */
  #native(specifier: string): object | undefined {
    const isBuiltin = builtinModules.includes(specifier.replace(/^node:/, '')) || builtinModules.includes(specifier)
    if (!isBuiltin && ![...this.#reach.instances()].some(({ compiled }) => compiled.natives.includes(specifier))) return undefined
    const exports = this.#reach.require(specifier) as object & { readonly [Symbol.toStringTag]?: unknown }
    return exports[Symbol.toStringTag] === 'Module' ? exports : Object.assign(Object.create(null) as object, exports, { default: exports })
  }

  /** A package that a generation was loaded with under this name: the importer's own, else the latest. */
  #package(specifier: string, importer: CompiledModule): object | undefined {
    const others = [...this.#reach.instances()].reverse().map(({ compiled }) => compiled)
    for (const { packageNames } of [importer, ...others]) {
      const hash = packageNames.find(([name]) => name === specifier)?.[1]
      if (hash !== undefined) return this.#reach.packages.instantiate([hash], [])[0]
    }
    return undefined
  }
}

function checkOptions(options: unknown, specifier: string): void {
  if (options === undefined) return
  if (typeof options !== 'object' || options === null) throw new TypeError('The second argument of import() must be an object')
  const attributes: unknown = (options as { with?: unknown }).with
  if (attributes === undefined) return
  if (typeof attributes !== 'object' || attributes === null) throw new TypeError("The 'with' option of import() must be an object")
  const [name] = Object.keys(attributes)
  if (name !== undefined) throw new ImportError(specifier, `the attribute \`${name}\` is not supported`)
}

/** Names of modules that a relative specifier can mean, as for an import statement (COMP3). */
function modulesNamed(specifier: string, file: string): string[] {
  const path = posix.normalize(posix.join(posix.dirname(file), specifier))
  const stem = path.replace(/\.[tj]s$/, '')
  return (path === stem ? [stem, `${stem}/index`] : [stem]).filter(isModuleName)
}
