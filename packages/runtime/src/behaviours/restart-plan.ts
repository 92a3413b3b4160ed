import type { ExitReason } from '../process-api/index.ts'

/** When a child that ended is started again: always, after an abnormal end, never. */
export type Restart = 'permanent' | 'transient' | 'temporary'
export type Strategy = 'one-for-one' | 'one-for-all' | 'rest-for-one' | 'dynamic'
/** Whether a supervisor ends with its significant children: with the first that is not restarted, or with the last. */
export type AutoShutdown = 'never' | 'any' | 'all'

/** A child as a decision sees it. */
export interface DecidedChild {
  readonly id: string
  readonly restart: Restart
  readonly significant: boolean
  readonly running: boolean
}

export interface Supervised {
  readonly strategy: Strategy
  readonly autoShutdown: AutoShutdown
  /** In start order. */
  readonly children: Iterable<DecidedChild>
}

export type RestartPlan =
  /** The child stays down; `forget`: with its spec. */
  | { readonly type: 'leave'; readonly forget: boolean }
  /** `stop`, `start`: ids, each in the order in which it is done; `forget`: those of `stop` that do not come back. */
  | { readonly type: 'restart'; readonly stop: readonly string[]; readonly forget: readonly string[]; readonly start: readonly string[] }
  | { readonly type: 'shut_down'; readonly forget: boolean }

/** Ends that a transient child is not restarted after: `normal`, `shutdown`, `{ shutdown: … }` (S5). */
export function isNormalEnd(reason: ExitReason): boolean {
  if (reason.type === 'normal') return true
  if (reason.type !== 'exit') return false
  const { value } = reason
  return value === 'shutdown' || (typeof value === 'object' && value !== null && 'shutdown' in value)
}

/** What a supervisor does about the end of a child. */
export function planRestart(supervisor: Supervised, ended: DecidedChild, reason: ExitReason): RestartPlan {
  const restarts = ended.restart === 'permanent' || (ended.restart === 'transient' && !isNormalEnd(reason))
  if (restarts) return planGroup(supervisor, ended.id)
  const forget = ended.restart === 'temporary'
  if (ended.significant && shutsDown(supervisor, ended)) return { type: 'shut_down', forget }
  return { type: 'leave', forget }
}

/** Who is stopped and started where a child has to be started again. */
export function planGroup({ strategy, children }: Supervised, id: string): Extract<RestartPlan, { type: 'restart' }> {
  if (strategy === 'one-for-one' || strategy === 'dynamic') return { type: 'restart', stop: [], forget: [], start: [id] }
  const all = [...children]
  const from = strategy === 'one-for-all' ? 0 : all.findIndex((child) => child.id === id)
  const group = all.slice(from)
  const stop = group.filter((child) => child.id !== id && child.running).toReversed()
  return {
    type: 'restart',
    stop: stop.map((child) => child.id),
    forget: group.filter((child) => child.id !== id && child.restart === 'temporary').map((child) => child.id),
    start: group.filter((child) => child.id === id || child.restart !== 'temporary').map((child) => child.id),
  }
}

function shutsDown({ autoShutdown, children }: Supervised, ended: DecidedChild): boolean {
  if (autoShutdown === 'never') return false
  if (autoShutdown === 'any') return true
  for (const child of children) if (child.significant && child.running && child.id !== ended.id) return false
  return true
}
