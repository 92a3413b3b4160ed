import { visitReturned } from './calls.ts'
import { captureName } from './capture-names.ts'
import { hasUsing, visitStatements } from './disposal.ts'
import { entryCheck, visitPlainFunction } from './checks.ts'
import { declareTemporaries } from './rewriter.ts'
import { kindOf } from './function-kinds.ts'
import type { Frame, Handler, LoweredFunction, Rewriter, SelfLoop } from './rewriter.ts'
import type { FunctionFacts } from './scopes.ts'
import { keyName } from './syntax.ts'
import type { Node } from './syntax.ts'

/** Async functions and async generators become generators that the scheduler drives. */
export function isLowered(node: Node): boolean {
  return node.async === true
}

interface Signature {
  /** Parameters of the outer function, which keeps the declared `length`. */
  readonly outer: string
  /** Whether calling the generator can run the user's code: defaults and patterns. */
  readonly simple: boolean
  readonly call: (generator: string) => string
}

function signatureOf(node: Node, facts: FunctionFacts, rewriter: Rewriter): Signature {
  const params: readonly Node[] = node.params
  const firstOpen = params.findIndex((param) => param.type === 'AssignmentPattern' || param.type === 'RestElement')
  const length = firstOpen === -1 ? params.length : firstOpen
  const list = params.slice(0, length).map((_, index) => rewriter.names.of(`p${index}`))
  if (firstOpen !== -1) list.push(`...${rewriter.names.of('r')}`)
  const outer = list.join(', ')
  return {
    outer,
    simple: params.every((param) => param.type === 'Identifier'),
    call: (generator) => {
      if (facts.kind !== 'arrow' && facts.usesArguments) return `${generator}.apply(this, arguments)`
      if (facts.usesThis) return `${generator}.call(this${outer === '' ? '' : `, ${outer}`})`
      return `${generator}(${outer})`
    },
  }
}

/** Statements of the outer function: create the frame, then hand it to whoever awaits, or start a strand. */
function entry(signature: Signature, generator: string, self: string | undefined, lowered: LoweredFunction, rewriter: Rewriter): string {
  const { names } = rewriter
  const s = names.of('s')
  const descriptor = names.of(`d${lowered.index}`)
  const frame = names.of('f')
  const created = signature.call(generator)
  if (lowered.generator) return `return ${rewriter.helpers.use('asyncGenerator')}(${descriptor}, ${created});`
  if (signature.simple) {
    if (self === undefined) return `return ${s}.start(${descriptor}, ${created});`
    return `const ${frame} = ${created}; return ${s}.callee === ${self} ? ${s}.push(${descriptor}, ${frame}) : ${s}.start(${descriptor}, ${frame});`
  }
  const [awaited, error] = [names.of('k'), names.of('e')]
  const guarded = `let ${frame}; try { ${frame} = ${created}; } catch (${error}) { if (${error} === ${s}.exit) throw ${error}; ${frame} = ${rewriter.helpers.use('fail')}(${error}); }`
  if (self === undefined) return `${guarded} return ${s}.start(${descriptor}, ${frame});`
  return `const ${awaited} = ${s}.callee === ${self}; if (${awaited}) ${s}.callee = undefined; ${guarded} return ${awaited} ? ${s}.push(${descriptor}, ${frame}) : ${s}.start(${descriptor}, ${frame});`
}

function captures(facts: FunctionFacts, rewriter: Rewriter): string {
  let text = ''
  if (facts.capturesArguments) text += `const ${captureName('a', facts, rewriter)} = arguments; `
  if (facts.capturesNewTarget) text += `const ${captureName('nt', facts, rewriter)} = new.target; `
  if (facts.capturesSuper)
    text += `const ${captureName('sg', facts, rewriter)} = (k) => super[k]; const ${captureName('ss', facts, rewriter)} = (k, v) => super[k] = v; `
  return text
}

function createLowered(node: Node, shown: string, rewriter: Rewriter): { lowered: LoweredFunction; frame: Frame } {
  const facts = rewriter.scopes.functions.get(node) as FunctionFacts
  const lowered: LoweredFunction = {
    index: rewriter.lowered.length,
    name: shown,
    at: node.start,
    sites: [],
    temporaries: new Set(),
    generator: node.generator === true,
    selfLoop: selfLoopOf(node, facts, rewriter),
  }
  rewriter.lowered.push(lowered)
  return { lowered, frame: { facts, lowered, protection: node.body.type === 'BlockStatement' && hasUsing(node.body.body) ? 1 : 0 } }
}

/**
 * A function whose tail calls of itself can be a loop: assigning its parameters must be nothing that a closure, `arguments` or a `var`
 * of the body could tell from a new call.
 */
function selfLoopOf(node: Node, facts: FunctionFacts, rewriter: Rewriter): SelfLoop | undefined {
  const params: readonly Node[] = node.params
  if (node.generator || node.body.type !== 'BlockStatement' || facts.paramsCaptured || facts.hasVars || facts.usesArguments)
    return undefined
  if ((facts.usesThis && facts.kind !== 'arrow') || !params.every((param) => param.type === 'Identifier')) return undefined
  return { node, label: rewriter.names.of('self'), params: params.map((param) => param.name), used: false }
}

/**
 * Rewrites head and body to `head…(PARAMS) {BODY}` of a generator; `head` ends with its opening parenthesis, and the text from `from`
 * to the first parameter is replaced by it.
 */
function emitGenerator(node: Node, from: number, head: string, frame: Frame, rewriter: Rewriter): void {
  const { edits } = rewriter
  const params: readonly Node[] = node.params
  const body: Node = node.body
  const first = params[0]
  const last = params.at(-1)
  const concise = body.type !== 'BlockStatement'
  rewriter.visitIn(frame, () => {
    edits.replace(from, first ? first.start : body.start, first ? head : `${head}) `)
    rewriter.visitAll(params)
    if (last) edits.replace(last.end, body.start, ') ')
    const check = entryCheck(rewriter, node.start)
    const top = edits.insert(concise ? body.start : body.start + 1, '')
    if (concise) visitReturned(body, rewriter)
    else visitStatements(body, body.body, rewriter)
    const temporary = declareTemporaries(frame.lowered)
    const loop = frame.lowered?.selfLoop
    if (concise) top.text = `{${temporary}${check} return `
    else if (loop?.used) top.text = `${temporary} ${loop.label}: for (;;) {${check}`
    else top.text = temporary + check
    if (concise) edits.insert(body.end, '; }')
    else if (loop?.used) edits.insert(body.end - 1, ' return; } ')
  })
}

function visitDeclaration(node: Node, rewriter: Rewriter): void {
  if (!isLowered(node)) {
    visitPlainFunction(node, rewriter)
    return
  }
  const name: string = node.id ? node.id.name : rewriter.names.of('default')
  const { lowered, frame } = createLowered(node, node.id ? name : 'default', rewriter)
  const signature = signatureOf(node, frame.facts, rewriter)
  const generator = rewriter.names.fresh(name)
  const reassigned = node.id !== null && isReassigned(node, rewriter)
  emitGenerator(
    node,
    node.start,
    `function ${name}(${signature.outer}) { if (new.target) throw new ${rewriter.helpers.own('TypeError')}('${name} is not a constructor'); ${entry(signature, generator, reassigned ? undefined : name, lowered, rewriter)} } function* ${generator}(`,
    frame,
    rewriter,
  )
  if (!reassigned && !rewriter.toldKinds.has(node)) rewriter.edits.insert(node.end, ` ${kindOf(node, rewriter)}(${name});`)
}

function isReassigned(node: Node, rewriter: Rewriter): boolean {
  return rewriter.scopes.reassignedFunctions.has(node)
}

function shownName(node: Node, rewriter: Rewriter): string {
  return node.id?.name ?? rewriter.scopes.names.get(node) ?? ''
}

function visitExpression(node: Node, rewriter: Rewriter): void {
  if (!isLowered(node)) {
    visitPlainFunction(node, rewriter)
    return
  }
  emitExpression(node, node.start, '', shownName(node, rewriter), rewriter)
}

/** A function value of its own: outer function and generator in a closure. `before` stands in front of it, in place of the text from `from`. */
function emitExpression(node: Node, from: number, before: string, name: string, rewriter: Rewriter, nameText = JSON.stringify(name)): void {
  const { names, edits } = rewriter
  const { lowered, frame } = createLowered(node, name === '' ? 'anonymous' : name, rewriter)
  const signature = signatureOf(node, frame.facts, rewriter)
  const [generator, self] = [names.fresh(name), names.of('o')]
  emitGenerator(node, from, `${before}(() => { ${captures(frame.facts, rewriter)}const ${generator} = function* (`, frame, rewriter)
  const key = `[${nameText}]`
  const body = `{ ${entry(signature, generator, self, lowered, rewriter)} }`
  const outer = node.type === 'ArrowFunctionExpression' ? `${key}: (${signature.outer}) => ${body}` : `${key}(${signature.outer}) ${body}`
  const bound = node.type === 'FunctionExpression' && node.id ? ` const ${node.id.name} = ${self};` : ''
  edits.insert(node.body.end, `; const ${self} = ${kindOf(node, rewriter)}({ ${outer} }${key});${bound} return ${self}; })()`)
}

function visitProperty(node: Node, rewriter: Rewriter): void {
  const { edits } = rewriter
  if (!node.method || !isLowered(node.value)) {
    if (node.computed && isLowered(node.value) && !node.value.id && keyName(node.key, true) === undefined) {
      // The key names the function: evaluated once, before it.
      const key = rewriter.names.fresh('')
      edits.replace(node.start, node.key.start, `...${rewriter.helpers.use('keyed')}(`)
      rewriter.visit(node.key)
      emitExpression(node.value, node.key.end, `, (${key}) => `, 'computed', rewriter, key)
      edits.insert(node.end, ')')
      return
    }
    if (node.computed) rewriter.visit(node.key)
    if (node.shorthand) {
      const use = rewriter.importUse(node.value)
      const holder = rewriter.scopes.captured.get(node.value)
      if (use) edits.insert(node.key.end, `: ${use.value}`)
      else if (holder) edits.insert(node.key.end, `: ${captureName('a', holder, rewriter)}`)
      else if (node.value.type !== 'Identifier') rewriter.visit(node.value)
      return
    }
    rewriter.visit(node.value)
    return
  }
  const name = keyName(node.key, node.computed)
  const facts = rewriter.scopes.functions.get(node.value) as FunctionFacts
  if (name !== undefined && !facts.capturesSuper) {
    emitExpression(node.value, node.start, `[${JSON.stringify(name)}]: `, name, rewriter)
    return
  }
  emitMethodInPlace(node, name ?? 'computed', undefined, rewriter)
}

/** A method whose generator is made at each call, for `super` and computed keys. */
function emitMethodInPlace(node: Node, shown: string, self: string | undefined, rewriter: Rewriter): void {
  const { edits, names } = rewriter
  const fn: Node = node.value
  const opening = node.static ? 'static ' : ''
  if (node.computed) {
    edits.replace(node.start, node.key.start, `${opening}[`)
    rewriter.visit(node.key)
  } else edits.replace(node.start, node.key.start, opening)
  const { lowered, frame } = createLowered(fn, shown, rewriter)
  const signature = signatureOf(fn, frame.facts, rewriter)
  const generator = names.fresh(shown)
  const head = `${node.computed ? ']' : ''}(${signature.outer}) { ${captures(frame.facts, rewriter)}const ${generator} = function* (`
  emitGenerator(fn, node.key.end, head, frame, rewriter)
  edits.insert(fn.body.end, `; ${entry(signature, generator, self, lowered, rewriter)} }`)
}

/** A class method: its generator is a private static method of the class, made once. */
function visitMethod(node: Node, rewriter: Rewriter): void {
  const fn: Node = node.value
  if (!isLowered(fn)) {
    if (node.computed) rewriter.visit(node.key)
    rewriter.visit(fn)
    return
  }
  const owner = rewriter.classes.at(-1) as { name: string; shown: string }
  const name = keyName(node.key, node.computed)
  const shown = `${owner.shown === '' ? 'class' : owner.shown}.${name ?? 'computed'}`
  const self = name === undefined ? undefined : methodIdentity(node, owner.name, rewriter)
  const facts = rewriter.scopes.functions.get(fn) as FunctionFacts
  if (facts.capturesSuper || name === undefined) {
    emitMethodInPlace(node, shown, self, rewriter)
    return
  }
  const { edits, names } = rewriter
  const { lowered, frame } = createLowered(fn, shown, rewriter)
  const signature = signatureOf(fn, frame.facts, rewriter)
  // Traces tell a private method by the end of this name.
  const generator = `#${name.startsWith('#') ? `${names.fresh(name.slice(1))}$` : names.fresh(name)}`
  const key = edits.text.slice(node.key.start, node.key.end)
  const opening = `${node.static ? 'static ' : ''}${node.computed ? `[${key}]` : key}(${signature.outer}) { ${entry(signature, `${owner.name}.${generator}`, self, lowered, rewriter)} }`
  emitGenerator(fn, node.start, `${opening} static *${generator}(`, frame, rewriter)
}

/** The private static field that holds the method's function, or for a private method the expression that finds it. */
function methodIdentity(node: Node, className: string, rewriter: Rewriter): string | undefined {
  const key = node.key.name as string
  if (node.key.type === 'PrivateIdentifier' && !node.static)
    return `(#${key} in ${rewriter.helpers.own('Object')}(this) ? this.#${key} : undefined)`
  const field = rewriter.methodFields.get(node)
  return field === undefined ? undefined : `${className}.#${rewriter.names.of(field)}`
}

export const loweringHandlers: Readonly<Record<string, Handler>> = {
  FunctionDeclaration: visitDeclaration,
  FunctionExpression: visitExpression,
  ArrowFunctionExpression: visitExpression,
  Property: visitProperty,
  MethodDefinition: visitMethod,
}
