import type { Handler, Rewriter } from './rewriter.ts'
import { withoutParens } from './syntax.ts'
import type { Node } from './syntax.ts'

type Entering = { readonly kind: 'await'; readonly at: number } | { readonly kind: 'tail' }

/** Whether evaluating this as an argument can run no code; `touch` tells that it may throw, being a name not yet initialized. */
function argumentRisk(node: Node, rewriter: Rewriter): 'none' | 'touch' | 'code' {
  if (node.type === 'Literal') return node.regex ? 'code' : 'none'
  if (node.type === 'ThisExpression') return 'none'
  if (node.type !== 'Identifier') return 'code'
  if (rewriter.importUse(node)) return 'code'
  const binding = rewriter.scopes.references.get(node)
  if (binding === null || binding === undefined) return node.name === 'undefined' ? 'none' : 'code'
  switch (binding.kind) {
    case 'param':
    case 'var':
    case 'function':
      return 'none'
    default:
      return 'touch'
  }
}

/** Calls that can hand over a frame: plain ones, neither optional nor of `super` itself. */
function canEnter(node: Node): boolean {
  return (
    node.type === 'CallExpression' &&
    !node.optional &&
    node.callee.type !== 'Super' &&
    node.callee.type !== 'Import' &&
    withoutParens(node.callee).type !== 'ChainExpression'
  )
}

function enterDirectly(call: Node, entering: Entering, rewriter: Rewriter): boolean {
  const callee: Node = call.callee
  const use = lateBoundCallee(callee, rewriter)
  if (!use && callee.type !== 'Identifier') return false
  if (!use && rewriter.scopes.references.get(callee) === null) return false
  const risks = (call.arguments as Node[]).map((argument) => argumentRisk(argument, rewriter))
  if (risks.includes('code')) return false
  const { names, edits } = rewriter
  const register = `${names.of('s')}.callee`
  const touched = (call.arguments as Node[]).filter((_, index) => risks[index] === 'touch').map((argument) => `${argument.name}, `)
  const site = entering.kind === 'await' ? `${names.of('s')}.site = ${rewriter.addSite(entering.at)}, ` : ''
  const head = `(${entering.kind === 'await' ? 'yield (' : ''}${[...new Set(touched)].join('')}${register} = ${use ?? callee.name}, ${site}`
  if (use) edits.replace(callee.start, callee.end, `${head}(0, ${register})`)
  else edits.insert(callee.start, head)
  rewriter.visitAll(call.arguments)
  edits.insert(call.end, entering.kind === 'await' ? '))' : ')')
  return true
}

/** The text of a callee that an import resolves, read anew at each call. */
function lateBoundCallee(callee: Node, rewriter: Rewriter): string | undefined {
  const use = rewriter.importUse(callee)
  if (use) return use.called
  if (callee.type !== 'MemberExpression' || callee.optional) return undefined
  const namespace = rewriter.importUse(callee.object)
  const name = memberName(callee)
  return namespace?.member && name !== undefined ? namespace.member(name).called : undefined
}

export function memberName(node: Node): string | undefined {
  if (node.computed) return node.property.type === 'Literal' && typeof node.property.value === 'string' ? node.property.value : undefined
  return node.property.type === 'Identifier' ? node.property.name : undefined
}

/** Emits a call whose callee finds the register set: `await f(x)` pushes a frame, a tail call replaces this one. */
function emitEntering(call: Node, entering: Entering, rewriter: Rewriter): void {
  if (enterDirectly(call, entering, rewriter)) return
  const { names, edits } = rewriter
  const callee: Node = call.callee
  const site = entering.kind === 'await' ? rewriter.addSite(entering.at) : 0
  const head = entering.kind === 'await' ? `(yield ${names.of('s')}.call(${site}, ` : `${names.of('s')}.tail(`
  edits.insert(call.start, head)
  const thisText = emitCallee(callee, rewriter)
  const args: readonly Node[] = call.arguments
  const first = args[0]
  const clear = thisText === names.of('t') ? `(${thisText} = undefined, [` : '['
  const close = `${clear === '[' ? ']' : '])'})${entering.kind === 'await' ? ')' : ''}`
  const last = args.at(-1)
  if (first === undefined || last === undefined) {
    edits.replace(callee.end, call.end, `, ${thisText}, ${clear}${close}`)
    return
  }
  edits.replace(callee.end, first.start, `, ${thisText}, ${clear}`)
  rewriter.visitAll(args)
  edits.replace(last.end, call.end, close)
}

function hasOptionalLink(node: Node): boolean {
  for (
    let at: Node | undefined = node;
    at !== undefined;
    at = at.type === 'MemberExpression' ? at.object : at.type === 'CallExpression' ? at.callee : undefined
  ) {
    if (at.optional) return true
  }
  return false
}

/** Whether this is `o?.m(x)` or `f?.(x)`; longer chains start a strand. */
function isOptionalEntry(chain: Node, rewriter: Rewriter): boolean {
  const call: Node = chain.expression
  if (call.type !== 'CallExpression') return false
  const callee: Node = call.callee
  if (callee.type !== 'MemberExpression') return call.optional && !hasOptionalLink(callee)
  if (call.optional || !callee.optional || callee.computed || hasOptionalLink(callee.object)) return false
  return rewriter.importUse(callee.object)?.member === undefined
}

/** Emits an optional call that hands over a frame, or is nothing. */
function enterOptional(chain: Node, entering: Entering, rewriter: Rewriter): void {
  const { edits, names, frame } = rewriter
  const call: Node = chain.expression
  const callee: Node = call.callee
  const method = callee.type === 'MemberExpression'
  const object: Node = method ? callee.object : callee
  const temporary = names.of('t')
  if (frame.lowered) frame.lowered.usesTemporary = true
  const awaits = entering.kind === 'await'
  const head = awaits ? `(yield ${names.of('s')}.call(${rewriter.addSite(entering.at)}, ` : `${names.of('s')}.tail(`
  const absent = `) == null ? undefined : ${head}${temporary}`
  const given = `, ${method ? temporary : 'undefined'}, (${temporary} = undefined, [`
  const args: readonly Node[] = call.arguments
  const [first, last] = [args[0], args.at(-1)]
  const close = `]))${awaits ? ')' : ''})`
  edits.insert(call.start, `((${temporary} = `)
  rewriter.visit(object)
  if (method) edits.replace(object.end, callee.property.start, `${absent}.`)
  const from = method ? callee.end : object.end
  const opening = method ? given : absent + given
  if (first === undefined || last === undefined) {
    edits.replace(from, call.end, opening + close)
    return
  }
  edits.replace(from, first.start, opening)
  rewriter.visitAll(args)
  edits.replace(last.end, call.end, close)
}

/** Emits a callee as a value and returns the text of its `this`. */
function emitCallee(callee: Node, rewriter: Rewriter): string {
  const { names, edits } = rewriter
  const late = lateBoundCallee(callee, rewriter)
  if (late !== undefined) {
    edits.replace(callee.start, callee.end, late)
    return 'undefined'
  }
  if (callee.type !== 'MemberExpression' || callee.optional) {
    rewriter.visit(callee)
    return 'undefined'
  }
  const object: Node = callee.object
  if (object.type === 'Super') {
    rewriter.visit(callee)
    return 'this'
  }
  const fixedKey = !callee.computed || callee.property.type === 'Literal' || callee.property.type === 'Identifier'
  if (fixedKey && object.type === 'ThisExpression') {
    rewriter.visit(callee)
    return 'this'
  }
  if (fixedKey && object.type === 'Identifier') {
    const use = rewriter.importUse(object)
    rewriter.visit(callee)
    return use ? use.value : object.name
  }
  const temporary = names.of('t')
  if (rewriter.frame.lowered) rewriter.frame.lowered.usesTemporary = true
  edits.insert(object.start, `(${temporary} = `)
  rewriter.visit(object)
  edits.insert(object.end, ')')
  if (callee.computed) rewriter.visit(callee.property)
  return temporary
}

function visitAwait(node: Node, rewriter: Rewriter): void {
  const { edits, names, frame } = rewriter
  if (!frame.lowered) {
    if (frame.facts.kind === 'module')
      rewriter.refuse(
        node,
        'Top-level await is not supported in a module body yet',
        'Await it in an async function that a process starts in.',
      )
    rewriter.visit(node.argument)
    return
  }
  const argument: Node = node.argument
  const inner = withoutParens(argument)
  if (canEnter(inner)) {
    edits.replace(node.start, inner.start, '')
    emitEntering(inner, { kind: 'await', at: node.start }, rewriter)
    if (inner.end < node.end) edits.replace(inner.end, node.end, '')
    return
  }
  if (inner.type === 'ChainExpression' && isOptionalEntry(inner, rewriter)) {
    edits.replace(node.start, inner.start, '')
    enterOptional(inner, { kind: 'await', at: node.start }, rewriter)
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
      rewriter.edits.replace(node.start, inner.start, '')
      if (optional) enterOptional(inner, { kind: 'tail' }, rewriter)
      else emitEntering(inner, { kind: 'tail' }, rewriter)
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
  // An async generator awaits what it returns.
  rewriter.edits.insert(argument.start, `(yield ${rewriter.names.of('s')}.at(${rewriter.addSite(node.start)}, `)
  rewriter.visit(argument)
  rewriter.edits.insert(argument.end, '))')
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
  rewriter.visitAll(node.arguments)
}

function visitTagged(node: Node, rewriter: Rewriter): void {
  const late = lateBoundCallee(node.tag, rewriter)
  if (late !== undefined) rewriter.edits.replace(node.tag.start, node.tag.end, `(0, ${late})`)
  else if (node.tag.type === 'MemberExpression' && node.tag.object.type === 'Super' && rewriter.scopes.captured.has(node.tag.object)) {
    rewriter.refuse(
      node,
      'A template tag of `super` is not supported inside an async function yet',
      'Call it in a function that is not async.',
    )
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
