import { escapeText } from './escape-text.ts'
import type { ExportedEntry } from './verbs/audit.ts'

const HEADS = ['entry', 'time (UTC)', 'kind', 'actor', 'address', 'client', 'modules', 'reason', 'plan', 'facts', 'hash']

/** The first line of a table of entries. */
export const CSV_HEAD = row(HEADS)

/** One entry of the trail as a line of a table. */
export function csvLine({ seq, at, type, actor, modules, facts, hash }: ExportedEntry): string {
  const { by, origin = by?.origin } = facts as { by?: By | null; origin?: By['origin'] }
  const { address = '', client = '' } = origin ?? {}
  return row([
    String(seq),
    at,
    type,
    actor ?? '',
    address,
    client,
    modules.join(' '),
    by?.reason ?? '',
    by?.plan ?? '',
    JSON.stringify(facts),
    hash,
  ])
}

interface By {
  readonly reason?: string
  readonly plan?: string
  readonly origin?: { readonly address?: string; readonly client?: string }
}

function row(cells: readonly string[]): string {
  return `${cells.map(cell).join(',')}\r\n`
}

/** A cell that a spreadsheet would take for a formula begins with a quote mark; what a terminal would obey stands written out. */
function cell(text: string): string {
  const shown = escapeText(text)
  const harmless = /^[=+\-@]/.test(shown) ? `'${shown}` : shown
  return `"${harmless.replaceAll('"', '""')}"`
}
