import { captureName } from './capture-names.ts'
import type { Rewriter } from './rewriter.ts'
import type { FunctionFacts } from './scopes.ts'
import { withoutParens } from './syntax.ts'
import type { Node } from './syntax.ts'

/** Whether this is `super.x` where a generator is cut off from its method: there a pair of closures reads and assigns it. */
export function isCapturedSuper(node: Node, rewriter: Rewriter): boolean {
  return node.type === 'MemberExpression' && node.object.type === 'Super' && rewriter.scopes.captured.has(node.object)
}

function closures(member: Node, rewriter: Rewriter): { get: string; set: string } {
  const holder = rewriter.scopes.captured.get(member.object) as FunctionFacts
  return { get: captureName('sg', holder, rewriter), set: captureName('ss', holder, rewriter) }
}

/** Emits `before KEY after` in place of `super.x` or `super[x]`, up to `end`. */
function emitAround(member: Node, start: number, before: string, after: string, end: number, rewriter: Rewriter): void {
  const { edits } = rewriter
  if (!member.computed) {
    edits.replace(start, end, before + JSON.stringify(member.property.name) + after)
    return
  }
  edits.replace(start, member.property.start, before)
  rewriter.visit(member.property)
  edits.replace(member.property.end, end, after)
}

export function readSuper(member: Node, rewriter: Rewriter): void {
  emitAround(member, member.start, `${closures(member, rewriter).get}(`, ')', member.end, rewriter)
}

/** `super.x = v`, `super.x += v`, `super.x ??= v`. */
export function assignSuper(node: Node, member: Node, rewriter: Rewriter): void {
  const { edits } = rewriter
  const { get, set } = closures(member, rewriter)
  const operator = (node.operator as string).slice(0, -1)
  if (operator === '') {
    emitAround(member, node.start, `${set}(`, ', ', node.right.start, rewriter)
    rewriter.visit(node.right)
    edits.insert(node.end, ')')
    return
  }
  const logical = operator === '&&' || operator === '||' || operator === '??'
  const valueOf = (key: string): string =>
    logical ? `${get}(${key}) ${operator} ${set}(${key}, ` : `${set}(${key}, ${get}(${key}) ${operator} (`
  if (member.computed) {
    // The key is evaluated once, and kept over what the right side waits for.
    const key = rewriter.names.fresh('')
    const { lowered } = rewriter.frame
    lowered?.temporaries.add(key)
    if (lowered) emitAround(member, node.start, `(${key} = `, `, ${valueOf(key)}`, node.right.start, rewriter)
    else emitAround(member, node.start, '((k, f) => f(k))(', `, (${key}) => ${valueOf(key)}`, node.right.start, rewriter)
  } else edits.replace(node.start, node.right.start, `(${valueOf(JSON.stringify(member.property.name))}`)
  rewriter.visit(node.right)
  edits.insert(node.end, logical ? '))' : ')))')
}

/** `super.x++` and `--super.x`. */
export function updateSuper(node: Node, member: Node, rewriter: Rewriter): void {
  const { get, set } = closures(member, rewriter)
  const { names } = rewriter
  const [key, value, before] = [names.of('k'), names.of('v'), names.of('b')]
  const change = node.prefix
    ? `((${key}, ${value} = ${get}(${key})) => ${set}(${key}, ${node.operator}${value}))(`
    : `((${key}, ${value} = ${get}(${key}), ${before} = ${value}${node.operator}) => (${set}(${key}, ${value}), ${before}))(`
  emitAround(member, node.start, change, ')', node.end, rewriter)
}

/** `super.x` in a pattern or the head of a loop: the setter of an object made there. */
function targetSuper(member: Node, rewriter: Rewriter): void {
  const { set } = closures(member, rewriter)
  const { names } = rewriter
  const [key, value] = [names.of('k'), names.of('v')]
  emitAround(
    member,
    member.start,
    `((${key}) => ({ set ${value}(${value}) { ${set}(${key}, ${value}); } }))(`,
    `).${value}`,
    member.end,
    rewriter,
  )
}

/** What is assigned to, in a pattern or alone. */
export function visitTarget(node: Node, rewriter: Rewriter): void {
  const target = withoutParens(node)
  if (isCapturedSuper(target, rewriter)) {
    rewriter.edits.replace(node.start, target.start, '')
    targetSuper(target, rewriter)
    rewriter.edits.replace(target.end, node.end, '')
    return
  }
  switch (target.type) {
    case 'AssignmentPattern':
      visitTarget(target.left, rewriter)
      rewriter.visit(target.right)
      return
    case 'RestElement':
      visitTarget(target.argument, rewriter)
      return
    case 'MemberExpression':
      // Of a namespace it is not the value that is meant.
      rewriter.visit(target.object)
      if (target.computed) rewriter.visit(target.property)
      return
    default:
      rewriter.visit(node)
  }
}
