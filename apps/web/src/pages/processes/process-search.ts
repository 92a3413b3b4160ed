import type { ProcessLoad, ProcessQuery, ProcessSort, ProcessStatus } from '@strata/runtime'

/** How many rows a page of the table has. */
export const ROWS_PER_PAGE = 100

/** Limit of the filter text on the wire (DESIGN §7, Limits). */
export const SEARCH_LENGTH_MAX = 200

export const STATUSES: readonly ProcessStatus[] = ['running', 'runnable', 'waiting', 'suspended']
export const LOADS: readonly ProcessLoad[] = ['busy', 'holding', 'stuck']
const SORTS: readonly ProcessSort[] = [
  'pid',
  'name',
  'module',
  'generation',
  'function',
  'status',
  'queueLength',
  'reductions',
  'startedAt',
  'pins',
]

function oneOf<T extends string>(values: readonly T[], text: string | null): T | undefined {
  return values.find((value) => value === text)
}

function parseCount(text: string | null): number | undefined {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined
}

/** Reads the table's state from the address; what cannot be read is left out. */
export function parseProcessSearch(params: URLSearchParams): ProcessQuery {
  const module = params.get('module') ?? undefined
  const generation = parseCount(params.get('generation'))
  const status = oneOf(STATUSES, params.get('status'))
  const load = oneOf(LOADS, params.get('load'))
  const search = params.get('search')?.slice(0, SEARCH_LENGTH_MAX) ?? ''
  return {
    ...(module === undefined ? {} : { module }),
    ...(module === undefined || generation === undefined ? {} : { generation }),
    ...(status === undefined ? {} : { status }),
    ...(load === undefined ? {} : { load }),
    ...(search === '' ? {} : { search }),
    sort: oneOf(SORTS, params.get('sort')) ?? 'pid',
    descending: params.get('descending') === '1',
    offset: parseCount(params.get('offset')) ?? 0,
    limit: ROWS_PER_PAGE,
  }
}

/** Parameters of the address that this table owns, by what a person would call them. */
export type ProcessSearchChange = Partial<
  Record<'module' | 'generation' | 'status' | 'load' | 'search' | 'sort' | 'descending' | 'offset', string | null>
>

/** The address after a change; any change but of the offset itself goes back to the first page. */
export function changeProcessSearch(params: URLSearchParams, change: ProcessSearchChange): URLSearchParams {
  const next = new URLSearchParams(params)
  if (!('offset' in change)) next.delete('offset')
  for (const [key, value] of Object.entries(change)) {
    if (value === null || value === '') next.delete(key)
    else next.set(key, value)
  }
  if (!next.has('module')) next.delete('generation')
  return next
}
