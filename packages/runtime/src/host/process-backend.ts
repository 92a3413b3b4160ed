import { fork, type ChildProcess } from 'node:child_process'
import type { SystemConfig } from '../config.ts'
import { EngineError, InvariantError } from '../errors.ts'
import { type Backend, type BackendOptions, type BackendVerb, durably } from './backend.ts'
import { HALF_SPACE_MB } from './thread/half-space.ts'
import type { FromRuntime, JournalQuestion, ToRuntime } from './runtime-messages.ts'
import { userEnvironment } from '../user-environment.ts'
import { untilReadable } from './journal/until-readable.ts'

/** More ends of the runtime than this within a minute, and it stays down. */
const RESTARTS_MAX = 5
const RESTART_WINDOW_MS = 60_000
/** A runtime that does not stop by then is ended. */
const STOP_WAIT_MS = 5_000

interface Waiting {
  resolve(value: unknown): void
  reject(error: unknown): void
}

/** `isolation: 'process'`: starts the runtime, watches it, and brings it back with the same generations when it dies. */
export class ProcessBackend implements Backend {
  config: SystemConfig = {}
  readonly #options: BackendOptions
  readonly #waiting = new Map<number, Waiting>()
  #child: ChildProcess | undefined
  #serial = 0
  #ends: number[] = []
  #restarts = 0
  #status: 'starting' | 'running' | 'restarting' | 'stopped' = 'starting'
  #startedAt: number
  #why = 'the runtime is starting'
  #safeMode: string | null

  static async start(options: BackendOptions): Promise<ProcessBackend> {
    const backend = new ProcessBackend(options)
    await backend.#start()
    return backend
  }

  private constructor(options: BackendOptions) {
    this.#options = options
    this.#startedAt = options.clock.now()
    this.#safeMode = options.safeMode
  }

  invoke(verb: BackendVerb, args: readonly unknown[]): Promise<unknown> {
    if (this.#status !== 'running') return Promise.reject(new EngineError({ code: 'runtime_down', why: this.#why }))
    return durably(this.#options.journal, verb, () => {
      const id = ++this.#serial
      const { promise, resolve, reject } = Promise.withResolvers<unknown>()
      this.#waiting.set(id, { resolve, reject })
      this.#send({ type: 'invoke', id, verb, args })
      return promise
    })
  }

  status() {
    return {
      status: this.#status,
      osPid: this.#child?.pid ?? null,
      restarts: this.#restarts,
      startedAt: this.#startedAt,
      safeMode: this.#safeMode,
    }
  }

  async stop(): Promise<void> {
    const child = this.#child
    this.#status = 'stopped'
    this.#why = 'the runtime was stopped'
    this.#rejectAll()
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    this.#send({ type: 'stop' })
    const cancel = this.#options.clock.schedule(STOP_WAIT_MS, () => child.kill('SIGKILL'))
    await gone
    cancel()
  }

  async #start(): Promise<void> {
    const { folder, heapLimitBytes, schedulers, typesWaitMs = 0, journal } = this.#options
    const entries = await (this.#status === 'starting' ? journal.entries() : untilReadable(this.#options.clock, () => journal.entries()))
    // Stopped while it waited for the store.
    if (this.#status === 'stopped') return
    const booted = Promise.withResolvers<SystemConfig>()
    const child = fork(new URL('./runtime-process.ts', import.meta.url), [], {
      env: userEnvironment(process.env),
      execArgv: [...process.execArgv, `--max-semi-space-size=${HALF_SPACE_MB}`],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    this.#child = child
    child.on('message', (message: FromRuntime) => {
      if (message.type === 'booted') booted.resolve(message.config)
      else if (message.type === 'boot_failed') booted.reject(new Error(message.error))
      else this.#receive(message)
    })
    child.on('error', (error) => booted.reject(error))
    child.on('exit', (code, signal) => {
      const why = signal === null ? `the runtime ended with code ${code}` : `the runtime was ended by ${signal}`
      booted.reject(new Error(why))
      this.#onEnd(child, why)
    })
    this.#send({ type: 'boot', folder, heapLimitBytes, schedulers, typesWaitMs, safeMode: this.#safeMode, journal: entries })
    this.config = await booted.promise
    this.#startedAt = this.#options.clock.now()
    this.#status = 'running'
  }

  #receive(message: Exclude<FromRuntime, { type: 'booted' | 'boot_failed' }>): void {
    if (message.type === 'event') {
      if (message.event.type === 'safe_mode') this.#safeMode = message.event.on ? message.event.why : null
      return this.#options.emit(message.event)
    }
    if (message.type === 'host_message') return this.#options.toHost?.(message.to, message.message)
    if (message.type === 'journal') return this.#options.journal.append(message.changes)
    if (message.type === 'read') return void this.#tell(message.id, message.question)
    const waiting = this.#waiting.get(message.id)
    this.#waiting.delete(message.id)
    switch (message.type) {
      case 'answer':
        return waiting?.resolve(message.value)
      case 'refused':
        return waiting?.reject(new EngineError(message.fault))
      case 'failed':
        return waiting?.reject(new InvariantError(message.error))
    }
  }

  async #tell(id: number, question: JournalQuestion): Promise<void> {
    const { journal } = this.#options
    try {
      const value = await (question.what === 'code' ? journal.code(question.generation) : journal.source(question.hash))
      this.#send({ type: 'told', id, value, error: undefined })
    } catch (error) {
      const away = error instanceof EngineError && error.fault.code === 'store_away' ? error.fault.why : undefined
      this.#send({ type: 'told', id, value: undefined, error: away ?? (error instanceof Error ? error.message : String(error)) })
    }
  }

  #onEnd(child: ChildProcess, why: string): void {
    if (child !== this.#child || this.#status === 'stopped' || this.#status === 'starting') return
    this.#why = why
    this.#status = 'restarting'
    this.#rejectAll()
    const now = this.#options.clock.monotonicMs()
    this.#ends = [...this.#ends.filter((at) => now - at < RESTART_WINDOW_MS), now]
    if (this.#ends.length > RESTARTS_MAX && this.#safeMode === null) {
      this.#safeMode = `${why}, for the ${this.#ends.length}th time within a minute`
      this.#ends = []
    }
    if (this.#ends.length > RESTARTS_MAX) {
      this.#status = 'stopped'
      this.#options.emit({ type: 'error', message: `${why}, for the ${this.#ends.length}th time within a minute: it stays down` })
      return
    }
    this.#restarts += 1
    this.#start().then(
      () => this.#options.emit({ type: 'runtime_restarted', why, restarts: this.#restarts }),
      // `exit` of the child that did not start counts and tries again.
      (error: unknown) =>
        this.#options.emit({
          type: 'error',
          message: `the runtime did not come back: ${error instanceof Error ? error.message : String(error)}`,
        }),
    )
  }

  #send(message: ToRuntime): void {
    if (this.#child?.connected === true) this.#child.send(message)
  }

  #rejectAll(): void {
    for (const { reject } of this.#waiting.values()) reject(new EngineError({ code: 'runtime_down', why: this.#why }))
    this.#waiting.clear()
  }
}
