import type { Handler, Rewriter } from './rewriter.ts'
import type { RequestKind } from './resolve-package.ts'
import { withoutParens } from './syntax.ts'
import type { Node } from './syntax.ts'

/** What a package's file asks for by a name that stands in its text. */
export interface PackageRequest {
  readonly specifier: string
  readonly kind: RequestKind
  /**
   * `static`: an import declaration. `eager`: a `require` that is reached whenever the file is evaluated and whose failure nobody catches. `lazy`: whether it is
   * reached only the running program tells.
   */
  readonly when: 'static' | 'eager' | 'lazy'
  /** 1-based. */
  readonly line: number
}

/** Calls of `require` and `import()`. A computed name is looked up when it is reached, among what the package's files name. */
export function requireHandlers(requests: PackageRequest[], program: Node, isModule: boolean): Readonly<Record<string, Handler>> {
  const lines = new LineCounter()
  const eager = new Set<Node>()
  if (!isModule) for (const statement of program.body as Node[]) collectEager(statement, eager)
  const add = (node: Node, argument: Node | undefined, kind: RequestKind, rewriter: Rewriter): void => {
    const specifier = argument === undefined ? undefined : textOf(argument)
    if (specifier === undefined) return
    requests.push({ specifier, kind, when: eager.has(node) ? 'eager' : 'lazy', line: lines.at(rewriter.edits.text, node.start) })
  }
  return {
    CallExpression(node, rewriter) {
      if (!isModule && isRequire(node.callee, rewriter)) add(node, node.arguments[0], 'require', rewriter)
      rewriter.visitChildren(node)
    },
    ImportExpression(node, rewriter) {
      add(node, node.source, 'import', rewriter)
      const { edits, names } = rewriter
      edits.replace(node.start, node.source.start, `${names.prefix}.import(`)
      rewriter.visit(node.source)
      edits.replace(node.source.end, node.end, `)${newlines(edits.text, node.source.end, node.end)}`)
    },
  }
}

/** As many line ends as the replaced text has, so that lines stay where they are. */
export function newlines(text: string, start: number, end: number): string {
  return '\n'.repeat(text.slice(start, end).split('\n').length - 1)
}

function isRequire(callee: Node, rewriter: Rewriter): boolean {
  const inner = withoutParens(callee)
  if (inner.type === 'Identifier') return inner.name === 'require' && rewriter.scopes.references.get(inner) === null
  return (
    inner.type === 'MemberExpression' &&
    !inner.computed &&
    inner.object.type === 'Identifier' &&
    rewriter.scopes.references.get(inner.object) === null &&
    ((inner.object.name === 'require' && inner.property.name === 'resolve') ||
      (inner.object.name === 'module' && inner.property.name === 'require'))
  )
}

function textOf(node: Node): string | undefined {
  const inner = withoutParens(node)
  if (inner.type === 'Literal' && typeof inner.value === 'string') return inner.value
  return inner.type === 'TemplateLiteral' && inner.expressions.length === 0 ? (inner.quasis[0]?.value.cooked as string) : undefined
}

/** The calls that a statement of a file's body makes in any case. */
function collectEager(node: Node | null, eager: Set<Node>): void {
  switch (node?.type) {
    case 'ExpressionStatement':
    case 'ParenthesizedExpression':
      return collectEager(node.expression, eager)
    case 'VariableDeclaration':
      for (const { init } of node.declarations) collectEager(init, eager)
      return
    case 'AssignmentExpression':
      return collectEager(node.right, eager)
    case 'MemberExpression':
      return collectEager(node.object, eager)
    case 'SequenceExpression':
      for (const expression of node.expressions) collectEager(expression, eager)
      return
    case 'CallExpression':
    case 'NewExpression':
      eager.add(node)
      collectEager(node.callee, eager)
      for (const argument of node.arguments) collectEager(argument, eager)
  }
}

/** Lines of offsets that rise. */
class LineCounter {
  #at = 0
  #line = 1

  at(text: string, offset: number): number {
    for (let next = text.indexOf('\n', this.#at); next !== -1 && next < offset; next = text.indexOf('\n', next + 1)) {
      this.#line++
      this.#at = next + 1
    }
    return this.#line
  }
}
