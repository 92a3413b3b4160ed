import { eachChild, isFunction, isLoop, withoutParens } from '../syntax.ts'
import type { Node } from '../syntax.ts'
import type { ModuleFacts } from './module-facts.ts'

/** A loop whose test never fails. */
export function isEndless(loop: Node): boolean {
  if (loop.type === 'ForStatement') return loop.test === null || isTrue(loop.test)
  return (loop.type === 'WhileStatement' || loop.type === 'DoWhileStatement') && isTrue(loop.test)
}

function isTrue(test: Node): boolean {
  const node = withoutParens(test)
  return node.type === 'Literal' && Boolean(node.value)
}

/** Whether control may come to the end of a statement. In doubt it may. */
export function completes(statement: Node): boolean {
  switch (statement.type) {
    case 'ReturnStatement':
    case 'ThrowStatement':
      return false
    case 'BlockStatement':
      return (statement.body as Node[]).every(completes)
    case 'IfStatement':
      return statement.alternate === null || completes(statement.consequent) || completes(statement.alternate)
    case 'TryStatement':
      if (statement.finalizer !== null && !completes(statement.finalizer)) return false
      return completes(statement.block) || (statement.handler !== null && completes(statement.handler.body))
    case 'SwitchStatement': {
      const cases = statement.cases as Node[]
      const last = cases.at(-1)
      return (
        last === undefined ||
        !cases.some(({ test }) => test === null) ||
        (last.consequent as Node[]).every(completes) ||
        cases.some((one) => (one.consequent as Node[]).some((inner) => breaksOut(inner, [], 0)))
      )
    }
    case 'LabeledStatement':
      return completes(statement.body) || breaksOut(statement.body, [], 1, statement.label.name)
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'ForStatement':
      return !isEndless(statement) || breaksOut(statement.body, [], 0)
    default:
      return true
  }
}

/** Whether a `break` below leaves the statement around it: one without a label at depth 0, or one of this label. */
function breaksOut(node: Node, inner: readonly string[], depth: number, label?: string): boolean {
  if (isFunction(node)) return false
  if (node.type === 'BreakStatement') {
    if (node.label === null) return depth === 0
    return label === undefined ? !inner.includes(node.label.name) : node.label.name === label
  }
  const deeper = isLoop(node) || node.type === 'SwitchStatement' ? depth + 1 : depth
  const labels = node.type === 'LabeledStatement' ? [...inner, node.label.name as string] : inner
  let found = false
  eachChild(node, (child) => {
    found ||= breaksOut(child, labels, deeper, label)
  })
  return found
}

/**
 * Whether code below `node` leaves it for good: by `return`, by a `break` or `continue` to outside, by an error that nothing there catches, by `exit`, or
 * by a call through an import of the module itself. With `returnsJudged` the caller looks at the `return`s itself, and at what a loop is left for;
 * `continuedBy` are the labels of `node` itself.
 */
export function leavesBy(
  node: Node,
  facts: ModuleFacts,
  { returnsJudged = false, continuedBy = [] }: { readonly returnsJudged?: boolean; readonly continuedBy?: readonly string[] } = {},
): boolean {
  const visit = (inner: Node, labels: readonly string[], depth: number, caught: boolean, ownCode: boolean): boolean => {
    if (inner.type === 'CallExpression') {
      const imported = facts.importedAs(inner.callee)
      if (imported?.kind === 'module' && imported.target === facts.module) return true
      if (imported?.kind === 'process' && imported.name === 'exit' && inner.arguments.length < 2) return true
      if (isProcessExit(inner)) return true
    }
    if (ownCode && !returnsJudged) {
      if (inner.type === 'ReturnStatement' || inner.type === 'YieldExpression') return true
      if (inner.type === 'BreakStatement') return inner.label === null ? depth === 0 : !labels.includes(inner.label.name)
      if (inner.type === 'ContinueStatement' && inner.label !== null) return ![...labels, ...continuedBy].includes(inner.label.name)
    }
    if (ownCode && inner.type === 'ThrowStatement' && !caught) return true
    const own = ownCode && !isFunction(inner)
    const deeper = inner !== node && (isLoop(inner) || inner.type === 'SwitchStatement') ? depth + 1 : depth
    const known = inner.type === 'LabeledStatement' ? [...labels, inner.label.name as string] : labels
    let found = false
    eachChild(inner, (child) => {
      const inTry = inner.type === 'TryStatement' && inner.handler !== null && child === inner.block
      found ||= visit(child, known, deeper, caught || inTry, own)
    })
    return found
  }
  return visit(node, [], 0, false, true)
}

function isProcessExit(call: Node): boolean {
  const { callee } = call
  return (
    callee.type === 'MemberExpression' &&
    callee.object.type === 'Identifier' &&
    callee.object.name === 'process' &&
    callee.property.name === 'exit'
  )
}
