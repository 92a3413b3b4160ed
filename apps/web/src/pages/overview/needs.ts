import type { ModuleView, ProcessFilter, Sample, SchedulerView, SupervisorView } from '@strata/runtime'
import type { ActivityLine } from '@strata/server'
import { formatCount, formatDuration, formatPlural, showInvisible } from '@strata/ui'
import type { Tone } from '@strata/ui'
import { speaksOf } from '../activity/activity-filter.ts'
import { linkActivity, linkApprovals, linkProcess, linkProcesses, linkSchedulers, linkSupervisors } from '../../links.ts'
import { countKey } from './count-key.ts'
import { type Limits, limitsOf } from './limits.ts'
import { countedQueues, longQueues } from './queue-needs.ts'

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
  readonly supervisors: readonly SupervisorView[]
  readonly samples: readonly Sample[]
  /** Refused loads, loads and crashes since `sinceMs`, newest first. */
  readonly lines: readonly ActivityLine[]
  readonly sinceMs: number
  readonly limits: Limits
  /** By `countKey`: how many processes each of `countedFilters` meets, by the query that its door opens. */
  readonly totals: Readonly<Record<string, number>>
  /** Plans that wait for a second person, and acts that went past them. */
  readonly approvals: Approvals | null
  readonly nowMs: number
}

interface Approvals {
  readonly plans: readonly {
    readonly id: string
    readonly owner: string
    readonly verb: string
    readonly modules: readonly string[]
    readonly approval: { readonly state: string }
  }[]
  readonly breaks: readonly { readonly act: string; readonly actor: string; readonly title: string; readonly signed: object | null }[]
}

/** What was refused or crashed earlier is history. */
export const LATELY_MS = 15 * 60_000

/** What needs somebody now, the worst first. */
export function findNeeds(situation: Situation): readonly Need[] {
  return [
    ...glassBreaks(situation),
    ...heldSchedulers(situation),
    ...exhausted(situation),
    ...crashes(situation),
    ...longTurns(situation),
    ...longQueues(situation),
    ...pinnedLong(situation),
    ...refusedLoads(situation),
    ...asked(situation),
  ]
}

/** The filters whose totals the needs speak of: nobody is asked while nothing is near its limit. */
export function countedFilters(
  situation: Omit<Situation, 'totals' | 'lines' | 'schedulers' | 'supervisors' | 'sinceMs' | 'approvals'>,
): readonly ProcessFilter[] {
  return [...countedQueues(situation), ...heldLong(situation)]
}

function glassBreaks({ approvals }: Situation): readonly Need[] {
  const unsigned = approvals?.breaks.filter(({ signed }) => signed === null) ?? []
  return unsigned.map(({ act, actor, title }) => ({
    key: `glass-${act}`,
    tone: 'bad' as const,
    count: 1,
    text: `${showInvisible(actor)} did without a second person: ${showInvisible(title)}. Somebody else has to sign it`,
    to: linkApprovals(),
  }))
}

function asked({ approvals }: Situation): readonly Need[] {
  const waiting = approvals?.plans.filter(({ approval }) => approval.state === 'asked') ?? []
  return waiting.map(({ id, owner, verb, modules }) => ({
    key: `asked-${id}`,
    tone: 'warn' as const,
    count: 1,
    text: `${showInvisible(owner)} asks for a second person: ${verb} ${modules.map((name) => showInvisible(name)).join(', ')}`,
    to: linkApprovals({ plan: id }),
  }))
}

function heldSchedulers({ schedulers, limits }: Situation): readonly Need[] {
  return schedulers
    .filter((one) => isHeld(one) && one.heldMs >= limitsOf(limits, one.module).turnLongerThanMs)
    .map((scheduler) => {
      const { pid } = scheduler
      const where = scheduler.at === null ? '' : ` at ${showInvisible(scheduler.at)}`
      const since = `for ${formatDuration(scheduler.heldMs)}`
      // The queue holds who was ready when the turn began: none then does not mean that nobody waits for it now.
      const behind =
        scheduler.runQueue === 0
          ? 'nobody else there runs'
          : `${formatPlural(scheduler.runQueue, 'process waits', 'processes wait')} behind it`
      const state =
        scheduler.status === 'stuck'
          ? `stuck: ${pid ?? 'somebody'} is in one native call${where} ${since}`
          : `held${pid === null ? '' : ` by ${pid}`}${where} ${since}`
      return {
        key: `scheduler-${scheduler.id}`,
        tone: 'bad' as const,
        count: scheduler.runQueue,
        text: `Scheduler ${scheduler.id} is ${state}; ${behind}`,
        to: pid === null ? linkSchedulers() : linkProcess(pid),
      }
    })
}

/** Whether one process has it and does not let go. */
export function isHeld({ status }: SchedulerView): boolean {
  return status === 'holding' || status === 'stuck'
}

/** Supervisors that bear no restart more: with the next one all below them ends. One that never bears any is as it was meant. */
function exhausted({ supervisors }: Situation): readonly Need[] {
  return supervisors
    .filter(({ restartsLeft, intensity }) => restartsLeft === 0 && intensity > 0)
    .map(({ pid, name, module, intensity, periodMs, childCount }) => ({
      key: `exhausted-${pid}`,
      tone: 'bad' as const,
      count: 1,
      text: `Supervisor ${showInvisible(name ?? `${pid} of ${module}`)} has no restart left: ${formatCount(intensity)} within ${formatDuration(periodMs)}. With one more it gives up, and ${formatPlural(childCount, 'child ends', 'children end')} with it`,
      to: linkSupervisors({ root: pid }),
    }))
}

function crashes({ modules, lines, limits, sinceMs }: Situation): readonly Need[] {
  const since = new Date(sinceMs).toISOString()
  return modules.flatMap(({ layers }) =>
    layers
      .filter((layer) => layer.crashesPerMinute >= limitsOf(limits, layer.module).crashesPerMinute)
      .map(({ module, number, crashesPerMinute }) => {
        const told = lines.filter((line) => line.type === 'crashed' && line.at >= since && speaksOf(line, module, number)).length
        return {
          key: `crashes-${module}@${number}`,
          tone: 'bad' as const,
          count: told,
          text: `${formatPlural(told, 'crash', 'crashes')} since ${since.slice(11, 16)} UTC in ${module}@${number}, ${formatCount(crashesPerMinute)} in the last minute`,
          to: linkActivity({ type: 'crashed', module, generation: number, since: since.slice(0, 16) }),
        }
      }),
  )
}

/** Turns that took longer than their module's limit lately: the server tells those alone. */
function longTurns({ lines, sinceMs, limits }: Situation): readonly Need[] {
  const since = new Date(sinceMs).toISOString()
  const byModule = new Map<string | null, { count: number; longestMs: number; pid: string }>()
  for (const line of lines) {
    if (line.type !== 'long_turn' || line.at < since) continue
    const known = byModule.get(line.module)
    const isLongest = known === undefined || line.tookMs > known.longestMs
    byModule.set(line.module, {
      count: (known?.count ?? 0) + 1,
      longestMs: isLongest ? line.tookMs : known.longestMs,
      pid: isLongest ? line.pid : known.pid,
    })
  }
  return [...byModule].map(([module, { count, longestMs, pid }]) => ({
    key: `turns-${module ?? ''}`,
    tone: 'warn' as const,
    count,
    text: `${formatPlural(count, 'turn')}${module === null ? '' : ` in ${module}`} took longer than ${formatDuration(limitsOf(limits, module).turnLongerThanMs)} since ${since.slice(11, 16)} UTC, the longest ${formatDuration(longestMs)} by ${pid}`,
    to: linkActivity({ type: 'long_turn', ...(module === null ? {} : { module }), since: since.slice(0, 16) }),
  }))
}

function pinnedLong(situation: Situation): readonly Need[] {
  return heldLong(situation).flatMap((filter) => {
    const count = situation.totals[countKey(filter)] ?? 0
    if (count === 0) return []
    const { module, generation, pinnedMinSeconds } = filter
    return [
      {
        key: `pinned-${module}@${generation}`,
        tone: 'warn' as const,
        count,
        text: `${module}@${generation} is pinned longer than ${formatDuration(pinnedMinSeconds * 1_000)}, by ${formatPlural(count, 'process', 'processes')}`,
        to: linkProcesses({ ...filter, sort: 'startedAt' }),
      },
    ]
  })
}

/** Old generations with a pin beyond their module's limit, as filters of exactly who holds them so long. */
function heldLong({ modules, limits, nowMs }: Pick<Situation, 'modules' | 'limits' | 'nowMs'>) {
  return modules.flatMap(({ name, layers }) => {
    const limitMs = limitsOf(limits, name).pinnedLongerThanMs
    return layers
      .filter((layer) => layer.status === 'old' && layer.oldestPinAt !== null && nowMs - Date.parse(layer.oldestPinAt) > limitMs)
      .map((layer) => ({ module: name, generation: layer.number, pinnedMinSeconds: Math.round(limitMs / 1_000) }))
  })
}

/** Loads refused lately, unless the module was loaded since. */
function refusedLoads({ lines, sinceMs }: Situation): readonly Need[] {
  const since = new Date(sinceMs).toISOString()
  const loadedSince = new Set<string>()
  const refused = new Map<string, number>()
  for (const line of lines) {
    if (line.at < since) break
    if (line.type === 'loaded') for (const { module } of line.modules) loadedSince.add(module)
    if (line.type !== 'load_refused') continue
    for (const module of line.modules) if (!loadedSince.has(module)) refused.set(module, (refused.get(module) ?? 0) + 1)
  }
  return [...refused].map(([module, count]) => ({
    key: `refused-${module}`,
    tone: 'warn' as const,
    count,
    text: `${formatPlural(count, 'load')} of ${module} refused since ${since.slice(11, 16)} UTC`,
    to: linkActivity({ type: 'load_refused', module, since: since.slice(0, 16) }),
  }))
}
