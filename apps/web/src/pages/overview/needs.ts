import type { ModuleView, Sample, SchedulerView } from '@strata/runtime'
import type { ActivityLine } from '@strata/server'
import { formatCount, formatDuration, formatPlural, showInvisible } from '@strata/ui'
import type { Tone } from '@strata/ui'
import { linkActivity, linkProcess, linkProcesses, linkSchedulers } from '../../links.ts'

/** Something that wants a person: how much of it, in words, and where to go. */
export interface Need {
  readonly key: string
  readonly tone: Tone
  readonly count: number
  readonly text: string
  readonly to: string
}

export interface Situation {
  readonly modules: readonly ModuleView[]
  readonly schedulers: readonly SchedulerView[]
  readonly samples: readonly Sample[]
  /** Refused loads and loads, newest first. */
  readonly loads: readonly ActivityLine[]
  readonly pinnedLongMs: Readonly<Record<string, number>>
  readonly nowMs: number
}

/** What counts as pinned for long where the system says nothing. */
const PINNED_LONG_MS = 24 * 3600_000
/** A queue grows when so many messages wait now and at least twice as many as a minute ago. */
const QUEUED_MIN = 100
const QUEUE_WINDOW_SAMPLES = 60
/** Older refusals are history. */
const REFUSED_WINDOW_MS = 15 * 60_000

/** What needs somebody now, the worst first. */
export function findNeeds(situation: Situation): readonly Need[] {
  return [
    ...heldSchedulers(situation),
    ...crashes(situation),
    ...growingQueues(situation),
    ...pinnedLong(situation),
    ...refusedLoads(situation),
  ]
}

function heldSchedulers({ schedulers }: Situation): readonly Need[] {
  return schedulers
    .filter(({ status }) => status === 'holding' || status === 'stuck')
    .map((scheduler) => {
      const who = scheduler.pid === null ? '' : ` by ${scheduler.pid}`
      const where = scheduler.at === null ? '' : ` at ${showInvisible(scheduler.at)}`
      // The queue holds who was ready when the turn began: none then does not mean that nobody waits for it now.
      const behind =
        scheduler.runQueue === 0
          ? 'nobody else there runs'
          : `${formatPlural(scheduler.runQueue, 'process waits', 'processes wait')} behind it`
      const state = scheduler.status === 'stuck' ? 'stuck in one native call' : 'held'
      return {
        key: `scheduler-${scheduler.id}`,
        tone: 'bad' as const,
        count: scheduler.runQueue,
        text: `Scheduler ${scheduler.id} is ${state}${who}${where} for ${formatDuration(scheduler.heldMs)}; ${behind}`,
        to: scheduler.pid === null ? linkSchedulers() : linkProcess(scheduler.pid),
      }
    })
}

function crashes({ modules }: Situation): readonly Need[] {
  return modules.flatMap(({ layers }) =>
    layers
      .filter((layer) => layer.crashesPerMinute > 0)
      .map((layer) => ({
        key: `crashes-${layer.module}@${layer.number}`,
        tone: 'bad' as const,
        count: layer.crashesPerMinute,
        text: `${formatPlural(layer.crashesPerMinute, 'crash', 'crashes')} in the last minute in ${layer.module}@${layer.number}`,
        to: linkActivity({ type: 'crashed', module: layer.module, generation: layer.number }),
      })),
  )
}

function growingQueues({ samples }: Situation): readonly Need[] {
  const last = samples.at(-1)
  const before = samples.at(-QUEUE_WINDOW_SAMPLES)
  if (last === undefined || before === undefined || last.queued < QUEUED_MIN || last.queued < before.queued * 2) return []
  return [
    {
      key: 'queues',
      tone: 'warn',
      count: last.queued,
      text: `${formatPlural(last.queued, 'message')} wait in queues, ${formatCount(before.queued)} a minute ago`,
      to: linkProcesses({ sort: 'queueLength', descending: true }),
    },
  ]
}

function pinnedLong({ modules, pinnedLongMs, nowMs }: Situation): readonly Need[] {
  return modules.flatMap(({ name, layers }) => {
    const limitMs = pinnedLongMs[name] ?? PINNED_LONG_MS
    return layers
      .filter((layer) => layer.status === 'old' && layer.oldestPinAt !== null && nowMs - Date.parse(layer.oldestPinAt) > limitMs)
      .map((layer) => ({
        key: `pinned-${name}@${layer.number}`,
        tone: 'warn' as const,
        count: layer.pins,
        text: `${name}@${layer.number} is pinned longer than ${formatDuration(limitMs)}, by ${formatPlural(layer.pins, 'process', 'processes')}`,
        to: linkProcesses({ module: name, generation: layer.number, sort: 'startedAt' }),
      }))
  })
}

/** Loads refused lately, unless the module was loaded since. */
function refusedLoads({ loads, nowMs }: Situation): readonly Need[] {
  const loadedSince = new Set<string>()
  const refused = new Map<string, number>()
  for (const line of loads) {
    if (nowMs - Date.parse(line.at) > REFUSED_WINDOW_MS) break
    if (line.type === 'loaded') for (const { module } of line.modules) loadedSince.add(module)
    if (line.type !== 'load_refused') continue
    for (const module of line.modules) if (!loadedSince.has(module)) refused.set(module, (refused.get(module) ?? 0) + 1)
  }
  return [...refused].map(([module, count]) => ({
    key: `refused-${module}`,
    tone: 'warn' as const,
    count,
    text: `${formatPlural(count, 'load')} of ${module} refused in the last ${formatDuration(REFUSED_WINDOW_MS)}`,
    to: linkActivity({ type: 'load_refused', module }),
  }))
}
