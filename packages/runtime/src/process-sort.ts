/** What a table of processes can be sorted by. */
export const PROCESS_SORTS = [
  'pid',
  'name',
  'module',
  'generation',
  'function',
  'status',
  'queueLength',
  'reductions',
  'reductionsPerSecond',
  'messagesPerSecond',
  'startedAt',
  'pins',
] as const

export type ProcessSort = (typeof PROCESS_SORTS)[number]
