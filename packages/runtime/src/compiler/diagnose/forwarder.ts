import { withoutParens } from '../syntax.ts'
import type { Node } from '../syntax.ts'
import { isAsync } from './module-facts.ts'
import type { Rule } from './rule.ts'

/** A function of the module's top level that passes on an async function's promise without being async: each call starts a strand (PIN2). */
export const forwarder: Rule = (facts) =>
  facts.all('FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression').flatMap((fn) => {
    if (fn.async || fn.generator || facts.functionAround(fn) !== undefined) return []
    const call = onlyReturned(fn)
    if (call?.type !== 'CallExpression' || call.callee.type !== 'Identifier' || !isAsync(facts.declared(call.callee))) return []
    return [
      {
        code: 'forwarder' as const,
        at: fn.start,
        message: `This function is not async and returns the promise of \`${call.callee.name}\`: each call starts a strand and keeps its caller's frame`,
        hint: 'Make it async: the call becomes a tail call.',
      },
    ]
  })

/** What a function that does nothing else returns. */
function onlyReturned(node: Node): Node | undefined {
  if (node.body.type !== 'BlockStatement') return withoutParens(node.body)
  const [statement, ...more] = node.body.body as Node[]
  return more.length === 0 && statement?.type === 'ReturnStatement' && statement.argument ? withoutParens(statement.argument) : undefined
}
