import type { Clock, Engine, EngineEvent, Origin } from '@strata/runtime'
import type { AuditQuery, AuditTrail, AuditVerification, WholeEntry } from '../audit/audit-trail.ts'
import type { LimitSettings } from '../settings/limits.ts'
import { presentOrigin } from '../request-origin.ts'
import {
  type ActivityEvent,
  type ActivityLine,
  actorOf,
  modulesOf,
  originOf,
  type ServerEvent,
  type ServerFact,
  type SignInRefusal,
} from './activity-event.ts'

/** Within this time refused sign-ins of one kind are counted, and crashes beyond the first ones are. */
const COUNTED_MS = 60_000
/** A reader's look at one thing is told once in this time: pages read again what they show. */
const READ_AGAIN_MS = 10 * 60_000
/** Crashes that are told one by one within that time: a loop of crashes must not fill the disk. */
const CRASHES_TOLD_MAX = 60

export interface ExportedPage {
  readonly entries: readonly WholeEntry[]
  readonly through: number
  readonly more: boolean
}

export interface ToldEntry {
  readonly seq: number
  readonly hash: string
  readonly type: string
  readonly actor: string | null
  readonly origin: Origin | null
}

export interface ActivityParts {
  readonly engine: Engine
  readonly clock: Clock
  readonly audit: AuditTrail
  /** TURN1: a turn is told when it took longer than its module's limit. */
  readonly limits: Pick<LimitSettings, 'of'>
  /** Names this life of the server. */
  readonly life: string
  /** Told of each entry: a log that goes elsewhere keeps heads of the chain, by which a cut end shows. */
  told?(entry: ToldEntry): void
}

/** The timeline over the audit trail: everything the engine tells except samples, and what the server did and refused. */
export class ActivityLog {
  readonly #parts: ActivityParts
  readonly #refusals = new Map<string, number>()
  readonly #reads = new Set<string>()
  readonly #listeners = new Set<(event: ServerEvent) => void>()
  readonly #unsubscribe: () => void
  #waiting: EngineEvent[] | undefined = []
  #lastSeq = 0
  #crashes = { since: Number.NEGATIVE_INFINITY, told: 0, counted: 0 }

  /** Begins with what the engine has told in this life. */
  static async open(parts: ActivityParts): Promise<ActivityLog> {
    const log = new ActivityLog(parts)
    const { events } = await parts.engine.eventsAfter(0)
    const live = log.#waiting ?? []
    log.#waiting = undefined
    for (const event of [...events, ...live]) log.#take(event)
    return log
  }

  private constructor(parts: ActivityParts) {
    this.#parts = parts
    this.#unsubscribe = parts.engine.subscribe((event) => {
      if (this.#waiting === undefined) this.#take(event)
      else this.#waiting.push(event)
    })
  }

  add(fact: ServerFact): void {
    if (fact.type === 'sign_in_refused') {
      const counted = this.#refusals.get(fact.why)
      if (counted !== undefined) {
        this.#refusals.set(fact.why, counted + fact.times)
        return
      }
      this.#refusals.set(fact.why, 0)
      this.#parts.clock.schedule(COUNTED_MS, () => this.#tellRefusals(fact.why))
    }
    if (fact.type === 'content_read' && !this.#admitRead(fact)) return
    this.#tell(fact)
  }

  /** Told of what the server itself did and refused, beside the engine's events. Returns how to stop. */
  subscribe(listener: (event: ServerEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #admitRead({ actor, verb, target }: Extract<ServerFact, { type: 'content_read' }>): boolean {
    const key = JSON.stringify([actor, verb, target])
    if (this.#reads.has(key)) return false
    this.#reads.add(key)
    this.#parts.clock.schedule(READ_AGAIN_MS, () => this.#reads.delete(key))
    return true
  }

  /** Newest first. */
  async list(query: AuditQuery): Promise<{ readonly lines: readonly ActivityLine[]; readonly more: boolean }> {
    const { entries, more } = await this.#parts.audit.list(query)
    return { lines: entries.map(({ seq, facts }) => ({ ...facts, id: seq }) as ActivityLine), more }
  }

  /**
   * A page of an export, oldest first. The first one, of which `after` is 0, is told before it is answered, and fixes with `through` where the
   * export ends.
   */
  async export(actor: string, format: 'jsonl' | 'csv', query: AuditQuery, after: number, through: number): Promise<ExportedPage> {
    const { audit } = this.#parts
    const head = audit.head()
    const end = after === 0 ? head.seq : through
    const range = { ...query, before: end + 1 }
    const entries = await audit.page(range, after)
    if (after === 0)
      this.add({ type: 'trail_exported', actor, format, entries: await audit.count(range), newest: head.seq, head: head.hash })
    return { entries, through: end, more: entries.length === query.limit }
  }

  /** Follows the chain of all that was ever told. */
  verify(head: string | undefined): Promise<AuditVerification> {
    return this.#parts.audit.verify(head)
  }

  /** What was only counted until now is told. */
  close(): void {
    for (const why of [...this.#refusals.keys()]) this.#tellRefusals(why as SignInRefusal)
    this.#tellCrashes()
    this.#unsubscribe()
  }

  #take(event: EngineEvent): void {
    if (event.seq <= this.#lastSeq) return
    this.#lastSeq = event.seq
    if (event.type === 'sampled' || (event.type === 'crashed' && !this.#admitCrash())) return
    if (event.type === 'long_turn' && event.tookMs <= this.#parts.limits.of(event.module).turnLongerThanMs) return
    this.#keep(event)
  }

  #admitCrash(): boolean {
    const now = this.#parts.clock.monotonicMs()
    if (now - this.#crashes.since >= COUNTED_MS) {
      this.#tellCrashes()
      this.#crashes = { since: now, told: 0, counted: 0 }
    }
    if (this.#crashes.told < CRASHES_TOLD_MAX) {
      this.#crashes.told += 1
      return true
    }
    if (this.#crashes.counted === 0) this.#parts.clock.schedule(COUNTED_MS, () => this.#tellCrashes())
    this.#crashes.counted += 1
    return false
  }

  #tellCrashes(): void {
    const { counted } = this.#crashes
    this.#crashes.counted = 0
    if (counted > 0) this.#keep({ type: 'crashes_dropped', count: counted, seq: this.#lastSeq, ...this.#place() })
  }

  #tellRefusals(why: SignInRefusal): void {
    const times = this.#refusals.get(why) ?? 0
    this.#refusals.delete(why)
    if (times > 0) this.#tell({ type: 'sign_in_refused', why, times })
  }

  #tell(fact: ServerFact): void {
    const origin = presentOrigin()
    const event = { ...fact, ...this.#place(), ...(origin === null ? {} : { origin }) } as ServerEvent
    this.#keep(event)
    for (const listener of [...this.#listeners]) listener(event)
  }

  #place(): { readonly at: string; readonly node: string } {
    return { at: new Date(this.#parts.clock.now()).toISOString(), node: this.#parts.engine.node }
  }

  #keep(event: ActivityEvent): void {
    const { audit, life, told } = this.#parts
    const { type, at } = event
    const actor = actorOf(event)
    const { seq, hash } = audit.add({ at, type, actor, modules: modulesOf(event), facts: { ...event, life } })
    told?.({ seq, hash, type, actor, origin: originOf(event) })
  }
}
