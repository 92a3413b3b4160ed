import type { Handler, Rewriter } from './rewriter.ts'
import type { Node } from './syntax.ts'
import { keyName, withoutParens } from './syntax.ts'

/** Calls of the process API that copy their second argument. */
const SENDING: ReadonlySet<string> = new Set(['send', 'reply', 'call'])
const LEAVES_MAX = 32

/** The literal that a call sends: nobody else can refer to it, so where its leaves are primitive it is the copy already (MSG1). */
function isMessage(node: Node, call: Node | undefined, rewriter: Rewriter): boolean {
  if (call === undefined || call.arguments.length !== 2 || call.arguments[1] !== node || call.optional) return false
  const name = rewriter.apiName(call.callee)
  return name !== undefined && SENDING.has(name)
}

/** A literal as text over the parameters of a function that makes it, and the expressions for these in order; `undefined` when it is not that plain. */
function templateOf(node: Node, leaves: Node[], rewriter: Rewriter): string | undefined {
  if (node.type === 'ObjectExpression') return objectTemplate(node, leaves, rewriter)
  if (node.type === 'ArrayExpression') {
    const items: string[] = []
    for (const element of node.elements as (Node | null)[]) {
      const item = element === null ? undefined : templateOf(element, leaves, rewriter)
      if (item === undefined) return undefined
      items.push(item)
    }
    return `[${items.join(', ')}]`
  }
  if (node.type === 'Literal' && !node.regex) return rewriter.edits.text.slice(node.start, node.end)
  const inner = withoutParens(node)
  // A function would be named by its key, and is refused anyway.
  if (node.type === 'SpreadElement' || inner.type.endsWith('FunctionExpression') || inner.type === 'ClassExpression') return undefined
  return leaves.push(node) > LEAVES_MAX ? undefined : rewriter.names.of(`v${leaves.length}`)
}

function objectTemplate(node: Node, leaves: Node[], rewriter: Rewriter): string | undefined {
  const names = new Set<string>()
  const properties: string[] = []
  for (const property of node.properties as Node[]) {
    if (property.type !== 'Property' || property.kind !== 'init' || property.method || property.computed) return undefined
    const name = keyName(property.key, false)
    if (name === undefined || name === '__proto__' || names.has(name)) return undefined
    names.add(name)
    const value = templateOf(property.value, leaves, rewriter)
    if (value === undefined) return undefined
    properties.push(`${JSON.stringify(name)}: ${value}`)
  }
  return `{ ${properties.join(', ')} }`
}

function visitObject(node: Node, rewriter: Rewriter): void {
  const leaves: Node[] = []
  const template = isMessage(node, rewriter.call, rewriter) ? templateOf(node, leaves, rewriter) : undefined
  if (template === undefined) {
    rewriter.visitChildren(node)
    return
  }
  const { edits } = rewriter
  const maker = rewriter.addMessage(template, leaves.length)
  let from = node.start
  leaves.forEach((leaf, index) => {
    edits.replace(from, leaf.start, index === 0 ? `${maker}(` : ', ')
    rewriter.visit(leaf)
    from = leaf.end
  })
  edits.replace(from, node.end, leaves.length === 0 ? `${maker}()` : ')')
}

/** The function that makes a message, and tells `send` when it need not be copied. */
export function messageMaker(name: string, template: string, leaves: number, rewriter: Rewriter): string {
  const { names } = rewriter
  const params = Array.from({ length: leaves }, (_, index) => names.of(`v${index + 1}`))
  const [message, s] = [names.of('m'), names.of('s')]
  const primitive = params.map((v) => `(typeof ${v} === 'object' ? ${v} === null : typeof ${v} !== 'function' && typeof ${v} !== 'symbol')`)
  const fresh = `${s}.fresh = ${message};`
  return `const ${name} = (${params.join(', ')}) => { const ${message} = ${template}; ${leaves === 0 ? fresh : `if (${primitive.join(' && ')}) ${fresh}`} return ${message}; };`
}

/** Messages that are written where they are sent. */
export const messageHandlers: Readonly<Record<string, Handler>> = { ObjectExpression: visitObject }
