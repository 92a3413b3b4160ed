import type { Kysely } from 'kysely'
import type { Tables } from '../store/tables.ts'
import type { WriteQueue } from '../store/write-queue.ts'
import { type ChainBreak, type ChainHead, FIRST_HASH, followChain, hashEntry } from './audit-chain.ts'

/** Entries read at a time while the chain is followed. */
const VERIFY_ROWS = 2_000

/** What an entry holds; `facts` is the event, as data. */
export interface AuditFacts {
  readonly at: string
  readonly type: string
  readonly actor: string | null
  readonly modules: readonly string[]
  readonly facts: object
}

export interface AuditEntry {
  readonly seq: number
  readonly hash: string
  readonly facts: object
}

/** An entry as it was written. */
export interface WholeEntry extends AuditFacts {
  readonly seq: number
  readonly hash: string
}

export interface AuditQuery {
  /** Entries before this number. */
  readonly before?: number | undefined
  readonly limit: number
  readonly types?: readonly string[] | undefined
  readonly actor?: string | undefined
  readonly module?: string | undefined
  /** Epoch milliseconds, `until` not included. */
  readonly since?: number | undefined
  readonly until?: number | undefined
}

export type AuditVerification =
  | { readonly status: 'intact'; readonly entries: number; readonly head: string; readonly containsHead: boolean | null }
  | { readonly status: 'broken'; readonly entries: number; readonly broken: ChainBreak }

/** Who did what, in a chain to which entries are only ever added. */
export class AuditTrail {
  readonly #db: Kysely<Tables>
  readonly #writes: WriteQueue
  #head: ChainHead

  static async open(db: Kysely<Tables>, writes: WriteQueue): Promise<AuditTrail> {
    const last = await db.selectFrom('audit').select(['seq', 'hash']).orderBy('seq', 'desc').limit(1).executeTakeFirst()
    return new AuditTrail(db, writes, last ?? { seq: 0, hash: FIRST_HASH })
  }

  private constructor(db: Kysely<Tables>, writes: WriteQueue, head: ChainHead) {
    this.#db = db
    this.#writes = writes
    this.#head = head
  }

  head(): ChainHead {
    return this.#head
  }

  /** Adds an entry; it is durable once the queue has settled. */
  add({ at, type, actor, modules, facts }: AuditFacts): AuditEntry {
    const seq = this.#head.seq + 1
    const body = JSON.stringify({ at, type, actor, modules, facts })
    const hash = hashEntry(this.#head.hash, seq, body)
    this.#head = { seq, hash }
    this.#writes.push(async (transaction) => {
      await transaction
        .insertInto('audit')
        .values({ seq, at: Date.parse(at), type, actor, body, hash })
        .execute()
      const named = [...new Set(modules)].map((module) => ({ module, seq }))
      if (named.length > 0) await transaction.insertInto('audit_modules').values(named).execute()
    })
    return { seq, hash, facts }
  }

  /** Newest first. */
  async list(query: AuditQuery): Promise<{ readonly entries: readonly AuditEntry[]; readonly more: boolean }> {
    await this.#writes.flushed()
    const found = await chosen(this.#db, query)
      .select(['seq', 'hash', 'body'])
      .orderBy('seq', 'desc')
      .limit(query.limit + 1)
      .execute()
    const entries = found.slice(0, query.limit).map(({ seq, hash, body }) => ({ seq, hash, facts: factsOf(body).facts }))
    return { entries, more: found.length > query.limit }
  }

  async count(query: AuditQuery): Promise<number> {
    await this.#writes.flushed()
    const { count } = await chosen(this.#db, query)
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    return count
  }

  /** Oldest first, behind the entry `after`, with all that their hashes cover: `hashEntry` of what was written proves each. */
  async page(query: AuditQuery, after: number): Promise<readonly WholeEntry[]> {
    await this.#writes.flushed()
    const found = await chosen(this.#db, query)
      .select(['seq', 'hash', 'body'])
      .where('seq', '>', after)
      .orderBy('seq')
      .limit(query.limit)
      .execute()
    return found.map(({ seq, hash, body }) => ({ seq, hash, ...factsOf(body) }))
  }

  /** Follows the whole chain. With `head`: whether an entry with that hash is in it, so that a cut shows. */
  async verify(head: string | undefined): Promise<AuditVerification> {
    await this.#writes.flushed()
    return verifyChain(this.#db, head)
  }
}

/** Follows the whole chain of a store. */
export async function verifyChain(db: Kysely<Tables>, head: string | undefined): Promise<AuditVerification> {
  let at: ChainHead = { seq: 0, hash: FIRST_HASH }
  let containsHead = false
  for (;;) {
    const rows = await db.selectFrom('audit').selectAll().where('seq', '>', at.seq).orderBy('seq').limit(VERIFY_ROWS).execute()
    if (rows.length === 0) break
    containsHead ||= rows.some(({ hash }) => hash === head)
    const named = await modulesBySeq(db, at.seq, rows.at(-1)?.seq ?? at.seq)
    const followed = followChain(
      at,
      rows.map((row) => ({ ...row, modules: named.get(row.seq) ?? [] })),
    )
    if (followed.broken !== null) return { status: 'broken', entries: followed.head.seq, broken: followed.broken }
    at = followed.head
    // The event loop's turn: a chain of months is long.
    await new Promise(setImmediate)
  }
  return { status: 'intact', entries: at.seq, head: at.hash, containsHead: head === undefined ? null : containsHead }
}

async function modulesBySeq(db: Kysely<Tables>, after: number, through: number): Promise<ReadonlyMap<number, readonly string[]>> {
  const rows = await db.selectFrom('audit_modules').selectAll().where('seq', '>', after).where('seq', '<=', through).execute()
  const named = new Map<number, string[]>()
  for (const { seq, module } of rows) {
    const known = named.get(seq)
    if (known === undefined) named.set(seq, [module])
    else known.push(module)
  }
  return named
}

function chosen(db: Kysely<Tables>, { before, types, actor, module, since, until }: AuditQuery) {
  let rows = db.selectFrom('audit')
  if (before !== undefined) rows = rows.where('seq', '<', before)
  if (types !== undefined) rows = rows.where('type', 'in', [...types, ''])
  if (actor !== undefined) rows = rows.where('actor', '=', actor)
  if (since !== undefined) rows = rows.where('at', '>=', since)
  if (until !== undefined) rows = rows.where('at', '<', until)
  if (module !== undefined)
    rows = rows.where('seq', 'in', (nested) => nested.selectFrom('audit_modules').select('seq').where('module', '=', module))
  return rows
}

function factsOf(body: string): AuditFacts {
  return JSON.parse(body) as AuditFacts
}
