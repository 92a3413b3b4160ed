import type { StagedModule } from '../../code/code-table.ts'
import type { GenerationCode, GenerationFacts } from '../../code/generation.ts'
import { joinReleases } from '../../code/join-releases.ts'
import { planLoad, previewPolicies } from '../../code/load-plan.ts'
import type { LoadPlan, PlanChange } from '../../code/plans.ts'
import { recordPackages } from '../../code/package-record.ts'
import { reachedPackages } from '../../code/reached-packages.ts'
import type { CompileOutcome } from '../../compiler/compiled.ts'
import { boundDiagnostics, type Diagnostic } from '../../diagnostic.ts'
import type { LoadOutcome, LoadRequest, SourceFile } from '../../engine.ts'
import { EngineError, refuse } from '../../errors.ts'
import type { By } from '../../events.ts'
import type { Pid } from '../../ids.ts'
import type { CheckView, PurgeMark } from '../../inspect/views.ts'
import { checkSources } from './check-sources.ts'
import { beginDiagnosis } from './diagnose-load.ts'
import { gatherVictims } from '../acts/gather-victims.ts'
import { readLoadState, VIEW_WAIT_MS, type RuntimeParts } from '../runtime-parts.ts'
import type { Stages } from './stages.ts'
import { TRIAL_LIMITS, tryBodies, type TryBodies } from './trial.ts'

type Compiled = Extract<CompileOutcome, { status: 'compiled' }>

/** Loads: parse, check, compile, try, stage, publish (GEN1–GEN4, GEN8, GEN10–GEN12). One at a time; a refused one changes nothing. */
export class Loader {
  readonly #parts: RuntimeParts
  readonly #stages: Stages
  readonly #tryBodies: TryBodies

  constructor(parts: RuntimeParts, stages: Stages, trial: TryBodies = tryBodies) {
    this.#parts = parts
    this.#stages = stages
    this.#tryBodies = trial
  }

  async check(sources: readonly SourceFile[]): Promise<CheckView> {
    const startedAt = this.#parts.clock.monotonicMs()
    const checkedMs = (): number => Math.round(this.#parts.clock.monotonicMs() - startedAt)
    checkSources(sources)
    const diagnosis = beginDiagnosis(this.#parts, sources, true)
    const outcome = await this.#compileOrDiagnose(sources)
    if (outcome.status === 'rejected') return { modules: [], diagnostics: boundDiagnostics(outcome.diagnostics), checkedMs: checkedMs() }
    const modulesOfSet = outcome.modules.map(({ module }) => module)
    const [diagnostics, states] = await Promise.all([
      diagnosis.finish(outcome.modules, outcome.diagnostics),
      readLoadState(this.#parts, modulesOfSet),
    ])
    if (diagnostics.some(isError)) return { modules: [], diagnostics, checkedMs: checkedMs() }
    const modules = outcome.modules.map(async (compiled) => {
      const { module } = compiled
      const current = this.#parts.code.current(module)
      const state = states.find((entry) => entry.module === module) ?? { module, current: null, old: [] }
      const names = new Set([...compiled.releases, ...(current?.releases ?? [])].map(({ name }) => name))
      return {
        module,
        next: this.#parts.code.nextNumber(module),
        current: current?.number ?? null,
        currentText: current === undefined ? null : ((await this.#parts.journal.source(current.sourceHash)) ?? null),
        sameAs: this.#parts.code.loaded(module).find(({ hash }) => hash === compiled.hash)?.number ?? null,
        markedBad: this.#parts.code.has(module)
          ? this.#parts.guards.badContent(module, compiled.hash, this.#parts.code.history(module))
          : null,
        packages: [...names].map((name) => ({
          name,
          from: current?.releases.find((entry) => entry.name === name)?.release ?? null,
          to: compiled.releases.find((entry) => entry.name === name)?.release ?? null,
        })),
        policies: previewPolicies(state, states),
      }
    })
    return { modules: await Promise.all(modules), diagnostics, checkedMs: checkedMs() }
  }

  async plan(request: LoadRequest): Promise<LoadPlan> {
    checkSources(request.sources)
    const compiled = await this.#compile(request.sources)
    const modules = compiled.modules.map(({ module }) => module)
    const decision = planLoad(await readLoadState(this.#parts, modules), request.old, request.expectedCurrent)
    if (decision.status === 'refused') throw new EngineError(decision.fault)
    const { victims, follows } = await gatherVictims(this.#parts.fleet.links(), decision.kills, [], VIEW_WAIT_MS)
    return {
      verb: 'load',
      policy: request.old,
      victims,
      follows,
      modules: compiled.modules.map(({ module, hash }) => ({
        module,
        hash,
        next: this.#parts.code.nextNumber(module),
        current: this.#parts.code.current(module)?.number ?? null,
        purges: [...decision.purges, ...decision.kills].filter((entry) => entry.module === module).map(({ number }) => number),
      })),
    }
  }

  /** `warnings` that nobody reads are not looked for where that takes time. */
  load(request: LoadRequest, by: By, warnings: 'read' | 'unread' = 'read'): Promise<LoadOutcome> {
    return this.#parts.exclusive(async () => {
      try {
        return await this.#load(request, by, warnings)
      } catch (error) {
        if (error instanceof EngineError) {
          this.#parts.emit({
            type: 'load_refused',
            modules: request.sources.map(({ module }) => String(module).slice(0, 120)),
            code: error.fault.code,
            by,
          })
        }
        throw error
      }
    })
  }

  async #load(request: LoadRequest, by: By, warnings: 'read' | 'unread'): Promise<LoadOutcome> {
    const { code, clock, guards, typeErrors } = this.#parts
    guards.requireFree(
      request.sources.map(({ module }) => module),
      by,
      clock.now(),
    )
    checkSources(request.sources)
    const diagnosis = beginDiagnosis(this.#parts, request.sources, warnings === 'read' || typeErrors === 'refuse')
    const compiled = await this.#compile(request.sources)
    for (const { module, hash } of compiled.modules) if (code.has(module)) guards.requireNotBad(module, hash, code.history(module))
    if (request.plan !== undefined) this.#comparePlan(request.plan, compiled)
    const fresh = compiled.modules.filter(({ module, hash }) => request.again === true || code.current(module)?.hash !== hash)
    const states = await readLoadState(
      this.#parts,
      compiled.modules.map(({ module }) => module),
    )
    if (fresh.length === 0) {
      const expected = planLoad(states, 'keep', request.expectedCurrent)
      if (expected.status === 'refused') throw new EngineError(expected.fault)
      const loaded = compiled.modules.map(({ module }) => ({ module, number: code.current(module)?.number ?? 0 }))
      return { status: 'unchanged', loaded, purged: [], killed: [], diagnostics: boundDiagnostics(compiled.diagnostics) }
    }
    const decision = planLoad(
      states.filter(({ module }) => fresh.some((entry) => entry.module === module)),
      request.old,
      request.expectedCurrent,
    )
    if (decision.status === 'refused') throw new EngineError(decision.fault)

    const set: StagedModule[] = fresh.map((entry) => ({ compiled: entry, generation: code.nextNumber(entry.module) }))
    const packages = joinReleases(compiled.packages, code.packageRecords())
    await this.#tryBodies(this.#parts, set, packages, { root: this.#parts.folder.root, clock, limits: TRIAL_LIMITS })
    const diagnostics = await diagnosis.finish(compiled.modules, compiled.diagnostics)
    if (diagnostics.some(isError)) refuse({ code: 'invalid_source', diagnostics })
    const removal = {
      soft: request.old === 'soft-purge' ? decision.purges : [],
      forced: request.old === 'purge' ? [...decision.purges, ...decision.kills] : [],
    }
    const committed = await this.#stages.publish(set, packages, {
      ...removal,
      planned: request.plan?.victims ?? null,
      late: request.late === true,
      by,
    })

    const at = clock.now()
    const generations = set.map(({ compiled: entry, generation }) => {
      const source = request.sources.find(({ module }) => module === entry.module)
      const own = reachedPackages(entry.packages, packages)
      return {
        facts: describeGeneration(entry, generation, source, own, { at, by: by.actor, note: request.note }),
        code: {
          source: source?.text ?? '',
          compiled: entry,
          packages: own,
        } satisfies GenerationCode,
      }
    })
    const purged = [...decision.purges, ...decision.kills]
    const replaced = set.flatMap(({ compiled: { module } }) => {
      const current = code.current(module)
      return current === undefined ? [] : [{ module, number: current.number }]
    })
    const markOf = (forced: boolean): PurgeMark => ({
      kind: forced ? 'forced' : 'soft',
      at: new Date(at).toISOString(),
      by: by.actor,
      reason: by.reason,
      killed: forced ? [...committed.killed, ...committed.alsoEnded] : [],
    })
    code.publish(
      generations,
      purged.map((generation) => ({ ...generation, mark: markOf(decision.kills.includes(generation)) })),
    )
    for (const generation of purged) this.#parts.remains.purged(generation)
    const loaded = set.map(({ compiled: { module }, generation }) => ({ module, number: generation }))
    const killed: readonly Pid[] = [...committed.killed, ...committed.alsoEnded]
    this.#parts.emit({
      type: 'loaded',
      modules: loaded,
      replaced,
      policy: request.old,
      by: { ...by, reason: by.reason || request.note },
      killed,
      packages: fresh.flatMap(({ releases }) => releases.map(({ name, release }) => `${name} ${release}`)),
    })
    return { status: 'loaded', loaded, purged, killed, diagnostics }
  }

  #comparePlan(plan: LoadPlan, compiled: Compiled): void {
    const changes = plan.modules.flatMap(({ module, hash, current }): PlanChange[] => {
      const now = this.#parts.code.current(module)?.number ?? null
      if (now !== current) return [{ type: 'current', module, was: current, is: now }]
      return compiled.modules.find((entry) => entry.module === module)?.hash === hash ? [] : [{ type: 'source', module }]
    })
    if (changes.length > 0) refuse({ code: 'changed_meanwhile', changes })
  }

  async #compile(sources: readonly SourceFile[]): Promise<Compiled> {
    const outcome = await this.#compileOrDiagnose(sources)
    if (outcome.status === 'rejected') refuse({ code: outcome.code, diagnostics: boundDiagnostics(outcome.diagnostics) })
    return outcome
  }

  async #compileOrDiagnose(sources: readonly SourceFile[]): Promise<Exclude<CompileOutcome, { status: 'too_large' }>> {
    const outcome = await this.#parts.compiler.compile(sources, this.#parts.code.names())
    if (outcome.status === 'too_large') refuse({ code: 'too_large', what: outcome.what, limit: outcome.limit, size: outcome.size })
    return outcome
  }
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error'
}

function describeGeneration(
  compiled: StagedModule['compiled'],
  number: number,
  source: SourceFile | undefined,
  packages: Compiled['packages'],
  load: { at: number; by: string; note: string },
): GenerationFacts {
  return {
    module: compiled.module,
    number,
    origin: source?.origin ?? null,
    hash: compiled.hash,
    sourceHash: compiled.sourceHash,
    loadedAt: load.at,
    loadedBy: load.by,
    note: load.note,
    releases: compiled.releases,
    packages: recordPackages(packages),
    exports: compiled.exports.map(({ name }) => name),
    imports: [...new Set(compiled.imports.map((entry) => entry.module))],
    codeBytes: Buffer.byteLength(compiled.code),
    links: { exports: compiled.exports.map(({ name, kind }) => ({ name, kind })), uses: compiled.uses },
  }
}
