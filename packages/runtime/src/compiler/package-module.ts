import { checkHandlers, isAnonymousFunction } from './checks.ts'
import type { PackageInterface } from './compiled.ts'
import type { Edits } from './edits.ts'
import { importedName } from './imports.ts'
import type { Names } from './names.ts'
import { newlines, type PackageRequest } from './package-requests.ts'
import type { Handler, ImportUse, Rewriter } from './rewriter.ts'
import type { Binding, Scopes } from './scopes.ts'
import { eachChild, isFunction, markAfter, withoutParens } from './syntax.ts'
import type { Node } from './syntax.ts'

/** The imports and exports of an ES module in a package: its imported variables become reads of live namespaces, its exports accessors. */
export class PackageModule {
  readonly #names: Names
  readonly #scopes: Scopes
  readonly #edits: Edits
  readonly #requests: PackageRequest[]
  readonly #specifiers: string[] = []
  readonly #uses = new Map<Node, ImportUse>()
  readonly #imported = new Map<Node, { readonly request: number; readonly name: string }>()
  readonly #wanted: { readonly request: number; readonly name: string }[] = []
  readonly #locals = new Map<string, string>()
  readonly #indirect: { name: string; request: number; imported: string }[] = []
  readonly #stars: number[] = []
  readonly #hoisted: string[] = []
  /** Where statements of a list begin: there a text that begins with a parenthesis would continue the line before. */
  readonly #statementStarts = new Set<number>()

  constructor(program: Node, names: Names, scopes: Scopes, edits: Edits, requests: PackageRequest[]) {
    this.#names = names
    this.#scopes = scopes
    this.#edits = edits
    this.#requests = requests
    this.#noteStarts(program.body)
    for (const statement of program.body as Node[]) if (statement.source) this.#request(statement)
  }

  readonly handlers: Readonly<Record<string, Handler>> = {
    BlockStatement: (node, rewriter) => {
      this.#noteStarts(node.body)
      rewriter.visitChildren(node)
    },
    SwitchCase: (node, rewriter) => {
      this.#noteStarts(node.consequent)
      rewriter.visitChildren(node)
    },
    StaticBlock: (node, rewriter) => {
      this.#noteStarts(node.body)
      checkHandlers['StaticBlock']?.(node, rewriter)
    },
    CallExpression: (node, rewriter) => this.#call(node, node.callee, rewriter),
    TaggedTemplateExpression: (node, rewriter) => this.#call(node, node.tag, rewriter),
    MetaProperty: (node, rewriter) => {
      if (node.meta.name === 'import') rewriter.edits.replace(node.start, node.end, `${this.#names.prefix}.meta`)
    },
    ImportDeclaration: (node) => this.#blank(node.start, node.end, ';'),
    ExportNamedDeclaration: (node, rewriter) => this.#named(node, rewriter),
    ExportDefaultDeclaration: (node, rewriter) => this.#default(node, rewriter),
    ExportAllDeclaration: (node) => {
      this.#blank(node.start, node.end, ';')
      const request = this.#specifiers.indexOf(node.source.value)
      if (node.exported) this.#indirect.push({ name: importedName(node.exported), request, imported: '*' })
      else this.#stars.push(request)
    },
  }

  useOf(binding: Binding): ImportUse | undefined {
    return this.#uses.get(binding.node)
  }

  prelude(): string {
    const record = this.#names.prefix
    return [
      ...this.#specifiers.map((_, index) => `const ${this.#space(index)} = ${record}.links[${index}];`),
      `yield { __proto__: null, ${[...this.#locals].map(([name, read]) => `get [${JSON.stringify(name)}]() { return ${read}; }`).join(', ')} };`,
      ...this.#hoisted,
    ].join(' ')
  }

  interface(): PackageInterface {
    return {
      requests: this.#specifiers,
      wanted: this.#wanted,
      locals: [...this.#locals.keys()],
      indirect: this.#indirect,
      stars: this.#stars,
    }
  }

  #space(request: number): string {
    return this.#names.of(`m${request}`)
  }

  #noteStarts(statements: readonly Node[]): void {
    for (const { type, start } of statements) if (type === 'ExpressionStatement') this.#statementStarts.add(start)
  }

  #blank(start: number, end: number, text = ''): void {
    this.#edits.replace(start, end, text + newlines(this.#edits.text, start, end))
  }

  #request(statement: Node): void {
    const specifier: string = statement.source.value
    let request = this.#specifiers.indexOf(specifier)
    if (request === -1) {
      request = this.#specifiers.push(specifier) - 1
      const line = this.#edits.text.slice(0, statement.start).split('\n').length
      this.#requests.push({ specifier, kind: 'import', when: 'static', line })
    }
    if (statement.type !== 'ImportDeclaration') {
      for (const one of (statement.specifiers ?? []) as Node[]) this.#wanted.push({ request, name: importedName(one.local) })
      return
    }
    for (const one of statement.specifiers as Node[]) {
      const name =
        one.type === 'ImportDefaultSpecifier' ? 'default' : one.type === 'ImportNamespaceSpecifier' ? '*' : importedName(one.imported)
      const space = this.#space(request)
      const value = name === '*' ? space : /^[A-Za-z_$][\w$]*$/.test(name) ? `${space}.${name}` : `${space}[${JSON.stringify(name)}]`
      this.#uses.set(one, { value, called: name === '*' ? value : `(0, ${value})` })
      this.#imported.set(one, { request, name })
      if (name !== '*') this.#wanted.push({ request, name })
    }
  }

  /** The callee of an imported function is called without the namespace as its `this`. */
  #call(node: Node, callee: Node, rewriter: Rewriter): void {
    const inner = withoutParens(callee)
    const use = rewriter.importUse(inner)
    if (use === undefined) {
      rewriter.visitChildren(node)
      return
    }
    const guard = use.called.startsWith('(') && this.#statementStarts.has(inner.start) ? ';' : ''
    rewriter.edits.replace(inner.start, inner.end, guard + use.called)
    if (node.type === 'CallExpression') rewriter.visitAll(node.arguments)
    else rewriter.visit(node.quasi)
  }

  #named(node: Node, rewriter: Rewriter): void {
    if (node.source) {
      this.#blank(node.start, node.end, ';')
      const request = this.#specifiers.indexOf(node.source.value)
      for (const one of node.specifiers as Node[])
        this.#indirect.push({ name: importedName(one.exported), request, imported: importedName(one.local) })
      return
    }
    if (node.declaration) {
      this.#blank(node.start, node.declaration.start)
      for (const [name, { node: declared }] of this.#scopes.topLevel)
        if (declared.start >= node.start && declared.end <= node.end) this.#locals.set(name, name)
      rewriter.visit(node.declaration)
      return
    }
    this.#blank(node.start, node.end, ';')
    for (const one of node.specifiers as Node[]) {
      const binding = this.#scopes.references.get(one.local)
      const imported = binding ? this.#imported.get(binding.node) : undefined
      const name = importedName(one.exported)
      if (imported) this.#indirect.push({ name, request: imported.request, imported: imported.name })
      else this.#locals.set(name, importedName(one.local))
    }
  }

  #default(node: Node, rewriter: Rewriter): void {
    const { edits } = rewriter
    const declaration: Node = node.declaration
    const variable = this.#names.of('default')
    const isDeclaration = declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration'
    this.#locals.set('default', isDeclaration && declaration.id ? declaration.id.name : variable)
    if (isDeclaration && declaration.id) {
      this.#blank(node.start, declaration.start)
      rewriter.visit(declaration)
      return
    }
    if (declaration.type === 'FunctionDeclaration') {
      this.#blank(node.start, declaration.start)
      edits.insert(markAfter(edits.text, '(', declaration.start), ` ${variable}`)
      this.#hoisted.push(`${this.#names.prefix}.own.Object.defineProperty(${variable}, 'name', { value: 'default', configurable: true });`)
      rewriter.visit(declaration)
      return
    }
    const named = declaration.type === 'ClassDeclaration' || isAnonymousFunction(declaration)
    const space = newlines(edits.text, node.start, declaration.start)
    edits.replace(node.start, declaration.start, `${space}const ${variable} = ${named ? '{ ["default"]: ' : ''}`)
    rewriter.visit(declaration)
    if (named) edits.insert(declaration.end, ` }["default"]${declaration.type === 'ClassDeclaration' ? ';' : ''}`)
  }
}

/** Where a module body waits, outside its functions; `undefined` when it does not. */
export function topLevelAwait(node: Node): number | undefined {
  const pending: Node[] = [node]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.type === 'AwaitExpression' || (next.type === 'ForOfStatement' && next.await)) return next.start
    if (next.type === 'VariableDeclaration' && next.kind === 'await using') return next.start
    eachChild(next, (child) => {
      if (!isFunction(child)) pending.push(child)
    })
  }
  return undefined
}
