import type { Slot } from './edits.ts'
import type { Rewriter } from './rewriter.ts'
import { withoutParens } from './syntax.ts'
import type { Node } from './syntax.ts'

/**
 * By which way a call's frame is entered: awaited at an offset, or in place of the present frame. `opening`: what stands in place of an `await` before the call. What the call begins with is put there, for
 * inserted text has no place of its own in the map, and at the beginning of a line it would pass for the line before.
 */
export type Entering =
  | { readonly kind: 'await'; readonly at: number; readonly opening: Slot }
  | { readonly kind: 'tail'; readonly opening?: Slot }

function open(at: number, head: string, { opening }: Entering, { edits }: Rewriter): void {
  if (opening === undefined) edits.insert(at, head)
  else opening.text = head
}

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
export function canEnter(node: Node): boolean {
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
  const index = entering.kind === 'await' ? rewriter.addSite(entering.at) : 0
  const site = entering.kind === 'await' ? `${names.of('s')}.site = ${index}, ` : ''
  const yielded = entering.kind === 'await' ? `${isPlainReceive(call, rewriter) ? messageAtHand(index, rewriter) : ''}yield (` : ''
  const head = `(${yielded}${[...new Set(touched)].join('')}${register} = ${use ?? callee.name}, ${site}`
  if (use) edits.replace(callee.start, callee.end, `${head}(0, ${register})`)
  else open(callee.start, head, entering, rewriter)
  rewriter.visitAll(call.arguments)
  edits.insert(call.end, entering.kind === 'await' ? '))' : ')')
  return true
}

function isPlainReceive(call: Node, rewriter: Rewriter): boolean {
  return call.arguments.length === 0 && rewriter.apiName(call.callee) === 'receive' && rewriter.frame.lowered?.generator === false
}

/** A message that is there already is taken without a way through the driver. */
function messageAtHand(site: number, { names }: Rewriter): string {
  const s = names.of('s')
  return `${s}.hasMessage() ? ${s}.takeMessage(${site}) : `
}

/** The text of a callee that an import resolves, read anew at each call. */
export function lateBoundCallee(callee: Node, rewriter: Rewriter): string | undefined {
  const use = rewriter.importUse(callee)
  if (use) return use.called
  if (callee.type !== 'MemberExpression' || callee.optional) return undefined
  const namespace = rewriter.importUse(callee.object)
  const name = memberName(callee)
  return namespace?.member && name !== undefined ? namespace.member(name).called : undefined
}

/** The name that a member expression reads, when it stands in the text. */
export function memberName(node: Node): string | undefined {
  if (node.computed) return node.property.type === 'Literal' && typeof node.property.value === 'string' ? node.property.value : undefined
  return node.property.type === 'Identifier' ? node.property.name : undefined
}

/** A callee as V8 names it in `o.f is not a function`, as one more argument: names and members only. */
function shownText(callee: Node): string {
  const text = textOf(callee)
  return text === undefined ? '' : `, ${JSON.stringify(text)}`
}

/** A chain of names and members in the form in which V8 shows it; `undefined` for everything else. */
export function textOf(node: Node): string | undefined {
  if (node.type === 'Identifier') return node.name
  if (node.type === 'ThisExpression') return 'this'
  if (node.type !== 'MemberExpression') return undefined
  const object = node.object.type === 'Super' ? '(intermediate value)' : textOf(node.object)
  const name = memberName(node)
  return object === undefined || name === undefined ? undefined : `${object}${node.optional ? '?' : ''}.${name}`
}

/** Emits a call whose callee finds the register set: `await f(x)` pushes a frame, a tail call replaces this one. */
export function emitEntering(call: Node, entering: Entering, rewriter: Rewriter): void {
  if (enterDirectly(call, entering, rewriter)) return
  const { names, edits } = rewriter
  const callee: Node = call.callee
  const site = entering.kind === 'await' ? rewriter.addSite(entering.at) : 0
  const head = entering.kind === 'await' ? `(yield ${names.of('s')}.call(${site}, ` : `${names.of('s')}.tail(`
  open(call.start, head, entering, rewriter)
  const thisText = emitCallee(callee, rewriter)
  const args: readonly Node[] = call.arguments
  const first = args[0]
  const clear = thisText === names.of('t') ? `(${thisText} = undefined, [` : '['
  const close = `${clear === '[' ? ']' : '])'}${shownText(callee)})${entering.kind === 'await' ? ')' : ''}`
  const last = args.at(-1)
  if (first === undefined || last === undefined) {
    edits.replace(callee.end, call.end, `, ${thisText}, ${clear}${close}`)
    return
  }
  edits.replace(callee.end, first.start, `, ${thisText}, ${clear}`)
  rewriter.visitArguments(call)
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
export function isOptionalEntry(chain: Node, rewriter: Rewriter): boolean {
  const call: Node = chain.expression
  if (call.type !== 'CallExpression') return false
  const callee: Node = call.callee
  if (callee.type !== 'MemberExpression') return call.optional && !hasOptionalLink(callee)
  if (call.optional || !callee.optional || callee.computed || hasOptionalLink(callee.object)) return false
  return rewriter.importUse(callee.object)?.member === undefined
}

/** Emits an optional call that hands over a frame, or is nothing. */
export function enterOptional(chain: Node, entering: Entering, rewriter: Rewriter): void {
  const { edits, names, frame } = rewriter
  const call: Node = chain.expression
  const callee: Node = call.callee
  const method = callee.type === 'MemberExpression'
  const object: Node = method ? callee.object : callee
  const temporary = names.of('t')
  frame.lowered?.temporaries.add(temporary)
  const awaits = entering.kind === 'await'
  const head = awaits ? `(yield ${names.of('s')}.call(${rewriter.addSite(entering.at)}, ` : `${names.of('s')}.tail(`
  const absent = `) == null ? undefined : ${head}${temporary}`
  const given = `, ${method ? temporary : 'undefined'}, (${temporary} = undefined, [`
  const args: readonly Node[] = call.arguments
  const [first, last] = [args[0], args.at(-1)]
  const close = `])${shownText(callee)})${awaits ? ')' : ''})`
  open(call.start, `((${temporary} = `, entering, rewriter)
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

/** Reading it twice gives the same: no getter or key of the callee can assign it. */
function isSteady(object: Node, rewriter: Rewriter): boolean {
  return rewriter.scopes.references.get(object)?.assigned !== true
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
  if (fixedKey && object.type === 'Identifier' && isSteady(object, rewriter)) {
    const use = rewriter.importUse(object)
    rewriter.visit(callee)
    return use ? use.value : object.name
  }
  const temporary = names.of('t')
  rewriter.frame.lowered?.temporaries.add(temporary)
  edits.insert(object.start, `(${temporary} = `)
  rewriter.visit(object)
  edits.insert(object.end, ')')
  if (callee.computed) rewriter.visit(callee.property)
  return temporary
}
