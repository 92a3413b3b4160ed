import { isFunction, eachChild } from './syntax.ts'
import type { LoweredFunction, Rewriter } from './rewriter.ts'
import type { Node } from './syntax.ts'

/** Whether a module's body waits: it has an `await`, `for await` or `await using` outside all functions. */
export function bodyWaits(program: Node): boolean {
  const search = (node: Node): boolean => {
    if (isFunction(node)) return false
    if (node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && node.await) || node.kind === 'await using') return true
    let found = false
    eachChild(node, (child) => {
      found ||= search(child)
    })
    return found
  }
  return search(program)
}

/** The body of a module as the function that the scheduler drives: the first one of the module. To be called before anything is visited. */
export function lowerBody(rewriter: Rewriter): LoweredFunction {
  const body: LoweredFunction = {
    index: rewriter.lowered.length,
    name: 'module body',
    at: 0,
    sites: [],
    temporaries: new Set(),
    generator: false,
    selfLoop: undefined,
  }
  rewriter.lowered.push(body)
  rewriter.frame = { ...rewriter.frame, lowered: body }
  return body
}
