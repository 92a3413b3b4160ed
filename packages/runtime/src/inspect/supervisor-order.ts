import type { Pid } from '../ids.ts'

/** A supervisor, and who may supervise it. */
export interface SupervisorPlace {
  readonly pid: Pid
  readonly above: Pid | null
}

export interface OrderedSupervisor {
  readonly pid: Pid
  readonly supervisor: Pid | null
  /** How far below the outermost one, or below `root`. */
  readonly depth: number
}

/** Supervisors of all schedulers, each before those that it supervises; with `root` that one with all below it. Siblings stay in the order given. */
export function orderSupervisors(places: readonly SupervisorPlace[], root?: Pid): OrderedSupervisor[] {
  const known = new Set(places.map(({ pid }) => pid))
  const below = new Map<Pid | null, Pid[]>()
  const supervisors = new Map<Pid, Pid | null>()
  for (const { pid, above } of places) {
    const supervisor = above !== null && known.has(above) ? above : null
    supervisors.set(pid, supervisor)
    const siblings = below.get(supervisor)
    if (siblings === undefined) below.set(supervisor, [pid])
    else siblings.push(pid)
  }
  const ordered: OrderedSupervisor[] = []
  const open = (root === undefined ? (below.get(null) ?? []) : known.has(root) ? [root] : []).toReversed().map((pid) => ({ pid, depth: 0 }))
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { pid, depth } = next
    ordered.push({ pid, supervisor: supervisors.get(pid) ?? null, depth })
    for (const child of (below.get(pid) ?? []).toReversed()) open.push({ pid: child, depth: depth + 1 })
  }
  return ordered
}
