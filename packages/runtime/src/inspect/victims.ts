import type { Pid } from '../ids.ts'
import type { Process } from '../process/process.ts'
import type { Core } from '../scheduler/core.ts'
import type { Scheduler } from '../scheduler/scheduler.ts'
import { isoTime } from './process-pins.ts'
import { positionOf } from './process-row.ts'
import type { Victim } from './views.ts'

/** An exit signal to these: whom it reaches, who falls with them, and which of them trap exits and get a message instead (EXIT3). */
export function exitVictims(scheduler: Scheduler, pids: readonly Pid[], isNormal: boolean): { victims: Victim[]; trapping: Pid[] } {
  const victims = fallingVictims(scheduler, [], pids, (process) => !isNormal && !process.trapExit)
  return {
    victims,
    trapping: victims
      .filter(({ pid, because }) => because === 'chosen' && scheduler.core.processes.get(pid)?.trapExit === true)
      .map(({ pid }) => pid),
  }
}

/**
 * These processes, and everybody who falls with them: over links, as far as nobody traps exits. Those that do not exist are left out. `ends`: which of
 * these do end; nobody falls with the others.
 */
export function fallingVictims(
  { core }: Scheduler,
  pinning: readonly Pid[],
  chosen: readonly Pid[],
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
  for (let process = open.pop(); process !== undefined; process = open.pop()) {
    for (const other of process.relations?.links ?? []) {
      if (other.trapExit || because.has(other)) continue
      because.set(other, 'link')
      open.push(other)
    }
  }
  return [...because].map(([process, reason]) => victimOf(core, process, reason))
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
    links: [...(process.relations?.links ?? [])].map((other) => other.pid),
    because,
  }
}
