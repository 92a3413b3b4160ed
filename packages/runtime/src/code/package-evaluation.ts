import { builtinModules } from 'node:module'
import { posix } from 'node:path'
import { pathToFileURL } from 'node:url'
import { INTRINSICS, type Counter, type PackageRecord, type Registers } from '../abi.ts'
import type { CommonJsModule, LoadedFile, LoadedLink } from './package-file.ts'
import { ExportResolver, fillFromValue, isModule, linkOf } from './package-namespace.ts'
import { runScript } from './run-script.ts'

/** What packages' code is given besides its imports. */
export interface PackageSurroundings {
  readonly registers: Registers
  readonly counter: Counter
  readonly globals: Record<string, unknown>
}

/** An error as Node's loaders make it. */
function loaderError(message: string, code: string): Error {
  return Object.assign(new Error(message), { code })
}

/** Evaluates files of packages as Node evaluates them: ES modules linked first and then in order, CommonJS when it is reached, each once. */
export class PackageEvaluation {
  readonly #native: (name: string) => unknown
  readonly #surroundings: () => PackageSurroundings
  readonly #natives = new Map<string, object>()
  readonly #exports = new ExportResolver({ of: (link) => this.#namespaceOf(link) })

  constructor(native: (name: string) => unknown, surroundings: () => PackageSurroundings) {
    this.#native = native
    this.#surroundings = surroundings
  }

  /** `import * from` a file, evaluated. */
  import(file: LoadedFile): object {
    if (file.compiled.format !== 'module') {
      this.#require(file)
      return this.#namespaceOf({ kind: 'file', file })
    }
    this.#link(file)
    this.#evaluate(file)
    return file.namespace as object
  }

  /** `require` of a file, evaluated. */
  #require(file: LoadedFile): unknown {
    if (file.compiled.format === 'module') return this.#requireModule(file)
    if (file.module !== undefined) return file.module.exports
    if (file.compiled.format === 'json') {
      file.module = { exports: JSON.parse(file.compiled.code) as unknown }
      return file.module.exports
    }
    const { filename } = file
    const require = this.#requireOf(file)
    const module: CommonJsModule = { exports: {}, id: filename, filename, loaded: false, children: [], paths: [], require }
    file.module = module
    const factory = runScript(file.compiled.code, file.scriptName) as (record: PackageRecord) => (...rest: readonly unknown[]) => void
    try {
      factory(this.#record(file, [])).call(module.exports, module.exports, require, module, filename, posix.dirname(filename))
    } catch (error) {
      // As in Node: what failed is evaluated again when it is asked for again.
      file.module = undefined
      throw error
    }
    module.loaded = true
    return module.exports
  }

  #requireModule(file: LoadedFile): unknown {
    if (file.status === 'evaluating')
      throw loaderError(`Cannot require() ES Module ${file.filename} in a cycle.`, 'ERR_REQUIRE_CYCLE_MODULE')
    const namespace = this.import(file) as Record<string, unknown>
    if (Object.hasOwn(namespace, 'module.exports')) return namespace['module.exports']
    if (!Object.hasOwn(namespace, 'default') || Object.hasOwn(namespace, '__esModule')) return namespace
    file.module ??= { exports: withMark(namespace) }
    return file.module.exports
  }

  #link(root: LoadedFile): void {
    if (root.status !== 'new') return
    const linked: LoadedFile[] = [root]
    root.status = 'linked'
    try {
      for (const file of linked) {
        const requests = file.compiled.interface?.requests ?? []
        const links = requests.map((_, request) => linkOf(file, request))
        for (const link of links) {
          if (!isModule(link) || link.file.status !== 'new') continue
          link.file.status = 'linked'
          linked.push(link.file)
        }
        const record = this.#record(
          file,
          links.map((link) => this.#namespaceOf(link)),
        )
        const factory = runScript(file.compiled.code, file.scriptName) as (record: PackageRecord) => Generator<object, void, void>
        file.body = factory(record)
        file.exports = file.body.next().value as object
      }
      for (const file of linked) this.#exports.complete(file, this.#namespaceOf({ kind: 'file', file }))
      for (const file of linked) this.#requireNames(file)
    } catch (error) {
      for (const file of linked) {
        file.status = 'new'
        file.namespace = undefined
      }
      throw error
    }
  }

  /** The names that an ES module imports of ES modules and built-ins exist, or it is a SyntaxError before anything runs. */
  #requireNames(file: LoadedFile): void {
    for (const { request, name } of file.compiled.interface?.wanted ?? []) {
      const link = linkOf(file, request)
      const specifier = file.compiled.interface?.requests[request]
      const there = isModule(link)
        ? typeof this.#exports.resolve(link.file, name, []) === 'object'
        : link.kind !== 'native' || Object.hasOwn(this.#namespaceOf(link), name)
      if (!there) throw new SyntaxError(`The requested module '${specifier}' does not provide an export named '${name}'`)
    }
  }

  #evaluate(file: LoadedFile): void {
    if (file.failure !== undefined) throw file.failure.error
    if (file.status !== 'linked') return
    file.status = 'evaluating'
    try {
      for (const request of (file.compiled.interface?.requests ?? []).keys()) {
        const link = linkOf(file, request)
        if (link.kind === 'missing') throw loaderError(link.message, link.code)
        if (link.kind === 'native') continue
        if (isModule(link)) this.#evaluate(link.file)
        else this.import(link.file)
      }
      file.body?.next()
      file.status = 'evaluated'
    } catch (error) {
      file.failure = { error }
      throw error
    }
  }

  /** The namespace as an object that importers can hold before it is complete. */
  #namespaceOf(link: LoadedLink): object {
    if (link.kind === 'missing') return {}
    if (link.kind === 'native') return this.#nativeNamespace(link.name)
    const { file } = link
    file.namespace ??= Object.setPrototypeOf({}, null) as object
    if (file.compiled.format !== 'module' && file.module !== undefined && isEvaluated(file.module) && Object.isExtensible(file.namespace))
      fillFromValue(file.namespace, file.module.exports)
    return file.namespace
  }

  #nativeNamespace(name: string): object {
    let namespace = this.#natives.get(name)
    if (namespace === undefined) {
      const value = this.#native(name)
      const isNamespace = typeof value === 'object' && value !== null && Object.prototype.toString.call(value) === '[object Module]'
      namespace = isNamespace ? value : fillFromValue(Object.setPrototypeOf({}, null) as object, value)
      this.#natives.set(name, namespace)
    }
    return namespace
  }

  #record(file: LoadedFile, links: readonly object[]): PackageRecord {
    const { registers: s, counter: c, globals } = this.#surroundings()
    const { filename } = file
    const url = pathToFileURL(filename).href
    return {
      s,
      c,
      own: INTRINSICS,
      globals,
      links,
      import: async (specifier) => {
        const link = this.#reach(file, `${specifier as string}`, 'import')
        return link.kind === 'file' ? this.import(link.file) : this.#namespaceOf(link)
      },
      meta: {
        __proto__: null,
        dirname: posix.dirname(filename),
        filename,
        main: false,
        resolve: (specifier: string) => {
          const link = this.#reach(file, specifier, 'import')
          return link.kind === 'file' ? pathToFileURL(link.file.filename).href : link.name
        },
        url,
      },
    }
  }

  #requireOf(file: LoadedFile): (specifier: string) => unknown {
    const require = (specifier: string): unknown => {
      const link = this.#reach(file, specifier, 'require')
      return link.kind === 'native' ? this.#native(link.name) : this.#require(link.file)
    }
    return Object.assign(require, {
      resolve: (specifier: string): string => {
        const link = this.#reach(file, specifier, 'require')
        return link.kind === 'native' ? link.name : link.file.filename
      },
      main: undefined,
      cache: {},
      extensions: {},
    })
  }

  #reach(file: LoadedFile, specifier: string, kind: 'import' | 'require'): Exclude<LoadedLink, { kind: 'missing' }> {
    const link = file.links.get(`${kind} ${specifier}`)
    if (link?.kind === 'missing') {
      const stack = kind === 'require' ? `\nRequire stack:\n- ${file.filename}` : ` imported from ${file.filename}`
      throw loaderError(link.message + stack, link.code)
    }
    if (link !== undefined) return link
    const bare = specifier.replace(/^node:/, '')
    if (builtinModules.includes(bare)) return { kind: 'native', name: `node:${bare}` }
    const sibling = /^\.\.?(\/|$)/.test(specifier) ? file.sibling(specifier) : undefined
    if (sibling !== undefined) return { kind: 'file', file: sibling }
    const { name, release } = file.release
    throw loaderError(
      `Cannot find module '${specifier}': ${file.compiled.path} of ${name}@${release} asks for it by a computed name. List \`${name}\` in \`shared\` of strata.config.ts`,
      kind === 'require' ? 'MODULE_NOT_FOUND' : 'ERR_MODULE_NOT_FOUND',
    )
  }
}

function isEvaluated(module: CommonJsModule | { exports: unknown }): boolean {
  return !('loaded' in module) || module.loaded
}

/** What `require` of an ES module with a default gives: its names, and the mark that tools look for. */
function withMark(namespace: object): object {
  const marked = Object.setPrototypeOf({}, null) as object
  const names = [...Object.keys(namespace), '__esModule'].sort()
  for (const name of names)
    Object.defineProperty(marked, name, {
      get: () => name === '__esModule' || (namespace as Record<string, unknown>)[name],
      enumerable: true,
    })
  Object.defineProperty(marked, Symbol.toStringTag, { value: 'Module' })
  return Object.preventExtensions(marked)
}
