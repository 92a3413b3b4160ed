import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import vm from 'node:vm'
import type { SourceFile } from '../engine.ts'
import type { Diagnostic } from '../diagnostic.ts'
import { compileParsed } from './compile-module.ts'
import type { CompiledModule, CompileOutcome } from './compiled.ts'
import { exportedNames } from './exported-names.ts'
import type { Resolution } from './imports.ts'
import type { PackageFiles } from './package-files.ts'
import { BUNDLE_MAX_BYTES, PackageSet } from './package-set.ts'
import { parseModule } from './parse-module.ts'
import type { Place } from './positions.ts'
import type { ParsedModule } from './parse-module.ts'
import { importerFile, resolveImport } from './resolve-imports.ts'
import type { SystemPlaces } from './resolve-imports.ts'
import { runtimeExports } from './runtime-exports.ts'
import type { Node } from './syntax.ts'

export interface CompileRequest {
  readonly places: SystemPlaces
  readonly sources: readonly SourceFile[]
  readonly loadedModules: readonly string[]
}

export interface CompileSurroundings {
  readonly packageFiles: PackageFiles
  /** Told before each step that may end the process. */
  readonly report: (file: string) => void
}

/** Compiles a set of sources with all that they import from npm. */
export async function compileSet(request: CompileRequest, { packageFiles, report }: CompileSurroundings): Promise<CompileOutcome> {
  const { places, sources } = request
  const known = new Set([...request.loadedModules, ...sources.map(({ module }) => module)])
  const parsed: { readonly module: ParsedModule; readonly origin: string }[] = []
  const invalid: Diagnostic[] = []
  for (const { module, text, origin } of sources) {
    const file = origin ?? `${module}.ts`
    report(file)
    const outcome = parseModule({ module, file, text })
    if (outcome.status === 'parsed') parsed.push({ module: outcome.parsed, origin: file })
    else invalid.push(...outcome.diagnostics)
  }
  if (invalid.length > 0) return { status: 'rejected', code: 'invalid_source', diagnostics: invalid }

  const packages = new PackageSet(packageFiles, places.shared, report)
  const modules: CompiledModule[] = []
  const refusals: { code: 'invalid_source' | 'unresolved_import'; diagnostics: readonly Diagnostic[] }[] = []
  const warnings: Diagnostic[] = []
  for (const { module, origin } of parsed) {
    const resolutions = new Map<string, Resolution>()
    const hashes: string[] = []
    for (const { specifier, star } of module.requests) {
      if (resolutions.has(specifier) && !star) continue
      const target = resolveImport(specifier, origin, places, known)
      if (target.kind === 'module') {
        const exports = star ? exportNames(target.module, { parsed, places, packages, seen: new Set() }) : undefined
        resolutions.set(specifier, { ...target, ...(exports === undefined ? {} : { exports }) })
        continue
      }
      if (target.kind !== 'npm') {
        const builtin = target.kind === 'native' ? process.getBuiltinModule(target.name) : undefined
        const exports = builtin === undefined ? runtimeExports(specifier) : ['default', ...Object.keys(builtin)]
        resolutions.set(specifier, exports === undefined ? target : ({ ...target, exports } as Resolution))
        continue
      }
      const outcome = packages.add(specifier, importerFile(places.root, origin))
      if (outcome.status === 'too_large') return { status: 'too_large', what: 'bundle', limit: BUNDLE_MAX_BYTES, size: outcome.size }
      if (outcome.status === 'failed') {
        resolutions.set(specifier, {
          kind: 'refused',
          message: outcome.message,
          ...(outcome.hint === undefined ? {} : { hint: outcome.hint }),
        })
        continue
      }
      const { hash, exports } = outcome
      hashes.push(hash)
      resolutions.set(specifier, { kind: 'package', hash, ...(exports === undefined ? {} : { exports }) })
    }
    const size = packages.sizeOf(hashes)
    if (size > BUNDLE_MAX_BYTES) return { status: 'too_large', what: 'bundle', limit: BUNDLE_MAX_BYTES, size }
    report(module.file)
    const outcome = compileParsed(module, resolutions, packages.releasesOf(hashes))
    if (outcome.status === 'rejected') {
      refusals.push(outcome)
      continue
    }
    const early = earlyError(outcome.compiled)
    if (early) refusals.push({ code: 'invalid_source', diagnostics: [early] })
    else modules.push(outcome.compiled)
    warnings.push(...outcome.diagnostics)
  }
  if (refusals.length > 0) {
    const code = refusals.some((refusal) => refusal.code === 'invalid_source') ? 'invalid_source' : 'unresolved_import'
    return { status: 'rejected', code, diagnostics: refusals.flatMap(({ diagnostics }) => diagnostics) }
  }
  const used = modules.flatMap((module) => module.packages)
  return { status: 'compiled', modules, packages: packages.compiled(used), diagnostics: warnings }
}

/** What the parser let pass and V8 refuses, such as `delete x`. */
function earlyError(compiled: CompiledModule): Diagnostic | undefined {
  try {
    new vm.Script(compiled.code, { filename: compiled.file })
    return undefined
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const [line, column] = earlyErrorPlace(compiled, error)
    return { code: 'syntax', severity: 'error', file: compiled.file, line, column, message }
  }
}

/** V8 shows the line, and below it carets at the column. */
function earlyErrorPlace(compiled: CompiledModule, error: unknown): Place {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const [first = '', , carets = ''] = stack.split('\n', 3)
  const line = Number(/:(\d+)$/.exec(first)?.[1] ?? 0)
  if (line === 0) return [0, 1]
  const found = originalPositionFor(new TraceMap(compiled.map), { line, column: Math.max(0, carets.indexOf('^')) })
  return found.line === null ? [line, 1] : [found.line, found.column + 1]
}

interface ExportSearch {
  readonly parsed: readonly { readonly module: ParsedModule; readonly origin: string }[]
  readonly places: SystemPlaces
  readonly packages: PackageSet
  readonly seen: Set<string>
}

/** Names that `export *` of a module brings: from the set, else from its file. `undefined` when neither is there. */
function exportNames(module: string, search: ExportSearch): readonly string[] | undefined {
  const { parsed, places, seen } = search
  if (seen.has(module)) return []
  seen.add(module)
  const own = parsed.find((entry) => entry.module.module === module)
  const origin = own?.origin ?? `${module}.ts`
  const program = own?.module.program ?? readProgram(module, join(places.root, origin), origin)
  if (program === undefined) return undefined
  return exportedNames(program, (specifier) => starNames(specifier, origin, search))
}

/** Names that are known before anything runs: not those of a CommonJS package. */
function starNames(specifier: string, origin: string, search: ExportSearch): readonly string[] {
  const { parsed, places, packages } = search
  const target = resolveImport(specifier, origin, places, new Set(parsed.map(({ module }) => module.module)))
  if (target.kind === 'module') return exportNames(target.module, search) ?? []
  if (target.kind === 'native') return Object.keys(process.getBuiltinModule(target.name) ?? {})
  if (target.kind !== 'npm') return []
  const outcome = packages.add(specifier, importerFile(places.root, origin))
  return outcome.status === 'found' ? (outcome.exports ?? []) : []
}

function readProgram(module: string, path: string, file: string): Node | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
  const outcome = parseModule({ module, file, text })
  return outcome.status === 'rejected' ? undefined : outcome.parsed.program
}
