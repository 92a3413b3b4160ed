import { withoutParens } from '../syntax.ts'
import type { Node } from '../syntax.ts'
import type { ModuleFacts } from './module-facts.ts'
import type { Rule } from './rule.ts'

const CONTAINERS: ReadonlySet<string> = new Set(['Map', 'Set', 'WeakMap', 'WeakSet', 'Array'])
const CHANGING_METHODS: ReadonlySet<string> = new Set(
  'set add delete clear push pop shift unshift splice sort reverse fill copyWithin'.split(' '),
)

/** A variable or container of the module's body that functions write. */
export const moduleState: Rule = (facts) => {
  const writes = new Map<Node, Node>()
  for (const [node, binding] of facts.scopes.references) {
    if (!binding || facts.scopes.topLevel.get(binding.name) !== binding || writes.has(binding.node)) continue
    if (facts.functionAround(node) === undefined) continue
    const isVariable = binding.kind === 'let' || binding.kind === 'var'
    if (
      isVariable
        ? isWritten(node, facts) || isChanged(node, facts)
        : binding.kind === 'const' && holdsContainer(binding.node) && isChanged(node, facts)
    )
      writes.set(binding.node, node)
  }
  return [...writes]
    .filter(([declarator]) => declarator.type === 'VariableDeclarator')
    .map(([declarator, write]) => ({
      code: 'module_state',
      at: declarator.start,
      message: `\`${write.name}\` is written by functions and lives in the module: each scheduler has its own, and each generation begins with a new one`,
      hint: 'Keep it in the state of a process, which hands it on when it moves to another generation.',
    }))
}

function holdsContainer(declarator: Node): boolean {
  if (declarator.type !== 'VariableDeclarator' || declarator.id.type !== 'Identifier' || !declarator.init) return false
  const value = withoutParens(declarator.init)
  if (value.type === 'ArrayExpression' || value.type === 'ObjectExpression') return true
  if (value.type === 'NewExpression') return value.callee.type === 'Identifier' && CONTAINERS.has(value.callee.name)
  return (
    value.type === 'CallExpression' &&
    value.callee.type === 'MemberExpression' &&
    value.callee.object.name === 'Object' &&
    value.callee.property.name === 'create'
  )
}

/** Whether something is assigned to what the node names. */
function isWritten(node: Node, facts: ModuleFacts): boolean {
  let at = node
  for (let parent = facts.parent(at); parent !== undefined; parent = facts.parent(at)) {
    switch (parent.type) {
      case 'UpdateExpression':
        return true
      case 'AssignmentExpression':
      case 'ForOfStatement':
      case 'ForInStatement':
        return parent.left === at
      case 'Property':
        if (parent.value !== at) return false
        break
      case 'AssignmentPattern':
        if (parent.left !== at) return false
        break
      case 'ParenthesizedExpression':
      case 'ObjectPattern':
      case 'ArrayPattern':
      case 'RestElement':
        break
      default:
        return false
    }
    at = parent
  }
  return false
}

/** Whether the container that the node names is changed: a member is assigned or deleted, or a method that changes it is called. */
function isChanged(node: Node, facts: ModuleFacts): boolean {
  let at = node
  for (
    let parent = facts.around(at);
    parent?.type === 'MemberExpression' && withoutParens(parent.object) === withoutParens(at);
    parent = facts.around(at)
  ) {
    at = parent
    if (isWritten(at, facts)) return true
    const outer = facts.around(at)
    if (outer?.type === 'UnaryExpression' && outer.operator === 'delete') return true
    if (outer?.type === 'CallExpression' && withoutParens(outer.callee) === at)
      return !at.computed && CHANGING_METHODS.has(at.property.name)
  }
  const call = facts.around(node)
  return (
    call?.type === 'CallExpression' &&
    call.arguments[0] === node &&
    call.callee.type === 'MemberExpression' &&
    call.callee.object.name === 'Object' &&
    call.callee.property.name === 'assign'
  )
}
