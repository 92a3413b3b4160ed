import type { ExitReason } from '../exit-reason.ts'
import { schedulerOf, type Pid } from '../ids.ts'
import type { Process } from '../process/process.ts'
import type { Core } from '../scheduler/core.ts'
import type { Scheduler } from '../scheduler/scheduler.ts'
import { reactTo, type SupervisorReaction } from './consequences.ts'
import { isoTime } from './process-pins.ts'
import { positionOf } from './process-row.ts'
import { obeysExitOf, supervisionOf, supervisorOf } from './supervision.ts'
import type { Victim, VictimsView } from './views.ts'

const KILLED: ExitReason = { type: 'killed', by: 'operator', reason: '' }
const SHUTDOWN: ExitReason = { type: 'exit', value: 'shutdown' }

/** By supervisor: its children that end without its doing, and with what. */
type Bereaved = ReadonlyMap<Process, ReadonlyMap<Pid, ExitReason>>

/** An exit signal to these: whom it reaches, who falls with them, and which of them trap exits and get a message instead (EXIT3). */
export function exitVictims(
  scheduler: Scheduler,
  pids: readonly Pid[],
  isNormal: boolean,
): VictimsView & { trapping: Pid[]; across: Pid[] } {
  const ends = (process: Process): boolean => !isNormal && !process.trapExit
  const found = fallingVictims(scheduler, [], pids, [], ends, { type: 'exit', value: 'exit' })
  const { processes } = scheduler.core
  const falling = found.victims.filter(({ pid, because }) => because !== 'chosen' || ends(processes.get(pid) as Process))
  return {
    ...found,
    trapping: found.victims
      .filter(({ pid, because }) => because === 'chosen' && processes.get(pid)?.trapExit === true)
      .map(({ pid }) => pid),
    across: acrossLinks(scheduler, falling),
  }
}

/**
 * These processes, and everybody who falls with them: over links, as far as nobody traps exits; behaviours that obey their parent's exit; and whom supervisors stop, with those of them that give up
 * (PLAN3). Those that do not exist are left out. `linked`: whom a link from another scheduler reaches. `ends`: which of those named do end; nobody falls with the others.
 */
export function fallingVictims(
  { core }: Scheduler,
  pinning: readonly Pid[],
  chosen: readonly Pid[],
  linked: readonly Pid[] = [],
  ends: (process: Process) => boolean = () => true,
  reason: ExitReason = KILLED,
): VictimsView {
  const because = new Map<Process, Victim['because']>()
  const ending: Process[] = []
  /** With what each of them ends. */
  const reasons = new Map<Process, ExitReason>()
  const add = (process: Process | undefined, cause: Victim['because'], why: ExitReason): void => {
    if (process === undefined || because.has(process)) return
    because.set(process, cause)
    reasons.set(process, why)
    if ((cause !== 'pins' && cause !== 'chosen') || ends(process)) ending.push(process)
  }
  for (const pid of pinning) add(core.processes.get(pid), 'pins', reason)
  for (const pid of chosen) add(core.processes.get(pid), 'chosen', reason)
  for (const pid of linked) {
    const process = core.processes.get(pid)
    if (process?.trapExit === false) add(process, 'link', reason)
  }
  const bereaved = new Map<Process, Map<Pid, ExitReason>>()
  let reactions = new Map<Process, SupervisorReaction>()
  for (let looked = 0; looked < ending.length; ) {
    for (; looked < ending.length; looked++) {
      const process = ending[looked] as Process
      const cause = because.get(process)
      const why = reasons.get(process) ?? reason
      // One that ends by itself stops its children first; of one that is killed they fall by their links.
      if (cause === 'supervisor' || cause === 'gives_up' || cause === 'shuts_down')
        for (const { pid } of supervisionOf(process)?.children ?? []) if (pid !== null) add(core.processes.get(pid), 'supervisor', SHUTDOWN)
      for (const other of process.relations?.links ?? []) if (!other.trapExit || obeysExitOf(other, process.pid)) add(other, 'link', why)
      const above = cause === 'supervisor' ? null : supervisorOf(core, process)
      if (above === null) continue
      const ended = bereaved.get(above.supervisor)
      if (ended === undefined) bereaved.set(above.supervisor, new Map([[process.pid, why]]))
      else ended.set(process.pid, why)
    }
    reactions = reactionsOf(core, bereaved, because)
    for (const [supervisor, reaction] of reactions) {
      if (reaction.type === 'ends') add(supervisor, reaction.because, SHUTDOWN)
      else for (const { pid } of reaction.stops) if (pid !== null) add(core.processes.get(pid), 'supervisor', SHUTDOWN)
    }
  }
  return {
    victims: [...because].map(([process, cause]) => victimOf(core, process, cause)),
    follows: {
      givingUp: [...because].flatMap(([process, cause]) =>
        cause === 'gives_up' || cause === 'shuts_down' ? givingUp(core, process, cause, bereaved) : [],
      ),
      restarts: [...reactions].flatMap(([supervisor, reaction]) =>
        reaction.type === 'restarts' ? restartsBy(core, supervisor, reaction) : [],
      ),
    },
  }
}

/** What supervisors that do not end do about their dead. */
function reactionsOf(core: Core, bereaved: Bereaved, because: ReadonlyMap<Process, Victim['because']>): Map<Process, SupervisorReaction> {
  const reactions = new Map<Process, SupervisorReaction>()
  for (const [supervisor, ended] of bereaved) {
    const supervision = supervisionOf(supervisor)
    if (supervision === null || because.has(supervisor)) continue
    reactions.set(supervisor, reactTo(supervision, ended, core.options.clock.monotonicMs()))
  }
  return reactions
}

function givingUp(
  core: Core,
  process: Process,
  because: 'gives_up' | 'shuts_down',
  bereaved: Bereaved,
): VictimsView['follows']['givingUp'] {
  const supervision = supervisionOf(process)
  if (supervision === null) return []
  const { intensity, periodMs } = supervision
  const ended = [...(bereaved.get(process)?.keys() ?? [])]
  const falls = [...supervision.byPid.keys()].filter((pid) => !ended.includes(pid as Pid)) as Pid[]
  const above = supervisorOf(core, process)
  return [
    {
      pid: process.pid,
      name: process.name,
      module: process.behaving?.module ?? null,
      because,
      intensity,
      periodMs,
      ended,
      falls,
      supervisor: above?.supervisor.pid ?? null,
    },
  ]
}

function restartsBy(
  core: Core,
  supervisor: Process,
  { restarts }: Extract<SupervisorReaction, { type: 'restarts' }>,
): VictimsView['follows']['restarts'] {
  return restarts.map(({ id, pid, start }) => ({
    supervisor: supervisor.pid,
    supervisorName: supervisor.name,
    child: id,
    pid,
    module: start.module,
    export: 'export' in start ? start.export : null,
    behaviour: 'behaviour' in start ? start.behaviour : null,
    generation: core.options.code.current(start.module)?.generation ?? null,
  }))
}

/** Whom these processes' links reach on other schedulers. */
export function acrossLinks({ core }: Scheduler, victims: readonly Victim[]): Pid[] {
  if (core.peers === null) return []
  return [...new Set(victims.flatMap(({ pid }) => [...(core.processes.get(pid)?.relations?.away?.links ?? [])]))]
}

/** Whose links reach processes of another scheduler. */
export function linkedTo({ core }: Scheduler, scheduler: number): Pid[] {
  const tied = [...(core.peers?.tied ?? [])].filter(({ relations }) =>
    [...(relations?.away?.links ?? [])].some((pid) => schedulerOf(pid) === scheduler),
  )
  return tied.filter(({ trapExit }) => !trapExit).map(({ pid }) => pid)
}

/** On all schedulers. */
export function linkedPids({ relations }: Process): Pid[] {
  if (relations === null) return []
  const here = [...relations.links].map((other) => other.pid)
  return relations.away === null ? here : [...here, ...relations.away.links]
}

/** What is known of a process before an act. */
export function victimOf(core: Core, process: Process, because: Victim['because']): Victim {
  const position = positionOf(core, process)
  return {
    pid: process.pid,
    name: process.name,
    function: position?.function ?? null,
    at: position?.at ?? null,
    module: position?.module ?? process.behaving?.module ?? null,
    generation: position?.generation ?? process.behaving?.home?.generation ?? null,
    queueLength: process.queueLength,
    startedAt: isoTime(core, process.startedAt),
    links: linkedPids(process),
    because,
  }
}
