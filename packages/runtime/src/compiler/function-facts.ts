import type { FunctionFacts } from './scopes.ts'
import type { Node } from './syntax.ts'

/** Facts of a function of which nothing has been read yet. */
export function createFacts(kind: FunctionFacts['kind'], node: Node, parent: FunctionFacts | undefined, lowered: boolean): FunctionFacts {
  return {
    kind,
    node,
    parent,
    lowered,
    usesThis: false,
    usesArguments: false,
    hasLoops: false,
    hasVars: false,
    paramsCaptured: false,
    capturesArguments: false,
    capturesNewTarget: false,
    capturesSuper: false,
  }
}

/**
 * Follows arrows outward to the function whose `arguments`, `new.target` or `super` this node means. `holder` is the outermost generator on
 * the way: in there the node means something else, so the function around it captures it.
 */
export function captureUpTo(
  captured: Map<Node, FunctionFacts>,
  node: Node,
  fn: FunctionFacts,
  includeOwner: boolean,
): { owner: FunctionFacts; holder: FunctionFacts | undefined } {
  let holder: FunctionFacts | undefined
  let facts = fn
  while (facts.kind === 'arrow') {
    if (facts.lowered) holder = facts
    facts = facts.parent as FunctionFacts
  }
  if (includeOwner && facts.lowered) holder = facts
  if (holder !== undefined) captured.set(node, holder)
  return { owner: facts, holder }
}

/** Records a use of `this` in every function that it passes through. */
export function markThis(fn: FunctionFacts): void {
  let facts = fn
  facts.usesThis = true
  while (facts.kind === 'arrow') {
    facts = facts.parent as FunctionFacts
    facts.usesThis = true
  }
}
