import { EngineError } from '../errors.ts'
import type { PinRow, ProcessPage, ProcessQuery } from '../inspect/views.ts'
import { isBeforeInPage } from '../inspect/page-order.ts'
import { viewWaitMs } from './runtime-parts.ts'
import type { SchedulerLink } from './scheduler-link.ts'

/** Pages that end before this row are answered with rows by every scheduler at once; for later ones the keys come first, so that only the page's own rows are written out. */
const DIRECT_ROWS_MAX = 1_000

/**
 * A page of the processes of all schedulers in one order, with true totals. Schedulers that do not answer are named instead of failing the page of the others; without
 * any answer the first refusal is thrown.
 */
export async function mergeProcessPages(links: readonly SchedulerLink[], query: ProcessQuery): Promise<ProcessPage> {
  const { offset = 0, limit = 100 } = query
  const [only] = links
  if (only !== undefined && links.length === 1) {
    const { total, rows } = await only.ask('processes', query, viewWaitMs(only))
    return { total, rows }
  }
  const end = offset + limit
  const direct = end <= DIRECT_ROWS_MAX
  const first = await askEach(links, (link) =>
    link.ask('processes', { ...query, offset: 0, limit: direct ? end : 0, keys: direct ? 0 : end }, viewWaitMs(link)),
  )
  const total = first.answers.reduce((sum, { answer }) => sum + answer.total, 0)
  const isBefore = isBeforeInPage(query.descending === true)
  const merged = first.answers
    .flatMap(({ link, answer }) => answer.order.map((place, index) => ({ place, link, index })))
    .sort((a, b) => (isBefore(a.place, b.place) ? -1 : 1))
    .slice(offset, end)
  const unanswered = first.unanswered.length === 0 ? {} : { unanswered: first.unanswered }
  if (direct) {
    const rows = merged.flatMap(({ link, index }) => first.answers.find((entry) => entry.link === link)?.answer.rows[index] ?? [])
    return { total, rows, ...unanswered }
  }
  // Each scheduler's part of the page is one stretch of its own order.
  const parts = await Promise.all(
    [...new Set(merged.map(({ link }) => link))].map(async (link) => {
      const indexes = merged.filter((entry) => entry.link === link).map(({ index }) => index)
      const from = Math.min(...indexes)
      const { rows } = await link.ask('processes', { ...query, offset: from, limit: indexes.length }, viewWaitMs(link))
      return { link, from, rows }
    }),
  )
  const rows = merged.flatMap(({ link, index }) => {
    const part = parts.find((entry) => entry.link === link)
    return part?.rows[index - part.from] ?? []
  })
  return { total, rows, ...unanswered }
}

async function askEach<T>(links: readonly SchedulerLink[], ask: (link: SchedulerLink) => Promise<T>) {
  const settled = await Promise.allSettled(links.map(ask))
  const answers: { link: SchedulerLink; answer: T }[] = []
  const unanswered: number[] = []
  let refusal: unknown
  for (const [index, outcome] of settled.entries()) {
    const link = links[index] as SchedulerLink
    if (outcome.status === 'fulfilled') answers.push({ link, answer: outcome.value })
    else if (outcome.reason instanceof EngineError) {
      unanswered.push(link.id)
      refusal ??= outcome.reason
    } else throw outcome.reason
  }
  if (answers.length === 0) throw refusal
  return { answers, unanswered }
}

/** Processes that pin, oldest pin first, then generations that were built on them, each named once. */
export function mergePinRows(answers: readonly (readonly PinRow[])[]): readonly PinRow[] {
  const [only] = answers
  if (only !== undefined && answers.length === 1) return only
  const rows = answers.flat()
  const byProcesses = rows.filter(({ pid }) => pid !== null).sort((a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : 0))
  const byGenerations = new Map<string, PinRow>()
  for (const row of rows)
    if (row.pid === null) byGenerations.set(`${row.holder.module}@${row.holder.number} ${row.generation} ${row.function}`, row)
  return [...byProcesses, ...byGenerations.values()]
}
