import type { Node } from '../syntax.ts'
import type { ModuleFacts } from './module-facts.ts'
import type { Rule } from './rule.ts'

/** `instanceof` on a class of another module, whose next load is another class. */
export const versionedInstanceof: Rule = (facts) =>
  facts
    .all('BinaryExpression')
    .filter(({ operator }) => operator === 'instanceof')
    .flatMap((test) => {
      const imported = facts.importedAs(test.right)
      if (imported?.kind !== 'module') return []
      return [
        {
          code: 'versioned_instanceof',
          at: test.start,
          message: `\`instanceof ${nameOf(test.right)}\` is false for what another generation of \`${imported.target}\` made: each load makes a class of its own`,
          hint: 'Compare a field instead, such as `error.name` or `value.kind`.',
        },
      ]
    })

/** A class whose parent is a class of another module. */
export const versionedExtends: Rule = (facts) =>
  facts.all('ClassDeclaration', 'ClassExpression').flatMap((node) => {
    const imported = node.superClass ? facts.importedAs(node.superClass) : undefined
    if (imported?.kind !== 'module' || imported.target === facts.module) return []
    return [
      {
        code: 'versioned_extends',
        at: node.superClass.start,
        message: `This class keeps the \`${nameOf(node.superClass)}\` that was current when its body ran, and pins that generation of \`${imported.target}\`: a later load of it changes nothing here`,
        hint: 'Put both classes into one module, or call functions of the other one instead of inheriting.',
      },
    ]
  })

function nameOf(node: Node): string {
  if (node.type === 'Identifier') return node.name
  return node.type === 'MemberExpression' && !node.computed ? node.property.name : 'this class'
}

/** An exported class that reaches into the private members of another instance, which another generation may have made. */
export const privateMembers: Rule = (facts) => {
  const told = new Set<Node>()
  const uses = [
    ...facts.all('MemberExpression').filter(({ property }) => property.type === 'PrivateIdentifier'),
    ...facts.all('BinaryExpression').filter(({ left }) => left.type === 'PrivateIdentifier'),
  ].sort((a, b) => a.start - b.start)
  return uses.flatMap((use) => {
    const [name, holder] = use.type === 'MemberExpression' ? [use.property.name, use.object] : [use.left.name, use.right]
    const owner = classWith(name, use, facts)
    if (owner === undefined || told.has(owner) || !isExported(owner, facts) || isOwn(holder, facts)) return []
    told.add(owner)
    return [
      {
        code: 'private_members',
        at: use.start,
        message: `\`#${name}\` of an instance that another generation made is another private member: this ${use.type === 'MemberExpression' ? 'throws a TypeError' : 'is false'} for it`,
        hint: 'Reach other instances through a public method, or keep the data in plain objects.',
      },
    ]
  })
}

function classWith(name: string, use: Node, facts: ModuleFacts): Node | undefined {
  for (let at = facts.parent(use); at !== undefined; at = facts.parent(at))
    if (at.type === 'ClassBody' && facts.privateNames(at).has(name)) return facts.parent(at)
  return undefined
}

function isExported(node: Node, facts: ModuleFacts): boolean {
  const parent = facts.parent(node)
  if (parent?.type === 'ExportNamedDeclaration' || parent?.type === 'ExportDefaultDeclaration') return true
  const declaration = parent?.type === 'VariableDeclarator' ? facts.parent(parent) : undefined
  if (declaration !== undefined && facts.parent(declaration)?.type === 'ExportNamedDeclaration') return true
  return facts.all('ExportSpecifier').some(({ local }) => {
    const binding = facts.scopes.references.get(local)
    return binding?.node === node || (parent !== undefined && binding?.node === parent)
  })
}

/** `this`, or what this code itself has just made: its own generation's for sure. */
function isOwn(holder: Node, facts: ModuleFacts): boolean {
  if (holder.type === 'ThisExpression' || holder.type === 'NewExpression') return true
  const binding = holder.type === 'Identifier' ? facts.scopes.references.get(holder) : undefined
  const made: Node | undefined = binding?.node.type === 'VariableDeclarator' ? binding.node.init : undefined
  return made?.type === 'ThisExpression' || made?.type === 'NewExpression'
}
