import type { Clock } from '../clock.ts'
import type { EngineEvent, EventBody } from '../events.ts'
import type { Sample } from './views.ts'

export const EVENTS_KEPT = 10_000
/** 15 minutes at one a second. */
const SAMPLES_KEPT = 900
/** Crash events per second that are told one by one; the rest is counted. */
const CRASHES_PER_SECOND_MAX = 50

/** Numbers what happened, keeps the newest, tells subscribers. The only writer of sequence numbers. */
export class EventLog {
  readonly #clock: Clock
  readonly #node: string
  readonly #events: EngineEvent[] = []
  readonly #samples: Sample[] = []
  readonly #listeners = new Set<(event: EngineEvent) => void>()
  #seq = 0
  #crashSecond = 0
  #crashes = 0
  #dropped = 0

  constructor(clock: Clock, node: string) {
    this.#clock = clock
    this.#node = node
  }

  append(body: EventBody): void {
    if (body.type === 'crashed' && !this.#admitCrash()) return
    const event: EngineEvent = { ...body, seq: ++this.#seq, at: new Date(this.#clock.now()).toISOString(), node: this.#node }
    this.#events.push(event)
    // Trimmed in blocks: shifting ten thousand entries for each event would cost more than the event.
    if (this.#events.length > EVENTS_KEPT * 1.1) this.#events.splice(0, this.#events.length - EVENTS_KEPT)
    if (body.type === 'sampled') {
      this.#samples.push(body.sample)
      if (this.#samples.length > SAMPLES_KEPT) this.#samples.shift()
    }
    for (const listener of this.#listeners) listener(event)
  }

  after(seq: number): { events: readonly EngineEvent[]; complete: boolean } {
    const first = this.#events[0]?.seq ?? this.#seq + 1
    const events = this.#events.slice(Math.max(0, seq + 1 - first))
    return { events, complete: seq <= this.#seq && seq + 1 >= first }
  }

  samples(sinceMs: number): readonly Sample[] {
    return this.#samples.filter(({ at }) => Date.parse(at) >= sinceMs)
  }

  lastSeq(): number {
    return this.#seq
  }

  subscribe(listener: (event: EngineEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #admitCrash(): boolean {
    const second = Math.floor(this.#clock.now() / 1_000)
    if (second !== this.#crashSecond) {
      const dropped = this.#dropped
      this.#crashSecond = second
      this.#crashes = 0
      this.#dropped = 0
      if (dropped > 0) this.append({ type: 'crashes_dropped', count: dropped })
    }
    if (++this.#crashes <= CRASHES_PER_SECOND_MAX) return true
    this.#dropped += 1
    return false
  }
}
