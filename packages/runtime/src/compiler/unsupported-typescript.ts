import { parseSync } from 'oxc-parser'
import type { Diagnostic } from '../diagnostic.ts'
import { Lines } from './positions.ts'
import type { Node } from './syntax.ts'

/** `import x = require(…)` and `export = x`, which become CommonJS's `require` and `module`; the text is looked at first, for they are rare. */
export function commonJsStatements(text: string, file: string): readonly Diagnostic[] {
  if (!/\bimport\b[^=;]{0,200}=\s*require\b|\bexport\s*=/.test(text)) return []
  const { body } = parseSync('module.ts', text, { lang: 'ts', sourceType: 'module' }).program as unknown as Node
  return (body as Node[]).flatMap((statement) => {
    if (statement.type === 'TSExportAssignment')
      return [unsupported(statement, '`export =` is CommonJS, and modules are ES modules', 'Write `export default`, or export by names.')]
    if (statement.type !== 'TSImportEqualsDeclaration' || statement.moduleReference.type !== 'TSExternalModuleReference') return []
    const from: string = statement.moduleReference.expression.value
    const message = '`import … = require(…)` is CommonJS, and modules are ES modules'
    return [unsupported(statement, message, `Write \`import ${statement.id.name} from '${from}'\`.`)]
  })

  function unsupported(node: Node, message: string, hint: string): Diagnostic {
    const [line, column] = new Lines(text).at(node.start)
    return { code: 'unsupported', severity: 'error', file, line, column, message, hint }
  }
}

/** Whether a text that is no TypeScript is one with JSX in it. */
export function isJsx(text: string): boolean {
  return /<[\w>]/.test(text) && parseSync('module.tsx', text, { lang: 'tsx', sourceType: 'module' }).errors.length === 0
}
