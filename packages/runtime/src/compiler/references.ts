import { memberName } from './entering.ts'
import { captureName } from './capture-names.ts'
import { assignSuper, isCapturedSuper, readSuper, updateSuper, visitTarget } from './captured-super.ts'
import type { Handler, Rewriter } from './rewriter.ts'
import { withoutParens } from './syntax.ts'
import type { Node } from './syntax.ts'

function visitIdentifier(node: Node, rewriter: Rewriter): void {
  const use = rewriter.importUse(node)
  if (use) {
    rewriter.edits.replace(node.start, node.end, use.value)
    return
  }
  const holder = rewriter.scopes.captured.get(node)
  if (holder) rewriter.edits.replace(node.start, node.end, captureName('a', holder, rewriter))
}

function visitMember(node: Node, rewriter: Rewriter): void {
  const { edits } = rewriter
  const object: Node = node.object
  const name = memberName(node)
  const use = name === undefined ? undefined : rewriter.importUse(object)?.member?.(name as string)
  if (use && !node.optional) {
    edits.replace(node.start, node.end, use.value)
    return
  }
  if (isCapturedSuper(node, rewriter)) {
    readSuper(node, rewriter)
    return
  }
  rewriter.visit(object)
  if (node.computed) rewriter.visit(node.property)
}

function visitAssignment(node: Node, rewriter: Rewriter): void {
  const left = withoutParens(node.left)
  if (isCapturedSuper(left, rewriter)) {
    assignSuper(node, left, rewriter)
    return
  }
  visitTarget(node.left, rewriter)
  rewriter.visit(node.right)
}

function visitUpdate(node: Node, rewriter: Rewriter): void {
  const target = withoutParens(node.argument)
  if (isCapturedSuper(target, rewriter)) updateSuper(node, target, rewriter)
  else visitTarget(target, rewriter)
}

function visitUnary(node: Node, rewriter: Rewriter): void {
  const operand = withoutParens(node.argument)
  if (node.operator === 'delete' && operand.type === 'MemberExpression' && operand.object.type !== 'Super') visitTarget(operand, rewriter)
  else rewriter.visit(node.argument)
}

function visitArrayPattern(node: Node, rewriter: Rewriter): void {
  for (const element of node.elements as (Node | null)[]) if (element) visitTarget(element, rewriter)
}

function visitObjectPattern(node: Node, rewriter: Rewriter): void {
  for (const property of node.properties as Node[]) {
    if (property.type === 'RestElement') visitTarget(property, rewriter)
    else if (property.shorthand) rewriter.visit(property)
    else {
      if (property.computed) rewriter.visit(property.key)
      visitTarget(property.value, rewriter)
    }
  }
}

function visitMeta(node: Node, rewriter: Rewriter): void {
  const { edits, names } = rewriter
  if (node.meta.name === 'import') {
    edits.replace(node.start, node.end, names.of('meta'))
    return
  }
  const holder = rewriter.scopes.captured.get(node)
  if (holder) edits.replace(node.start, node.end, captureName('nt', holder, rewriter))
}

function refuseDecorator(node: Node, rewriter: Rewriter): void {
  rewriter.refuse(node, 'Node has no decorators', 'Call the function on the class after its declaration.')
}

/** Late-bound imports, the process's own timers, `import.meta`, and what lowered functions capture. */
export const referenceHandlers: Readonly<Record<string, Handler>> = {
  Identifier: visitIdentifier,
  MemberExpression: visitMember,
  AssignmentExpression: visitAssignment,
  UpdateExpression: visitUpdate,
  UnaryExpression: visitUnary,
  ObjectPattern: visitObjectPattern,
  ArrayPattern: visitArrayPattern,
  MetaProperty: visitMeta,
  Decorator: refuseDecorator,
}
