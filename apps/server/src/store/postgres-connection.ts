import { createHash, randomBytes } from 'node:crypto'
import { Socket } from 'node:net'
import { hostname } from 'node:os'
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import { Client, types } from 'pg'
import type { DatabaseAddress } from './database-address.ts'
import { databaseFailure } from './database-failure.ts'
import { StoreFailure } from './store-failure.ts'

/** A query that takes longer belongs to a connection that is dead. */
const PATIENCE: Patience = { connectMs: 5_000, queryMs: 15_000 }
/** A goodbye that is not answered is not waited for. */
const GOODBYE_MS = 1_000
/** A server that was killed leaves its lock as soon as PostgreSQL sees its connection end. */
const LOCK_WAIT_MS = 2_000
const INT8 = 20

/** How long a PostgreSQL may take to answer before it counts as away. */
export interface Patience {
  readonly connectMs: number
  readonly queryMs: number
}

/** PostgreSQL with the schema that a store has there. */
export interface PostgresPlace {
  readonly address: DatabaseAddress
  readonly schema: string
  readonly patience?: Patience
}

/** How every connection reads values: 64 bits as numbers, for what is counted here stays below 2^53. */
const clientTypes = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => (oid === INT8 ? Number : types.getTypeParser(oid, format as 'text')),
}

/** A connection to read with, or to build beside the store. The caller ends it, and destroys `socket` where nobody answers any more. */
export async function connectClient(
  { address, schema, patience = PATIENCE }: PostgresPlace,
  name: string,
  socket = new Socket(),
): Promise<Client> {
  const client = new Client({
    ...address.clientConfig(),
    application_name: name,
    connectionTimeoutMillis: patience.connectMs,
    query_timeout: patience.queryMs,
    keepAlive: true,
    stream: () => socket,
    types: clientTypes as typeof types,
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    // A commit is on the disk when it returns, whatever the database's default; a dead peer is noticed within half a minute.
    await client.query(
      `set search_path to "${schema}"; set synchronous_commit to on; set client_min_messages to warning; set tcp_keepalives_idle to 10; set tcp_keepalives_interval to 5; set tcp_keepalives_count to 3; set lock_timeout to ${LOCK_WAIT_MS}`,
    )
  } catch (error) {
    socket.destroy()
    throw error
  }
  return client
}

/**
 * The store's one connection. It holds an advisory lock, so that whatever is written through it is written by the only server: a connection that
 * is lost takes the lock and its transaction with it, and the next one writes nothing before it has the lock again and nobody else had the store.
 */
export class LockedConnection implements PostgresPool {
  readonly options = {}
  readonly #place: PostgresPlace
  /** Names this server among the connections, so that what is left of a broken one can be told from another server's. */
  readonly #name = `strata ${process.pid}@${hostname().slice(0, 30)} ${randomBytes(4).toString('hex')}`
  readonly #waiting: PromiseWithResolvers<void>[] = []
  #held: PostgresPoolClient | undefined
  #end: () => Promise<void> = async () => {}
  #busy = false
  #claimed = false
  #taken: StoreFailure | undefined

  constructor(place: PostgresPlace) {
    this.#place = place
  }

  /** From now on a new connection finds the store as this server left it, or gives up for good. */
  claim(): Promise<void> {
    return this.#use(async ({ query }) => {
      await query(`insert into settings (name, value) values ('writer', $1) on conflict (name) do update set value = excluded.value`, [
        this.#name,
      ])
      this.#claimed = true
    })
  }

  /** Waits for its turn: there is one connection. Where it cannot be made, all who wait for it are told together, not each after a wait of its own. */
  async connect(): Promise<PostgresPoolClient> {
    if (this.#busy) {
      const turn = Promise.withResolvers<void>()
      this.#waiting.push(turn)
      await turn.promise
    }
    this.#busy = true
    try {
      return (this.#held ??= await this.#open())
    } catch (error) {
      this.#busy = false
      for (const turn of this.#waiting.splice(0)) turn.reject(error)
      throw error
    }
  }

  async end(): Promise<void> {
    this.#held = undefined
    await this.#end()
  }

  async #use(work: (client: PostgresPoolClient) => Promise<void>): Promise<void> {
    const client = await this.connect()
    try {
      await work(client)
    } finally {
      client.release()
    }
  }

  #next(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#busy = false
    else next.resolve()
  }

  async #open(): Promise<PostgresPoolClient> {
    if (this.#taken !== undefined) throw this.#taken
    const socket = new Socket()
    const client = await connectClient(this.#place, this.#name, socket)
    let failure: unknown
    const drop = (error: unknown): void => {
      failure ??= error ?? new Error('Connection terminated')
      if (this.#held === pooled) this.#held = undefined
      socket.destroy()
    }
    client.on('error', drop).on('end', () => drop(undefined))
    this.#end = () => sayGoodbye(client, socket)
    const pooled: PostgresPoolClient = {
      query: async <R>(sql: unknown, parameters?: readonly unknown[]): Promise<PostgresQueryResult<R>> => {
        // A rollback, say: nobody is there to answer it.
        if (failure !== undefined) throw failure
        try {
          return (await client.query(sql as string, parameters?.map(storable))) as unknown as PostgresQueryResult<R>
        } catch (error) {
          if (databaseFailure(error) === 'away') drop(error)
          throw error
        }
      },
      release: (destroy) => {
        if (destroy === true) drop(undefined)
        this.#next()
      },
    } as PostgresPoolClient
    try {
      await this.#lock(client)
      await this.#refuseTaken(client)
    } catch (error) {
      socket.destroy()
      throw error
    }
    return pooled
  }

  async #lock(client: Client): Promise<void> {
    // What is left of an own broken connection, which PostgreSQL has not noticed yet.
    await client.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and usename = current_user and pid <> pg_backend_pid()',
      [this.#name],
    )
    const key = lockKey(this.#place.schema)
    try {
      await client.query('select pg_advisory_lock($1::bigint)', [key])
    } catch (error) {
      if (databaseFailure(error) !== 'busy') throw error
      throw new StoreFailure(
        `The store in ${placeName(this.#place)} is used by another server (${await ownerOf(client, key)}): stop that one, or name another database or schema with STRATA_DATABASE_URL=…`,
      )
    }
  }

  /** What another server wrote meanwhile is not in this one's memory. */
  async #refuseTaken(client: Client): Promise<void> {
    if (!this.#claimed) return
    const { rows } = await client.query<{ value: string }>(`select value from settings where name = 'writer'`)
    if (rows[0]?.value === this.#name) return
    this.#taken = new StoreFailure(
      `another server took over the store in ${placeName(this.#place)} while this one had lost its connection: stop this one`,
    )
    throw this.#taken
  }
}

async function sayGoodbye(client: Client, socket: Socket): Promise<void> {
  const timer = setTimeout(() => socket.destroy(), GOODBYE_MS)
  await client.end().catch(() => undefined)
  clearTimeout(timer)
}

/** `database strata at db.example.com:5432, schema strata_rooms_1a2b3c4d`. */
export function placeName({ address, schema }: PostgresPlace): string {
  return `${address.place}, schema ${schema}`
}

/** Advisory locks belong to a database and are numbers of 64 bits. */
function lockKey(schema: string): string {
  return createHash('sha256').update(`strata ${schema}`).digest().readBigInt64BE(0).toString()
}

async function ownerOf(client: Client, key: string): Promise<string> {
  const { rows } = await client.query<{ name: string | null; since: Date | null }>(
    `select a.application_name as name, a.backend_start as since from pg_locks l join pg_stat_activity a using (pid)
     where l.locktype = 'advisory' and l.granted and l.database = (select oid from pg_database where datname = current_database())
     and ((l.classid::bigint << 32) | l.objid::bigint) = $1::bigint limit 1`,
    [key],
  )
  const [owner] = rows
  if (owner === undefined) return 'which ended just now: try again'
  const [, pid] = /^strata (\S+)/.exec(owner.name ?? '') ?? []
  return `pid ${pid ?? 'unknown'}, since ${owner.since?.toISOString() ?? 'unknown'}`
}

/** PostgreSQL's texts hold every character but one. */
function storable(value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '\ufffd') : value
}
