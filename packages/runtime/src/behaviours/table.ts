import { call, demonitor, exit, exitWith, monitor, receive, reply, self, send, spawn, behave } from '../process-api/index.ts'
import type { Down, ExitReason, Pid, Reference } from '../process-api/index.ts'
import { isTableKey, isTableRequest, Table } from './table-rows.ts'
import type { TableKey, TableOptions, TableRequest } from './table-rows.ts'
import { isSystemMessage, obey } from './system.ts'

export type { TableKey, TableOptions }

/**
 * A named table of values, in a process of the runtime's: it outlives the process that made it and every generation. Values are copied in and out, so nobody sees another's later changes, and no
 * code is kept.
 */

/** By name, as everywhere. */
export type TableRef = Pid | string

/** Sent to subscribers. `set` comes with the value. */
export type TableEvent =
  | { readonly type: 'table'; readonly table: string; readonly event: 'set'; readonly key: TableKey; readonly value: unknown }
  | { readonly type: 'table'; readonly table: string; readonly event: 'removed'; readonly key: TableKey }

/** Sent to the heir of a table whose owner has ended. */
export interface TableInherited {
  readonly type: 'table'
  readonly table: string
  readonly event: 'inherited'
  readonly from: Pid
}

/** Makes a table. Throws `badarg` where the name is taken. */
export function create(name: string, options: TableOptions = {}): Pid {
  return spawn(keepTable, [name, { ...options }], { name })
}

/** The calling process becomes a table of that name: for a supervisor's child. */
export async function run(name: string, options: TableOptions = {}): Promise<void> {
  return keepTable(name, options)
}

/** The value; `undefined` where there is none. */
export async function get<T = any>(table: TableRef, key: TableKey): Promise<T | undefined> {
  return (await ask<{ readonly value?: T }>(table, { type: 'get', key })).value
}

export async function has(table: TableRef, key: TableKey): Promise<boolean> {
  return 'value' in (await ask<object>(table, { type: 'get', key }))
}

export async function set(table: TableRef, key: TableKey, value: unknown): Promise<void> {
  await ask(table, { type: 'set', key, value })
}

/** False where the key is there already, whose value stays. */
export async function insert(table: TableRef, key: TableKey, value: unknown): Promise<boolean> {
  return ask(table, { type: 'replace', key, value, version: 0 })
}

/** False where there was none. */
export async function remove(table: TableRef, key: TableKey): Promise<boolean> {
  return ask(table, { type: 'remove', key })
}

/**
 * Replaces one value by what `change` makes of it, and returns that: nobody's change between is lost. `change` runs in the calling process, and again where somebody was faster; returning
 * `undefined` removes the key.
 */
export async function update<T = any>(
  table: TableRef,
  key: TableKey,
  change: (value: T | undefined) => T | undefined | Promise<T | undefined>,
): Promise<T | undefined> {
  for (;;) {
    const { value, version } = await ask<{ readonly value?: T; readonly version: number }>(table, { type: 'get', key })
    const next = await change(value)
    if (await ask<boolean>(table, { type: 'replace', key, version, ...(next === undefined ? {} : { value: next }) })) return next
  }
}

/** At most `limit` (500) entries in the order in which their keys came, behind the key `after`. Rejects (`badarg`) where that key is gone: nobody can say what came behind it, so begin anew. */
export async function entries<T = any>(
  table: TableRef,
  page: { readonly after?: TableKey; readonly limit?: number } = {},
): Promise<readonly (readonly [key: TableKey, value: T])[]> {
  const found = await ask<readonly (readonly [key: TableKey, value: T])[] | null>(table, { type: 'entries', ...page })
  if (found === null) throw Object.assign(new Error(`the table has no key ${page.after} any more`), { code: 'badarg' })
  return found
}

export async function size(table: TableRef): Promise<number> {
  return ask(table, { type: 'size' })
}

/** Ends the table, with all that it holds. */
export async function drop(table: TableRef): Promise<void> {
  await ask(table, { type: 'drop' })
}

/** From now on the calling process gets a `TableEvent` for each change, of this key or of all, until it ends or `unsubscribe`s. It may ask for several keys, one by one. */
export async function subscribe(table: TableRef, key?: TableKey): Promise<void> {
  await ask(table, { type: 'subscribe', pid: self(), ...(key === undefined ? {} : { key }) })
}

/** From all. */
export async function unsubscribe(table: TableRef): Promise<void> {
  await ask(table, { type: 'unsubscribe', pid: self() })
}

/** Gives the table an owner, with whom it ends unless there is a living heir, or (`null`) none. */
export async function setOwner(table: TableRef, owner: Pid | null, heir: Pid | string | null = null): Promise<void> {
  await ask(table, { type: 'own', owner, heir })
}

async function ask<T>(table: TableRef, $table: TableRequest): Promise<T> {
  if ('key' in $table && !isTableKey($table.key)) throw new TypeError('the key of a table is a text or a number')
  return call<T>(table, { $table })
}

async function keepTable(name: string, options: TableOptions): Promise<void> {
  const table = new Table(name, options)
  behave('table', null, table)
  let owned: Reference | null = own(table.owner)
  /** Monitors of subscribers. */
  const watched = new Map<Pid, Reference>()
  for (;;) {
    const message: unknown = await receive()
    if (typeof message !== 'object' || message === null) continue
    if (isSystemMessage(message)) {
      await obey(table, message)
    } else if ('$table' in message) {
      const request = message.$table
      if (!isTableRequest(request)) {
        reply(message, null)
        continue
      }
      if (request.type === 'drop') {
        reply(message, null)
        return
      }
      const { answer, event } = table.answer(request)
      if (request.type === 'subscribe' && !watched.has(request.pid)) watched.set(request.pid, monitor(request.pid))
      if (request.type === 'unsubscribe') unwatch(watched, request.pid)
      if (request.type === 'own') {
        if (owned !== null) demonitor(owned, { flush: true })
        owned = own(table.owner)
      }
      reply(message, answer)
      if (event !== undefined) for (const pid of table.subscribersOf(event.key)) send(pid, { type: 'table', table: name, ...event })
    } else if ((message as { type?: unknown }).type === 'down') {
      const { ref, pid, reason } = message as Down
      if (watched.get(pid)?.ref === ref.ref) {
        watched.delete(pid)
        table.forget(pid)
      }
      if (owned?.ref === ref.ref) owned = inherit(table, pid, reason)
    }
  }
}

function unwatch(watched: Map<Pid, Reference>, pid: Pid): void {
  const ref = watched.get(pid)
  if (ref !== undefined) demonitor(ref, { flush: true })
  watched.delete(pid)
}

function own(owner: Pid | null): Reference | null {
  return owner === null ? null : monitor(owner)
}

/** The owner has ended: its heir is told, or the table ends, too. */
function inherit(table: Table, from: Pid, reason: ExitReason): Reference | null {
  const heir = table.heirPid()
  if (heir === undefined) return reason.type === 'normal' ? exit('normal') : exitWith(reason)
  table.owner = heir
  table.heir = null
  send(heir, { type: 'table', table: table.name, event: 'inherited', from } satisfies TableInherited)
  return monitor(heir)
}
