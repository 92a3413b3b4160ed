import { createRandom } from './generate.ts'

// Cases of supervision, as both sides interpret them: a supervisor with some children, then operations, one after the other.

const STRATEGIES = ['one_for_one', 'one_for_all', 'rest_for_one'] as const
const RESTARTS = ['permanent', 'transient', 'temporary'] as const
const REASONS = ['normal', 'shutdown', 'shutdown_term', 'boom', 'killed'] as const
const IDS = ['a', 'b', 'c', 'd'] as const

export interface CaseChild {
  readonly id: string
  readonly restart: (typeof RESTARTS)[number]
  readonly significant: boolean
  /** It traps exits and tells when it is stopped; it does not; it starts only while luck is with it. */
  readonly how: 'trap' | 'plain' | 'flaky'
}

export type SupervisionOperation =
  | { readonly type: 'finish'; readonly id: string; readonly reason: (typeof REASONS)[number] }
  | { readonly type: 'start_child'; readonly child: CaseChild }
  | { readonly type: 'restart_child' | 'terminate_child' | 'delete_child'; readonly id: string }
  /** The next so many starts of flaky children fail. */
  | { readonly type: 'fail'; readonly times: number }
  /** The supervisor's parent ends. */
  | { readonly type: 'leave'; readonly reason: 'normal' | 'shutdown' | 'boom' }

export interface SupervisionCase {
  readonly name: string
  readonly strategy: (typeof STRATEGIES)[number]
  readonly intensity: number
  readonly autoShutdown: 'never' | 'any_significant' | 'all_significant'
  readonly children: readonly CaseChild[]
  readonly operations: readonly SupervisionOperation[]
}

/** What is seen after the start and after each operation: the answer, what children told, the children in start order, and whether the supervisor lives. */
export type SupervisionStep = readonly [answer: string, events: string, children: string, supervisor: 'alive' | 'ended']

/** The same case for the same seed. */
export function generateCase(seed: number): SupervisionCase {
  const next = createRandom(seed)
  const random = (below: number): number => Math.floor(next() * below)
  const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T
  const autoShutdown = pick(['never', 'never', 'any_significant', 'all_significant'] as const)
  const child = (id: string): CaseChild => {
    const restart = pick(RESTARTS)
    return {
      id,
      restart,
      significant: autoShutdown !== 'never' && restart !== 'permanent' && random(2) === 0,
      how: pick(['trap', 'plain', 'flaky', 'flaky'] as const),
    }
  }
  const children = IDS.slice(0, 1 + random(IDS.length)).map(child)
  const operation = (): SupervisionOperation => {
    const id = random(8) === 0 ? pick(IDS) : pick(children).id
    const kind = random(20)
    if (kind < 10) return { type: 'finish', id, reason: pick(REASONS) }
    if (kind < 12) return { type: 'start_child', child: child(id) }
    if (kind < 14) return { type: 'terminate_child', id }
    if (kind < 16) return { type: 'restart_child', id }
    if (kind < 17) return { type: 'delete_child', id }
    if (kind < 19 || random(4) > 0) return { type: 'fail', times: random(4) }
    return { type: 'leave', reason: pick(['normal', 'shutdown', 'boom'] as const) }
  }
  return {
    name: `seed ${seed}`,
    strategy: pick(STRATEGIES),
    intensity: random(6),
    autoShutdown,
    children,
    operations: Array.from({ length: 4 + random(12) }, operation),
  }
}

/** The case as an Erlang term. */
export function formatCase(id: number, { strategy, intensity, autoShutdown, children, operations }: SupervisionCase): string {
  const child = (one: CaseChild): string => `{${one.id},${one.restart},${one.significant},${one.how}}`
  const reason = (word: string): string => (word === 'shutdown_term' ? '{shutdown,x}' : word)
  const operation = (one: SupervisionOperation): string => {
    switch (one.type) {
      case 'finish':
        return `{finish,${one.id},${reason(one.reason)}}`
      case 'start_child':
        return `{start_child,${child(one.child)}}`
      case 'fail':
        return `{fail,${one.times}}`
      case 'leave':
        return `{leave,${one.reason}}`
      default:
        return `{${one.type},${one.id}}`
    }
  }
  return `{${id},{${strategy},${intensity},${autoShutdown},[${children.map(child).join(',')}]},[${operations.map(operation).join(',')}]}.\n`
}
