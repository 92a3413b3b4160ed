import { visitorKeys } from 'oxc-parser'

/** A node of the parser's ESTree. The parser is native code and its tree is generic: this is the boundary where it enters. */
export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: any
}

/** Calls back for each direct child, in the order of the text. */
export function eachChild(node: Node, visit: (child: Node) => void): void {
  const keys = visitorKeys[node.type]
  if (keys === undefined) return
  for (const key of keys) {
    const value: unknown = node[key]
    if (Array.isArray(value)) {
      for (const item of value) if (item) visit(item as Node)
    } else if (value) visit(value as Node)
  }
}

export function isFunction(node: Node): boolean {
  return node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression'
}

export function isLoop(node: Node): boolean {
  switch (node.type) {
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
      return true
    default:
      return false
  }
}

/** The expression inside any number of parentheses. */
export function withoutParens(node: Node): Node {
  let inner = node
  while (inner.type === 'ParenthesizedExpression') inner = inner.expression
  return inner
}

/** The name that a non-computed property key stands for; `undefined` when only running the program tells. */
export function keyName(key: Node, computed: boolean): string | undefined {
  if (key.type === 'PrivateIdentifier') return `#${key.name}`
  if (key.type === 'Identifier' && !computed) return key.name
  if (key.type === 'Literal' && (typeof key.value === 'string' || typeof key.value === 'number')) return String(key.value)
  return undefined
}

/** Where a mark of the text stands first behind `from`, outside comments. */
export function markAfter(text: string, mark: '(' | '{', from: number): number {
  const pattern = /\/\*[^]*?\*\/|\/\/.*|[({]/g
  pattern.lastIndex = from
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) if (found[0] === mark) return found.index
  return from
}
