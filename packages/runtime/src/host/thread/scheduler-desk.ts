import type { AsyncLocalStorage } from 'node:async_hooks'
import { systemClock } from '../../clock.ts'
import { GenerationTable } from '../../code/code-table.ts'
import type { ModuleLink } from '../../code/module-links.ts'
import { renderTracesBy } from '../../code/raw-stack.ts'
import { EngineError } from '../../errors.ts'
import { moduleOf, modulesIn } from '../../inspect/process-views.ts'
import { NameTable } from '../../scheduler/name-table.ts'
import { Scheduler } from '../../scheduler/scheduler.ts'
import { noticeStores } from '../../scheduler/stores.ts'
import { beginTrace, endTrace } from '../../scheduler/tracer.ts'
import { BETWEEN_TURNS, CODE_ACTS, type FromScheduler, type SchedulerRequest, type SchedulerThreadData } from '../protocol.ts'
import { WORD_CODE_ACT } from '../shared-words.ts'
import type { Answers } from './answers.ts'
import { BODY_MS, CodeDesk } from './code-desk.ts'
import { answerEnds } from './end-answers.ts'
import { createHeapGauge } from './heap-gauge.ts'
import { HostCalls } from './host-calls.ts'
import { answerLooks } from './look-answers.ts'
import { PeerDesk } from './peer-desk.ts'
import { PurgeDesk } from './purge-desk.ts'
import { answerAtStandstill } from './standstill.ts'

export interface DeskSurroundings {
  post(message: FromScheduler): void
  serve(): void
  /** First of all that begins in the event loop. */
  arrive(): void
  wake(soon: boolean): void
}

/** Answers the control plane for one scheduler: each request at once or between two turns, by the desk whose affair it is. */
export class SchedulerDesk {
  readonly #surroundings: DeskSurroundings
  readonly #words: Int32Array
  readonly #scheduler: Scheduler
  readonly #code: CodeDesk
  readonly #peers: PeerDesk
  readonly #answers: Answers
  readonly #deferred: (() => void)[] = []

  constructor(data: SchedulerThreadData, surroundings: DeskSurroundings) {
    this.#surroundings = surroundings
    this.#words = new Int32Array(data.words)
    const table = new GenerationTable(data.root, () => ({
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
      code: table,
      external: (link, name) => table.external(link as ModuleLink, name),
      namespace: (link) => table.namespace(link as ModuleLink),
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
    const answer = (id: number, value: unknown): void => surroundings.post({ type: 'answer', id, value })
    const purges = new PurgeDesk(table, this.#scheduler)
    this.#code = new CodeDesk(this.#scheduler, table, new Int32Array(data.epoch), this.#words, answer)
    this.#peers = new PeerDesk(this.#scheduler, {
      arrive: surroundings.arrive,
      report: (message) => surroundings.post({ type: 'event', event: { type: 'error', message } }),
      settleDeferred: () => this.#settleDeferred(),
      settle: () => this.settle(),
    })
    const calls = new HostCalls(this.#scheduler, { answer, takeArrivals: () => this.#peers.takeArrivals() })
    this.#answers = {
      ...answerLooks(this.#scheduler),
      ...answerEnds(this.#scheduler, purges),
      ...this.#code.answers,
      ...this.#peers.answers,
      ...calls.answers,
      close: (ask) => purges.close(ask),
      settle: (ask) => purges.settle(ask),
      suspend: ({ pids }) => ({ statuses: this.#scheduler.suspend(pids), modules: modulesIn(this.#scheduler.core, pids) }),
      resume: ({ pids }) => ({
        statuses: pids.map((pid) => this.#scheduler.resume(pid)),
        modules: modulesIn(this.#scheduler.core, pids),
      }),
      askUpgrade: ({ pids }) => pids.map((pid) => ({ pid, status: this.#scheduler.askUpgrade(pid) })),
      trace: ({ trace, pids, messages, redact }) => {
        const { core } = this.#scheduler
        return beginTrace(core, trace, pids, messages, redact).map((process) => ({ pid: process.pid, module: moduleOf(core, process) }))
      },
      untrace: ({ trace }) => ({ missed: endTrace(this.#scheduler.core, trace) }),
    }
    noticeStores(this.#scheduler.core.context as AsyncLocalStorage<never>)
    renderTracesBy((error, raw) => this.#scheduler.trace(error, raw))
  }

  /** Ends the process that calls it: what `process.exit` means in a module (KILL5). */
  exitCaller(code: unknown): never {
    const exit = this.#scheduler.api['exit'] as (reason: unknown) => never
    return exit(code === undefined || code === 0 ? 'normal' : { exitCode: code })
  }

  recoverCut(): boolean {
    return this.#scheduler.recoverCut()
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

  /** Posts what our processes have sent to other schedulers, and takes what theirs have sent. */
  exchange(): void {
    this.#peers.exchange()
  }

  /** Does what waited for the end of a turn. */
  settle(): void {
    if (!this.#scheduler.inTurn) this.#beforeTurn()
  }

  run(maxMs: number, drained: boolean): boolean {
    const more = this.#scheduler.run(maxMs, drained)
    this.#peers.flush()
    return more
  }

  #settleDeferred(): void {
    while (this.#deferred.length > 0) for (const act of this.#deferred.splice(0)) act()
  }

  #beforeTurn(): void {
    this.#settleDeferred()
    this.#peers.takeIfArrived()
    this.#code.applyEpoch()
  }

  #answer(request: SchedulerRequest): void {
    const { id } = request
    if (CODE_ACTS.has(request.verb) && Atomics.compareExchange(this.#words, WORD_CODE_ACT, 2 * id, 2 * id + 1) !== 2 * id) return
    if (!this.#scheduler.inTurn) this.#code.applyEpoch()
    try {
      const answer = this.#answers[request.verb] as (ask: unknown, id: number) => unknown
      const value = answer(request.ask, id)
      if (value !== undefined) this.#surroundings.post({ type: 'answer', id, value })
    } catch (error) {
      if (error instanceof EngineError) this.#surroundings.post({ type: 'refused', id, fault: error.fault })
      else this.#surroundings.post({ type: 'failed', id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    }
  }
}
