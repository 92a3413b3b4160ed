import type { AsyncLocalStorage } from 'node:async_hooks'
import { GenerationTable, type Staged } from '../../code/code-table.ts'
import type { ModuleLink } from '../../code/module-links.ts'
import { renderTracesBy } from '../../code/raw-stack.ts'
import { decideVictims } from '../../code/purge-plan.ts'
import { BodiesEnded, BodyFailure } from '../../code/running-bodies.ts'
import { systemClock } from '../../clock.ts'
import { EngineError, refuse, InvariantError } from '../../errors.ts'
import { NOPROC, NORMAL, type ExitReason } from '../../exit-reason.ts'
import type { ModuleGeneration, Pid } from '../../ids.ts'
import type { Victim, VictimsView } from '../../inspect/views.ts'
import {
  acrossLinks,
  describeProcess,
  exitVictims,
  linkedTo,
  fallingVictims,
  listKeys,
  listProcesses,
  listRows,
  listSupervisors,
  moveCandidates,
  matchingPids,
  pinCounts,
  pinRows,
  pinsOfGenerations,
  previewQueue,
  readersOf,
  renderAnswer,
  sampleScheduler,
  whereabouts,
} from '../../inspect/process-views.ts'
import { createHeapGauge } from './heap-gauge.ts'
import { HostCalls } from './host-calls.ts'
import { PurgeDesk } from './purge-desk.ts'
import { answerAtStandstill } from './standstill.ts'
import { takeLoss, takeSignals } from '../../scheduler/arrivals.ts'
import { markedNames } from '../../scheduler/marked-names.ts'
import { NameTable } from '../../scheduler/name-table.ts'
import { ProcessError } from '../../process/process-error.ts'
import { Scheduler } from '../../scheduler/scheduler.ts'
import { noticeStores } from '../../scheduler/stores.ts'
import { KILL, type Signal } from '../../scheduler/signals.ts'
import { beginTrace, endTrace } from '../../scheduler/tracer.ts'
import type { HostAnswer } from '../../process/process.ts'
import type { RenderLimits } from '../../process/render-value.ts'
import { PortLine } from './peer-line.ts'
import {
  BETWEEN_TURNS,
  CODE_ACTS,
  type EndAnswer,
  type FromScheduler,
  type SchedulerRequest,
  type SchedulerThreadData,
  type SchedulerVerb,
  type SchedulerVerbs,
  type StageAnswer,
} from '../protocol.ts'
import { WORD_CODE_ACT, WORD_EPOCH } from '../shared-words.ts'

export interface DeskSurroundings {
  post(message: FromScheduler): void
  serve(): void
  wake(soon: boolean): void
}

/** A change of what is current, prepared, that waits for its epoch. */
interface WaitingPublish {
  readonly epoch: number
  readonly staged: Staged | null
  apply(): void
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
  readonly #deferred: (() => void)[] = []
  readonly #lines = new Map<number, { readonly line: PortLine; readonly taken: (readonly Signal[])[] }>()
  /** Others have sent something while a turn was in progress. */
  #arrived = false
  readonly #applies = new Map<number, Pid>()
  readonly #calls: HostCalls
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
      afterTurn: (act) => this.#deferred.push(act),
      life: data.life,
      ...(data.fleet === undefined
        ? {}
        : { fleet: { schedulers: data.fleet.schedulers, names: new NameTable(data.id, data.fleet.names) } }),
      heap: gauge,
      redact: data.redact,
      emit: (event) => surroundings.post({ type: 'event', event }),
    })
    this.#purges = new PurgeDesk(this.#table, this.#scheduler)
    this.#calls = new HostCalls(this.#scheduler, (id, answer) => surroundings.post({ type: 'answer', id, value: answer }))
    noticeStores(this.#scheduler.core.context as AsyncLocalStorage<never>)
    renderTracesBy((error, raw) => this.#scheduler.trace(error, raw))
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
    if (this.#scheduler.inTurn && BETWEEN_TURNS.has(request.verb)) {
      this.#deferred.push(() => this.#answer(request))
      return
    }
    if (!this.#scheduler.inTurn) this.#settleDeferred()
    this.#answer(request)
  }

  /** Posts what our processes have sent to other schedulers, and takes what theirs have sent: between turns only, but for what ends the process that does not come to the end of its own. */
  exchange(): void {
    const { peers } = this.#scheduler.core
    if (peers === null) return
    peers.flush()
    if (this.#scheduler.inTurn) this.#lookForKill()
    else this.#takeArrivals()
  }

  /** Does what waited for the end of a turn. */
  settle(): void {
    if (!this.#scheduler.inTurn) this.#beforeTurn()
  }

  run(maxMs: number, drained: boolean): boolean {
    const more = this.#scheduler.run(maxMs, drained)
    const { peers } = this.#scheduler.core
    if (peers === null) return more
    if (peers.long.size > 0) peers.lookAtQueues()
    peers.flush()
    return more
  }

  #settleDeferred(): void {
    while (this.#deferred.length > 0) for (const act of this.#deferred.splice(0)) act()
  }

  #takeArrivals(): void {
    this.#arrived = false
    for (const [peer, { line, taken }] of this.#lines) {
      for (const signals of taken.splice(0)) takeSignals(this.#scheduler.core, peer, signals)
      for (let signals = line.take(); signals !== undefined; signals = line.take()) takeSignals(this.#scheduler.core, peer, signals)
    }
  }

  /** In a turn that does not end: a kill of its process is taken with all that came before it. Messages for the process among them are never read. */
  #lookForKill(): void {
    const { core } = this.#scheduler
    this.#arrived = true
    for (const [peer, { line, taken }] of this.#lines) {
      for (let signals = line.take(); signals !== undefined; signals = line.take()) taken.push(signals)
      if (!taken.some((signals) => signals.some(([kind, to]) => kind === KILL && to === core.current?.serial))) continue
      for (const signals of taken.splice(0)) takeSignals(core, peer, signals)
    }
  }

  #beforeTurn(): void {
    this.#settleDeferred()
    if (this.#arrived) this.#takeArrivals()
    if (this.#publishes.length > 0) this.#applyEpoch()
  }

  #applyEpoch(): void {
    const epoch = Atomics.load(this.#epoch, WORD_EPOCH)
    const due = this.#publishes.filter((waiting) => waiting.epoch <= epoch)
    if (due.length === 0) return
    for (const waiting of due) waiting.apply()
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
      this.#publishes = this.#publishes.filter((waiting) => waiting.staged === null || waiting.staged !== staged)
      if (staged !== undefined) this.#table.discard(staged)
      this.#stages.delete(stage)
      return null
    },
    withdraw: ({ epoch }) => {
      this.#publishes = this.#publishes.filter((waiting) => waiting.epoch !== epoch)
      return null
    },
    commit: ({ stage, epoch }) => {
      this.#commit(stage, epoch)
      return null
    },
    join: ({ stage, epoch, modules, packages, behaviours }) => {
      const names = modules.map(({ compiled }) => compiled.module).join(', ')
      try {
        const staged = this.#table.stage(modules, packages, behaviours)
        if (staged instanceof OriginalPromise) throw new InvariantError('the body of a set that joins late waits')
        this.#stages.set(stage, staged)
      } catch (error) {
        return this.#stageFailed(error, names)
      }
      this.#commit(stage, epoch)
      return { status: 'staged' }
    },
    unbind: ({ module, epoch }) => {
      this.#publishes.push({ epoch, staged: null, apply: () => this.#table.unbind(module) })
      return null
    },
    bind: ({ module, number, epoch }) => {
      if (this.#table.instance(module, number) === undefined) return 'not_there'
      this.#publishes.push({ epoch, staged: null, apply: () => this.#table.bind({ module, number }) })
      return 'bound'
    },
    close: (ask) => this.#purges.close(ask),
    settle: (ask) => this.#purges.settle(ask),
    readers: ({ generations }) => readersOf(this.#scheduler, generations),
    purge: ({ generations, planned, reason }) => {
      const actual = this.#victims(generations, []).victims
      const outcome = this.#end(actual, planned ?? actual, 'purge', reason)
      if (outcome.status === 'ended') for (const generation of generations) this.#purges.remove(generation)
      return outcome
    },
    victims: ({ generations, pids, linked }) => {
      const found = this.#victims(generations, pids, linked)
      return { ...found, across: acrossLinks(this.#scheduler, found.victims) }
    },
    kill: ({ pids, reason, by, planned }) => {
      const actual = this.#victims([], pids).victims
      if (planned === null) {
        const [pid] = pids
        if (pid === undefined || this.#scheduler.kill(pid, by, reason) === 'not_found') return { status: 'not_found' }
        return {
          status: 'ended',
          killed: [pid],
          alsoEnded: actual.filter(({ because }) => because === 'link').map((victim) => victim.pid),
          skipped: [],
        }
      }
      return this.#end(actual, planned, by, reason)
    },
    moveCandidates: ({ generations, pids }) => moveCandidates(this.#scheduler, generations, pids),
    previewQueue: ({ pid, count, limits }) => previewQueue(this.#scheduler, pid, count, this.#marked(limits)),
    trace: ({ trace, pids, messages, redact }) => beginTrace(this.#scheduler.core, trace, pids, messages, redact),
    untrace: ({ trace }) => ({ missed: endTrace(this.#scheduler.core, trace) }),
    look: ({ pid, request, limits }, id) => {
      this.#callFromHost(pid, { $system: request }, id, (answer) => renderAnswer(answer, this.#marked(limits)))
      return undefined
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
    processKeys: (query) => listKeys(this.#scheduler, query, query.count),
    processRows: ({ serials }) => listRows(this.#scheduler, serials),
    matching: (filter) => matchingPids(this.#scheduler, filter),
    process: ({ pid }) => describeProcess(this.#scheduler, pid) ?? null,
    supervisors: (query) => listSupervisors(this.#scheduler, query),
    sample: () => sampleScheduler(this.#scheduler),
    spawn: ({ module, export: exportName, args, name }) => {
      try {
        return { pid: this.#scheduler.spawn({ module, export: exportName }, args, name === null ? {} : { name }) }
      } catch (error) {
        if (name !== null && error instanceof ProcessError && error.code === 'badarg') return refuse({ code: 'name_registered', name })
        throw error
      }
    },
    awaitEnd: ({ pid }, id) => {
      this.#scheduler.awaitEnd(pid, (answer) => this.#surroundings.post({ type: 'answer', id, value: answer }))
      return undefined
    },
    whereis: ({ name }) => this.#scheduler.core.names.get(name)?.pid ?? null,
    connect: ({ peer, words, port, flow, side }) => {
      const line = new PortLine(port, words, flow, side, (message) =>
        this.#surroundings.post({ type: 'event', event: { type: 'error', message } }),
      )
      this.#lines.set(peer, { line, taken: [] })
      this.#scheduler.core.peers?.connect(peer, line)
      port.on('message', (signals: readonly Signal[]) => {
        this.recoverCut()
        line.noteTaken(signals)
        this.#settleDeferred()
        this.#takeBatch(peer, signals)
        this.settle()
        this.#scheduler.core.peers?.flush()
      })
      return null
    },
    tiedTo: ({ scheduler }) => linkedTo(this.#scheduler, scheduler),
    lost: ({ peer }) => {
      const { core } = this.#scheduler
      if (core.peers === null) return null
      this.#takeArrivals()
      this.#lines.get(peer)?.line.close()
      this.#lines.delete(peer)
      takeLoss(core, peer)
      return null
    },
    send: ({ pid, message }) => {
      const found = this.#scheduler.core.processes.has(pid)
      this.#fromHost(() => void this.#scheduler.deliver(pid, message))
      return { found }
    },
    call: ({ pid, message }, id) => {
      this.#callFromHost(pid, message, id)
      return undefined
    },
    uncall: ({ id }) => {
      // It may wait for the end of the turn in which it came.
      this.#scheduler.betweenTurns(() => this.#calls.giveUp(id))
      return null
    },
    preview: ({ pid }, id) => {
      const message = this.#scheduler.previewMessageOf(pid)
      if (typeof message !== 'object' || message === null) return { status: 'ended', reason: NOPROC }
      this.#callFromHost(pid, message, id)
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

  /** What modules mark is left out, too (PREV3). */
  #marked(limits: RenderLimits): RenderLimits {
    return { ...limits, redact: [...limits.redact, ...markedNames(this.#scheduler.core)] }
  }

  #takeBatch(peer: number, signals: readonly Signal[]): void {
    const known = this.#lines.get(peer)
    // What was taken in a long turn came before.
    for (const earlier of known?.taken.splice(0) ?? []) takeSignals(this.#scheduler.core, peer, earlier)
    if (known !== undefined) takeSignals(this.#scheduler.core, peer, signals)
  }

  /** Gives a process something of the host, after what was under way from other schedulers when the host sent it. */
  #fromHost(act: () => void): void {
    this.#scheduler.betweenTurns(() => {
      this.#takeArrivals()
      act()
    })
  }

  #callFromHost(pid: Pid, message: object, id: number, shown?: (answer: HostAnswer) => HostAnswer): void {
    this.#fromHost(() => this.#calls.begin(id, pid, message, shown))
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

  #commit(stage: number, epoch: number): void {
    const staged = this.#stages.get(stage)
    if (staged === undefined) throw new InvariantError(`nothing is staged as ${stage}`)
    this.#publishes.push({
      epoch,
      staged,
      apply: () => {
        this.#stages.delete(stage)
        this.#table.publish(staged)
      },
    })
  }

  #victims(generations: readonly ModuleGeneration[], pids: readonly Pid[], linked: readonly Pid[] = []): VictimsView {
    const pinning = new Set(pinsOfGenerations(this.#scheduler, generations).flatMap((entry) => entry.pids))
    return fallingVictims(this.#scheduler, [...pinning], pids, linked)
  }

  #end(actual: readonly Victim[], planned: readonly Victim[], by: 'purge' | 'operator', reason: string): EndAnswer {
    const decision = decideVictims(planned, actual)
    if (decision.status === 'changed') return { status: 'changed', changes: decision.changes }
    for (const pid of decision.kill) this.#scheduler.kill(pid, by, reason)
    return { status: 'ended', killed: decision.kill, alsoEnded: decision.fall, skipped: decision.skipped }
  }
}
