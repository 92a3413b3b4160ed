import type { Pid } from '../ids.ts'
import type { Process } from '../process/process.ts'
import type { ProcessDetail } from './views.ts'

/** Pids of each kind that are named: who looks after 100,000 processes is looked at each second, too. */
const RELATED_MAX = 100

type Related = Pick<ProcessDetail, 'links' | 'monitors' | 'monitoredBy' | 'related'>

/** With whom a process has to do, on all schedulers (LIST2). */
export function relatedPids({ relations }: Process): Related {
  if (relations === null) return { links: [], monitors: [], monitoredBy: [], related: { links: 0, monitors: 0, monitoredBy: 0 } }
  const { links, monitors, monitoredBy, away } = relations
  return {
    links: firstPids(links, away?.links),
    monitors: firstPids(monitors.values(), away?.monitors.values()),
    monitoredBy: firstPids(monitoredBy.values(), away?.monitoredBy.values()),
    related: {
      links: links.size + (away?.links.size ?? 0),
      monitors: monitors.size + (away?.monitors.size ?? 0),
      monitoredBy: monitoredBy.size + (away?.monitoredBy.size ?? 0),
    },
  }
}

function firstPids(here: Iterable<Process>, away: Iterable<Pid> = []): Pid[] {
  const pids: Pid[] = []
  for (const { pid } of here) if (pids.push(pid) === RELATED_MAX) return pids
  for (const pid of away) if (pids.push(pid) === RELATED_MAX) return pids
  return pids
}
