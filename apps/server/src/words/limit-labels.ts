import type { LimitName } from '../settings/limits.ts'

/** What each limit is called where it is shown. Those whose names end in `Ms` are durations, the others counts. */
export const LIMIT_LABELS: Readonly<Record<LimitName, string>> = {
  pinnedLongerThanMs: 'Pinned longer than',
  queueOver: 'Queue over',
  queueGrowingForMs: 'Queue growing for',
  crashesPerMinute: 'Crashes a minute',
  turnLongerThanMs: 'Turn longer than',
}
