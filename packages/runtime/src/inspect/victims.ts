import type { Pid } from '../ids.ts'
import type { Process } from '../process/process.ts'
import type { Core } from '../scheduler/core.ts'
import type { Scheduler } from '../scheduler/scheduler.ts'
import { isoTime } from './process-pins.ts'
import { positionOf } from './process-row.ts'
import type { Victim } from './views.ts'

/** An exit signal to these: whom it reaches, who falls with them, and which of them trap exits and get a message instead (EXIT3). */
export function exitVictims(
  scheduler: Scheduler,
  pids: readonly Pid[],
  isNormal: boolean,
): { victims: Victim[]; trapping: Pid[]; across: Pid[] } {
  const ends = (process: Process): boolean => !isNormal && !process.trapExit
  const victims = fallingVictims(scheduler, [], pids, [], ends)
  const { processes } = scheduler.core
  const falling = victims.filter(({ pid, because }) => because === 'link' || ends(processes.get(pid) as Process))
  return {
    victims,
    trapping: victims.filter(({ pid, because }) => because === 'chosen' && processes.get(pid)?.trapExit === true).map(({ pid }) => pid),
    across: acrossLinks(scheduler, falling),
  }
}

/**
 * These processes, and everybody who falls with them: over links, as far as nobody traps exits. Those that do not exist are left out. `linked`: whom a link from
 * another scheduler reaches. `ends`: which of those named do end; nobody falls with the others.
 */
export function fallingVictims(
  { core }: Scheduler,
  pinning: readonly Pid[],
  chosen: readonly Pid[],
  linked: readonly Pid[] = [],
  ends: (process: Process) => boolean = () => true,
): Victim[] {
  const because = new Map<Process, Victim['because']>()
  const add = (pid: Pid, reason: Victim['because']): void => {
    const process = core.processes.get(pid)
    if (process !== undefined && !because.has(process)) because.set(process, reason)
  }
  for (const pid of pinning) add(pid, 'pins')
  for (const pid of chosen) add(pid, 'chosen')
  const open = [...because.keys()].filter(ends)
  for (const pid of linked) {
    const process = core.processes.get(pid)
    if (process === undefined || process.trapExit || because.has(process)) continue
    because.set(process, 'link')
    open.push(process)
  }
  for (let process = open.pop(); process !== undefined; process = open.pop()) {
    for (const other of process.relations?.links ?? []) {
      if (other.trapExit || because.has(other)) continue
      because.set(other, 'link')
      open.push(other)
    }
  }
  return [...because].map(([process, reason]) => victimOf(core, process, reason))
}

/** Whom these processes' links reach on other schedulers. */
export function acrossLinks({ core }: Scheduler, victims: readonly Victim[]): Pid[] {
  if (core.peers === null) return []
  return [...new Set(victims.flatMap(({ pid }) => [...(core.processes.get(pid)?.relations?.away?.links ?? [])]))]
}

/** On all schedulers. */
export function linkedPids({ relations }: Process): Pid[] {
  if (relations === null) return []
  const here = [...relations.links].map((other) => other.pid)
  return relations.away === null ? here : [...here, ...relations.away.links]
}

function victimOf(core: Core, process: Process, because: Victim['because']): Victim {
  const position = positionOf(core, process)
  return {
    pid: process.pid,
    name: process.name,
    function: position?.function ?? null,
    at: position?.at ?? null,
    module: position?.module ?? null,
    generation: position?.generation ?? null,
    queueLength: process.queueLength,
    startedAt: isoTime(core, process.startedAt),
    links: linkedPids(process),
    because,
  }
}
