import type { Node } from './syntax.ts'

/** Names that a declaration, or a pattern in one, gives. */
export function declaredNames(node: Node): string[] {
  switch (node.type) {
    case 'VariableDeclaration':
      return (node.declarations as Node[]).flatMap(({ id }) => declaredNames(id))
    case 'Identifier':
      return [node.name]
    case 'ObjectPattern':
      return (node.properties as Node[]).flatMap((property) => declaredNames(property.type === 'RestElement' ? property : property.value))
    case 'ArrayPattern':
      return (node.elements as (Node | null)[]).flatMap((element) => (element === null ? [] : declaredNames(element)))
    case 'AssignmentPattern':
      return declaredNames(node.left)
    case 'RestElement':
      return declaredNames(node.argument)
    default:
      return node.id ? [node.id.name] : []
  }
}
