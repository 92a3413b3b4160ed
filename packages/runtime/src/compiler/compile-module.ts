import remapping from '@jridgewell/remapping'
import { behaviourNamed } from '../abi.ts'
import type { Diagnostic } from '../diagnostic.ts'
import { callHandlers } from './calls.ts'
import { checkHandlers, counterCell, loopCounter } from './checks.ts'
import { classHandlers } from './classes.ts'
import type { CompiledModule, FunctionDescriptor } from './compiled.ts'
import { diagnoseModule } from './diagnose/diagnose-module.ts'
import { collectExportUses } from './diagnose/export-uses.ts'
import { ModuleFacts } from './diagnose/module-facts.ts'
import { disposalHandlers, disposingBody, visitBody } from './disposal.ts'
import type { BodyResources } from './disposal.ts'
import { sha256 } from './content-hash.ts'
import { Edits } from './edits.ts'
import { Exports } from './exports.ts'
import { Helpers } from './helpers.ts'
import { tellKinds } from './function-kinds.ts'
import { importedName, Imports } from './imports.ts'
import type { Resolution } from './imports.ts'
import { iterationHandlers } from './iteration.ts'
import { isLowered, loweringHandlers } from './lower-functions.ts'
import { messageHandlers, messageMaker } from './message-literals.ts'
import { bodyWaits, lowerBody } from './module-body.ts'
import { Names } from './names.ts'
import { takesNativeCallbacks } from './native-callbacks.ts'
import { parseModule } from './parse-module.ts'
import type { ParsedModule } from './parse-module.ts'
import { referenceHandlers } from './references.ts'
import { declareTemporaries, Rewriter } from './rewriter.ts'
import type { Node } from './syntax.ts'
import { analyseScopes } from './analyse-scopes.ts'
import type { PackageRelease } from '../inspect/views.ts'
import { unwindingHandlers } from './unwinding.ts'

export interface ModuleInput {
  readonly module: string
  /** File below the system's folder, or `NAME.ts`. */
  readonly file: string
  readonly text: string
  /** What each specifier of the source stands for. */
  readonly resolutions: ReadonlyMap<string, Resolution>
  readonly releases?: readonly PackageRelease[]
}

export type ModuleOutcome =
  | { readonly status: 'compiled'; readonly compiled: CompiledModule; readonly diagnostics: readonly Diagnostic[] }
  | { readonly status: 'rejected'; readonly code: 'invalid_source' | 'unresolved_import'; readonly diagnostics: readonly Diagnostic[] }

/** Longer texts get a map by edits instead of by words: 900 kB of one literal would take 4 s. */
const PRECISE_MAP_LENGTH_MAX = 300_000

/** Compiles one module: text in, text out. */
export function compileModule(input: ModuleInput): ModuleOutcome {
  const outcome = parseModule(input)
  if (outcome.status === 'rejected') return { ...outcome, code: 'invalid_source' }
  return compileParsed(outcome.parsed, input.resolutions, input.releases ?? [])
}

/** Compiles a parsed module whose imports have been resolved. */
export function compileParsed(
  parsed: ParsedModule,
  resolutions: ReadonlyMap<string, Resolution>,
  releases: readonly PackageRelease[],
): ModuleOutcome {
  const { file, javascript, program, positions } = parsed
  const unresolved = unresolvedImports(parsed, resolutions)
  if (unresolved.length > 0) return { status: 'rejected', code: 'unresolved_import', diagnostics: unresolved }

  const names = new Names(javascript, true)
  const scopes = analyseScopes(program, isLowered)
  const helpers = new Helpers(names)
  const imports = new Imports(parsed, resolutions, scopes, names, helpers)
  const exported = new Exports(imports)
  const edits = new Edits(javascript)
  const handlers = {
    ...checkHandlers,
    ...unwindingHandlers,
    ...referenceHandlers,
    ...callHandlers,
    ...loweringHandlers,
    ...classHandlers,
    ...iterationHandlers,
    ...disposalHandlers,
    ...messageHandlers,
    ...exported.handlers,
  }
  const rewriter = new Rewriter({
    edits,
    scopes,
    names,
    helpers,
    handlers,
    importUse: (node) => imports.useOf(node),
    apiName: (node) => imports.apiNameOf(node),
  })
  const waits = bodyWaits(program)
  if (waits) lowerBody(rewriter)
  const kinds = tellKinds(program.body, rewriter)
  const resources = visitBody(program, rewriter)
  for (const node of scopes.assignedImports)
    rewriter.refuse(node, `\`${node.name}\` is imported and cannot be assigned`, 'Let its module export a function that assigns it.')
  for (const node of scopes.redeclared) rewriter.refuse(node, `\`${node.id?.name ?? 'a name'}\` has already been declared`)
  for (const node of scopes.moduleArguments) rewriter.refuse(node, '`arguments` has no meaning in a module body')

  const diagnostics = rewriter.findings.map(({ at, message, hint }): Diagnostic => {
    const [line, column] = positions.at(at)
    return { code: 'unsupported', severity: 'error', file, line, column, message, ...(hint === undefined ? {} : { hint }) }
  })
  if (diagnostics.length > 0) return { status: 'rejected', code: 'invalid_source', diagnostics }

  // The prelude comes first on the first line, where a hashbang has no meaning any more.
  if (javascript.startsWith('#!')) edits.replace(0, 2, '//')
  const text = edits.apply()
  const wrapper = resources === undefined ? { before: '', after: '' } : disposingBody(resources, rewriter)
  text.prepend(wrapper.before + prelude(names, imports, exported, resources, kinds, rewriter))
  text.append(`\n})${wrapper.after}`)
  const precise = javascript.length < PRECISE_MAP_LENGTH_MAX
  const map = remapping(
    [text.generateDecodedMap({ hires: precise ? 'boundary' : false, source: file }) as never, parsed.map as never],
    () => null,
  )
  map.sources = [file]
  const functions = rewriter.lowered.map((lowered): FunctionDescriptor => {
    const [line, column] = positions.at(lowered.at)
    return { name: lowered.name, line, column, sites: lowered.sites.map((site) => positions.at(site)) }
  })
  const sourceHash = sha256(parsed.text)
  const facts = new ModuleFacts(parsed, resolutions, scopes)
  const compiled: CompiledModule = {
    module: parsed.module,
    file,
    hash: sha256(sourceHash, ...imports.packages),
    sourceHash,
    code: text.toString(),
    map: map.toString(),
    imports: imports.moduleImports(),
    uses: collectExportUses(facts, resolutions, positions),
    packages: imports.packages,
    packageNames: imports.packageNames(),
    natives: imports.natives,
    releases,
    exports: exported.infos(),
    functions,
    waits,
    nativeCallbacks:
      imports.packages.length > 0 ||
      imports.natives.some((name) => behaviourNamed(name) === undefined) ||
      helpers.usesNativeAsync ||
      takesNativeCallbacks(program, scopes),
  }
  return { status: 'compiled', compiled, diagnostics: diagnoseModule(facts, file, positions) }
}

function unresolvedImports(parsed: ParsedModule, resolutions: ReadonlyMap<string, Resolution>): Diagnostic[] {
  const diagnostics: Diagnostic[] = []
  for (const { specifier, line, column } of parsed.requests) {
    const resolution = resolutions.get(specifier)
    if (resolution !== undefined && resolution.kind !== 'refused') continue
    const message = resolution?.message ?? `\`${specifier}\` cannot be found`
    diagnostics.push({
      code: 'unresolved_import',
      severity: 'error',
      file: parsed.file,
      line,
      column,
      message,
      ...(resolution?.hint === undefined ? {} : { hint: resolution.hint }),
    })
  }
  for (const statement of parsed.program.body as Node[]) {
    const resolution = statement.source ? resolutions.get(statement.source.value) : undefined
    if (resolution === undefined || !('exports' in resolution) || resolution.kind === 'module') continue
    for (const specifier of (statement.specifiers ?? []) as Node[]) {
      const name = importOf(specifier)
      if (name === undefined || resolution.exports?.includes(name)) continue
      const [line, column] = parsed.positions.at(specifier.start)
      diagnostics.push({
        code: 'missing_export',
        severity: 'error',
        file: parsed.file,
        line,
        column,
        message: `\`${statement.source.value}\` has no export \`${name}\``,
        ...(resolution.exports === undefined ? {} : { hint: `It exports ${[...resolution.exports].sort().join(', ')}.` }),
      })
    }
  }
  return diagnostics
}

/** The name that an import or re-export asks of its source; `undefined` for all of it. */
function importOf(specifier: Node): string | undefined {
  if (specifier.type === 'ImportDefaultSpecifier') return 'default'
  if (specifier.type === 'ImportSpecifier') return importedName(specifier.imported)
  return specifier.type === 'ExportSpecifier' ? importedName(specifier.local) : undefined
}

/** Everything before the module's own statements, on the first line so that lines stay as they are. */
function prelude(
  names: Names,
  imports: Imports,
  exported: Exports,
  resources: BodyResources | undefined,
  kinds: string,
  rewriter: Rewriter,
): string {
  const record = names.prefix
  // Asking for helpers, it comes before their text.
  const exportsText = exported.text(rewriter.helpers)
  const [s, retire, own] = [names.of('s'), names.of('retire'), names.of('exports')]
  const parts = [
    `(function* (${record}) { 'use strict'; const ${s} = ${record}.s, ${names.of('meta')} = ${record}.meta; ${counterCell(names)}`,
    ...imports.modules.map((_, index) => `const ${names.of(`i${index}`)} = ${record}.imports[${index}];`),
    ...rewriter.lowered.map(({ index }) => `const ${names.of(`d${index}`)} = ${record}.descriptors[${index}];`),
    rewriter.helpers.text(),
    ...rewriter.messages.map((literal) => messageMaker(literal, rewriter)),
    ...imports.declarations,
    ...imports.api.map(
      ({ local, imported }) => `const ${local} = ${record}.api${imported === '*' ? '' : `[${JSON.stringify(imported)}]`};`,
    ),
    `const ${own} = ${exportsText}; function ${retire}(counter) { ${names.counter} = counter }`,
    kinds,
    resources === undefined ? '' : `const ${resources.variable} = ${names.of('disposables')}();`,
    `yield { exports: ${own}, retire: ${retire}${resources === undefined ? '' : `, resources: ${resources.variable}`} };`,
    ...exported.declarations,
    loopCounter(rewriter),
    declareTemporaries(rewriter.frame.lowered),
  ]
  return parts.join(' ')
}
