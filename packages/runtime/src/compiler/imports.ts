import { behaviourNamed } from '../abi.ts'
import type { ModuleImport } from './compiled.ts'
import type { Helpers } from './helpers.ts'
import type { Names } from './names.ts'
import type { ImportUse } from './rewriter.ts'
import type { Scopes } from './scopes.ts'
import type { ParsedModule } from './parse-module.ts'
import type { Node } from './syntax.ts'

/** What an import's specifier stands for. */
export type Resolution =
  /** A module of the system, the importing one included. `exports` are its names, for `export *`. */
  | { readonly kind: 'module'; readonly module: string; readonly exports?: readonly string[] }
  /** `exports` of an ES module are all there are; a CommonJS module's are not known. */
  | { readonly kind: 'package'; readonly hash: string; readonly exports?: readonly string[] }
  /** A Node built-in or shared package, by the name it is required with. */
  | { readonly kind: 'native'; readonly name: string; readonly exports?: readonly string[] }
  | { readonly kind: 'process'; readonly exports?: readonly string[] }
  | { readonly kind: 'refused'; readonly message: string; readonly hint?: string }

/** Globals that belong to the calling process inside a module. */
export const PROCESS_GLOBALS: ReadonlySet<string> = new Set([
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
])

/** What servers and state machines export of the process API as it is. */
const API_AGAIN: ReadonlySet<string> = new Set(['call', 'reply'])
const WITH_API_AGAIN: ReadonlySet<string> = new Set(['server', 'state-machine'])

/** Collects what a module imports and says how each imported variable is reached. */
export class Imports {
  readonly modules: { module: string; names: Set<string>; eager: boolean; line: number; column: number }[] = []
  readonly packages: string[] = []
  readonly natives: string[] = []
  /** Declarations for the prelude. */
  readonly declarations: string[] = []
  /** Local names of the process API, with the API's names; `*` for all of it. */
  readonly api: { readonly local: string; readonly imported: string }[] = []
  /** Local names of what behaviours export again of the process API, with the API's names. */
  readonly #apiAgain = new Map<string, string>()
  readonly #resolutions: ReadonlyMap<string, Resolution>
  readonly #names: Names
  readonly #uses = new Map<Node, ImportUse>()
  readonly #globals = new Map<string, ImportUse>()
  readonly #interop = new Map<string, string>()
  readonly #scopes: Scopes
  readonly #helpers: Helpers

  constructor(parsed: ParsedModule, resolutions: ReadonlyMap<string, Resolution>, scopes: Scopes, names: Names, helpers: Helpers) {
    this.#helpers = helpers
    this.#resolutions = resolutions
    this.#names = names
    this.#scopes = scopes
    for (const statement of parsed.program.body as Node[]) {
      if (!statement.source) continue
      const resolution = resolutions.get(statement.source.value)
      const [line, column] = parsed.positions.at(statement.start)
      if (resolution?.kind === 'module') this.link(resolution.module, true, line, column)
      // What is imported for its effects alone is evaluated, too, and all in the order of the text.
      if (resolution !== undefined) this.#listed(resolution)
      if (statement.type === 'ImportDeclaration')
        for (const specifier of statement.specifiers) this.#bind(specifier, statement.source.value)
    }
  }

  /** The process API as a whole. */
  get apiRecord(): string {
    return `${this.#names.prefix}.api`
  }

  resolution(specifier: string): Resolution | undefined {
    return this.#resolutions.get(specifier)
  }

  /** The link's variable. */
  link(module: string, eager = false, line = 0, column = 0): string {
    let index = this.modules.findIndex((entry) => entry.module === module)
    if (index === -1) index = this.modules.push({ module, names: new Set(), eager, line, column }) - 1
    return this.#names.of(`i${index}`)
  }

  moduleImports(): ModuleImport[] {
    return this.modules.map(({ module, names, eager, line, column }) => ({ module, names: [...names], eager, line, column }))
  }

  /** By which names the packages are imported. */
  packageNames(): (readonly [specifier: string, hash: string])[] {
    return [...this.#resolutions].flatMap(([specifier, resolution]) =>
      resolution.kind === 'package' && this.packages.includes(resolution.hash) ? [[specifier, resolution.hash] as const] : [],
    )
  }

  /** The function behind `import(x)`. */
  dynamic(): string {
    const variable = this.#names.of('import')
    const declaration = `const ${variable} = ${this.#names.prefix}.import;`
    if (!this.declarations.includes(declaration)) this.declarations.push(declaration)
    return variable
  }

  useOf(node: Node): ImportUse | undefined {
    const binding = this.#scopes.references.get(node)
    if (binding === undefined) return undefined
    if (binding !== null) return binding.kind === 'import' ? this.#uses.get(binding.node) : undefined
    return PROCESS_GLOBALS.has(node.name) ? this.#global(node.name) : undefined
  }

  /** The export of the process API that an imported name stands for, by whichever way. */
  apiNameOf(node: Node): string | undefined {
    if (this.#scopes.references.get(node)?.kind !== 'import') return undefined
    return this.#apiAgain.get(node.name) ?? this.api.find(({ local }) => local === node.name)?.imported
  }

  /** One export of a late-bound module. */
  member(module: string, name: string): ImportUse {
    const link = this.link(module)
    const key = JSON.stringify(name)
    const external = `${this.#names.of('s')}.external`
    const names = this.modules.find((entry) => entry.module === module)?.names
    return {
      get value() {
        names?.add(name)
        return `(${external}(${link}, ${key}))`
      },
      get called() {
        names?.add(name)
        return /^[A-Za-z_$][\w$]*$/.test(name) ? `${link}.ns.${name}` : `${link}.ns[${key}]`
      },
    }
  }

  /** A late-bound namespace as a value. */
  namespace(module: string): string {
    this.modules.find((entry) => entry.module === module)?.names.add('*')
    return `${this.#names.of('s')}.namespace(${this.link(module)})`
  }

  /** Variable that holds a package or native, its default, or its namespace. */
  external(resolution: Resolution, part: 'itself' | 'default' | 'namespace'): string {
    const [index, word, field] =
      resolution.kind === 'package' ? [this.#listed(resolution), 'k', 'packages'] : [this.#listed(resolution), 'v', 'natives']
    const id = `${word}${index}${part}`
    const known = this.#interop.get(id)
    if (known !== undefined) return known
    const record = `${this.#names.prefix}.${field}[${index}]`
    const variable = this.#names.of(id)
    this.#interop.set(id, variable)
    // Of a package the record is its namespace already.
    const read =
      part === 'itself' || (resolution.kind === 'package' && part === 'namespace')
        ? record
        : resolution.kind === 'package'
          ? `${record}.default`
          : `${this.#helpers.use(part === 'default' ? 'defaultOf' : 'namespaceOf')}(${record})`
    this.declarations.push(`const ${variable} = ${read};`)
    return variable
  }

  /** Its place among the packages or natives; a late-bound module has none. */
  #listed(resolution: Resolution): number {
    if (resolution.kind !== 'package' && resolution.kind !== 'native') return -1
    const [list, key] = resolution.kind === 'package' ? [this.packages, resolution.hash] : [this.natives, resolution.name]
    const index = list.indexOf(key)
    return index === -1 ? list.push(key) - 1 : index
  }

  #global(name: string): ImportUse {
    let use = this.#globals.get(name)
    if (use === undefined) {
      const variable = this.#names.of(`g_${name}`)
      this.declarations.push(`const ${variable} = ${this.#names.prefix}.globals.${name};`)
      use = { value: variable, called: variable }
      this.#globals.set(name, use)
    }
    return use
  }

  #bind(specifier: Node, source: string): void {
    const resolution = this.#resolutions.get(source)
    if (resolution === undefined || resolution.kind === 'refused') return
    const imported: string =
      specifier.type === 'ImportDefaultSpecifier'
        ? 'default'
        : specifier.type === 'ImportNamespaceSpecifier'
          ? '*'
          : importedName(specifier.imported)
    const use = this.#useFor(resolution, imported, specifier.local.name)
    if (use) this.#uses.set(specifier, use)
  }

  #useFor(resolution: Resolution, imported: string, local: string): ImportUse | undefined {
    if (resolution.kind === 'process') {
      this.api.push({ local, imported })
      return undefined
    }
    if (resolution.kind === 'module') {
      if (imported !== '*') return this.member(resolution.module, imported)
      const { module } = resolution
      const namespace = (): string => this.namespace(module)
      return {
        get value() {
          return namespace()
        },
        get called() {
          return namespace()
        },
        member: (name) => this.member(module, name),
      }
    }
    if (API_AGAIN.has(imported) && resolution.kind === 'native' && WITH_API_AGAIN.has(behaviourNamed(resolution.name) ?? ''))
      this.#apiAgain.set(local, imported)
    if (imported === 'default') return plainUse(this.external(resolution, 'default'))
    if (imported === '*') return plainUse(this.external(resolution, 'namespace'))
    const text = `${this.external(resolution, 'itself')}[${JSON.stringify(imported)}]`
    return plainUse(text)
  }
}

function plainUse(text: string): ImportUse {
  return { value: text, called: text }
}

export function importedName(node: Node): string {
  return node.type === 'Literal' ? String(node.value) : node.name
}
