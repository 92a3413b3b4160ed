import type { Resolution } from '../imports.ts'
import { importedName } from '../imports.ts'
import type { ParsedModule } from '../parse-module.ts'
import type { Binding, Scopes } from '../scopes.ts'
import { eachChild, isFunction, withoutParens } from '../syntax.ts'
import type { Node } from '../syntax.ts'

/** What an expression names of another module, a package, a built-in or the process API. */
export interface ImportedName {
  readonly kind: 'module' | 'package' | 'native' | 'process'
  /** The module's name, the package's or built-in's specifier. */
  readonly target: string
  /** The export, `*` for the namespace as a whole. */
  readonly name: string
  /** It was imported by its name, not read from a namespace. */
  readonly named: boolean
}

/** A module as the rules of the check see it: its stripped program, its scopes, what its imports stand for. */
export class ModuleFacts {
  readonly module: string
  readonly program: Node
  readonly scopes: Scopes
  readonly #parents = new Map<Node, Node>()
  readonly #byType = new Map<string, Node[]>()
  readonly #imports = new Map<Node, ImportedName>()
  readonly #privateNames = new Map<Node, ReadonlySet<string>>()

  constructor(parsed: ParsedModule, resolutions: ReadonlyMap<string, Resolution>, scopes: Scopes) {
    this.module = parsed.module
    this.program = parsed.program
    this.scopes = scopes
    this.#index(parsed.program)
    for (const statement of this.all('ImportDeclaration')) {
      const target = importTarget(statement.source.value, resolutions)
      if (target === undefined) continue
      for (const specifier of statement.specifiers as Node[]) {
        const name =
          specifier.type === 'ImportNamespaceSpecifier'
            ? '*'
            : specifier.type === 'ImportDefaultSpecifier'
              ? 'default'
              : importedName(specifier.imported)
        this.#imports.set(specifier, { ...target, name, named: name !== '*' })
      }
    }
  }

  /** All nodes of these types, in the order of the text within each type. */
  all(...types: readonly string[]): readonly Node[] {
    return types.flatMap((type) => this.#byType.get(type) ?? [])
  }

  parent(node: Node): Node | undefined {
    return this.#parents.get(node)
  }

  /** The nearest node around that is no pair of parentheses and no optional chain's frame. */
  around(node: Node): Node | undefined {
    let at = this.#parents.get(node)
    while (at !== undefined && (at.type === 'ParenthesizedExpression' || at.type === 'ChainExpression')) at = this.#parents.get(at)
    return at
  }

  /** The function whose code the node is; `undefined` in the module's body, which runs once. */
  functionAround(node: Node): Node | undefined {
    for (let at = this.#parents.get(node); at !== undefined; at = this.#parents.get(at)) if (isFunction(at)) return at
    return undefined
  }

  importedAs(expression: Node): ImportedName | undefined {
    const node = withoutParens(expression)
    if (node.type === 'Identifier') {
      const binding = this.scopes.references.get(node)
      return binding?.kind === 'import' ? this.#imports.get(binding.node) : undefined
    }
    if (node.type !== 'MemberExpression' || node.computed || node.property.type !== 'Identifier') return undefined
    const from = this.importedAs(node.object)
    return from?.name === '*' ? { ...from, name: node.property.name, named: false } : undefined
  }

  /** Names of the private members that a class declares. */
  privateNames(classBody: Node): ReadonlySet<string> {
    let names = this.#privateNames.get(classBody)
    if (names === undefined) {
      names = new Set((classBody.body as Node[]).flatMap(({ key }) => (key?.type === 'PrivateIdentifier' ? [key.name as string] : [])))
      this.#privateNames.set(classBody, names)
    }
    return names
  }

  /** The function of the process API that is called. */
  apiCall(call: Node): string | undefined {
    const imported = this.importedAs(call.callee)
    return imported?.kind === 'process' ? imported.name : undefined
  }

  /** The function or class that a name always stands for, when it is declared in this module. */
  declared(expression: Node): Node | undefined {
    const node = withoutParens(expression)
    if (node.type !== 'Identifier') return undefined
    const binding: Binding | null | undefined = this.scopes.references.get(node)
    if (!binding || binding.assigned) return undefined
    if (binding.kind === 'function' || binding.kind === 'class' || binding.kind === 'self') return binding.node
    const { node: declarator } = binding
    if (declarator.type !== 'VariableDeclarator' || declarator.id.type !== 'Identifier' || !declarator.init) return undefined
    const value = withoutParens(declarator.init)
    return isFunction(value) || value.type === 'ClassExpression' ? value : undefined
  }

  #index(node: Node): void {
    const known = this.#byType.get(node.type)
    if (known === undefined) this.#byType.set(node.type, [node])
    else known.push(node)
    eachChild(node, (child) => {
      this.#parents.set(child, node)
      this.#index(child)
    })
  }
}

export function importTarget(
  specifier: string,
  resolutions: ReadonlyMap<string, Resolution>,
): Pick<ImportedName, 'kind' | 'target'> | undefined {
  const resolution = resolutions.get(specifier)
  if (resolution === undefined || resolution.kind === 'refused') return undefined
  return { kind: resolution.kind, target: resolution.kind === 'module' ? resolution.module : specifier }
}

/** An async function that is no generator: its callers get a promise. */
export function isAsync(node: Node | undefined): boolean {
  return node !== undefined && isFunction(node) && node.async === true && node.generator !== true
}

/** Calls back for a node and all below it that the same function runs. */
export function eachOwn(node: Node, visit: (node: Node) => void): void {
  visit(node)
  eachChild(node, (child) => {
    if (!isFunction(child)) eachOwn(child, visit)
  })
}
