import type { ExportInfo } from './compiled.ts'
import { declaredNames } from './declared-names.ts'
import type { Helpers } from './helpers.ts'
import type { Imports } from './imports.ts'
import { importedName } from './imports.ts'
import type { Handler, Rewriter } from './rewriter.ts'
import type { Binding } from './scopes.ts'
import { isAnonymousFunction } from './checks.ts'
import { markAfter, withoutParens } from './syntax.ts'
import type { Node } from './syntax.ts'

interface Export extends ExportInfo {
  /** Expression that reads it. */
  readonly read: string
}

/** Collects a module's exports while their statements are rewritten to plain declarations. */
export class Exports {
  readonly #list = new Map<string, Export>()
  /** Names of `export *`, each with the modules it comes from. */
  readonly #stars = new Map<string, { readonly module: string; readonly read: string }[]>()
  /** Namespaces of `export *` whose names are known when they are there. */
  readonly #unknown: string[] = []
  /** Statements at the module's beginning. */
  readonly declarations: string[] = []
  readonly #imports: Imports

  constructor(imports: Imports) {
    this.#imports = imports
  }

  readonly handlers: Readonly<Record<string, Handler>> = {
    ImportDeclaration: (node, rewriter) => {
      refuseUnknownImport(node, rewriter)
      rewriter.edits.replace(node.start, node.end, '')
    },
    ExportNamedDeclaration: (node, rewriter) => this.#named(node, rewriter),
    ExportDefaultDeclaration: (node, rewriter) => this.#default(node, rewriter),
    ExportAllDeclaration: (node, rewriter) => this.#all(node, rewriter),
    ImportExpression: (node, rewriter) => this.#dynamic(node, rewriter),
  }

  infos(): ExportInfo[] {
    const infos = this.#every().map(({ name, kind, constant }): ExportInfo => ({ name, kind, constant }))
    return this.#unknown.length === 0 ? infos : [...infos, { name: '*', kind: 'value', constant: false }]
  }

  /** The object with an accessor for each export. */
  text(helpers: Helpers): string {
    const known = `{ __proto__: null, ${this.#every()
      .map(({ name, read }) => `get [${JSON.stringify(name)}]() { return ${read}; }`)
      .join(', ')} }`
    return this.#unknown.length === 0
      ? known
      : `${helpers.use('withStars')}(${known}, [${this.#unknown.join(', ')}], ${JSON.stringify(this.#every().flatMap(({ name }) => (this.#list.has(name) ? [] : name)))})`
  }

  #every(): Export[] {
    const stars: Export[] = []
    for (const [name, sources] of this.#stars) {
      const ambiguous = sources.some((source) => source.module !== sources[0]?.module)
      if (this.#list.has(name) || ambiguous) continue
      stars.push({ name, kind: 'value', constant: false, read: sources[0]?.read as string })
    }
    return [...this.#list.values(), ...stars]
  }

  #add(name: string, read: string, kind: ExportInfo['kind'], constant: boolean): void {
    this.#list.set(name, { name, read, kind, constant })
  }

  #addBinding(name: string, binding: Binding, read: string): void {
    // A `var` can be read before the body has given it its value.
    this.#add(name, read, kindOf(binding), !binding.assigned && binding.kind !== 'var')
  }

  #named(node: Node, rewriter: Rewriter): void {
    refuseUnknownImport(node, rewriter)
    const { edits, scopes } = rewriter
    if (node.source) {
      for (const specifier of node.specifiers) this.#forward(node, importedName(specifier.local), importedName(specifier.exported))
      edits.replace(node.start, node.end, '')
      return
    }
    if (node.declaration) {
      edits.replace(node.start, node.declaration.start, '')
      for (const name of declaredNames(node.declaration)) this.#addBinding(name, scopes.topLevel.get(name) as Binding, name)
      rewriter.visit(node.declaration)
      return
    }
    edits.replace(node.start, node.end, '')
    for (const specifier of node.specifiers) {
      const exported = importedName(specifier.exported)
      const binding = scopes.references.get(specifier.local)
      if (!binding) {
        rewriter.refuse(specifier, `\`${specifier.local.name}\` is exported but not declared in this module`)
        continue
      }
      const use = rewriter.importUse(specifier.local)
      if (use) this.#add(exported, use.value, 'value', false)
      else this.#addBinding(exported, binding, specifier.local.name)
    }
  }

  #forward(node: Node, imported: string, exported: string): void {
    const resolution = this.#imports.resolution(node.source.value)
    if (resolution === undefined || resolution.kind === 'refused') return
    if (resolution.kind === 'module') this.#add(exported, this.#imports.member(resolution.module, imported).value, 'value', false)
    else if (resolution.kind === 'process') this.#add(exported, `${this.#imports.apiRecord}[${JSON.stringify(imported)}]`, 'function', true)
    else if (imported === 'default') this.#add(exported, this.#imports.external(resolution, 'default'), 'value', false)
    else this.#add(exported, `${this.#imports.external(resolution, 'itself')}[${JSON.stringify(imported)}]`, 'value', false)
  }

  #default(node: Node, rewriter: Rewriter): void {
    const { edits, names, scopes } = rewriter
    const declaration: Node = node.declaration
    const variable = names.of('default')
    if (declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration') {
      edits.replace(node.start, declaration.start, '')
      if (declaration.id) {
        const binding = scopes.topLevel.get(declaration.id.name) as Binding
        this.#addBinding('default', binding, declaration.id.name)
        rewriter.visit(declaration)
        return
      }
      const kind = declaration.type === 'ClassDeclaration' ? 'class' : declaration.async && !declaration.generator ? 'async' : 'function'
      this.#add('default', variable, kind, true)
      if (declaration.type === 'ClassDeclaration') {
        edits.insert(declaration.start, `const ${variable} = { default: `)
        rewriter.visit(declaration)
        edits.insert(declaration.end, ' }.default;')
        return
      }
      this.declarations.push(
        `${rewriter.helpers.own('Object')}.defineProperty(${variable}, 'name', { value: 'default', configurable: true });`,
      )
      if (!declaration.async) nameDeclaration(declaration, variable, rewriter)
      rewriter.visit(declaration)
      return
    }
    const inner = withoutParens(declaration)
    const anonymous = isAnonymousFunction(declaration)
    edits.replace(node.start, declaration.start, anonymous ? `const ${variable} = { default: ` : `const ${variable} = `)
    rewriter.visit(declaration)
    if (anonymous) edits.insert(declaration.end, ' }.default')
    this.#add('default', variable, kindOfValue(inner), true)
  }

  #all(node: Node, rewriter: Rewriter): void {
    refuseUnknownImport(node, rewriter)
    const resolution = this.#imports.resolution(node.source.value)
    rewriter.edits.replace(node.start, node.end, '')
    if (resolution === undefined || resolution.kind === 'refused') return
    if (node.exported) {
      const read =
        resolution.kind === 'module'
          ? this.#imports.namespace(resolution.module)
          : resolution.kind === 'process'
            ? this.#imports.apiRecord
            : this.#imports.external(resolution, 'namespace')
      this.#add(importedName(node.exported), read, 'value', false)
      return
    }
    if (resolution.kind === 'process' || resolution.exports === undefined) {
      this.#unknown.push(
        resolution.kind === 'process'
          ? this.#imports.apiRecord
          : resolution.kind === 'module'
            ? this.#imports.namespace(resolution.module)
            : this.#imports.external(resolution, 'namespace'),
      )
      return
    }
    for (const name of resolution.exports) {
      if (name === 'default') continue
      const sources = this.#stars.get(name) ?? []
      const [module, read] =
        resolution.kind === 'module'
          ? [resolution.module, this.#imports.member(resolution.module, name).value]
          : [node.source.value as string, `${this.#imports.external(resolution, 'namespace')}[${JSON.stringify(name)}]`]
      sources.push({ module, read })
      this.#stars.set(name, sources)
    }
  }

  #dynamic(node: Node, rewriter: Rewriter): void {
    refuseUnknownImport(node, rewriter)
    const source = withoutParens(node.source)
    const literal = (node.options ?? null) === null && source.type === 'Literal' && typeof source.value === 'string'
    const resolution = literal ? this.#imports.resolution(source.value) : undefined
    if (resolution?.kind === 'refused') return
    const { edits } = rewriter
    if (resolution?.kind === 'module') {
      this.#imports.namespace(resolution.module)
      edits.replace(node.start, node.end, `${this.#imports.dynamic()}(${this.#imports.link(resolution.module)})`)
    } else if (resolution !== undefined) {
      const value = resolution.kind === 'process' ? this.#imports.apiRecord : this.#imports.external(resolution, 'namespace')
      edits.replace(node.start, node.end, `${rewriter.helpers.own('Promise')}.resolve(${value})`)
    } else {
      edits.replace(node.start, node.source.start, `${this.#imports.dynamic()}(`)
      rewriter.visit(node.source)
      if (node.options) rewriter.visit(node.options)
    }
  }
}

/** What Node does not know, or what names something that is no module. */
function refuseUnknownImport(node: Node, rewriter: Rewriter): void {
  if (node.phase) rewriter.refuse(node, `Node has no \`import ${node.phase}\``, 'Import it without that word.')
  if (node.attributes?.length > 0) rewriter.refuse(node, 'Modules have no import attributes', 'Read other files with node:fs.')
}

/** Gives an anonymous default function a name to be hoisted by. */
function nameDeclaration(declaration: Node, name: string, rewriter: Rewriter): void {
  rewriter.edits.insert(markAfter(rewriter.edits.text, '(', declaration.start), ` ${name}`)
}

function kindOf(binding: Binding): ExportInfo['kind'] {
  if (binding.kind === 'class') return 'class'
  if (binding.kind === 'function') return binding.node.async && !binding.node.generator ? 'async' : 'function'
  const init: Node | undefined =
    binding.node.type === 'VariableDeclarator' && binding.node.id.type === 'Identifier' ? binding.node.init : undefined
  return init ? kindOfValue(withoutParens(init)) : 'value'
}

function kindOfValue(node: Node): ExportInfo['kind'] {
  if (node.type === 'ArrowFunctionExpression' || node.type === 'FunctionExpression')
    return node.async && !node.generator ? 'async' : 'function'
  return node.type === 'ClassExpression' ? 'class' : 'value'
}
