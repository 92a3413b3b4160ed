import type { Clock } from '../../clock.ts'
import type { SystemFolder } from '../../code/system-folder.ts'
import { EngineError } from '../../errors.ts'
import type { EventBody } from '../../events.ts'
import { formatModuleGeneration, type Pid } from '../../ids.ts'
import type { Sample } from '../../inspect/views.ts'
import type { SchedulerSample } from '../../scheduler/scheduler-events.ts'
import type { PinCount } from '../protocol.ts'
import { moduleOfPlace, placeOfHold } from '../fleet/hold-place.ts'
import type { HoldState } from '../fleet/hold-watch.ts'
import type { SchedulerKeeper } from '../fleet/scheduler-keeper.ts'
import type { SchedulerLink } from '../fleet/scheduler-link.ts'

const SAMPLE_EVERY_MS = 1_000
const SAMPLE_WAIT_MS = 900
const CRASH_WINDOW_MS = 60_000

interface SamplerOptions {
  readonly clock: Clock
  readonly folder: Pick<SystemFolder, 'moduleOf'>
  readonly keepers: readonly SchedulerKeeper[]
  emit(event: EventBody): void
}

const NO_PLACE = { pid: null, at: null }
const FREE: HoldState = { kind: 'free', pid: null, heldMs: 0, waiting: 0 }

/** What is known of one scheduler. */
interface Watched {
  last: { readonly sample: SchedulerSample; readonly atMs: number } | undefined
  rates: Rates
  hold: HoldState
  /** Where the one that has held it last did. */
  place: { readonly pid: Pid | null; readonly at: string | null }
}

/** Of the time between two samples. */
interface Rates {
  readonly messages: number
  readonly reductions: number
  readonly utilisation: number
  /** By `module@generation`. */
  readonly crashes: ReadonlyMap<string, number>
}

const NO_RATES: Rates = { messages: 0, reductions: 0, utilisation: 0, crashes: new Map() }

/** Takes one sample a second of all schedulers together and says when one is held. */
export class Sampler {
  readonly #options: SamplerOptions
  readonly #watched = new Map<number, Watched>()
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
  restart(scheduler: number): void {
    this.#watched.delete(scheduler)
  }

  crashed(module: string | null, generation: number | null): void {
    if (module !== null && generation !== null) this.#crashes.push({ module, generation, atMs: this.#options.clock.now() })
  }

  crashesPerMinute(module: string, generation: number): number {
    const since = this.#options.clock.now() - CRASH_WINDOW_MS
    return this.#crashes.filter((entry) => entry.atMs >= since && entry.module === module && entry.generation === generation).length
  }

  lastSample(scheduler: number): SchedulerSample | undefined {
    return this.#watched.get(scheduler)?.last?.sample
  }

  lastCounts(scheduler: number): readonly PinCount[] {
    return (this.lastSample(scheduler)?.generations ?? []).map(({ module, generation, pins, oldestAt, readBy }) => ({
      module,
      number: generation,
      pins,
      oldestAt,
      readBy,
    }))
  }

  utilisation(scheduler: number): number {
    return this.#watched.get(scheduler)?.rates.utilisation ?? 0
  }

  async #tick(): Promise<void> {
    const { keepers, clock, emit } = this.#options
    const answered = await Promise.all(keepers.map((keeper) => this.#look(keeper)))
    const since = clock.now() - CRASH_WINDOW_MS
    this.#crashes = this.#crashes.filter((entry) => entry.atMs >= since)
    // Held or restarting schedulers give no sample: beside others their last one stands for them, and without any the hole in the series is the truth.
    if (!this.#stopped && answered.includes(true)) emit({ type: 'sampled', sample: this.#together() })
    if (!this.#stopped) this.start()
  }

  async #look({ id, link }: SchedulerKeeper): Promise<boolean> {
    let watched = this.#watched.get(id)
    if (watched === undefined) this.#watched.set(id, (watched = { last: undefined, rates: NO_RATES, hold: FREE, place: NO_PLACE }))
    try {
      await this.#watchHold(link, watched)
      const sample = await link.ask('sample', {}, SAMPLE_WAIT_MS)
      this.#take(watched, sample)
      return true
    } catch (error) {
      watched.rates = NO_RATES
      if (!(error instanceof EngineError))
        this.#options.emit({ type: 'error', message: `sampling failed: ${error instanceof Error ? error.message : String(error)}` })
      return false
    }
  }

  #take(watched: Watched, sample: SchedulerSample): void {
    const atMs = this.#options.clock.monotonicMs()
    const before = watched.last
    watched.last = { sample, atMs }
    if (before === undefined) {
      watched.rates = NO_RATES
      return
    }
    const seconds = Math.max(0.001, (atMs - before.atMs) / 1_000)
    const rate = (now: number, then: number): number => Math.max(0, (now - then) / seconds)
    const crashes = new Map(
      sample.generations.map(({ module, generation, crashes: count }) => {
        const old = before.sample.generations.find((entry) => entry.module === module && entry.generation === generation)
        return [formatModuleGeneration(module, generation), Math.max(0, count - (old?.crashes ?? 0))]
      }),
    )
    watched.rates = {
      messages: rate(sample.messages, before.sample.messages),
      reductions: rate(sample.reductions, before.sample.reductions),
      utilisation: Math.min(1, rate(sample.busyMs, before.sample.busyMs) / 1_000),
      crashes,
    }
  }

  #together(): Sample {
    const all = [...this.#watched.values()].flatMap(({ last, rates }) => (last === undefined ? [] : [{ sample: last.sample, rates }]))
    const sum = (read: (entry: (typeof all)[number]) => number): number => all.reduce((total, entry) => total + read(entry), 0)
    const bands = new Map<string, { module: string; generation: number; pins: number; crashes: number }>()
    for (const { sample, rates } of all) {
      for (const { module, generation, pins } of sample.generations) {
        const key = formatModuleGeneration(module, generation)
        const band = bands.get(key) ?? { module, generation, pins: 0, crashes: 0 }
        bands.set(key, { ...band, pins: band.pins + pins, crashes: band.crashes + (rates.crashes.get(key) ?? 0) })
      }
    }
    const queues = new Map<string, number>()
    for (const { sample } of all) for (const { module, queued } of sample.queues) queues.set(module, (queues.get(module) ?? 0) + queued)
    return {
      at: new Date(this.#options.clock.now()).toISOString(),
      processes: sum(({ sample }) => sample.processes),
      bands: [...bands.values()],
      messagesPerSecond: Math.round(sum(({ rates }) => rates.messages)),
      reductionsPerSecond: Math.round(sum(({ rates }) => rates.reductions)),
      queued: sum(({ sample }) => sample.queued),
      queues: [...queues].map(([module, queued]) => ({ module, queued })),
      utilisation: sum(({ rates }) => rates.utilisation) / Math.max(1, all.length),
      heapBytes: sum(({ sample }) => sample.heapBytes),
    }
  }

  async #watchHold(scheduler: SchedulerLink, watched: Watched): Promise<void> {
    const now = scheduler.holdState()
    const before = watched.hold
    watched.hold = now
    const long = scheduler.takeLongTurn()
    if (long !== null) {
      const place = watched.place.pid === long.pid ? watched.place.at : null
      this.#options.emit({ type: 'long_turn', scheduler: scheduler.id, ...long, place, module: moduleOfPlace(this.#options.folder, place) })
    }
    if (before.kind !== 'free' && (now.kind === 'free' || now.pid !== before.pid)) {
      this.#options.emit({ type: 'released', scheduler: scheduler.id, heldMs: before.heldMs })
    }
    if (now.kind !== 'free' && (now.kind !== before.kind || now.pid !== before.pid)) {
      const place = await placeOfHold(scheduler, now)
      watched.place = { pid: now.pid, at: place }
      this.#options.emit({ type: 'holding', scheduler: scheduler.id, pid: now.pid, place, kind: now.kind, waiting: now.waiting })
    }
  }
}
