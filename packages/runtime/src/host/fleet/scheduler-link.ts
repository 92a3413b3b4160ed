import { MessageChannel, Worker, type MessagePort, type Transferable } from 'node:worker_threads'
import { EngineError, InvariantError, type Fault } from '../../errors.ts'
import type { Clock } from '../../clock.ts'
import { cutTurn, type CutOutcome, type Standstill } from './cut-turn.ts'
import { HeapGuard } from './heap-guard.ts'
import { HoldWatch, type HoldState, type LongTurn } from './hold-watch.ts'
import { formatPid, type Pid } from '../../ids.ts'
import { LATE, within } from './within.ts'
import type { SchedulerEvent } from '../../scheduler/scheduler-events.ts'
import {
  CALLS,
  CODE_ACTS,
  type FromScheduler,
  type SchedulerRequest,
  type SchedulerThreadData,
  type SchedulerVerb,
  type SchedulerVerbs,
} from '../protocol.ts'
import { HALF_SPACE_MB } from '../thread/half-space.ts'
import { WORD_CODE_ACT, WORD_COUNT, WORD_LAST_SERIAL, WORD_REQUESTS, WORD_SERIAL, WORD_TURN } from '../shared-words.ts'
import { userEnvironment } from '../../user-environment.ts'

export interface SchedulerLinkOptions {
  readonly id: number
  readonly root: string
  readonly epoch: SharedArrayBuffer
  readonly heapLimitBytes: number
  /** Names under which nothing is shown of a message. */
  readonly redact: readonly string[]
  /** Serial of the latest pid of the thread that this one takes over from. */
  readonly lastSerial: number
  readonly life: number
  readonly fleet?: SchedulerThreadData['fleet']
  /** Everybody who asks waits until it is opened. */
  readonly gated?: boolean
  readonly clock: Clock
  onEvent(event: SchedulerEvent): void
  /** The thread is gone: `why` is an error's text or the exit code, `pid` who ran. Not called after `stop`. */
  onEnd(why: string, pid: Pid | null): void
}

interface Waiting {
  resolve(value: unknown): void
  reject(error: unknown): void
  cancel(): void
}

const WATCH_MS = 50
/** From a check's slow path a place is answered at once, when the machine lets it. */
const PLACE_WAIT_MS = 1_000
const NOTICE_EVERY_MS = 5
/** A cut that came to nothing by then may be tried again: Node's own `vm` can take one for its time limit. */
const NOTICE_WAIT_MS = 10_000

/** The control plane's end of one scheduler thread: requests with a bound on the wait, and a watch on long turns. */
export class SchedulerLink {
  readonly #options: SchedulerLinkOptions
  readonly #worker: Worker
  readonly #port: MessagePort
  /** Shared with the thread, and with the other schedulers. */
  readonly words: Int32Array
  readonly #waiting = new Map<number, Waiting>()
  readonly #ready: Promise<void>
  readonly #hold: HoldWatch
  readonly #heapGuard: HeapGuard
  #serial = 0
  #cutting: Promise<void> = Promise.resolve()
  readonly #opened = Promise.withResolvers<void>()
  #isOpen: boolean
  #ended: string | undefined
  #stopWatch: () => void
  #located: { readonly turn: number; readonly at: string | null } = { turn: -1, at: null }

  constructor(options: SchedulerLinkOptions) {
    this.#options = options
    this.#isOpen = options.gated !== true
    const words = new SharedArrayBuffer(WORD_COUNT * Int32Array.BYTES_PER_ELEMENT)
    this.words = new Int32Array(words)
    this.words[WORD_LAST_SERIAL] = options.lastSerial
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    const data: SchedulerThreadData = {
      port: port2,
      id: options.id,
      root: options.root,
      words,
      epoch: options.epoch,
      heapLimitBytes: options.heapLimitBytes,
      redact: options.redact,
      life: options.life,
      ...(options.fleet === undefined ? {} : { fleet: options.fleet }),
    }
    this.#worker = new Worker(new URL('../thread/scheduler-thread.ts', import.meta.url), {
      workerData: data,
      transferList: [port2],
      env: userEnvironment(process.env),
      resourceLimits: {
        maxOldGenerationSizeMb: Math.ceil(options.heapLimitBytes / 2 ** 20),
        maxYoungGenerationSizeMb: 3 * HALF_SPACE_MB,
      },
      name: `scheduler ${options.id}`,
    })
    const ready = Promise.withResolvers<void>()
    ready.promise.catch(() => {})
    this.#ready = ready.promise
    port1.on('message', (message: FromScheduler) => {
      if (message.type === 'ready') ready.resolve()
      else this.#receive(message)
    })
    this.#worker.on('error', (error) => this.#end(error instanceof Error ? error.message : String(error)))
    this.#worker.on('exit', (code) => {
      this.#end(`the thread ended with code ${code}`)
      ready.reject(new EngineError({ code: 'runtime_down', why: this.#ended ?? '' }))
    })
    this.#hold = new HoldWatch(options.id, this.words, options.clock)
    this.#heapGuard = new HeapGuard({
      words: this.words,
      limitBytes: options.heapLimitBytes,
      clock: options.clock,
      readHeap: () => this.#worker.getHeapStatistics(),
      cut: (turn, judge) => this.#cutTurn(turn, judge),
      condemn: (serial, bytes, stack) => {
        void this.ask('endForMemory', { pid: formatPid(options.id, serial), bytes, stack }, Number.POSITIVE_INFINITY).catch(() => {})
      },
    })
    this.#stopWatch = this.#watch()
  }

  get id(): number {
    return this.#options.id
  }

  /** Its thread runs, and its current generations are there. */
  get isUp(): boolean {
    return this.#isOpen && this.#ended === undefined
  }

  ready(): Promise<void> {
    return this.#ready
  }

  /** Says something that needs no answer, also before the scheduler is open. */
  tell<V extends SchedulerVerb>(verb: V, ask: SchedulerVerbs[V]['ask'], transfer: Transferable[] = []): void {
    if (this.#ended !== undefined) return
    this.#port.postMessage({ id: ++this.#serial, verb, ask } as SchedulerRequest, transfer)
    Atomics.store(this.words, WORD_REQUESTS, 1)
  }

  /**
   * Rejects with `scheduler_held` after `waitMs`. A view's late answer is dropped; an act on code is withdrawn, or awaited to its end when the
   * scheduler has begun it. Acts on code are asked one at a time. Before the scheduler is open, everybody waits.
   */
  async ask<V extends SchedulerVerb>(verb: V, ask: SchedulerVerbs[V]['ask'], waitMs: number): Promise<SchedulerVerbs[V]['answer']> {
    if (!this.#isOpen) await this.#untilOpen(waitMs)
    return this.prepare(verb, ask, waitMs)
  }

  /** Lets everybody ask: current generations are there. */
  open(): void {
    this.#isOpen = true
    this.#opened.resolve()
  }

  /** As `ask`, also before the scheduler is open. */
  async prepare<V extends SchedulerVerb>(verb: V, ask: SchedulerVerbs[V]['ask'], waitMs: number): Promise<SchedulerVerbs[V]['answer']> {
    if (this.#ended !== undefined) throw new EngineError({ code: 'runtime_down', why: this.#ended })
    const id = ++this.#serial
    const act = CODE_ACTS.has(verb)
    if (act) Atomics.store(this.words, WORD_CODE_ACT, 2 * id)
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const cancel = Number.isFinite(waitMs)
      ? this.#options.clock.schedule(waitMs, () => {
          if (act && Atomics.compareExchange(this.words, WORD_CODE_ACT, 2 * id, 0) !== 2 * id) return
          this.#waiting.delete(id)
          if (CALLS.has(verb)) this.tell('uncall', { id })
          void this.#heldFault(verb).then((fault) => reject(new EngineError(fault)))
        })
      : () => {}
    this.#waiting.set(id, { resolve, reject, cancel })
    this.#port.postMessage({ id, verb, ask } as SchedulerRequest)
    Atomics.store(this.words, WORD_REQUESTS, 1)
    return (await promise) as SchedulerVerbs[V]['answer']
  }

  async #untilOpen(waitMs: number): Promise<void> {
    const opened = this.#opened.promise
    if (!Number.isFinite(waitMs)) return opened
    if ((await within(this.#options.clock, opened, waitMs)) === LATE)
      throw new EngineError({ code: 'runtime_down', why: 'the scheduler is starting' })
  }

  /** Who keeps the scheduler from answering, and at which line where its checks can tell. */
  async #heldFault(verb: SchedulerVerb): Promise<Fault> {
    const { kind, pid, heldMs } = this.holdState()
    const asks = kind === 'holding' && pid !== null && verb !== 'process'
    return { code: 'scheduler_held', pid, at: asks ? await this.askPlace(pid) : null, heldMs }
  }

  /** The line of a process that holds the scheduler, as its checks tell it; `null` where none does in time. */
  async askPlace(pid: Pid): Promise<string | null> {
    const detail = await this.ask('process', { pid }, PLACE_WAIT_MS).catch(() => null)
    return detail?.at ?? null
  }

  holdState(): HoldState {
    return this.#hold.state()
  }

  takeLongTurn(): LongTurn | null {
    return this.#hold.takeLongTurn()
  }

  /**
   * The line of a turn that is in native code without checks, by standing still for a moment; looked at once for each turn. `null` where no interrupt reaches.
   */
  async locate(): Promise<string | null> {
    const turn = Atomics.load(this.words, WORD_TURN)
    if (this.#located.turn === turn) return this.#located.at
    let at: string | null = null
    this.#located = { turn, at }
    await this.#cutTurn(turn, async (standstill) => {
      at = (await standstill.place()) ?? null
      return false
    })
    if (this.#located.turn === turn) this.#located = { turn, at }
    return at
  }

  /** Ends the turn that one of these processes is in (KILL1). */
  async cut(pids: readonly Pid[]): Promise<CutOutcome> {
    // The turn first: one that has begun meanwhile is not mistaken for it.
    const turn = Atomics.load(this.words, WORD_TURN)
    const serial = Atomics.load(this.words, WORD_SERIAL)
    return pids.includes(formatPid(this.#options.id, serial)) ? this.#cutTurn(turn) : 'moved_on'
  }

  /** One at a time: two would end two turns. */
  #cutTurn(turn: number, judge?: (standstill: Standstill) => Promise<boolean>): Promise<CutOutcome> {
    const stillSame = (): boolean => Atomics.load(this.words, WORD_SERIAL) !== 0 && Atomics.load(this.words, WORD_TURN) === turn
    const { clock } = this.#options
    const cut = this.#cutting.then(() =>
      stillSame() ? cutTurn({ threadId: this.#worker.threadId, clock, stillSame, ...(judge === undefined ? {} : { judge }) }) : 'moved_on',
    )
    this.#cutting = cut.then(
      (outcome) => (outcome === 'cut' ? this.#untilNoticed(stillSame) : undefined),
      () => {},
    )
    return cut
  }

  /** A thread comes to its cut a moment later: a second one would end what comes after the turn, Node's own work with it. */
  async #untilNoticed(stillSame: () => boolean): Promise<void> {
    const { clock } = this.#options
    for (let waited = 0; waited < NOTICE_WAIT_MS && this.#ended === undefined && stillSame(); waited += NOTICE_EVERY_MS)
      await new Promise<void>((resolve) => clock.schedule(NOTICE_EVERY_MS, resolve))
  }

  /** Holds the thread while it is taken; reading it then costs this thread. */
  heapSnapshot(): Promise<NodeJS.ReadableStream> {
    return this.#worker.getHeapSnapshot()
  }

  async heapBytes(): Promise<number> {
    return (await this.#worker.getHeapStatistics()).used_heap_size
  }

  /** Bytes of the thread's objects, garbage among them, and of the buffers that they keep; does not settle while native code runs. */
  async memoryUse(): Promise<number> {
    const { used_heap_size: objects, external_memory: buffers } = await this.#worker.getHeapStatistics()
    return objects + buffers
  }

  /** Serials up to this one may have been given to a pid. */
  lastSerial(): number {
    return Atomics.load(this.words, WORD_LAST_SERIAL)
  }

  /** Ends the thread, which may sit in a native call and end later, or never: true when it has ended by then. `onEnd` is not called. */
  async abandon(why: string, waitMs: number): Promise<boolean> {
    this.#ended ??= why
    this.#stopWatch()
    this.#rejectAll()
    this.#port.close()
    return (await within(this.#options.clock, this.#worker.terminate(), waitMs)) !== LATE
  }

  async stop(): Promise<void> {
    this.#ended ??= 'stopped'
    this.#stopWatch()
    this.#rejectAll()
    await this.#worker.terminate()
  }

  #receive(message: Exclude<FromScheduler, { type: 'ready' }>): void {
    if (message.type === 'event') return this.#options.onEvent(message.event)
    const waiting = this.#waiting.get(message.id)
    if (waiting === undefined) return
    this.#waiting.delete(message.id)
    waiting.cancel()
    switch (message.type) {
      case 'answer':
        return waiting.resolve(message.value)
      case 'refused':
        return waiting.reject(new EngineError(message.fault))
      case 'failed':
        return waiting.reject(new InvariantError(message.error))
    }
  }

  #watch(): () => void {
    const timer = setInterval(() => {
      this.#hold.look()
      this.#heapGuard.look()
    }, WATCH_MS)
    timer.unref()
    return () => clearInterval(timer)
  }

  #end(why: string): void {
    if (this.#ended !== undefined) return
    this.#ended = why
    this.#stopWatch()
    this.#rejectAll()
    const serial = Atomics.load(this.words, WORD_SERIAL)
    this.#options.onEnd(why, serial === 0 ? null : formatPid(this.#options.id, serial))
  }

  #rejectAll(): void {
    this.open()
    for (const waiting of this.#waiting.values()) {
      waiting.cancel()
      waiting.reject(new EngineError({ code: 'runtime_down', why: this.#ended ?? 'the scheduler ended' }))
    }
    this.#waiting.clear()
  }
}
