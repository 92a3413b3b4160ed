import type { ExportUse } from '../compiled.ts'
import type { Resolution } from '../imports.ts'
import { importedName } from '../imports.ts'
import type { Positions } from '../positions.ts'
import { keyName, withoutParens } from '../syntax.ts'
import type { Node } from '../syntax.ts'
import { importTarget, isAsync } from './module-facts.ts'
import type { ModuleFacts } from './module-facts.ts'

/** What a module uses of other modules of the system, each kind of use once, where it stands first. */
export function collectExportUses(
  facts: ModuleFacts,
  resolutions: ReadonlyMap<string, Resolution>,
  positions: Positions,
): readonly ExportUse[] {
  const uses = new Map<string, { use: Omit<ExportUse, 'line' | 'column'>; at: number }>()
  const add = (use: Omit<ExportUse, 'line' | 'column'>, at: number): void => {
    const key = `${use.module} ${use.how} ${use.named} ${use.name}`
    if (!uses.has(key)) uses.set(key, { use, at })
  }
  for (const node of facts.all('Identifier', 'MemberExpression')) {
    const imported = facts.importedAs(node)
    if (imported?.kind !== 'module' || imported.name === '*') continue
    add({ module: imported.target, name: imported.name, named: imported.named, how: howUsed(node, facts) }, node.start)
  }
  for (const statement of facts.all('ExportNamedDeclaration')) {
    const target = statement.source ? importTarget(statement.source.value, resolutions) : undefined
    if (target?.kind !== 'module') continue
    for (const { local, start } of statement.specifiers as Node[])
      add({ module: target.target, name: importedName(local), named: true, how: 'value' }, start)
  }
  for (const entry of facts.all('ObjectExpression')) {
    const module = textOf(entry, 'module')
    const name = textOf(entry, 'export')
    if (module !== undefined && name !== undefined && facts.around(entry)?.type === 'CallExpression')
      add({ module, name, named: false, how: 'spawned' }, entry.start)
  }
  return [...uses.values()]
    .sort((a, b) => a.at - b.at)
    .map(({ use, at }) => {
      const [line, column] = positions.at(at)
      return { ...use, line, column }
    })
}

function howUsed(node: Node, facts: ModuleFacts): ExportUse['how'] {
  const parent = facts.around(node)
  if (parent?.type === 'NewExpression' && withoutParens(parent.callee) === node) return 'new'
  if (parent?.type !== 'CallExpression' || withoutParens(parent.callee) !== node) return 'value'
  const outer = facts.around(parent)
  switch (outer?.type) {
    case 'ExpressionStatement':
      return 'dropped'
    case 'BinaryExpression':
    case 'TemplateLiteral':
      return 'read'
    case 'MemberExpression':
      return withoutParens(outer.object) === parent && !['then', 'catch', 'finally'].includes(outer.property.name) ? 'read' : 'call'
    case 'ReturnStatement':
      return isAsync(facts.functionAround(outer)) ? 'awaited' : 'call'
    case 'AwaitExpression':
      return 'awaited'
    default:
      return 'call'
  }
}

/** The text of a literal property: `spawn({ module: 'session', export: 'open' })`. */
function textOf(object: Node, key: string): string | undefined {
  const found = (object.properties as Node[]).find(
    (property) => property.type === 'Property' && keyName(property.key, property.computed) === key,
  )
  return found?.value.type === 'Literal' && typeof found.value.value === 'string' ? found.value.value : undefined
}
