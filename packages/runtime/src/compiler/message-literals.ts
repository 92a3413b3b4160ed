import type { Handler, MessageLiteral, Rewriter } from './rewriter.ts'
import type { Node } from './syntax.ts'
import { keyName, withoutParens } from './syntax.ts'

/** Calls of the process API that copy their second argument. */
const SENDING: ReadonlySet<string> = new Set(['send', 'reply', 'call'])
const LEAVES_MAX = 32

/** Which of them a call of it sends the literal by: nobody else can refer to it, so where its leaves are primitive it is the copy already (MSG1). */
function sentBy(node: Node, rewriter: Rewriter): string | undefined {
  const { call } = rewriter
  if (call === undefined || call.arguments.length !== 2 || call.arguments[1] !== node || call.optional) return undefined
  if (call.arguments[0].type === 'SpreadElement') return undefined
  const name = rewriter.apiName(call.callee)
  return name !== undefined && SENDING.has(name) ? name : undefined
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

/** How deep the leaves of a literal stand at most. */
function levelsOf(node: Node): number {
  const inside =
    node.type === 'ObjectExpression' ? (node.properties as Node[]).map((property) => property.value as Node) : (node.elements as Node[])
  const literals = inside.filter(({ type }) => type === 'ObjectExpression' || type === 'ArrayExpression')
  return 1 + Math.max(0, ...literals.map(levelsOf))
}

function visitObject(node: Node, rewriter: Rewriter): void {
  const leaves: Node[] = []
  const sending = sentBy(node, rewriter)
  const template = sending === undefined ? undefined : templateOf(node, leaves, rewriter)
  if (template === undefined) {
    rewriter.visitChildren(node)
    return
  }
  const { edits } = rewriter
  const maker = rewriter.addMessage({ template, leaves: leaves.length, levels: levelsOf(node) })
  let from = node.start
  leaves.forEach((leaf, index) => {
    edits.replace(from, leaf.start, index === 0 ? `${maker}(` : ', ')
    rewriter.visit(leaf)
    from = leaf.end
  })
  const between = sending === 'call' ? ', undefined' : ''
  edits.replace(from, node.end, `${leaves.length === 0 ? `${maker}()` : ')'}${between}, ${rewriter.names.of('s')}.fresh`)
}

/** The function that makes a message, and says when it need not be copied: leaves that are objects are copied one by one. */
export function messageMaker({ name, template, leaves, levels }: MessageLiteral, rewriter: Rewriter): string {
  const { names } = rewriter
  const params = Array.from({ length: leaves }, (_, index) => names.of(`v${index + 1}`))
  const s = names.of('s')
  if (leaves === 0) return `const ${name} = () => { ${s}.fresh = ${s}.proof; return ${template}; };`
  const [fresh, list, places] = [names.of('f'), names.of('l'), `${name}p`]
  const primitive = params.map((v) => `(typeof ${v} === 'object' ? ${v} === null : typeof ${v} !== 'function' && typeof ${v} !== 'symbol')`)
  const taken = params.map((v, index) => `${v} = ${list}[${index}]; `).join('')
  const copied = `const ${list} = [${params.join(', ')}]; if (${s}.leaves(${places}, ${list}, ${levels})) { ${taken}} else ${fresh} = null;`
  return `const ${places} = [], ${name} = (${params.join(', ')}) => { let ${fresh} = ${s}.proof; if (!(${primitive.join(' && ')})) { ${copied} } ${s}.fresh = ${fresh}; return ${template}; };`
}

/** Messages that are written where they are sent. */
export const messageHandlers: Readonly<Record<string, Handler>> = { ObjectExpression: visitObject }
