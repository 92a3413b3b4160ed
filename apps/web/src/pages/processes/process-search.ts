import type { ProcessFilter, ProcessLoad, ProcessQuery, ProcessStatus } from '@strata/runtime'
import { PROCESS_SORTS } from '@strata/runtime/vocabulary'

/** How many rows a page of the table has. */
export const ROWS_PER_PAGE = 100

/** Limit of the filter text on the wire (DESIGN §7, Limits). */
export const SEARCH_LENGTH_MAX = 200

export const STATUSES: readonly ProcessStatus[] = ['running', 'runnable', 'waiting', 'slowed', 'suspended']
export const LOADS: readonly ProcessLoad[] = ['busy', 'holding', 'stuck']

function oneOf<T extends string>(values: readonly T[], text: string | null): T | undefined {
  return values.find((value) => value === text)
}

function parseCount(text: string | null): number | undefined {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined
}

function parseMinimum(text: string | null): number | undefined {
  const count = parseCount(text)
  return count === 0 ? undefined : count
}

/** The conditions of a query: what a plan over all that match is asked for. */
export function filterOf({ sort: _sort, descending: _descending, offset: _offset, limit: _limit, ...filter }: ProcessQuery): ProcessFilter {
  return filter
}

/** Parameters of the address that narrow the table down. */
export const FILTERS = ['module', 'generation', 'status', 'load', 'search', 'queueMin', 'ageMinSeconds', 'pinnedMinSeconds'] as const

/** All of them taken away. */
export const NO_FILTERS: ProcessSearchChange = Object.fromEntries(FILTERS.map((name) => [name, null]))

/** Reads the table's state from the address; what cannot be read is left out. */
export function parseProcessSearch(params: URLSearchParams): ProcessQuery {
  const module = params.get('module') ?? undefined
  const generation = parseCount(params.get('generation'))
  const status = oneOf(STATUSES, params.get('status'))
  const load = oneOf(LOADS, params.get('load'))
  const search = params.get('search')?.slice(0, SEARCH_LENGTH_MAX) ?? ''
  const queueMin = parseMinimum(params.get('queueMin'))
  const ageMinSeconds = parseMinimum(params.get('ageMinSeconds'))
  const pinnedMinSeconds = parseMinimum(params.get('pinnedMinSeconds'))
  return {
    ...(module === undefined ? {} : { module }),
    ...(module === undefined || generation === undefined ? {} : { generation }),
    ...(status === undefined ? {} : { status }),
    ...(load === undefined ? {} : { load }),
    ...(search === '' ? {} : { search }),
    ...(queueMin === undefined ? {} : { queueMin }),
    ...(ageMinSeconds === undefined ? {} : { ageMinSeconds }),
    ...(module === undefined || pinnedMinSeconds === undefined ? {} : { pinnedMinSeconds }),
    sort: oneOf(PROCESS_SORTS, params.get('sort')) ?? 'pid',
    descending: params.get('descending') === '1',
    offset: parseCount(params.get('offset')) ?? 0,
    limit: ROWS_PER_PAGE,
  }
}

/** Parameters of the address that this table owns, by what a person would call them. */
export type ProcessSearchChange = Partial<Record<(typeof FILTERS)[number] | 'sort' | 'descending' | 'offset', string | null>>

/** The address after a change; any change but of the offset itself goes back to the first page. */
export function changeProcessSearch(params: URLSearchParams, change: ProcessSearchChange): URLSearchParams {
  const next = new URLSearchParams(params)
  if (!('offset' in change)) next.delete('offset')
  for (const [key, value] of Object.entries(change)) {
    if (value === null || value === '') next.delete(key)
    else next.set(key, value)
  }
  if (!next.has('module')) {
    next.delete('generation')
    next.delete('pinnedMinSeconds')
  }
  return next
}
