import type { Pid } from '../../ids.ts'
import { orderSupervisors } from '../../inspect/supervisor-order.ts'
import type { SupervisorPage, SupervisorQuery, SupervisorView } from '../../inspect/views.ts'
import { viewWaitMs, type RuntimeParts } from '../runtime-parts.ts'
import { ownersOf, ownOf } from '../fleet/fleet.ts'
import { askEach, unansweredBy } from './merge-pages.ts'
import { boundPage } from './views.ts'

/** SUP14: the trees of supervisors, which may reach over schedulers. */
export async function listSupervisors(parts: RuntimeParts, { root, ...page }: SupervisorQuery = {}): Promise<SupervisorPage> {
  const { offset, limit } = boundPage(page)
  if (root !== undefined) parts.fleet.linkOf(root)
  const places = await askEach(parts.fleet.links(), (link) => link.ask('supervisorPlaces', {}, viewWaitMs(link)))
  const ordered = orderSupervisors(
    places.answers.flatMap(({ answer }) => answer),
    root,
  )
  const shown = ordered.slice(offset, offset + limit)
  const pids = shown.map(({ pid }) => pid)
  const owners = ownersOf(
    places.answers.map(({ link }) => link),
    pids,
  )
  const rows = await askEach(owners, (link) => link.ask('supervisorRows', { pids: ownOf(pids, link.id) }, viewWaitMs(link)))
  const byPid = new Map(rows.answers.flatMap(({ answer }) => answer.map((row) => [row.pid, row] as const)))
  const supervising = new Set<Pid>(ordered.map(({ pid }) => pid))
  return {
    total: ordered.length,
    rows: shown.flatMap(({ pid, supervisor, depth }): SupervisorView[] => {
      const row = byPid.get(pid)
      if (row === undefined) return []
      // One on another scheduler that became a supervisor by itself is known as one there.
      const children = row.children.map((child) =>
        child.pid !== null && supervising.has(child.pid) ? { ...child, kind: 'supervisor' } : child,
      )
      return [{ ...row, supervisor, depth, children }]
    }),
    ...unansweredBy([...places.unanswered, ...rows.unanswered]),
  }
}
