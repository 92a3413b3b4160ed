import { exitWith, whereis } from '../process-api/index.ts'
import type { ExitReason, Pid } from '../process-api/index.ts'
import type { Suspendable } from './system.ts'

export type TableKey = string | number

export interface TableOptions {
  /** With whom the table ends, unless there is a living heir. Default: nobody. */
  readonly owner?: Pid
  readonly heir?: Pid | string
}

export type TableRequest =
  | { readonly type: 'get'; readonly key: TableKey }
  | { readonly type: 'set'; readonly key: TableKey; readonly value: unknown }
  /** Where the key still has that version, 0 being none. Without a value the key goes. */
  | { readonly type: 'replace'; readonly key: TableKey; readonly version: number; readonly value?: unknown }
  | { readonly type: 'remove'; readonly key: TableKey }
  | { readonly type: 'entries'; readonly after?: TableKey; readonly limit?: number }
  | { readonly type: 'size' }
  | { readonly type: 'subscribe'; readonly pid: Pid; readonly key?: TableKey }
  | { readonly type: 'unsubscribe'; readonly pid: Pid }
  | { readonly type: 'own'; readonly owner: Pid | null; readonly heir: Pid | string | null }
  | { readonly type: 'drop' }

interface Row {
  readonly value: unknown
  /** Rises with each change of the table, so that no two values of a key have the same. */
  readonly version: number
}

interface Answer {
  readonly answer: unknown
  readonly event?:
    | { readonly event: 'set'; readonly key: TableKey; readonly value: unknown }
    | { readonly event: 'removed'; readonly key: TableKey }
}

const ENTRIES_MAX = 500
const PID = /^\d+\.\d+$/

/** Rows, subscribers and owner of one table; answers requests one after the other, which is what makes them atomic. */
export class Table implements Suspendable {
  readonly parent = null
  readonly name: string
  owner: Pid | null
  heir: Pid | string | null
  stateGeneration = 0
  #rows = new Map<TableKey, Row>()
  /** By subscriber: which keys. */
  readonly #subscribers = new Map<Pid, Set<TableKey> | 'all'>()
  #version = 0

  constructor(name: string, { owner, heir }: TableOptions) {
    this.name = name
    this.owner = owner ?? null
    this.heir = heir ?? null
  }

  answer(request: TableRequest): Answer {
    switch (request.type) {
      case 'get':
        return { answer: this.#rows.get(request.key) ?? { version: 0 } }
      case 'set':
        return this.#set(request.key, request.value, null)
      case 'replace': {
        const { key, version } = request
        if ((this.#rows.get(key)?.version ?? 0) !== version) return { answer: false }
        return 'value' in request ? this.#set(key, request.value, true) : { ...this.#remove(key), answer: true }
      }
      case 'remove':
        return this.#remove(request.key)
      case 'entries':
        return { answer: this.#entries(request.after, request.limit) }
      case 'size':
        return { answer: this.#rows.size }
      case 'subscribe':
        this.#subscribe(request.pid, request.key)
        return { answer: null }
      case 'unsubscribe':
        this.#subscribers.delete(request.pid)
        return { answer: null }
      case 'own':
        this.owner = request.owner
        this.heir = request.heir
        return { answer: null }
      case 'drop':
        return { answer: null }
    }
  }

  *subscribersOf(key: TableKey): Iterable<Pid> {
    for (const [pid, wanted] of this.#subscribers) if (wanted === 'all' || wanted.has(key)) yield pid
  }

  /** A subscriber has ended. */
  forget(pid: Pid): void {
    this.#subscribers.delete(pid)
  }

  /** The heir's pid; whether it lives is seen by who monitors it. */
  heirPid(): Pid | undefined {
    if (this.heir === null) return undefined
    return whereis(this.heir) ?? (PID.test(this.heir) ? (this.heir as Pid) : undefined)
  }

  getState(): unknown {
    return { rows: this.#rows.size, owner: this.owner, heir: this.heir, subscribers: this.#subscribers.size }
  }

  setState(): void {
    throw new TypeError('the rows of a table are set by key')
  }

  async migrate(): Promise<never> {
    throw new TypeError('a table has no code of a module to change')
  }

  async end(reason: ExitReason): Promise<never> {
    return exitWith(reason)
  }

  #set(key: TableKey, value: unknown, answer: true | null): Answer {
    this.#rows.set(key, { value, version: ++this.#version })
    return { answer, event: { event: 'set', key, value } }
  }

  #remove(key: TableKey): Answer {
    const removed = this.#rows.delete(key)
    return removed ? { answer: true, event: { event: 'removed', key } } : { answer: false }
  }

  #subscribe(pid: Pid, key: TableKey | undefined): void {
    const wanted = this.#subscribers.get(pid)
    if (key === undefined) this.#subscribers.set(pid, 'all')
    else if (wanted === undefined) this.#subscribers.set(pid, new Set([key]))
    else if (wanted !== 'all') wanted.add(key)
  }

  /** `null` where there is no key `after`. */
  #entries(after: TableKey | undefined, limit = ENTRIES_MAX): readonly (readonly [TableKey, unknown])[] | null {
    if (after !== undefined && !this.#rows.has(after)) return null
    const found: (readonly [TableKey, unknown])[] = []
    let behind = after === undefined
    for (const [key, { value }] of this.#rows) {
      if (found.length >= Math.min(limit, ENTRIES_MAX)) break
      if (behind) found.push([key, value])
      else behind = key === after
    }
    return found
  }
}

export function isTableKey(key: unknown): key is TableKey {
  return typeof key === 'string' || typeof key === 'number'
}

/** Whether a message's content is a request, as far as answering it could fail otherwise. */
export function isTableRequest(value: unknown): value is TableRequest {
  if (typeof value !== 'object' || value === null) return false
  const { type, key, pid, owner, heir, after, limit = 0 } = value as Readonly<Record<string, unknown>>
  switch (type) {
    case 'get':
    case 'set':
    case 'replace':
    case 'remove':
      return isTableKey(key)
    case 'entries':
      return (after === undefined || isTableKey(after)) && typeof limit === 'number' && limit >= 0
    case 'subscribe':
      return isPid(pid) && (key === undefined || isTableKey(key))
    case 'unsubscribe':
      return isPid(pid)
    case 'own':
      return (owner === null || isPid(owner)) && (heir === null || typeof heir === 'string')
    default:
      return type === 'size' || type === 'drop'
  }
}

function isPid(value: unknown): value is Pid {
  return typeof value === 'string' && PID.test(value)
}
