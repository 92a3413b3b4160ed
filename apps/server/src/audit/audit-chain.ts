import { createHash } from 'node:crypto'
import { isModuleName } from '@strata/runtime'

/** The chain's beginning, before its first entry. */
export const FIRST_HASH = '0'.repeat(64)

/** A stored entry; `body` is the text that was hashed. */
export interface ChainedEntry {
  readonly seq: number
  readonly at: number
  readonly type: string
  readonly actor: string | null
  readonly body: string
  readonly hash: string
  /** Those that it is found by. */
  readonly modules: readonly string[]
}

/** Where a chain stands. */
export interface ChainHead {
  /** 0 before the first entry. */
  readonly seq: number
  readonly hash: string
}

export type ChainBreak = { readonly seq: number; readonly why: 'missing' | 'hash' | 'columns' | 'modules' }

/** sha256 over the entry before and this one's number and text, hex. */
export function hashEntry(before: string, seq: number, body: string): string {
  return createHash('sha256').update(`${before}\n${seq}\n${body}`).digest('hex')
}

/** Follows the chain over its next entries; stops at the first that does not belong. */
export function followChain(
  head: ChainHead,
  entries: Iterable<ChainedEntry>,
): { readonly head: ChainHead; readonly broken: ChainBreak | null } {
  let { seq, hash } = head
  for (const entry of entries) {
    if (entry.seq !== seq + 1) return { head: { seq, hash }, broken: { seq: seq + 1, why: 'missing' } }
    if (hashEntry(hash, entry.seq, entry.body) !== entry.hash) return { head: { seq, hash }, broken: { seq: entry.seq, why: 'hash' } }
    if (!saysTheSame(entry)) return { head: { seq, hash }, broken: { seq: entry.seq, why: 'columns' } }
    if (!isFoundByTheSame(entry)) return { head: { seq, hash }, broken: { seq: entry.seq, why: 'modules' } }
    seq = entry.seq
    hash = entry.hash
  }
  return { head: { seq, hash }, broken: null }
}

/** The columns that searches use repeat what the hashed text says. */
function saysTheSame({ at, type, actor, body }: ChainedEntry): boolean {
  try {
    const said = JSON.parse(body) as { at?: unknown; type?: unknown; actor?: unknown }
    return said.type === type && said.actor === actor && typeof said.at === 'string' && Date.parse(said.at) === at
  } catch {
    return false
  }
}

/** Nobody looks for what is no module's name, which a refused call may have had. */
function isFoundByTheSame({ body, modules }: ChainedEntry): boolean {
  const said = (JSON.parse(body) as { modules?: readonly unknown[] }).modules ?? []
  const names = (list: readonly unknown[]) => [...new Set(list.filter(isModuleName))].sort().join()
  return names(said) === names(modules)
}
