import type { Clock } from '../../clock.ts'
import type { By, EventBody } from '../../events.ts'
import type { Pid } from '../../ids.ts'
import type { SchedulerEvent } from '../../scheduler/scheduler-events.ts'
import type { SchedulerThreadData } from '../protocol.ts'
import { SchedulerLink } from './scheduler-link.ts'

interface SchedulerKeeperOptions {
  readonly id: number
  readonly root: string
  readonly epoch: SharedArrayBuffer
  readonly heapLimitBytes: number
  readonly redact: readonly string[]
  readonly fleet?: SchedulerThreadData['fleet']
  readonly clock: Clock
  emit(event: EventBody): void
  onEvent(event: SchedulerEvent): void
  /** How many processes there were when the thread was last asked. */
  lastProcesses(): number
  /** The former thread is gone, with all its processes. */
  onLost(): void
  /** Current generations and the way to other schedulers, before anybody is let in. */
  prepare(link: SchedulerLink): Promise<void>
  /** Afterwards. Returns how many root processes were started. */
  startRoots(): Promise<number>
}

/** What a restart did. `threadEnded`: the former thread is gone; else it sits in a native call, holds its memory, and ends when that returns. */
export interface Restarted {
  readonly ended: number
  readonly roots: number
  readonly threadEnded: boolean
}

/** More ends of the thread than this within a minute, and it stays down until somebody restarts it. */
const RESTARTS_MAX = 5
const RESTART_WINDOW_MS = 60_000
/** What is not in one native call ends within milliseconds. */
const END_WAIT_MS = 1_000

/** Keeps one scheduler's thread going: starts it, brings it back with the same generations when it ends, and restarts it when asked to (KILL4). */
export class SchedulerKeeper {
  readonly id: number
  readonly #options: SchedulerKeeperOptions
  #link: SchedulerLink
  #ends: number[] = []
  #stopped = false
  /** Rises by one with each thread: the processes of a former one are gone. */
  life = 1

  constructor(options: SchedulerKeeperOptions) {
    this.id = options.id
    this.#options = options
    this.#link = this.#start(0)
  }

  /** Another object after a restart. */
  get link(): SchedulerLink {
    return this.#link
  }

  /** Ends the thread with all its processes, and brings it back. `pid`: who ran. */
  async restart(by: By, pid: Pid | null): Promise<Restarted> {
    const former = this.#link
    const ended = this.#options.lastProcesses()
    const gone = former.abandon(by.reason === '' ? 'the scheduler was restarted' : `the scheduler was restarted: ${by.reason}`, END_WAIT_MS)
    this.#ends = []
    const roots = await this.#takeOver(former, { why: by.reason, pid, lost: ended, by })
    return { ended, roots, threadEnded: await gone }
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#link.stop()
  }

  #start(lastSerial: number): SchedulerLink {
    const { id, root, epoch, heapLimitBytes, redact, fleet, clock, onEvent } = this.#options
    const link = new SchedulerLink({
      id,
      root,
      epoch,
      heapLimitBytes,
      redact,
      lastSerial,
      life: this.life,
      ...(fleet === undefined ? {} : { fleet }),
      gated: true,
      clock,
      onEvent,
      onEnd: (why, pid) => void this.#comeBack(link, why, pid),
    })
    return link
  }

  async #comeBack(former: SchedulerLink, why: string, pid: Pid | null): Promise<void> {
    const { clock, emit, id, lastProcesses } = this.#options
    if (this.#stopped || former !== this.#link) return
    const now = clock.monotonicMs()
    this.#ends = [...this.#ends.filter((at) => now - at < RESTART_WINDOW_MS), now]
    const facts = { why, pid, lost: lastProcesses(), by: null }
    if (this.#ends.length > RESTARTS_MAX) {
      this.#options.onLost()
      emit({ type: 'scheduler_restarted', scheduler: id, ...facts })
      emit({ type: 'error', message: `scheduler ${id} ended ${this.#ends.length} times within a minute and stays down` })
      return
    }
    await this.#takeOver(former, facts)
  }

  async #takeOver(
    former: SchedulerLink,
    facts: { readonly why: string; readonly pid: Pid | null; readonly lost: number; readonly by: By | null },
  ): Promise<number> {
    const { emit, id, onLost, prepare, startRoots } = this.#options
    this.life += 1
    const link = this.#start(former.lastSerial())
    this.#link = link
    onLost()
    emit({ type: 'scheduler_restarted', scheduler: id, ...facts })
    try {
      await link.ready()
      await prepare(link)
      link.open()
      return await startRoots()
    } catch (error) {
      emit({ type: 'error', message: `scheduler ${id} did not come back: ${error instanceof Error ? error.message : String(error)}` })
      return 0
    }
  }
}
