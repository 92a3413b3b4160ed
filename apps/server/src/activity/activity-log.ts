import type { Clock, Engine, EngineEvent } from '@strata/runtime'

const LINES_KEPT_MAX = 10_000

/** Facts of the server itself, beside the engine's. */
export type DoorEvent = { readonly at: string; readonly node: string } & (
  | { readonly type: 'signed_in'; readonly actor: string }
  | { readonly type: 'signed_out'; readonly actor: string }
  /** `times` in a row: whoever tries codes cannot push the rest of the timeline out. */
  | { readonly type: 'sign_in_refused'; readonly why: 'unknown' | 'spent' | 'expired'; readonly times: number }
  | { readonly type: 'sign_in_link_made'; readonly actor: string }
)

type DoorFact = DoorEvent extends infer E ? (E extends DoorEvent ? Omit<E, 'at' | 'node'> : never) : never

export type ActivityEvent = Exclude<EngineEvent, { type: 'sampled' }> | DoorEvent

/** A line of the timeline. Ids rise by one. */
export type ActivityLine = { readonly id: number } & ActivityEvent

export interface ActivityQuery {
  /** Lines older than this id. */
  readonly before?: number | undefined
  readonly limit: number
  readonly types?: readonly string[] | undefined
}

/** The timeline: everything the engine tells except samples, and who came in. */
export class ActivityLog {
  readonly #engine: Engine
  readonly #clock: Clock
  readonly #lines: ActivityLine[] = []
  readonly #unsubscribe: () => void
  #nextId = 1
  #lastSeq = 0

  /** Begins with what the engine still keeps. */
  static async open(engine: Engine, clock: Clock): Promise<ActivityLog> {
    const log = new ActivityLog(engine, clock)
    const { events } = await engine.eventsAfter(0)
    const live = log.#lines.splice(0)
    log.#nextId = 1
    log.#lastSeq = 0
    for (const event of events) log.#take(event)
    for (const { id: _, ...event } of live) if ('seq' in event) log.#take(event)
    return log
  }

  private constructor(engine: Engine, clock: Clock) {
    this.#engine = engine
    this.#clock = clock
    this.#unsubscribe = engine.subscribe((event) => this.#take(event))
  }

  add(fact: DoorFact): void {
    const event: DoorEvent = { ...fact, at: new Date(this.#clock.now()).toISOString(), node: this.#engine.node }
    const last = this.#lines.at(-1)
    if (event.type === 'sign_in_refused' && last?.type === 'sign_in_refused' && last.why === event.why) {
      this.#lines[this.#lines.length - 1] = { ...event, id: last.id, times: last.times + 1 }
    } else this.#keep(event)
  }

  /** Newest first. */
  list(query: ActivityQuery): { readonly lines: readonly ActivityLine[]; readonly more: boolean } {
    const lines: ActivityLine[] = []
    for (let index = this.#lines.length - 1; index >= 0; index--) {
      const line = this.#lines[index]
      if (line === undefined || (query.before !== undefined && line.id >= query.before)) continue
      if (query.types !== undefined && !query.types.includes(line.type)) continue
      if (lines.length === query.limit) return { lines, more: true }
      lines.push(line)
    }
    return { lines, more: false }
  }

  close(): void {
    this.#unsubscribe()
  }

  #take(event: EngineEvent): void {
    if (event.seq <= this.#lastSeq) return
    this.#lastSeq = event.seq
    if (event.type !== 'sampled') this.#keep(event)
  }

  #keep(event: ActivityEvent): void {
    this.#lines.push({ id: this.#nextId++, ...event })
    if (this.#lines.length > LINES_KEPT_MAX + 1_000) this.#lines.splice(0, 1_000)
  }
}
