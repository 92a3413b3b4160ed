import { EngineError } from '../../errors.ts'
import { formatPid } from '../../ids.ts'
import { isBeforeInPage, joinKeys, selectPage, splitOrder } from '../../inspect/page-order.ts'
import type { PinRow, ProcessPage, ProcessQuery, ProcessRow } from '../../inspect/views.ts'
import { viewWaitMs } from '../runtime-parts.ts'
import type { SchedulerLink } from '../fleet/scheduler-link.ts'

/** Pages that end before this row are answered with rows by every scheduler at once; of later ones the sort keys come first, so that only the page's own rows are written out. */
const DIRECT_ROWS_MAX = 250

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
  const descending = query.descending === true
  return offset + limit <= DIRECT_ROWS_MAX
    ? mergeRows(links, { ...query, offset: 0, limit: offset + limit }, offset, descending)
    : mergeKeys(links, query, offset, limit, descending)
}

async function mergeRows(links: readonly SchedulerLink[], query: ProcessQuery, offset: number, descending: boolean): Promise<ProcessPage> {
  const { answers, unanswered } = await askEach(links, (link) => link.ask('processes', query, viewWaitMs(link)))
  const isBefore = isBeforeInPage(descending)
  const rows = answers
    .flatMap(({ answer }) => answer.order.map((place, index) => ({ place, row: answer.rows[index] as ProcessRow })))
    .sort((a, b) => (isBefore(a.place, b.place) ? -1 : 1))
    .slice(offset)
    .slice(0, (query.limit ?? 0) - offset)
    .map(({ row }) => row)
  return pageOf(answers, rows, unanswered)
}

/** A row that has ended since its key was told is left out. */
async function mergeKeys(
  links: readonly SchedulerLink[],
  query: ProcessQuery,
  offset: number,
  limit: number,
  descending: boolean,
): Promise<ProcessPage> {
  const count = offset + limit
  const { answers, unanswered } = await askEach(links, (link) => link.ask('processKeys', { ...query, count }, viewWaitMs(link)))
  const columns = joinKeys(answers.map(({ answer }) => answer))
  const pids = [...selectPage(columns, descending, offset, count)].map((index) => splitOrder(columns.pids[index] as number))
  const rows = await askEach(
    answers.flatMap(({ link }) => (pids.some(({ scheduler }) => scheduler === link.id) ? [link] : [])),
    (link) =>
      link.ask(
        'processRows',
        { serials: pids.flatMap(({ scheduler, serial }) => (scheduler === link.id ? [serial] : [])) },
        viewWaitMs(link),
      ),
  )
  const byPid = new Map(rows.answers.flatMap(({ answer }) => answer.map((row) => [row.pid, row] as const)))
  return pageOf(
    answers,
    pids.flatMap(({ scheduler, serial }) => byPid.get(formatPid(scheduler, serial)) ?? []),
    [...unanswered, ...rows.unanswered],
  )
}

function pageOf(
  answers: readonly { readonly answer: { readonly total: number } }[],
  rows: readonly ProcessRow[],
  unanswered: readonly number[],
): ProcessPage {
  const total = answers.reduce((sum, { answer }) => sum + answer.total, 0)
  return { total, rows, ...unansweredBy(unanswered) }
}

export function unansweredBy(unanswered: readonly number[]): { readonly unanswered?: readonly number[] } {
  return unanswered.length === 0 ? {} : { unanswered }
}

/** Asks each; those that cannot answer are named. Throws the first refusal where nobody answers. */
export async function askEach<T>(links: readonly SchedulerLink[], ask: (link: SchedulerLink) => Promise<T>) {
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
  if (answers.length === 0 && refusal !== undefined) throw refusal
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
