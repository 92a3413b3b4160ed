import type { ProcessFilter, Sample } from '@strata/runtime'
import { formatCount, formatDuration, formatPlural } from '@strata/ui'
import { linkProcesses } from '../../links.ts'
import { countKey } from './count-key.ts'
import { limitsOf } from './limits.ts'
import type { Need, Situation } from './needs.ts'

/** A queue grows when so many messages wait now and more than at each quarter of the time that is set. */
const QUEUED_MIN = 100
const QUEUE_LOOKS = 4
const GROWTH_SAMPLES_MAX = 900

/** The filters whose totals the needs of queues speak of. */
export function countedQueues(situation: Pick<Situation, 'modules' | 'limits' | 'samples'>): readonly ProcessFilter[] {
  const queued = situation.samples.at(-1)?.queued ?? 0
  return [...queueLimits(situation).filter(({ queueMin }) => queued >= queueMin), ...growingQueues(situation).map(({ filter }) => filter)]
}

/** What counts as a long queue. Where a module has a limit of its own each is asked for by itself, so that what a count says is what its door shows. */
function queueLimits({ modules, limits }: Pick<Situation, 'modules' | 'limits'>): readonly { module?: string; queueMin: number }[] {
  const differ = modules.some(({ name }) => limitsOf(limits, name).queueOver !== limits.all.queueOver)
  return differ
    ? modules.map(({ name }) => ({ module: name, queueMin: limitsOf(limits, name).queueOver }))
    : [{ queueMin: limits.all.queueOver }]
}

/** Queues that are long, and backlogs that grow. */
export function longQueues(situation: Situation): readonly Need[] {
  const { totals } = situation
  return [
    ...queueLimits(situation).flatMap((long) => {
      const count = totals[countKey(long)] ?? 0
      if (count === 0) return []
      const where = long.module === undefined ? '' : ` in ${long.module}`
      return [
        {
          key: `long-queues${where}`,
          tone: 'bad' as const,
          count,
          text: `${formatPlural(count, 'process', 'processes')}${where} ${count === 1 ? 'has' : 'have'} ${formatCount(long.queueMin)} or more messages waiting`,
          to: linkProcesses({ ...long, sort: 'queueLength', descending: true }),
        },
      ]
    }),
    ...growingQueues(situation).flatMap(({ filter, growth: { now, before, ago } }) => {
      const count = totals[countKey(filter)] ?? 0
      if (count === 0) return []
      const { module } = filter
      return [
        {
          key: `queues-${module ?? ''}`,
          tone: 'warn' as const,
          count,
          text: `Queues${module === undefined ? '' : ` in ${module}`} grow: ${formatPlural(now, 'message waits', 'messages wait')} in ${formatPlural(count, 'process', 'processes')}; ${ago} ${formatCount(before)}`,
          to: linkProcesses({ ...filter, sort: 'queueLength', descending: true }),
        },
      ]
    }),
  ]
}

interface Growth {
  readonly now: number
  readonly before: number
  readonly ago: string
}

/** Modules whose backlog grows, each held against its own limit; all together when it is of none of them. */
function growingQueues({ samples, limits }: Pick<Situation, 'samples' | 'limits'>): readonly {
  readonly filter: { readonly module?: string; readonly queueMin: 1 }
  readonly growth: Growth
}[] {
  const growing = (samples.at(-1)?.queues ?? []).flatMap(({ module }) => {
    const growth = queueGrowth(samples, limitsOf(limits, module).queueGrowingForMs, ({ queues = [] }) => queuedIn(queues, module))
    return growth === null ? [] : [{ filter: { module, queueMin: 1 } as const, growth }]
  })
  if (growing.length > 0) return growing
  const together = queueGrowth(samples, limits.all.queueGrowingForMs, ({ queued }) => queued)
  return together === null ? [] : [{ filter: { queueMin: 1 }, growth: together }]
}

function queuedIn(queues: NonNullable<Sample['queues']>, module: string): number {
  return queues.find((one) => one.module === module)?.queued ?? 0
}

/** How a backlog grew through that time, without a pause (QUEUE1); `null` when it did not. */
function queueGrowth(samples: readonly Sample[], forMs: number, queuedAt: (sample: Sample) => number): Growth | null {
  // One a second, and fifteen minutes of them are here.
  const window = Math.min(GROWTH_SAMPLES_MAX, Math.max(QUEUE_LOOKS + 1, Math.round(forMs / 1_000)))
  if (samples.length < window) return null
  const step = (window - 1) / QUEUE_LOOKS
  const looks = Array.from({ length: QUEUE_LOOKS + 1 }, (_, index) => {
    const sample = samples.at(-1 - Math.round((QUEUE_LOOKS - index) * step))
    return sample === undefined ? 0 : queuedAt(sample)
  })
  const now = looks.at(-1) ?? 0
  const before = looks[0] ?? 0
  const rises = looks.every((queued, index) => index === 0 || queued > (looks[index - 1] ?? 0))
  return rises && now >= QUEUED_MIN ? { now, before, ago: window === 60 ? 'a minute ago' : `${formatDuration(window * 1_000)} ago` } : null
}
