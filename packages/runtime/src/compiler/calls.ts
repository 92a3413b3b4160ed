import { canEnter, emitEntering, enterOptional, isOptionalEntry, lateBoundCallee } from './entering.ts'
import type { Handler, Rewriter } from './rewriter.ts'
import { withoutParens } from './syntax.ts'
import type { Node } from './syntax.ts'

function visitAwait(node: Node, rewriter: Rewriter): void {
  const { edits, names, frame } = rewriter
  if (!frame.lowered) {
    rewriter.visit(node.argument)
    return
  }
  const argument: Node = node.argument
  const inner = withoutParens(argument)
  if (canEnter(inner)) {
    const opening = edits.replace(node.start, inner.start, '')
    emitEntering(inner, { kind: 'await', at: node.start, opening }, rewriter)
    if (inner.end < node.end) edits.replace(inner.end, node.end, '')
    return
  }
  if (inner.type === 'ChainExpression' && isOptionalEntry(inner, rewriter)) {
    const opening = edits.replace(node.start, inner.start, '')
    enterOptional(inner, { kind: 'await', at: node.start, opening }, rewriter)
    if (inner.end < node.end) edits.replace(inner.end, node.end, '')
    return
  }
  edits.replace(node.start, argument.start, `(yield ${names.of('s')}.at(${rewriter.addSite(node.start)}, `)
  rewriter.visit(argument)
  edits.insert(node.end, '))')
}

/** Visits a value that its function returns: where nothing is left to do, calls in there become tail calls (PIN2). */
export function visitReturned(node: Node, rewriter: Rewriter): void {
  if (!rewriter.frame.lowered || rewriter.frame.protection > 0) {
    rewriter.visit(node)
    return
  }
  switch (node.type) {
    case 'ParenthesizedExpression':
      visitReturned(node.expression, rewriter)
      return
    case 'ConditionalExpression':
      rewriter.visit(node.test)
      visitReturned(node.consequent, rewriter)
      visitReturned(node.alternate, rewriter)
      return
    case 'LogicalExpression':
      rewriter.visit(node.left)
      visitReturned(node.right, rewriter)
      return
    case 'SequenceExpression':
      for (const expression of node.expressions.slice(0, -1)) rewriter.visit(expression)
      visitReturned(node.expressions.at(-1), rewriter)
      return
    case 'AwaitExpression': {
      const inner = withoutParens(node.argument)
      const optional = inner.type === 'ChainExpression' && isOptionalEntry(inner, rewriter)
      if (!optional && !canEnter(inner)) break
      const opening = rewriter.edits.replace(node.start, inner.start, '')
      if (optional) enterOptional(inner, { kind: 'tail', opening }, rewriter)
      else emitEntering(inner, { kind: 'tail', opening }, rewriter)
      if (inner.end < node.end) rewriter.edits.replace(inner.end, node.end, '')
      return
    }
    case 'ChainExpression':
      if (!isOptionalEntry(node, rewriter)) break
      enterOptional(node, { kind: 'tail' }, rewriter)
      return
    case 'CallExpression':
      if (!canEnter(node)) break
      emitEntering(node, { kind: 'tail' }, rewriter)
      return
  }
  rewriter.visit(node)
}

/** Turns `return f(…)` inside f itself into assignments to its parameters and one more iteration. */
function loopToSelf(statement: Node, returned: Node, rewriter: Rewriter): boolean {
  const { edits, names, scopes, frame } = rewriter
  const loop = frame.lowered?.selfLoop
  if (loop === undefined || frame.protection > 0) return false
  const value = withoutParens(returned)
  const call = value.type === 'AwaitExpression' ? withoutParens(value.argument) : value
  if (call.type !== 'CallExpression' || call.optional || call.callee.type !== 'Identifier') return false
  const binding = scopes.references.get(call.callee)
  if (!binding || binding.assigned) return false
  const bound =
    binding.node.type === 'VariableDeclarator' && binding.kind === 'const' && binding.node.id.type === 'Identifier' && binding.node.init
  if ((bound ? withoutParens(bound) : binding.node) !== loop.node) return false
  const args: readonly Node[] = call.arguments
  if (args.some((argument) => argument.type === 'SpreadElement')) return false
  loop.used = true
  let from = statement.start
  args.forEach((argument, index) => {
    edits.replace(from, argument.start, `${index === 0 ? '{ const' : ','} ${names.of(`x${index}`)} = `)
    rewriter.visit(argument)
    from = argument.end
  })
  const assigned = loop.params.map((param, index) => ` ${param} = ${index < args.length ? names.of(`x${index}`) : 'undefined'};`)
  edits.replace(from, statement.end, `${args.length === 0 ? '{' : ';'}${assigned.join('')} continue ${loop.label}; }`)
  return true
}

function visitReturn(node: Node, rewriter: Rewriter): void {
  const argument: Node | null = node.argument
  if (!argument) return
  if (loopToSelf(node, argument, rewriter)) return
  if (!rewriter.frame.lowered?.generator) {
    visitReturned(argument, rewriter)
    return
  }
  // An async generator awaits what it returns: one value, also of `a, b`.
  rewriter.edits.insert(argument.start, `(yield ${rewriter.names.of('s')}.at(${rewriter.addSite(node.start)}, (`)
  rewriter.visit(argument)
  rewriter.edits.insert(argument.end, ')))')
}

function visitCall(node: Node, rewriter: Rewriter): void {
  const { edits } = rewriter
  const callee: Node = node.callee
  const late = lateBoundCallee(callee, rewriter)
  if (late !== undefined) edits.replace(callee.start, callee.end, `(0, ${late})`)
  else if (callee.type === 'MemberExpression' && callee.object.type === 'Super' && rewriter.scopes.captured.has(callee.object)) {
    rewriter.visit(callee)
    edits.insert(callee.end, '.call')
    const first = node.arguments[0]
    if (first) edits.replace(callee.end, first.start, '(this, ')
    else edits.replace(callee.end, node.end, '(this)')
  } else rewriter.visit(callee)
  rewriter.visitArguments(node)
}

function visitTagged(node: Node, rewriter: Rewriter): void {
  const late = lateBoundCallee(node.tag, rewriter)
  if (late !== undefined) rewriter.edits.replace(node.tag.start, node.tag.end, `(0, ${late})`)
  else if (node.tag.type === 'MemberExpression' && node.tag.object.type === 'Super' && rewriter.scopes.captured.has(node.tag.object)) {
    rewriter.visit(node.tag)
    rewriter.edits.insert(node.tag.end, '.bind(this)')
  } else rewriter.visit(node.tag)
  rewriter.visit(node.quasi)
}

/** Calls, awaits and tail calls. */
export const callHandlers: Readonly<Record<string, Handler>> = {
  AwaitExpression: visitAwait,
  ReturnStatement: visitReturn,
  CallExpression: visitCall,
  TaggedTemplateExpression: visitTagged,
}
