import { parseSync } from 'oxc-parser'
import { checkHandlers, loopCounter } from './checks.ts'
import { Edits } from './edits.ts'
import { PROCESS_GLOBALS } from './imports.ts'
import { Names } from './names.ts'
import { Rewriter } from './rewriter.ts'
import type { Handler, ImportUse } from './rewriter.ts'
import { analyseScopes } from './analyse-scopes.ts'
import type { Node } from './syntax.ts'
import { unwindingHandlers } from './unwinding.ts'

export type Instrumented =
  | { readonly status: 'instrumented'; readonly code: string; readonly map: string }
  | { readonly status: 'rejected'; readonly message: string }

function visitProperty(node: Node, rewriter: Rewriter): void {
  if (node.computed) rewriter.visit(node.key)
  const use = node.shorthand ? rewriter.importUse(node.value) : undefined
  if (use) rewriter.edits.insert(node.key.end, `: ${use.value}`)
  else rewriter.visit(node.value)
}

function visitIdentifier(node: Node, rewriter: Rewriter): void {
  const use = rewriter.importUse(node)
  if (use) rewriter.edits.replace(node.start, node.end, use.value)
}

const handlers: Readonly<Record<string, Handler>> = {
  ...checkHandlers,
  ...unwindingHandlers,
  Property: visitProperty,
  Identifier: visitIdentifier,
}

/** Puts checks into a bundled package, as CommonJS text; its `async` functions stay native (KILL1, PIN6). */
export function instrumentPackage(bundle: string, file: string): Instrumented {
  const result = parseSync('package.cjs', bundle, { lang: 'js', sourceType: 'commonjs' })
  const error = result.errors[0]
  if (error !== undefined) return { status: 'rejected', message: error.message }
  const program = result.program as unknown as Node
  const names = new Names(bundle)
  const scopes = analyseScopes(program, () => false)
  const edits = new Edits(bundle)
  const used = new Map<string, ImportUse>()
  const importUse = (node: Node): ImportUse | undefined => {
    if (!PROCESS_GLOBALS.has(node.name) || scopes.references.get(node) !== null) return undefined
    let use = used.get(node.name)
    if (use === undefined) {
      const variable = names.of(`g_${node.name}`)
      use = { value: variable, called: variable }
      used.set(node.name, use)
    }
    return use
  }
  const rewriter = new Rewriter({ edits, scopes, names, handlers, importUse })
  rewriter.visitChildren(program)
  const strict = (program.body as Node[]).some((statement) => statement.directive === 'use strict')
  const parts = [
    `(function (${names.prefix}, module, exports, require) {${strict ? " 'use strict';" : ''} const ${names.of('s')} = ${names.prefix}.s, ${names.of('c')} = ${names.prefix}.c;`,
    ...[...used].map(([name, use]) => `const ${use.value} = ${names.prefix}.globals.${name};`),
    bundle.includes('__filename') || bundle.includes('__dirname')
      ? `var __filename = ${JSON.stringify(file)}, __dirname = require('node:path').dirname(__filename);`
      : '',
    loopCounter(rewriter),
    '\n',
  ]
  const text = edits.apply()
  text.prepend(parts.join(' '))
  text.append('\n})')
  return { status: 'instrumented', code: text.toString(), map: text.generateMap({ hires: false, source: file }).toString() }
}
