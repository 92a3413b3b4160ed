import { availableParallelism } from 'node:os'
import { CodeServer } from '../code/code-server.ts'
import type { JournalDesk, JournalEntry } from '../code/journal.ts'
import { openSystemFolder, type SystemFolder } from '../code/system-folder.ts'
import { createCompileService, type CompileService } from '../compiler/compile-service.ts'
import { createTypeService } from '../compiler/types/type-service.ts'
import type { Clock } from '../clock.ts'
import type { SystemConfig } from '../config.ts'
import type { LoadRequest, PreviewOptions, SourceFile, Targets, TraceRequest } from '../engine.ts'
import { refuse } from '../errors.ts'
import type { By, EventBody } from '../events.ts'
import type { Pid } from '../ids.ts'
import { compareManifests, viewManifest } from '../inspect/manifest.ts'
import type { ManifestPage, ProcessFilter, ProcessQuery, SupervisorQuery } from '../inspect/views.ts'
import { Guards, type MarkKind } from '../code/guards.ts'
import type {
  DeletePlan,
  ExitPlan,
  KillPlan,
  MovePlan,
  MoveTarget,
  PurgePlan,
  RestartPlan,
  ResumePlan,
  RollbackPlan,
  SuspendPlan,
  UpgradePlan,
} from '../code/plans.ts'
import { NameTable } from '../scheduler/name-table.ts'
import type { SchedulerEvent } from '../scheduler/scheduler-events.ts'
import { deleteModule, planDelete } from './acts/delete.ts'
import { exitAll, exitOne, planExit } from './acts/exit-acts.ts'
import { holdModule, markGeneration, releaseModule } from './acts/guard-acts.ts'
import { hurryKill, killAll, killOne, planKill } from './acts/kills.ts'
import { moveSome, planMove, requireCurrent, tryMove } from './acts/move.ts'
import { awaitEnd, callProcess, findRegistered, sendMessage, spawnProcess, type SpawnEntry } from './acts/process-calls.ts'
import { planPurge, purge } from './acts/purge.ts'
import { planRestart, restartScheduler } from './acts/restart-scheduler.ts'
import { softPurge } from './acts/soft-purge.ts'
import { pidsOf, planResume, planSuspend, resumeAll, suspendAll } from './acts/suspension.ts'
import { planUpgrade, upgrade } from './acts/upgrade.ts'
import { Epoch } from './fleet/epoch.ts'
import { Fleet } from './fleet/fleet.ts'
import { SchedulerKeeper } from './fleet/scheduler-keeper.ts'
import { Deploys } from './loading/deploys.ts'
import { loadFolder } from './loading/load-folder.ts'
import { Loader } from './loading/loader.ts'
import { planRollback, rollback } from './loading/rollback.ts'
import { Stages } from './loading/stages.ts'
import { startCurrent, startRoots } from './loading/start-current.ts'
import type { TryBodies } from './loading/trial.ts'
import { readConfig } from './read-config.ts'
import { Remains } from './remains.ts'
import { findRetainersOf } from './retainers/retainers.ts'
import type { RuntimeParts } from './runtime-parts.ts'
import { CrashReports } from './views/crash-reports.ts'
import { previewQueue, previewState } from './views/previews.ts'
import { Sampler } from './views/sampler.ts'
import { Traces } from './views/traces.ts'
import {
  boundPage,
  listProcesses,
  matchingProcesses,
  previewProcess,
  viewCandidates,
  viewGenerations,
  viewModules,
  viewPins,
  viewProcess,
  viewScheduler,
  viewSource,
} from './views/views.ts'
import { listSupervisors } from './views/supervisors.ts'

export interface ControlPlaneOptions {
  readonly folder: string
  readonly clock: Clock
  /** Of a scheduler's heap; a thread that exceeds it ends and is started again. */
  readonly heapLimitBytes: number
  /** Scheduler threads; what `strata.config.ts` says, or one for each core, when absent. */
  readonly schedulers?: number
  /** How long a load waits for its types; 0 or absent: they are not checked. */
  readonly typesWaitMs?: number
  emit(event: EventBody): void
  /** A process sent to a mailbox of the host. */
  toHost?(to: Pid, message: unknown): void
  readonly journal: JournalDesk
  /** Why no user code is started; `null` to start it. */
  readonly safeMode: string | null
  /** Default: in a thread that is thrown away (GEN11). */
  readonly tryBodies?: TryBodies
}

/** Beyond this more threads only divide the cores. */
const SCHEDULERS_MAX = 256

/** One for each core, unless somebody says how many. */
function countSchedulers(asked: number | undefined): number {
  if (asked === undefined) return Math.min(availableParallelism(), SCHEDULERS_MAX)
  if (Number.isInteger(asked) && asked >= 1 && asked <= SCHEDULERS_MAX) return asked
  throw new Error(`schedulers: a whole number from 1 to ${SCHEDULERS_MAX}, not ${String(asked).slice(0, 40)}`)
}

/** Who has the lock of the names, when it is this thread. */
const CONTROL_PLANE = 1_000_000

/** What exists, what is asked, what happened: the runtime's main thread. It answers while every scheduler is busy. */
export class ControlPlane {
  readonly config: SystemConfig
  readonly #options: ControlPlaneOptions
  readonly #parts: RuntimeParts
  readonly #loader: Loader
  readonly #stages: Stages
  readonly #sampler: Sampler
  readonly #deploys: Deploys
  readonly #fleet: Fleet
  readonly #crashes = new CrashReports()
  #snapshots: Promise<unknown> = Promise.resolve()
  #safeMode: string | null
  readonly #traces: Traces

  static async create(options: ControlPlaneOptions): Promise<ControlPlane> {
    const config = await readConfig(options.folder)
    const folder = await openSystemFolder(options.folder, config)
    const compiler = createCompileService({
      root: folder.root,
      shared: config.shared ?? [],
      generations: config.generations ?? 'generations',
    })
    return new ControlPlane(options, config, folder, compiler)
  }

  private constructor(options: ControlPlaneOptions, config: SystemConfig, folder: SystemFolder, compiler: CompileService) {
    this.config = config
    this.#options = options
    this.#safeMode = options.safeMode
    const epoch = new Epoch()
    const ids = Array.from({ length: countSchedulers(options.schedulers ?? config.schedulers) }, (_, index) => index + 1)
    const names = ids.length === 1 ? null : new NameTable(CONTROL_PLANE)
    const keepers = ids.map(
      (id) =>
        new SchedulerKeeper({
          id,
          root: folder.root,
          epoch: epoch.buffer,
          heapLimitBytes: options.heapLimitBytes,
          redact: config.redact ?? [],
          ...(names === null ? {} : { fleet: { schedulers: ids.length, names: names.buffer } }),
          clock: options.clock,
          emit: options.emit,
          onEvent: (event) => this.#onSchedulerEvent(id, event),
          lastProcesses: () => this.#sampler.lastSample(id)?.processes ?? 0,
          onLost: () => {
            this.#sampler.restart(id)
            this.#parts.remains.schedulerEnded(id)
            this.#fleet.lost(id)
            this.#traces.schedulerLost(id)
          },
          // One act at a time: what is current now is what the others have when they are joined.
          prepare: (link) =>
            this.#parts.exclusive(async () => {
              if (this.#safeMode === null) await startCurrent(this.#parts, link)
              this.#fleet.connect(link)
              this.#traces.joined(link)
              link.open()
            }),
          startRoots: async () => (this.#safeMode === null && id === ids[0] ? startRoots(this.#parts, config) : 0),
        }),
    )
    this.#fleet = new Fleet(keepers, names)
    let tail: Promise<unknown> = Promise.resolve()
    this.#parts = {
      clock: options.clock,
      code: new CodeServer(options.journal),
      guards: new Guards(),
      journal: options.journal,
      compiler,
      remains: new Remains(options.clock, ids, (event) => options.emit(event)),
      types: createTypeService({ readText: (hash) => options.journal.source(hash), limits: { timeoutMs: options.typesWaitMs ?? 0 } }),
      typeErrors: (options.typesWaitMs ?? 0) === 0 ? 'off' : (config.typeErrors ?? 'warn'),
      folder,
      fleet: this.#fleet,
      epoch,
      redact: config.redact ?? [],
      emit: (event) => options.emit(event),
      safeMode: () => this.#safeMode,
      exclusive(act) {
        const next = tail.then(act, act)
        tail = next.catch(() => {})
        return next
      },
    }
    this.#stages = new Stages(this.#parts)
    this.#traces = new Traces(this.#parts)
    this.#loader = new Loader(this.#parts, this.#stages, options.tryBodies)
    this.#sampler = new Sampler({ clock: options.clock, folder, keepers, emit: options.emit })
    this.#deploys = new Deploys(this.#parts, this.#loader, config.deploys ?? [])
  }

  /** Loads the folder, or what the journal says was loaded, then starts the root processes. */
  async boot(journal: readonly JournalEntry[]): Promise<void> {
    const links = this.#fleet.keepers.map(({ link }) => link)
    await Promise.all(links.map((link) => link.ready()))
    for (const link of links) {
      this.#fleet.connect(link)
      link.open()
    }
    this.#parts.code.restore(journal, this.#parts.guards)
    if (this.#safeMode === null) await this.#startCode()
    else this.#options.emit({ type: 'safe_mode', on: true, why: this.#safeMode, actor: null })
    this.#sampler.start()
  }

  /** The folder's modules the first time, later what is current; then the root processes. */
  async #startCode(): Promise<void> {
    const isFirst = this.#parts.code.names().length === 0
    if (isFirst) await loadFolder(this.#parts, this.#loader)
    else
      await this.#parts.exclusive(async () => void (await Promise.all(this.#fleet.links().map((link) => startCurrent(this.#parts, link)))))
    await startRoots(this.#parts, this.config)
    if (!isFirst) return
    this.#options.emit({ type: 'started', system: this.config.name ?? this.#parts.folder.root, modules: this.#parts.code.names().length })
    this.#deploys.start()
  }

  safeMode(): string | null {
    return this.#safeMode
  }

  /** SAFE2: starts what is current by now. */
  async leaveSafeMode(by: By): Promise<void> {
    const why = this.#safeMode ?? refuse({ code: 'nothing_to_do', why: 'the system is not in safe mode' })
    this.#safeMode = null
    this.#options.emit({ type: 'safe_mode', on: false, why, actor: by.actor, by })
    await this.#startCode()
  }

  modules = () => viewModules(this.#parts, this.#sampler)
  generations = (module: string) => viewGenerations(this.#parts, this.#sampler, module)
  async manifest(module: string, number: number, page?: ManifestPage) {
    return viewManifest(this.#parts.code.get(module, number), boundPage(page))
  }
  async compareManifests(module: string, from: number, to: number, page?: ManifestPage) {
    return compareManifests(this.#parts.code.get(module, from), this.#parts.code.get(module, to), boundPage(page))
  }
  candidates = () => viewCandidates(this.#parts)
  async candidate(path: string): Promise<SourceFile> {
    const { module, origin, text } = await this.#parts.folder.readFile(path)
    return { module, origin, text }
  }
  processes = (query: ProcessQuery) => listProcesses(this.#parts, query)
  supervisors = (query?: SupervisorQuery) => listSupervisors(this.#parts, query)
  matching = (filter: ProcessFilter) => matchingProcesses(this.#parts, filter)
  process = (pid: Pid) => viewProcess(this.#parts, pid)
  preview = (pid: Pid) => previewProcess(this.#parts, pid)
  schedulers = () => Promise.all(this.#fleet.keepers.map(({ id }) => viewScheduler(this.#parts, this.#sampler, id)))
  check = (sources: readonly SourceFile[]) => this.#loader.check(sources)
  load = (request: LoadRequest, by: By) => this.#loader.load(request, by)
  planLoad = (request: LoadRequest) => this.#loader.plan(request)
  planPurge = (module: string, generation?: number) => planPurge(this.#parts, module, generation)
  planKill = (pids: readonly Pid[]) => planKill(this.#parts, pids)
  planDelete = (module: string) => planDelete(this.#parts, module)
  planUpgrade = (targets: Targets) => planUpgrade(this.#parts, targets)
  softPurge = (module: string, generation: number | undefined, by: By) => softPurge(this.#parts, module, generation, by)
  purge = (plan: PurgePlan, by: By) => purge(this.#parts, plan, by)
  delete = (plan: DeletePlan, by: By) => deleteModule(this.#parts, plan, by)
  planRollback = (module: string, number: number) => planRollback(this.#parts, module, number)
  rollback = (plan: RollbackPlan, by: By) => rollback(this.#parts, this.#loader, this.#stages, plan, by)
  hold = (module: string, until: string | null, by: By) => holdModule(this.#parts, module, until, by)
  release = (module: string, by: By) => releaseModule(this.#parts, module, by)
  mark = (module: string, number: number, kind: MarkKind, on: boolean, by: By) => markGeneration(this.#parts, module, number, kind, on, by)
  /** One at a time: each takes a snapshot of the scheduler's heap. */
  retainers(module: string, number: number, by: By) {
    const next = this.#snapshots.then(() => findRetainersOf(this.#parts, module, number, by))
    this.#snapshots = next.catch(() => {})
    return next
  }
  kill = (pid: Pid, by: By) => killOne(this.#parts, pid, by)
  killAll = (plan: KillPlan, by: By) => killAll(this.#parts, plan, by)
  planExit = (pids: readonly Pid[], exitReason: string) => planExit(this.#parts, pids, exitReason)
  exit = (pid: Pid, exitReason: string, by: By) => exitOne(this.#parts, pid, exitReason, by)
  exitAll = (plan: ExitPlan, by: By) => exitAll(this.#parts, plan, by)
  planSuspend = (targets: Targets) => planSuspend(this.#parts, targets)
  planResume = (targets: Targets) => planResume(this.#parts, targets)
  suspendAll = (plan: SuspendPlan, by: By) => suspendAll(this.#parts, pidsOf(plan), by)
  resumeAll = (plan: ResumePlan, by: By) => resumeAll(this.#parts, pidsOf(plan), by)
  planMove = (targets: Targets, to?: number) => planMove(this.#parts, targets, to)
  tryMove = (pid: Pid, to: number | undefined, by: By) => tryMove(this.#parts, pid, to, by)
  requireCurrent = (plan: Pick<MovePlan, 'current'>) => requireCurrent(this.#parts, plan)
  moveSome = (targets: readonly MoveTarget[]) => moveSome(this.#parts, targets)
  queue = (pid: Pid, by: By, options?: PreviewOptions) => previewQueue(this.#parts, pid, by, options)
  state = (pid: Pid, by: By, options?: PreviewOptions) => previewState(this.#parts, pid, by, options)
  trace = (request: TraceRequest, by: By) => this.#traces.begin(request, by)
  traces = async () => this.#traces.list()
  traceEntries = async (id: string, after: number) => this.#traces.read(id, after)
  stopTrace = (id: string, by: By) => this.#traces.stop(id, by)
  suspend = async (pid: Pid, by: By) => (await suspendAll(this.#parts, [pid], by))[0]
  resume = async (pid: Pid, by: By) => (await resumeAll(this.#parts, [pid], by))[0]
  planRestart = (scheduler: number) => planRestart(this.#parts, this.#sampler, scheduler, this.config)
  restartScheduler = (plan: RestartPlan, by: By) => restartScheduler(this.#parts, plan, by)
  upgrade = (plan: UpgradePlan, by: By) => upgrade(this.#parts, plan, by)
  source = (module: string, number: number) => viewSource(this.#parts, module, number)
  pins = (module: string, generation?: number) => viewPins(this.#parts, module, generation)
  /** CRASH1: newest first. */
  crashes = async () => this.#crashes.list()
  spawn = (entry: SpawnEntry, _by: By) => spawnProcess(this.#parts, entry)
  send = (pid: Pid, message: unknown, by: By) => sendMessage(this.#parts, pid, message, by)
  call = (pid: Pid, message: object, deadlineMs: number) => callProcess(this.#parts, pid, message, deadlineMs)
  ended = (pid: Pid) => awaitEnd(this.#parts, pid)
  whereis = (name: string) => findRegistered(this.#parts, name)

  async stop(): Promise<void> {
    this.#sampler.stop()
    this.#deploys.stop()
    await Promise.all([this.#parts.compiler.stop(), this.#parts.types.stop(), ...this.#fleet.keepers.map((keeper) => keeper.stop())])
  }

  #onSchedulerEvent(scheduler: number, event: SchedulerEvent): void {
    switch (event.type) {
      case 'crashed':
        this.#sampler.crashed(event.crash.module, event.crash.generation)
        this.#crashes.keep({ ...event.crash, ...event.scene })
        return this.#options.emit({ type: 'crashed', crash: event.crash })
      case 'reclaimed':
      case 'retained':
      case 'purged_reached':
        return this.#parts.remains.onEvent(scheduler, event)
      case 'kill_sent':
        return hurryKill(this.#parts, event.pid)
      case 'host_message':
        return this.#options.toHost?.(event.to, event.message)
      case 'traced':
        return this.#traces.take(event.trace, event.entry)
      case 'error':
        return this.#options.emit({ type: 'error', message: event.message })
    }
  }
}
