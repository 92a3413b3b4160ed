import type { Clock } from '../clock.ts'
import { EngineError } from '../errors.ts'
import type { EventBody } from '../events.ts'
import type { Sample } from '../inspect/views.ts'
import type { SchedulerSample } from '../scheduler/scheduler-events.ts'
import type { PinCount } from './protocol.ts'
import { placeOfHold } from './hold-place.ts'
import type { HoldState } from './hold-watch.ts'
import type { SchedulerLink } from './scheduler-link.ts'

const SAMPLE_EVERY_MS = 1_000
const SAMPLE_WAIT_MS = 900
const CRASH_WINDOW_MS = 60_000

interface SamplerOptions {
  readonly clock: Clock
  scheduler(): SchedulerLink
  emit(event: EventBody): void
}

/** Takes one sample a second and says when a scheduler is held. */
export class Sampler {
  readonly #options: SamplerOptions
  #last: { readonly sample: SchedulerSample; readonly atMs: number } | undefined
  #utilisation = 0
  #hold: HoldState = { kind: 'free', pid: null, heldMs: 0, waiting: 0 }
  #crashes: { readonly module: string; readonly generation: number; readonly atMs: number }[] = []
  #stopped = false
  #cancel: () => void = () => {}

  constructor(options: SamplerOptions) {
    this.#options = options
  }

  start(): void {
    this.#cancel = this.#options.clock.schedule(SAMPLE_EVERY_MS, () => void this.#tick())
  }

  stop(): void {
    this.#stopped = true
    this.#cancel()
  }

  /** The scheduler is another one: its counters begin anew. */
  restart(): void {
    this.#last = undefined
  }

  crashed(module: string | null, generation: number | null): void {
    if (module !== null && generation !== null) this.#crashes.push({ module, generation, atMs: this.#options.clock.now() })
  }

  crashesPerMinute(module: string, generation: number): number {
    const since = this.#options.clock.now() - CRASH_WINDOW_MS
    return this.#crashes.filter((entry) => entry.atMs >= since && entry.module === module && entry.generation === generation).length
  }

  lastSample(): SchedulerSample | undefined {
    return this.#last?.sample
  }

  lastCounts(): readonly PinCount[] {
    return (this.#last?.sample.generations ?? []).map(({ module, generation, pins, oldestAt, readBy }) => ({
      module,
      number: generation,
      pins,
      oldestAt,
      readBy,
    }))
  }

  utilisation(): number {
    return this.#utilisation
  }

  async #tick(): Promise<void> {
    try {
      await this.#watchHold()
      const sample = await this.#options.scheduler().ask('sample', {}, SAMPLE_WAIT_MS)
      if (!this.#stopped) this.#options.emit({ type: 'sampled', sample: this.#compare(sample) })
    } catch (error) {
      // A held or restarting scheduler gives no sample: the hole in the series is the truth.
      if (!(error instanceof EngineError))
        this.#options.emit({ type: 'error', message: `sampling failed: ${error instanceof Error ? error.message : String(error)}` })
    }
    if (!this.#stopped) this.start()
  }

  #compare(sample: SchedulerSample): Sample {
    const { clock } = this.#options
    const atMs = clock.monotonicMs()
    const before = this.#last
    this.#last = { sample, atMs }
    const since = clock.now() - CRASH_WINDOW_MS
    this.#crashes = this.#crashes.filter((entry) => entry.atMs >= since)
    const seconds = before === undefined ? 1 : Math.max(0.001, (atMs - before.atMs) / 1_000)
    const rate = (now: number, then: number | undefined): number => Math.max(0, Math.round((now - (then ?? now)) / seconds))
    this.#utilisation = before === undefined ? 0 : Math.min(1, Math.max(0, (sample.busyMs - before.sample.busyMs) / (seconds * 1_000)))
    return {
      at: new Date(clock.now()).toISOString(),
      processes: sample.processes,
      bands: sample.generations.map(({ module, generation, pins, crashes }) => {
        const old = before?.sample.generations.find((entry) => entry.module === module && entry.generation === generation)
        return { module, generation, pins, crashes: Math.max(0, crashes - (old?.crashes ?? 0)) }
      }),
      messagesPerSecond: rate(sample.messages, before?.sample.messages),
      reductionsPerSecond: rate(sample.reductions, before?.sample.reductions),
      queued: sample.queued,
      utilisation: this.#utilisation,
      heapBytes: sample.heapBytes,
    }
  }

  async #watchHold(): Promise<void> {
    const scheduler = this.#options.scheduler()
    const now = scheduler.holdState()
    const before = this.#hold
    this.#hold = now
    if (before.kind !== 'free' && (now.kind === 'free' || now.pid !== before.pid)) {
      this.#options.emit({ type: 'released', scheduler: 1, heldMs: before.heldMs })
    }
    if (now.kind !== 'free' && (now.kind !== before.kind || now.pid !== before.pid)) {
      const place = await placeOfHold(scheduler, now)
      this.#options.emit({ type: 'holding', scheduler: 1, pid: now.pid, place, kind: now.kind, waiting: now.waiting })
    }
  }
}
