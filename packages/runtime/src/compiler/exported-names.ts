import { declaredNames } from './declared-names.ts'
import type { Node } from './syntax.ts'

/** The names that a module's program exports. `starNames`: those that a module, named by its specifier, exports. */
export function exportedNames(program: Node, starNames: (specifier: string) => readonly string[]): readonly string[] {
  const names: string[] = []
  for (const statement of program.body as Node[]) {
    if (statement.type === 'ExportDefaultDeclaration') names.push('default')
    if (statement.type === 'ExportAllDeclaration') {
      if (statement.exported) names.push(statement.exported.name ?? statement.exported.value)
      else names.push(...starNames(statement.source.value).filter((name) => name !== 'default'))
    }
    if (statement.type !== 'ExportNamedDeclaration') continue
    for (const specifier of statement.specifiers) names.push(specifier.exported.name ?? specifier.exported.value)
    if (statement.declaration) names.push(...declaredNames(statement.declaration))
  }
  return [...new Set(names)]
}
