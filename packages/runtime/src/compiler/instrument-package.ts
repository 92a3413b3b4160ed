import { parseSync } from 'oxc-parser'
import { analyseScopes } from './analyse-scopes.ts'
import { checkHandlers, loopCounter, visitPlainFor } from './checks.ts'
import type { PackageFileFormat, PackageInterface } from './compiled.ts'
import { isUsing } from './disposal.ts'
import { Edits } from './edits.ts'
import { PROCESS_GLOBALS } from './imports.ts'
import { Names } from './names.ts'
import { PackageModule, topLevelAwait } from './package-module.ts'
import { requireHandlers, type PackageRequest } from './package-requests.ts'
import { Rewriter } from './rewriter.ts'
import type { Handler, ImportUse } from './rewriter.ts'
import type { Node } from './syntax.ts'
import { unwindingHandlers } from './unwinding.ts'

export type Instrumented =
  | {
      readonly status: 'instrumented'
      readonly format: Exclude<PackageFileFormat, 'json'>
      readonly code: string
      readonly map: string
      readonly requests: readonly PackageRequest[]
      readonly interface: PackageInterface | null
    }
  | { readonly status: 'rejected'; readonly message: string; readonly line: number }

export interface PackageSource {
  readonly text: string
  /** `unknown`: what its syntax says, as Node decides where no manifest does. */
  readonly format: 'module' | 'commonjs' | 'unknown'
  /** Named in the map. */
  readonly file: string
}

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

/** `for (await using x = r; …; x = …)` ends the whole OS process in Node 24, and with `using` it may hang. */
function visitFor(node: Node, rewriter: Rewriter): void {
  const { init } = node
  if (init && isUsing(init))
    for (const binding of rewriter.scopes.references.values())
      if (binding?.assigned === true && init.declarations.includes(binding.node)) {
        rewriter.refuse(node, `\`${binding.name}\` is held by \`using\` and assigned, which ends Node itself`)
        break
      }
  visitPlainFor(node, rewriter)
}

const handlers: Readonly<Record<string, Handler>> = {
  ...checkHandlers,
  ...unwindingHandlers,
  ForStatement: visitFor,
  Property: visitProperty,
  Identifier: visitIdentifier,
}

/**
 * Puts checks into one file of a package (KILL1, PIN6) and makes a script of it: a function for CommonJS, a generator for an ES module, as
 * `abi.ts` says. Its `async` functions stay native.
 */
export function instrumentPackage({ text, format, file }: PackageSource): Instrumented {
  const parsed = parse(text, format)
  if ('message' in parsed) return { status: 'rejected', ...parsed }
  const { program, isModule } = parsed
  const names = new Names(text, false)
  const scopes = analyseScopes(program, () => false)
  const edits = new Edits(text)
  const globals = new Map<string, ImportUse>()
  const requests: PackageRequest[] = []
  const module = isModule ? new PackageModule(program, names, scopes, edits, requests) : undefined
  const importUse = (node: Node): ImportUse | undefined => {
    const binding = scopes.references.get(node)
    if (binding) return module?.useOf(binding)
    if (binding === undefined || !PROCESS_GLOBALS.has(node.name)) return undefined
    let use = globals.get(node.name)
    if (use === undefined) {
      const variable = names.of(`g_${node.name}`)
      use = { value: variable, called: variable }
      globals.set(node.name, use)
    }
    return use
  }
  const rewriter = new Rewriter({
    edits,
    scopes,
    names,
    handlers: { ...handlers, ...requireHandlers(requests, program, isModule), ...module?.handlers },
    importUse,
  })
  rewriter.visitChildren(program)
  const [refused] = rewriter.findings
  if (refused !== undefined) return { status: 'rejected', message: refused.message, line: text.slice(0, refused.at).split('\n').length }
  if (text.startsWith('#!')) edits.replace(0, 2, '//')
  const record = names.prefix
  const strict = (program.body as Node[]).some((statement) => statement.directive === 'use strict')
  const parts = [
    isModule ? `(function* (${record}) { 'use strict';` : `(function (${record}) {`,
    `const ${names.of('s')} = ${record}.s, ${names.counter} = ${record}.c;`,
    ...[...globals].map(([name, use]) => `const ${use.value} = ${record}.globals.${name};`),
    isModule ? '' : `return function (exports, require, module, __filename, __dirname) {${strict ? " 'use strict';" : ''}`,
    module?.prelude() ?? '',
    loopCounter(rewriter),
  ]
  const result = edits.apply({ named: true })
  result.prepend(parts.join(' '))
  result.append(isModule ? '\n})' : '\n} })')
  return {
    status: 'instrumented',
    format: isModule ? 'module' : 'commonjs',
    code: result.toString(),
    map: result.generateMap({ hires: false, source: file }).toString(),
    requests,
    interface: module?.interface() ?? null,
  }
}

function parse(
  text: string,
  format: PackageSource['format'],
): { readonly program: Node; readonly isModule: boolean } | { readonly message: string; readonly line: number } {
  const asModule = (): ReturnType<typeof parseSync> => parseSync('package.mjs', text, { lang: 'js', sourceType: 'module' })
  let isModule = format === 'module'
  let result = isModule ? asModule() : parseSync('package.cjs', text, { lang: 'js', sourceType: 'commonjs' })
  if (format === 'unknown' && (result.errors.length > 0 || result.module.hasModuleSyntax)) {
    const other = asModule()
    if (other.module.hasModuleSyntax && other.errors.length === 0) {
      isModule = true
      result = other
    }
  }
  const [error] = result.errors
  if (error !== undefined) {
    const at = error.labels[0]?.start ?? 0
    return { message: error.message, line: text.slice(0, at).split('\n').length }
  }
  const program = result.program as unknown as Node
  const waits = isModule ? topLevelAwait(program) : undefined
  if (waits !== undefined) return { message: 'top-level `await` in a package', line: text.slice(0, waits).split('\n').length }
  return { program, isModule }
}
