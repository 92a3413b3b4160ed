import type { Rewriter } from './rewriter.ts'
import { withoutParens } from './syntax.ts'
import type { Node } from './syntax.ts'

/** What a function that does nothing else returns. */
function onlyReturned(node: Node): Node | undefined {
  if (node.body.type !== 'BlockStatement') return withoutParens(node.body)
  const [statement, ...more] = node.body.body as Node[]
  return more.length === 0 && statement?.type === 'ReturnStatement' && statement.argument ? withoutParens(statement.argument) : undefined
}

/** Warns of a module's function that passes on an async function's promise without being async: each call starts a strand (PIN2). */
export function warnOfForwarder(node: Node, rewriter: Rewriter): void {
  if (rewriter.frame.facts.kind !== 'module' || node.generator) return
  const call = onlyReturned(node)
  if (call?.type !== 'CallExpression' || call.callee.type !== 'Identifier') return
  const declared = rewriter.scopes.references.get(call.callee)?.node
  const target: Node | undefined = declared?.type === 'VariableDeclarator' && declared.init ? withoutParens(declared.init) : declared
  if (target?.async !== true || target.generator) return
  rewriter.warn(
    node,
    `This function is not async and returns the promise of \`${call.callee.name}\`: each call starts a strand and keeps its caller's frame`,
    'Make it async: the call becomes a tail call.',
  )
}
