import { readNext } from '../../links.ts'

// The link that signs in is opened in a tab of its own and knows nothing of where its reader was heading.

const KEY = 'strata-sign-in-next'
/** As long as a sign-in link lives. */
const LIFE_MS = 10 * 60_000

/** Keeps where the reader was heading while a fresh link is fetched. */
export function rememberNext(search: string, nowMs: number): void {
  const next = readNext(search)
  if (next !== '/') localStorage.setItem(KEY, JSON.stringify({ search, untilMs: nowMs + LIFE_MS }))
}

/** Where to go on to, once: this page's own `next`, else the one kept. */
export function takeNext(search: string, nowMs: number): string {
  const own = readNext(search)
  const kept = readKept(localStorage.getItem(KEY), nowMs)
  localStorage.removeItem(KEY)
  return own === '/' ? kept : own
}

export function readKept(text: string | null, nowMs: number): string {
  if (text === null) return '/'
  try {
    const kept: unknown = JSON.parse(text)
    if (typeof kept !== 'object' || kept === null || !('search' in kept) || !('untilMs' in kept)) return '/'
    return typeof kept.search === 'string' && typeof kept.untilMs === 'number' && kept.untilMs > nowMs ? readNext(kept.search) : '/'
  } catch {
    // Not written by this page: there is nothing to go on to.
    return '/'
  }
}
