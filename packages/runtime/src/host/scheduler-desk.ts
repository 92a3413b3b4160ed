import { GenerationTable, type Staged } from '../code/code-table.ts'
import type { ModuleLink } from '../code/module-links.ts'
import { decideVictims } from '../code/purge-plan.ts'
import { BodiesEnded, BodyFailure } from '../code/running-bodies.ts'
import { systemClock } from '../clock.ts'
import { EngineError } from '../errors.ts'
import { NOPROC, NORMAL, type ExitReason } from '../exit-reason.ts'
import { formatModuleGeneration, type ModuleGeneration, type Pid } from '../ids.ts'
import type { Victim } from '../inspect/views.ts'
import {
  describeProcess,
  exitVictims,
  fallingVictims,
  listProcesses,
  matchingPids,
  pinCounts,
  pinRows,
  pinsOfGenerations,
  readersOf,
  sampleScheduler,
  whereabouts,
} from '../inspect/process-views.ts'
import { createHeapGauge } from './heap-gauge.ts'
import { PurgeDesk } from './purge-desk.ts'
import { answerAtStandstill } from './standstill.ts'
import { Scheduler } from '../scheduler/scheduler.ts'
import {
  BETWEEN_TURNS,
  CODE_ACTS,
  type CommitAnswer,
  type FromScheduler,
  type SchedulerRequest,
  type SchedulerThreadData,
  type SchedulerVerb,
  type SchedulerVerbs,
  type StageAnswer,
} from './protocol.ts'
import { WORD_CODE_ACT, WORD_EPOCH } from './shared-words.ts'

export interface DeskSurroundings {
  post(message: FromScheduler): void
  serve(): void
  wake(): void
}

interface WaitingPublish {
  readonly epoch: number
  readonly staged: Staged
}

type Handlers = { [V in SchedulerVerb]: (ask: SchedulerVerbs[V]['ask'], id: number) => SchedulerVerbs[V]['answer'] | undefined }

/** A body may take this long on a scheduler: it ran within 5 s on trial, and this thread has other work. */
const BODY_MS = 5_000

// Taken before any user code runs: a body may replace the global.
const OriginalPromise = Promise

/** Answers the control plane for one scheduler; everything that changes code happens here, between turns. */
export class SchedulerDesk {
  readonly #surroundings: DeskSurroundings
  readonly #words: Int32Array
  readonly #epoch: Int32Array
  readonly #table: GenerationTable
  readonly #scheduler: Scheduler
  readonly #purges: PurgeDesk
  readonly #stages = new Map<number, Staged>()
  readonly #deferred: SchedulerRequest[] = []
  readonly #applies = new Map<number, Pid>()
  #publishes: WaitingPublish[] = []

  constructor(data: SchedulerThreadData, surroundings: DeskSurroundings) {
    this.#surroundings = surroundings
    this.#words = new Int32Array(data.words)
    this.#epoch = new Int32Array(data.epoch)
    this.#table = new GenerationTable(data.root, () => ({
      registers: this.#scheduler.registers,
      counter: this.#scheduler.counter,
      api: this.#scheduler.api,
      globalsFor: (owner) => this.#scheduler.globalsFor(owner),
      inBody: (run) => this.#scheduler.inBody(run, BODY_MS),
      isInBody: () => this.#scheduler.core.inBody,
      now: () => this.#scheduler.core.nowMs,
      beginBodies: (code) => this.#scheduler.beginBodies(code, BODY_MS),
    }))
    const gauge = createHeapGauge(data.heapLimitBytes)
    answerAtStandstill(gauge, (stack) => this.#scheduler.placeIn(stack))
    this.#scheduler = new Scheduler({
      id: data.id,
      clock: systemClock,
      words: this.#words,
      code: this.#table,
      external: (link, name) => this.#table.external(link as ModuleLink, name),
      namespace: (link) => this.#table.namespace(link as ModuleLink),
      serve: surroundings.serve,
      beforeTurn: () => this.#beforeTurn(),
      wake: surroundings.wake,
      lastSerial: data.lastSerial,
      heap: gauge,
      emit: (event) => surroundings.post({ type: 'event', event }),
    })
    this.#purges = new PurgeDesk(this.#table, this.#scheduler)
  }

  /** Ends the process that calls it: what `process.exit` means in a module (KILL5). */
  exitCaller(code: unknown): never {
    const exit = this.#scheduler.api['exit'] as (reason: unknown) => never
    return exit(code === undefined || code === 0 ? 'normal' : { exitCode: code })
  }

  recoverCut(): void {
    this.#scheduler.recoverCut()
  }

  rejected(error: unknown, promise: Promise<unknown>): void {
    this.#scheduler.rejected(error, promise)
  }

  uncaught(error: unknown): void {
    this.#scheduler.uncaught(error)
  }

  take(request: SchedulerRequest): void {
    if (this.#scheduler.inTurn && BETWEEN_TURNS.has(request.verb)) this.#deferred.push(request)
    else this.#answer(request)
  }

  /** Does what waited for the end of a turn. */
  settle(): void {
    if (!this.#scheduler.inTurn) this.#beforeTurn()
  }

  run(maxMs: number): boolean {
    return this.#scheduler.run(maxMs)
  }

  #beforeTurn(): void {
    if (this.#deferred.length > 0) for (const request of this.#deferred.splice(0)) this.#answer(request)
    if (this.#publishes.length > 0) this.#applyEpoch()
  }

  #applyEpoch(): void {
    const epoch = Atomics.load(this.#epoch, WORD_EPOCH)
    const due = this.#publishes.filter((waiting) => waiting.epoch <= epoch)
    if (due.length === 0) return
    for (const { staged } of due) this.#table.publish(staged)
    this.#publishes = this.#publishes.filter((waiting) => waiting.epoch > epoch)
    // The scheduler's own copy of the word: it looks at new code once when this moves.
    this.#words[WORD_EPOCH] = (this.#words[WORD_EPOCH] as number) + 1
  }

  #answer(request: SchedulerRequest): void {
    const { id } = request
    if (CODE_ACTS.has(request.verb) && Atomics.compareExchange(this.#words, WORD_CODE_ACT, 2 * id, 2 * id + 1) !== 2 * id) return
    if (!this.#scheduler.inTurn && this.#publishes.length > 0) this.#applyEpoch()
    try {
      const handle = this.#handlers[request.verb] as (ask: unknown, id: number) => unknown
      const value = handle(request.ask, id)
      if (value !== undefined) this.#surroundings.post({ type: 'answer', id, value })
    } catch (error) {
      if (error instanceof EngineError) this.#surroundings.post({ type: 'refused', id, fault: error.fault })
      else this.#surroundings.post({ type: 'failed', id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    }
  }

  readonly #handlers: Handlers = {
    stage: ({ stage, modules, packages, behaviours }, id) => {
      const names = modules.map(({ compiled }) => compiled.module).join(', ')
      try {
        const staged = this.#table.stage(modules, packages, behaviours)
        if (staged instanceof OriginalPromise) void this.#stageWaiting(id, stage, staged, names)
        else this.#stages.set(stage, staged)
        return staged instanceof OriginalPromise ? undefined : { status: 'staged' }
      } catch (error) {
        return this.#stageFailed(error, names)
      }
    },
    discard: ({ stage }) => {
      const staged = this.#stages.get(stage)
      if (staged !== undefined) this.#table.discard(staged)
      this.#stages.delete(stage)
      return null
    },
    commit: ({ stage, epoch, purges, kills, planned, reason }) => {
      const staged = this.#stages.get(stage)
      if (staged === undefined) return { status: 'changed', changes: [] }
      const busy = pinsOfGenerations(this.#scheduler, purges).filter(({ pids }) => pids.length > 0)
      if (busy.length > 0) return { status: 'pinned', generations: busy }
      const outcome = this.#endPinning(kills, planned, reason)
      if (outcome.status !== 'committed') return outcome
      for (const generation of [...purges, ...kills]) this.#purges.remove(generation)
      this.#stages.delete(stage)
      this.#publishes.push({ epoch, staged })
      return outcome
    },
    unbind: ({ module }) => {
      this.#table.unbind(module)
      return null
    },
    bind: (generation) => {
      if (this.#table.instance(generation.module, generation.number) === undefined) return 'not_there'
      this.#table.bind(generation)
      return 'bound'
    },
    close: (ask) => this.#purges.close(ask),
    settle: (ask) => this.#purges.settle(ask),
    readers: ({ generations }) => readersOf(this.#scheduler, generations),
    purge: ({ module, numbers, planned, reason }) => {
      const generations = numbers.map((number) => ({ module, number }))
      const outcome = this.#endPinning(generations, planned, reason)
      if (outcome.status === 'committed') for (const generation of generations) this.#purges.remove(generation)
      return outcome
    },
    victims: ({ generations, pids }) => this.#victims(generations, pids),
    kill: ({ pids, reason, planned }) => {
      const actual = this.#victims([], pids)
      if (planned === null) {
        const [pid] = pids
        if (pid === undefined || this.#scheduler.kill(pid, 'operator', reason) === 'not_found') return { status: 'not_found' }
        return {
          status: 'committed',
          killed: [pid],
          alsoEnded: actual.filter(({ because }) => because === 'link').map((victim) => victim.pid),
          skipped: [],
        }
      }
      return this.#end(actual, planned, 'operator', reason)
    },
    suspend: ({ pids }) => this.#scheduler.suspend(pids),
    resume: ({ pids }) => pids.map((pid) => this.#scheduler.resume(pid)),
    exitVictims: ({ pids, isNormal }) => exitVictims(this.#scheduler, pids, isNormal),
    exit: ({ pids, reason, planned }) => {
      const isNormal = reason === 'normal'
      const decision = planned === null ? null : decideVictims(planned, exitVictims(this.#scheduler, pids, isNormal).victims)
      if (decision?.status === 'changed') return decision
      const signal: ExitReason = isNormal ? NORMAL : { type: 'exit', value: reason }
      return { status: 'sent', outcomes: pids.map((pid) => this.#scheduler.signalExit(pid, signal)) }
    },
    pinCounts: () => pinCounts(this.#scheduler),
    pins: ({ module, generation }) => pinRows(this.#scheduler, module, generation ?? undefined),
    processes: (query) => listProcesses(this.#scheduler, query),
    matching: (filter) => matchingPids(this.#scheduler, filter),
    process: ({ pid }) => describeProcess(this.#scheduler, pid) ?? null,
    sample: () => sampleScheduler(this.#scheduler),
    spawn: ({ module, export: exportName, args, name }) => ({
      pid: this.#scheduler.spawn({ module, export: exportName }, args, name === null ? {} : { name }),
    }),
    send: ({ pid, message }) => ({ found: this.#scheduler.deliver(pid, message) }),
    call: ({ pid, message }, id) => {
      this.#scheduler.callFromHost(pid, message, (answer) => this.#surroundings.post({ type: 'answer', id, value: answer }))
      return undefined
    },
    preview: ({ pid }, id) => {
      const message = this.#scheduler.previewMessageOf(pid)
      if (typeof message !== 'object' || message === null) return { status: 'ended', reason: NOPROC }
      this.#scheduler.callFromHost(pid, message, (answer) => this.#surroundings.post({ type: 'answer', id, value: answer }))
      return undefined
    },
    apply: ({ module, export: exportName, args, token }, id) => {
      const pid = this.#scheduler.apply(module, exportName, args, (answer) => {
        this.#applies.delete(token)
        this.#surroundings.post({ type: 'answer', id, value: answer })
      })
      this.#applies.set(token, pid)
      return undefined
    },
    endApply: ({ token }) => {
      const pid = this.#applies.get(token)
      if (pid !== undefined) this.#scheduler.kill(pid, 'operator', 'no answer in time')
      return null
    },
    endForMemory: ({ pid, bytes, stack }) => {
      this.#scheduler.endForMemory(pid, bytes, stack)
      return null
    },
    askUpgrade: ({ pids }) => pids.map((pid) => ({ pid, status: this.#scheduler.askUpgrade(pid) })),
    whereabouts: ({ pids }) => pids.map((pid) => whereabouts(this.#scheduler, pid)),
  }

  async #stageWaiting(id: number, stage: number, staging: Promise<Staged>, names: string): Promise<void> {
    const post = (answer: StageAnswer): void => this.#surroundings.post({ type: 'answer', id, value: answer })
    try {
      this.#stages.set(stage, await staging)
      post({ status: 'staged' })
    } catch (error) {
      post(this.#stageFailed(error, names))
    }
  }

  #stageFailed(error: unknown, module: string): StageAnswer {
    if (!(error instanceof BodyFailure)) throw error
    const timedOut = error.cause === this.#scheduler.registers.exit || (error.cause instanceof BodiesEnded && error.cause.reason === null)
    return timedOut ? { status: 'timeout', limitMs: BODY_MS } : { status: 'failed', module, error: error.rendered }
  }

  #victims(generations: readonly ModuleGeneration[], pids: readonly Pid[]): readonly Victim[] {
    const pinning = new Set(pinsOfGenerations(this.#scheduler, generations).flatMap((entry) => entry.pids))
    return fallingVictims(this.#scheduler, [...pinning], pids)
  }

  #endPinning(generations: readonly ModuleGeneration[], planned: readonly Victim[] | null, reason: string): CommitAnswer {
    const names = generations.map(({ module, number }) => formatModuleGeneration(module, number)).join(', ')
    const actual = this.#victims(generations, [])
    return this.#end(actual, planned ?? actual, 'purge', reason === '' ? `purge of ${names}` : `purge of ${names}: ${reason}`)
  }

  #end(actual: readonly Victim[], planned: readonly Victim[], by: 'purge' | 'operator', reason: string): CommitAnswer {
    const decision = decideVictims(planned, actual)
    if (decision.status === 'changed') return { status: 'changed', changes: decision.changes }
    for (const pid of decision.kill) this.#scheduler.kill(pid, by, reason)
    return { status: 'committed', killed: decision.kill, alsoEnded: decision.fall, skipped: decision.skipped }
  }
}
