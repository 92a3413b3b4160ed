import { visitTarget } from './captured-super.ts'
import type { Names } from './names.ts'
import type { Handler, Rewriter } from './rewriter.ts'
import { markAfter, withoutParens } from './syntax.ts'
import type { Node } from './syntax.ts'

/** Iterations a loop of a synchronous function runs between two settlements of its local counter (PIN6). */
const LOOP_BATCH = 256

/**
 * Declares the cell with the counter that a generation's checks use, which a purge replaces. Two things make V8 take the counter for a constant, and do without
 * loading and looking at it, until that happens: that the cell is one, and that its only property was never assigned. That is told by the hidden class, so each cell
 * has one of its own, by its prototype; a variable in its place, which was tried, made small methods twice as slow.
 */
export function counterCell(names: Names): string {
  return `const ${names.of('c')} = { __proto__: {}, now: ${names.prefix}.c };`
}

/** The check at a function's entry, as a statement. */
export function entryCheck(rewriter: Rewriter, at: number): string {
  const { names, frame } = rewriter
  const { counter } = names
  const registers = names.of('s')
  if (!frame.lowered) return ` if (--${counter}.r < 0) ${registers}.check(${counter});`
  const site = rewriter.addSite(at)
  return ` if (--${counter}.r < ${counter}.m) yield (${registers}.site = ${site}, ${registers}.pause(${counter}));`
}

/** The check of one loop iteration, as a statement. */
export function loopCheck(rewriter: Rewriter, at: number): string {
  if (rewriter.frame.lowered) return entryCheck(rewriter, at)
  return ` if (${countIteration(rewriter)}) { ${checkOfBatch(rewriter)} }`
}

/** Counts an iteration of a synchronous loop, downwards, which costs V8 a tenth less than upwards; true when a check is due. */
export function countIteration(rewriter: Rewriter): string {
  return `--${rewriter.names.of('n')} < 1`
}

/** Whether the latest iteration that was counted makes a check due that has not come yet. */
export function isBatchFull({ names }: Rewriter): string {
  return `${names.of('n')} < 1`
}

/** Settles what was counted, as statements. */
export function checkOfBatch({ names }: Rewriter): string {
  const { counter } = names
  return `${names.of('n')} = ${LOOP_BATCH}; if ((${counter}.r -= ${LOOP_BATCH}) < 0) ${names.of('s')}.check(${counter});`
}

/** Declaration of the local loop counter, for a function that needs one. */
export function loopCounter(rewriter: Rewriter): string {
  const { facts, lowered } = rewriter.frame
  return facts.hasLoops && !lowered ? ` let ${rewriter.names.of('n')} = ${LOOP_BATCH};` : ''
}

export function visitLoopBody(loop: Node, rewriter: Rewriter): void {
  const body: Node = loop.body
  if (body.type === 'BlockStatement') {
    rewriter.edits.insert(body.start + 1, loopCheck(rewriter, loop.start))
    rewriter.visit(body)
    return
  }
  rewriter.edits.insert(body.start, `{${loopCheck(rewriter, loop.start)} `)
  rewriter.visit(body)
  rewriter.edits.insert(body.end, ' }')
}

function visitForIn(node: Node, rewriter: Rewriter): void {
  visitTarget(node.left, rewriter)
  rewriter.visit(node.right)
  visitLoopBody(node, rewriter)
}

export function visitForOf(node: Node, rewriter: Rewriter): void {
  visitTarget(node.left, rewriter)
  rewriter.visit(node.right)
  rewriter.visitProtected(() => visitLoopBody(node, rewriter))
}

export function visitPlainFor(node: Node, rewriter: Rewriter): void {
  rewriter.visitAll([node.init, node.test, node.update])
  visitLoopBody(node, rewriter)
}

export function visitPlainWhile(node: Node, rewriter: Rewriter): void {
  rewriter.visit(node.test)
  visitLoopBody(node, rewriter)
}

function visitDoWhile(node: Node, rewriter: Rewriter): void {
  visitLoopBody(node, rewriter)
  rewriter.visit(node.test)
}

/** Inserts statements at the beginning of a body, after its directives. */
function insertAtTop(body: Node, text: string, rewriter: Rewriter): void {
  const directive = (body.body as Node[]).findLast((statement) => statement.directive !== undefined)
  if (directive) rewriter.edits.insert(directive.end, `;${text}`)
  else rewriter.edits.insert(body.start + 1, text)
}

/** Rewrites the body of a function that stays as it is: its entry check, then its statements. */
export function visitPlainFunction(node: Node, rewriter: Rewriter): void {
  const facts = rewriter.scopes.functions.get(node)
  if (facts === undefined) return
  const frame = { facts, lowered: undefined, protection: 0 }
  const { edits, names } = rewriter
  rewriter.visitIn(frame, () => {
    rewriter.visitAll(node.params)
    const body: Node = node.body
    if (body.type === 'BlockStatement') {
      insertAtTop(body, entryCheck(rewriter, node.start) + loopCounter(rewriter), rewriter)
      rewriter.visit(body)
      return
    }
    edits.insert(body.start, `(--${names.counter}.r < 0 && ${names.of('s')}.check(${names.counter}), `)
    rewriter.visit(body)
    edits.insert(body.end, ')')
  })
}

function visitStaticBlock(node: Node, rewriter: Rewriter): void {
  const facts = rewriter.scopes.functions.get(node)
  if (facts === undefined) return
  rewriter.visitIn({ facts, lowered: undefined, protection: 0 }, () => {
    rewriter.edits.insert(markAfter(rewriter.edits.text, '{', node.start) + 1, loopCounter(rewriter))
    rewriter.visitAll(node.body)
  })
}

/** Whether an expression in parentheses or not is a function without a name of its own. */
export function isAnonymousFunction(node: Node): boolean {
  const inner = withoutParens(node)
  return (
    inner.type === 'ArrowFunctionExpression' || ((inner.type === 'FunctionExpression' || inner.type === 'ClassExpression') && !inner.id)
  )
}

/** Function entries and loop back-edges (PIN6, KILL1, SCHED1). */
export const checkHandlers: Readonly<Record<string, Handler>> = {
  FunctionDeclaration: visitPlainFunction,
  FunctionExpression: visitPlainFunction,
  ArrowFunctionExpression: visitPlainFunction,
  StaticBlock: visitStaticBlock,
  ForStatement: visitPlainFor,
  ForInStatement: visitForIn,
  ForOfStatement: visitForOf,
  WhileStatement: visitPlainWhile,
  DoWhileStatement: visitDoWhile,
}
