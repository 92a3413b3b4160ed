import { entryCheck } from './checks.ts'
import type { Handler, Rewriter } from './rewriter.ts'
import { eachChild, isFunction, isLoop } from './syntax.ts'
import type { Node } from './syntax.ts'

/** Whether a `return`, `break` or `continue` in this block can leave it. */
function canLeave(block: Node): boolean {
  const search = (node: Node, inLoop: boolean, inBreakable: boolean, labels: readonly string[]): boolean => {
    if (isFunction(node) || node.type === 'StaticBlock' || node.type === 'PropertyDefinition') return false
    if (node.type === 'ReturnStatement') return true
    if (node.type === 'BreakStatement') return node.label ? !labels.includes(node.label.name) : !inBreakable
    if (node.type === 'ContinueStatement') return node.label ? !labels.includes(node.label.name) : !inLoop
    if (node.type === 'LabeledStatement') return search(node.body, inLoop, inBreakable, [...labels, node.label.name])
    const loop = inLoop || isLoop(node)
    let found = false
    eachChild(node, (child) => {
      found ||= search(child, loop, inBreakable || loop || node.type === 'SwitchStatement', labels)
    })
    return found
  }
  return search(block, false, false, [])
}

function visitTry(node: Node, rewriter: Rewriter): void {
  rewriter.visitProtected(() => {
    const { edits, names } = rewriter
    const { block, handler, finalizer } = node
    const exit = `${names.of('s')}.exit`
    // A finally that can leave by itself would bring back a frame that is being unwound (KILL3).
    const unwound = finalizer && canLeave(finalizer) ? names.fresh('') : undefined
    if (unwound) edits.insert(node.start, `{ let ${unwound} = false; try { `)
    rewriter.visit(block)
    if (handler) visitCatch(handler, rewriter)
    if (!finalizer) return
    if (unwound) {
      const error = names.of('e')
      if (!handler) edits.insert(block.end, ' finally {}')
      edits.insert((handler ?? block).end, ` } catch (${error}) { if (${error} === ${exit}) ${unwound} = true; throw ${error}; }`)
    }
    // `return()` of a plain generator enters its code again here, as `next()` does at its `yield` (PIN3, PIN6).
    const { facts, lowered } = rewriter.frame
    const check = facts.node.generator === true && !lowered ? entryCheck(rewriter, finalizer.start) : ''
    edits.insert(finalizer.start + 1, ` if (${names.of('s')}.ending !== 2) {${unwound ? ' try {' : ''}${check}`)
    rewriter.visit(finalizer)
    edits.insert(finalizer.end - 1, `${unwound ? ` } finally { if (${unwound}) throw ${exit}; }` : ''} }`)
    if (unwound) edits.insert(node.end, ' }')
  })
}

function visitCatch(handler: Node, rewriter: Rewriter): void {
  const { edits, names } = rewriter
  const exit = `${names.of('s')}.exit`
  const { param, body } = handler
  if (param?.type === 'Identifier') {
    edits.insert(body.start + 1, ` if (${param.name} === ${exit}) throw ${param.name};`)
    rewriter.visit(body)
    return
  }
  const error = names.of('e')
  const rethrow = ` if (${error} === ${exit}) throw ${error};`
  if (!param) {
    edits.replace(handler.start, body.start + 1, `catch (${error}) {${rethrow}`)
    rewriter.visit(body)
    return
  }
  edits.replace(handler.start, param.start, `catch (${error}) {${rethrow} let `)
  rewriter.visit(param)
  // Functions in the pattern do not see what the body declares.
  edits.replace(param.end, body.start, ` = ${error}; `)
  rewriter.visit(body)
  edits.insert(body.end, ' }')
}

/** `catch` never sees a process's end, `finally` is skipped by a kill (KILL2, KILL3). */
export const unwindingHandlers: Readonly<Record<string, Handler>> = { TryStatement: visitTry }
