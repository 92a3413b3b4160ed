import { HOST_PID } from '../ids.ts'
import type { Process } from '../process/process.ts'
import type { ProcessInfo } from '../process-api/index.ts'
import type { Core } from './core.ts'

/** What a module may know of a process: plain data, of this moment. */
export function processInfo(core: Core, process: Process): ProcessInfo {
  const { relations, behaving, entry, parent } = process
  return {
    pid: process.pid,
    name: process.name,
    status: process === core.current ? 'running' : core.peers?.slowed.has(process) ? 'slowed' : process.queued ? 'runnable' : 'waiting',
    parent: parent === HOST_PID ? null : parent,
    entry: typeof entry === 'string' ? entry : { ...entry },
    queueLength: process.queueLength,
    queueLimit: process.queueLimit === null ? null : { ...process.queueLimit },
    links: [...[...(relations?.links ?? [])].map(({ pid }) => pid), ...(relations?.away?.links ?? [])],
    monitors: [...[...(relations?.monitors.values() ?? [])].map(({ pid }) => pid), ...(relations?.away?.monitors.values() ?? [])],
    monitoredBy: [...[...(relations?.monitoredBy.values() ?? [])].map(({ pid }) => pid), ...(relations?.away?.monitoredBy.values() ?? [])],
    trapExit: process.trapExit,
    reductions: process.reductions,
    behaviour: behaving === null ? null : { kind: behaving.kind, module: behaving.module },
  }
}
