import type { CompiledModule } from '../../compiler/compiled.ts'
import { sha256 } from '../../compiler/content-hash.ts'
import {
  diagnoseOwnImports,
  diagnoseUsers,
  wayOut,
  type CandidateLinks,
  type GenerationLinks,
} from '../../compiler/diagnose/diagnose-links.ts'
import type { TypedModule, TypeFinding } from '../../compiler/types/type-request.ts'
import type { TypeOutcome } from '../../compiler/types/type-service.ts'
import type { LoadedGeneration } from '../../code/generation.ts'
import { boundDiagnostics, type Diagnostic } from '../../diagnostic.ts'
import type { SourceFile } from '../../engine.ts'
import { EngineError } from '../../errors.ts'
import { askAll } from '../fleet/fleet.ts'
import { addCounts, pinsOf, VIEW_WAIT_MS, type RuntimeParts } from '../runtime-parts.ts'

/** TypeScript's numbers for a name that another module does not export: what exists at run time is told by the imports themselves. */
const MISSING_NAMES: ReadonlySet<number> = new Set([2305, 2339, 2459, 2460, 2551, 2614, 2724])

interface InUse {
  readonly facts: LoadedGeneration
  readonly pins: number
}

/** What is said of a set beyond compiling it. It begins while the set is compiled. */
export interface LoadDiagnosis {
  /** Everything found, the compiler's warnings first; resolves once the types are checked, or are not waited for any longer. */
  finish(modules: readonly CompiledModule[], warnings: readonly Diagnostic[]): Promise<readonly Diagnostic[]>
}

/** Looks at what is in use, and begins to check types (DIAG3–DIAG6). Without `types` only imports and exports are compared. */
export function beginDiagnosis(parts: RuntimeParts, sources: readonly SourceFile[], types: boolean): LoadDiagnosis {
  const inUse = readInUse(parts)
  const checked = types && parts.typeErrors !== 'off' ? inUse.then((found) => checkTypes(parts, sources, found)) : undefined
  // A set that does not compile is not diagnosed any further.
  inUse.catch(() => {})
  checked?.catch(() => {})
  return {
    async finish(modules, warnings) {
      const users = usersOf(
        modules.map(({ module }) => module),
        await inUse,
      )
      const links = linksOf(parts, modules)
      const set = modules.map(({ module, file, exports, uses }): CandidateLinks => ({ module, file, exports, uses }))
      const found = [...warnings, ...diagnoseOwnImports(set, links), ...diagnoseUsers(set, links, users)]
      const outcome = await checked
      if (outcome === undefined) return boundDiagnostics(inOrder(found, sources))
      const severity = parts.typeErrors === 'refuse' ? 'error' : 'warning'
      const all = [...found, ...typeDiagnostics(outcome, sources, users, found, severity)]
      return boundDiagnostics(inOrder(all, sources), outcome.status === 'checked' ? outcome.unseen : 0)
    },
  }
}

/** The set's own by file and line, then those of each generation that stays in use. */
function inOrder(diagnostics: readonly Diagnostic[], sources: readonly SourceFile[]): readonly Diagnostic[] {
  const files = sources.map(({ module, origin }) => origin ?? `${module}.ts`)
  const rank = ({ within, file }: Diagnostic): string =>
    within === undefined
      ? `0 ${String(files.indexOf(file)).padStart(3, '0')}`
      : `1 ${within.module}@${String(within.number).padStart(9, '0')}`
  return diagnostics.toSorted((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : a.line - b.line || a.column - b.column))
}

/** Current generations, and older ones that processes hold. Where the scheduler does not answer, current ones only. */
async function readInUse(parts: RuntimeParts): Promise<readonly InUse[]> {
  const answers = await askAll(parts.fleet.links(), 'pinCounts', {}, VIEW_WAIT_MS).catch((error: unknown) => {
    if (error instanceof EngineError) return []
    throw error
  })
  const counts = addCounts(answers)
  return parts.code
    .names()
    .flatMap((module) => parts.code.loaded(module))
    .map((facts) => ({ facts, pins: pinsOf(counts, facts.module, facts.number) }))
    .filter(({ facts, pins }) => facts.status === 'current' || pins > 0)
}

/** Those that stay in use beside the set: what is current of other modules, and whatever processes hold. */
function usersOf(set: readonly string[], inUse: readonly InUse[]): readonly GenerationLinks[] {
  return inUse.flatMap(({ facts, pins }): GenerationLinks[] => {
    const status = facts.status === 'current' && !set.includes(facts.module) ? 'current' : 'pinned'
    if (status === 'pinned' && pins === 0) return []
    return [{ module: facts.module, number: facts.number, status, pins, file: originOf(facts), ...facts.links }]
  })
}

function linksOf(parts: RuntimeParts, modules: readonly CompiledModule[]) {
  const named = new Set([...parts.code.names(), ...modules.flatMap(({ uses }) => uses.map(({ module }) => module))])
  return new Map(
    [...named].flatMap((module) => {
      const current = parts.code.current(module)
      return current === undefined ? [] : [[module, current.links] as const]
    }),
  )
}

function checkTypes(parts: RuntimeParts, sources: readonly SourceFile[], inUse: readonly InUse[]): Promise<TypeOutcome> {
  const texts = new Map(sources.map(({ text }) => [sha256(text), text]))
  const set = sources.map(
    ({ module, origin, text }): TypedModule => ({ module, generation: null, origin: origin ?? `${module}.ts`, hash: sha256(text) }),
  )
  const current = inUse.filter(({ facts }) => facts.status === 'current')
  const names = sources.map(({ module }) => module)
  const reached = importersOf(names, current)
  const users = inUse.filter(({ facts, pins }) => {
    if (facts.status === 'current' && !names.includes(facts.module)) return reached.has(facts.module)
    return pins > 0 && facts.imports.some((module) => names.includes(module) || reached.has(module))
  })
  return parts.types.check({ root: parts.folder.root, set, current: current.map(typedModule), importers: users.map(typedModule) }, texts)
}

/** Modules whose current generation imports one of these, by whatever way. */
function importersOf(names: readonly string[], current: readonly InUse[]): ReadonlySet<string> {
  const found = new Set<string>()
  for (let grown = true; grown; ) {
    grown = false
    for (const { facts } of current) {
      if (found.has(facts.module) || !facts.imports.some((module) => names.includes(module) || found.has(module))) continue
      found.add(facts.module)
      grown = true
    }
  }
  return found
}

function typedModule({ facts }: InUse): TypedModule {
  return { module: facts.module, generation: facts.number, origin: originOf(facts), hash: facts.sourceHash }
}

function originOf({ module, origin }: { readonly module: string; readonly origin: string | null }): string {
  return origin ?? `${module}.ts`
}

function typeDiagnostics(
  outcome: TypeOutcome,
  sources: readonly SourceFile[],
  users: readonly GenerationLinks[],
  told: readonly Diagnostic[],
  severity: Diagnostic['severity'],
): readonly Diagnostic[] {
  if (outcome.status !== 'checked') {
    const [first] = sources
    const message =
      outcome.status === 'late' ? `Types were not checked in ${outcome.limitMs / 1_000} s` : `Types were not checked: ${outcome.why}`
    return [
      {
        code: 'types_unchecked',
        severity: 'warning',
        file: first?.origin ?? `${first?.module}.ts`,
        line: 0,
        column: 1,
        message,
        hint: 'Nothing else depends on them: the set can be loaded. Check once more, or run `tsc` in the folder.',
      },
    ]
  }
  return outcome.findings.flatMap((finding): Diagnostic[] => {
    const { line, column, message, typescript } = finding
    const place = placeOf(finding, sources, users)
    if (place === undefined || isTold(finding, place, told)) return []
    const text = `${message} (TS${typescript})`
    return place.within === undefined
      ? [{ code: 'type_error', severity, file: place.file, line, column, message: text }]
      : [
          {
            code: 'changed_export',
            severity: 'warning',
            file: place.file,
            line,
            column,
            message: text,
            hint: wayOut(place.within),
            within: place.within,
          },
        ]
  })
}

/** Whether it has been told already, by who compares exports: that names where they are used, TypeScript where they are imported. */
function isTold(
  { line, message, typescript }: TypeFinding,
  place: Pick<Diagnostic, 'file' | 'within'>,
  told: readonly Diagnostic[],
): boolean {
  const name = /(?:member|declares) (?:named )?'([^']+)'|Property '([^']+)'/.exec(message)?.slice(1).find(Boolean)
  return told.some((one) => {
    if (one.file !== place.file || one.within?.number !== place.within?.number) return false
    if (one.code === 'changed_export') return one.line === line
    if (one.code !== 'missing_export' && one.code !== 'removed_export') return false
    return MISSING_NAMES.has(typescript) && name !== undefined && one.message.includes(`\`${name}\``)
  })
}

function placeOf(
  { module, generation }: TypeFinding,
  sources: readonly SourceFile[],
  users: readonly GenerationLinks[],
): Pick<Diagnostic, 'file' | 'within'> | undefined {
  if (generation === null) {
    const source = sources.find((entry) => entry.module === module)
    return source === undefined ? undefined : { file: source.origin ?? `${module}.ts` }
  }
  const user = users.find((entry) => entry.module === module && entry.number === generation)
  if (user === undefined) return undefined
  const { number, status, pins, file } = user
  return { file, within: { module, number, status, pins } }
}
