import type { StagedModule } from '../code/code-table.ts'
import type { GenerationCode, GenerationFacts } from '../code/generation.ts'
import { joinReleases } from '../code/join-releases.ts'
import { planLoad, previewPolicies } from '../code/load-plan.ts'
import { gateTogether } from '../code/purge-round.ts'
import type { LoadPlan, PlanChange } from '../code/plans.ts'
import { recordPackages } from '../code/package-record.ts'
import { reachedPackages } from '../code/reached-packages.ts'
import type { CompileOutcome } from '../compiler/compiled.ts'
import { boundDiagnostics, type Diagnostic } from '../diagnostic.ts'
import type { LoadOutcome, LoadRequest, SourceFile } from '../engine.ts'
import { EngineError, refuse } from '../errors.ts'
import type { By } from '../events.ts'
import type { ModuleGeneration, Pid } from '../ids.ts'
import type { CheckView, PurgeMark } from '../inspect/views.ts'
import { checkSources } from './check-sources.ts'
import { beginDiagnosis } from './diagnose-load.ts'
import type { CommitAnswer } from './protocol.ts'
import { readLoadState, STAGE_WAIT_MS, VIEW_WAIT_MS, type RuntimeParts } from './runtime-parts.ts'
import { countPins, decideSoftPurge } from './soft-purge.ts'
import { behavioursFor, bodyFault, nameSet, stagedFromJournal, TRIAL_LIMITS, tryBodies, type TryBodies } from './trial.ts'

type Compiled = Extract<CompileOutcome, { status: 'compiled' }>

/** Loads: parse, check, compile, try, stage, publish (GEN1–GEN4, GEN8, GEN10–GEN12). One at a time; a refused one changes nothing. */
export class Loader {
  readonly #parts: RuntimeParts
  readonly #publishEpoch: (epoch: number) => void
  readonly #tryBodies: TryBodies
  #epoch = 0
  #stage = 0

  constructor(parts: RuntimeParts, publishEpoch: (epoch: number) => void, trial: TryBodies = tryBodies) {
    this.#parts = parts
    this.#publishEpoch = publishEpoch
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
    const victims = await this.#parts.scheduler().ask('victims', { generations: decision.kills, pids: [] }, VIEW_WAIT_MS)
    return {
      verb: 'load',
      policy: request.old,
      victims,
      modules: compiled.modules.map(({ module, hash }) => ({
        module,
        hash,
        next: this.#parts.code.nextNumber(module),
        current: this.#parts.code.current(module)?.number ?? null,
        purges: [...decision.purges, ...decision.kills].filter((entry) => entry.module === module).map(({ number }) => number),
      })),
    }
  }

  /** Brings a loaded generation back to a scheduler that was started again, and makes it current there. */
  async restage(module: string, number: number): Promise<void> {
    const { modules, packages } = await stagedFromJournal(this.#parts, [{ module, number }])
    await this.#commit(modules, packages, { purges: [], kills: [], soft: false }, null, '')
    this.#publishEpoch(++this.#epoch)
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
    const soft = request.old === 'soft-purge'
    const committed = await this.#commit(set, packages, { ...decision, soft }, request.plan?.victims ?? null, by.reason)

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
    this.#publishEpoch(++this.#epoch)
    const purged = [...decision.purges, ...decision.kills]
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
      policy: request.old,
      by: { ...by, reason: by.reason || request.note },
      killed,
      packages: fresh.flatMap(({ releases }) => releases.map(({ name, release }) => `${name} ${release}`)),
    })
    return { status: 'loaded', loaded, purged, killed, diagnostics }
  }

  async #commit(
    set: readonly StagedModule[],
    packages: Compiled['packages'],
    decision: { readonly purges: readonly ModuleGeneration[]; readonly kills: readonly ModuleGeneration[]; readonly soft: boolean },
    planned: LoadPlan['victims'] | null,
    reason: string,
  ): Promise<Extract<CommitAnswer, { status: 'committed' }>> {
    // SAFE2: in safe mode a load changes what will be current, and nothing starts.
    if (this.#parts.safeMode() !== null) return { status: 'committed', killed: [], alsoEnded: [], skipped: [] }
    const scheduler = this.#parts.scheduler()
    const stage = ++this.#stage
    const discard = (): Promise<null> => scheduler.ask('discard', { stage }, Number.POSITIVE_INFINITY)
    try {
      const behaviours = await behavioursFor(this.#parts.compiler, set)
      const staged = await scheduler.ask('stage', { stage, modules: set, packages, behaviours }, STAGE_WAIT_MS)
      if (staged.status !== 'staged') refuse(bodyFault(staged, nameSet(set)))
      if (decision.soft) await this.#softPurge(decision.purges)
      const answer = await scheduler.ask(
        'commit',
        { stage, epoch: this.#epoch + 1, purges: decision.purges, kills: decision.kills, planned, reason },
        // What was soft-purged does not come back: from then on the load waits for the scheduler, however long its turn is.
        decision.soft && decision.purges.length > 0 ? Number.POSITIVE_INFINITY : STAGE_WAIT_MS,
      )
      if (answer.status === 'changed') refuse({ code: 'changed_meanwhile', changes: answer.changes })
      if (answer.status === 'pinned') {
        const module = answer.generations[0]?.module ?? ''
        refuse({ code: 'not_purged', module, generations: answer.generations.map(({ number, pids }) => ({ number, pins: pids.length })) })
      }
      return answer
    } catch (error) {
      discard().catch(() => {})
      throw error
    }
  }

  /** All of the old generations, or none of them and no load. */
  async #softPurge(purges: readonly ModuleGeneration[]): Promise<void> {
    const { pinned } = await decideSoftPurge(this.#parts.scheduler(), gateTogether(purges))
    const held = pinned.filter(({ pids, readBy }) => pids.length > 0 || readBy.length > 0)
    const { module } = held[0] ?? pinned[0] ?? { module: '' }
    if (pinned.length > 0)
      refuse({ code: 'not_purged', module, generations: held.filter((entry) => entry.module === module).map(countPins) })
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
