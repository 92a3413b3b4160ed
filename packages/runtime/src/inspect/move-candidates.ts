import type { ModuleGeneration, Pid } from '../ids.ts'
import type { Process } from '../process/process.ts'
import type { Scheduler } from '../scheduler/scheduler.ts'
import { pinsOfGenerations } from './generation-pins.ts'
import { victimOf } from './victims.ts'
import type { Victim } from './views.ts'

/** A process that a move names, and how it could go. */
export interface MoveCandidate extends Victim {
  /** Of a behaviour: which module it calls back (a table none), and which generation made its state. */
  readonly behaviour: {
    readonly kind: string
    readonly module: string | null
    readonly stateGeneration: number
    readonly home: number | null
  } | null
  readonly isSuspended: boolean
}

/** Loops that understand system messages; tasks, and what runs `codeChange` for another process, are none of them. */
const LOOPS = new Set(['server', 'state-machine', 'supervisor', 'table'])

/** These processes, and for each generation those that pin it and behaviours whose state it made. Those that do not exist are left out. */
export function moveCandidates(scheduler: Scheduler, generations: readonly ModuleGeneration[], pids: readonly Pid[]): MoveCandidate[] {
  const { core } = scheduler
  const chosen = new Set<Process>()
  const add = (pid: Pid): void => {
    const process = core.processes.get(pid)
    if (process !== undefined) chosen.add(process)
  }
  pids.forEach(add)
  for (const { pids: pinning } of pinsOfGenerations(scheduler, generations)) pinning.forEach(add)
  if (generations.length > 0) {
    for (const process of core.processes.values()) {
      const { behaving } = process
      if (behaving === null || !LOOPS.has(behaving.kind)) continue
      if (generations.some(({ module, number }) => module === behaving.module && number === behaving.stateGeneration)) chosen.add(process)
    }
  }
  return [...chosen].map((process) => {
    const { behaving } = process
    return {
      ...victimOf(core, process, pids.length > 0 ? 'chosen' : 'pins'),
      behaviour:
        behaving === null || !LOOPS.has(behaving.kind)
          ? null
          : {
              kind: behaving.kind,
              module: behaving.module,
              stateGeneration: behaving.stateGeneration,
              home: behaving.home?.generation ?? null,
            },
      isSuspended: core.suspended.has(process),
    }
  })
}
