import type { Engine, Sample } from '@strata/runtime'
import { Counter, Gauge, Histogram, type Metric, Registry, collectDefaultMetrics } from 'prom-client'
import type { Store } from '../store/store.ts'

/** Generations that have a line each; the rest is added up under `other`, so that nobody who loads often fills a monitor. */
const BANDS_MAX = 100
const OTHER = 'other'
const CALL_SECONDS = [0.005, 0.025, 0.1, 0.5, 2, 10, 30]

interface Parts {
  readonly engine: Engine
  readonly store: Store
  readonly version: string
  readonly streams: () => number
}

/** What `/metrics` tells, under the names of docs/metrics.md. */
export class Meters {
  readonly #registry = new Registry()
  readonly #calls: Counter<'call' | 'outcome'>
  readonly #seconds: Histogram<'kind'>
  readonly #events: Counter<'type'>
  readonly #crashes: Counter<'module'>
  readonly #unsubscribe: () => void
  /** A counter keeps each label that it ever had. */
  readonly #crashed = new Set<string>()
  #sample: Sample | undefined

  constructor(parts: Parts) {
    const registers = [this.#registry]
    this.#calls = new Counter({ name: 'strata_calls_total', help: 'Calls answered', labelNames: ['call', 'outcome'], registers })
    this.#seconds = new Histogram({
      name: 'strata_call_seconds',
      help: 'Time until a call was answered',
      labelNames: ['kind'],
      buckets: CALL_SECONDS,
      registers,
    })
    this.#events = new Counter({ name: 'strata_events_total', help: 'Entries of the trail', labelNames: ['type'], registers })
    this.#crashes = new Counter({ name: 'strata_crashes_total', help: 'Processes that crashed', labelNames: ['module'], registers })
    this.#addGauges(parts, registers)
    collectDefaultMetrics({ register: this.#registry })
    this.#unsubscribe = parts.engine.subscribe((event) => {
      if (event.type !== 'sampled') return
      this.#sample = event.sample
      for (const { module, crashes } of bounded(event.sample))
        if (crashes > 0) this.#crashes.inc({ module: this.#counted(module) }, crashes)
    })
  }

  /** A procedure was answered. Its path is one of the router's. */
  answered(call: string, kind: 'query' | 'mutation' | 'subscription', outcome: 'done' | 'refused' | 'failed', ms: number): void {
    this.#calls.inc({ call, outcome })
    // A stream's time says how long somebody watched.
    if (kind !== 'subscription') this.#seconds.observe({ kind }, ms / 1_000)
  }

  /** An entry was added to the trail. */
  told(type: string): void {
    this.#events.inc({ type })
  }

  /** In Prometheus' text format. */
  async text(): Promise<{ readonly type: string; readonly body: string }> {
    return { type: this.#registry.contentType, body: await this.#registry.metrics() }
  }

  /** Names without what prom-client itself tells of the OS process. */
  names(): readonly string[] {
    return this.#registry
      .getMetricsAsArray()
      .map((metric) => (metric as unknown as Metric & { name: string }).name)
      .filter((name) => name.startsWith('strata_'))
  }

  close(): void {
    this.#unsubscribe()
  }

  #counted(module: string): string {
    if (this.#crashed.has(module)) return module
    if (this.#crashed.size >= BANDS_MAX) return OTHER
    this.#crashed.add(module)
    return module
  }

  #addGauges({ engine, store, version, streams }: Parts, registers: Registry[]): void {
    const gauge = (name: string, help: string, read: () => number | undefined): void => {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          const value = read()
          if (value === undefined) this.reset()
          else this.set(value)
        },
      })
    }
    new Gauge({ name: 'strata_info', help: 'Always 1', labelNames: ['version', 'node'], registers }).set({ version, node: engine.node }, 1)
    gauge('strata_processes', 'Processes that live', () => this.#sample?.processes)
    gauge('strata_queued_messages', 'Messages that wait in queues', () => this.#sample?.queued)
    gauge('strata_messages_per_second', 'Messages sent', () => this.#sample?.messagesPerSecond)
    gauge('strata_reductions_per_second', 'Function entries and loop iterations', () => this.#sample?.reductionsPerSecond)
    gauge('strata_scheduler_utilisation_ratio', 'Part of the time that schedulers ran processes', () => this.#sample?.utilisation)
    gauge('strata_heap_bytes', 'Heaps of the schedulers', () => this.#sample?.heapBytes)
    gauge('strata_event_streams', 'Open event streams', streams)
    gauge('strata_store_writable', '1 while what is done can be kept', () => (store.writes.failure === null ? 1 : 0))
    gauge('strata_trail_entries', 'Number of the newest entry of the trail', () => store.audit.head().seq)
    const sampled = (): Sample | undefined => this.#sample
    new Gauge({
      name: 'strata_pinning_processes',
      help: 'Processes that pin a generation',
      labelNames: ['module', 'generation'],
      registers,
      collect() {
        this.reset()
        const sample = sampled()
        if (sample === undefined) return
        for (const { module, generation, pins } of bounded(sample)) this.inc({ module, generation }, pins)
      },
    })
    new Gauge({
      name: 'strata_runtime_up',
      help: '1 while the runtime runs',
      registers,
      async collect() {
        this.set((await engine.runtime()).status === 'running' ? 1 : 0)
      },
    })
    new Gauge({
      name: 'strata_runtime_restarts',
      help: 'How often the runtime was started again in this life of the server',
      registers,
      async collect() {
        this.set((await engine.runtime()).restarts)
      },
    })
  }
}

interface Band {
  readonly module: string
  readonly generation: string
  readonly pins: number
  readonly crashes: number
}

function bounded({ bands }: Sample): readonly Band[] {
  const most = [...bands].sort((one, other) => other.pins - one.pins)
  return most.map(({ module, generation, pins, crashes }, index) =>
    index < BANDS_MAX ? { module, generation: String(generation), pins, crashes } : { module: OTHER, generation: OTHER, pins, crashes },
  )
}
