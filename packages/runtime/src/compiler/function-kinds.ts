import type { Rewriter } from './rewriter.ts'
import type { Node } from './syntax.ts'

/** The function that makes one that is lowered known as what it was. */
export function kindOf(node: Node, { helpers }: Rewriter): string {
  return helpers.own(node.generator === true ? 'asAsyncGenerator' : 'asAsync')
}

/** Makes the async functions known as such that these statements declare: where the block begins, for they can be used before they are declared. */
export function tellKinds(statements: readonly Node[], rewriter: Rewriter): string {
  const declared = new Map<string, Node>()
  for (const statement of statements) {
    const node: Node = statement.type.startsWith('Export') && statement.declaration ? statement.declaration : statement
    if (node.type !== 'FunctionDeclaration') continue
    if (node.async) rewriter.toldKinds.add(node)
    // Of two with one name it is the last one's.
    declared.set(node.id ? node.id.name : rewriter.names.of('default'), node)
  }
  let text = ''
  for (const [name, node] of declared) if (node.async) text += ` ${kindOf(node, rewriter)}(${name});`
  return text
}
