import { memberName } from './entering.ts'
import { captureName } from './lower-functions.ts'
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
  const holder = object.type === 'Super' ? rewriter.scopes.captured.get(object) : undefined
  if (holder) {
    const get = captureName('sg', holder, rewriter)
    if (node.computed) {
      edits.replace(node.start, node.property.start, `${get}(`)
      rewriter.visit(node.property)
      edits.replace(node.property.end, node.end, ')')
    } else edits.replace(node.start, node.end, `${get}(${JSON.stringify(node.property.name)})`)
    return
  }
  rewriter.visit(object)
  if (node.computed) rewriter.visit(node.property)
}

/** `super.x` where a generator is cut off from it. */
function capturedSuper(target: Node, rewriter: Rewriter): boolean {
  const inner = withoutParens(target)
  return inner.type === 'MemberExpression' && inner.object.type === 'Super' && rewriter.scopes.captured.has(inner.object)
}

function visitAssignment(node: Node, rewriter: Rewriter): void {
  const { edits } = rewriter
  if (capturedSuper(node.left, rewriter)) {
    const left: Node = node.left
    const holder = left.type === 'MemberExpression' && rewriter.scopes.captured.get(left.object)
    if (node.operator === '=' && holder) {
      const set = captureName('ss', holder, rewriter)
      if (left.computed) {
        edits.replace(node.start, left.property.start, `${set}(`)
        rewriter.visit(left.property)
        edits.replace(left.property.end, node.right.start, ', ')
      } else edits.replace(node.start, node.right.start, `${set}(${JSON.stringify(left.property.name)}, `)
      rewriter.visit(node.right)
      edits.insert(node.end, ')')
      return
    }
    refuseSuper(node, rewriter)
  }
  rewriter.visit(node.left)
  rewriter.visit(node.right)
}

function refuseSuper(node: Node, rewriter: Rewriter): void {
  rewriter.refuse(
    node,
    'This use of `super` is not supported inside an async function yet',
    'Read or assign the property with `=`, or do it in a method that is not async.',
  )
}

function visitUpdate(node: Node, rewriter: Rewriter): void {
  if (capturedSuper(node.argument, rewriter)) refuseSuper(node, rewriter)
  rewriter.visit(node.argument)
}

function visitPattern(node: Node, rewriter: Rewriter): void {
  rewriter.visitChildren(node)
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
  rewriter.refuse(node, 'Decorators are not supported yet', 'Call the function on the class after its declaration.')
}

/** Late-bound imports, the process's own timers, `import.meta`, and what lowered functions capture. */
export const referenceHandlers: Readonly<Record<string, Handler>> = {
  Identifier: visitIdentifier,
  MemberExpression: visitMember,
  AssignmentExpression: visitAssignment,
  UpdateExpression: visitUpdate,
  ObjectPattern: visitPattern,
  ArrayPattern: visitPattern,
  MetaProperty: visitMeta,
  Decorator: refuseDecorator,
}
