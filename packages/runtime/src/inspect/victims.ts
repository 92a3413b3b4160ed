import type { ExitReason } from '../exit-reason.ts'
import { schedulerOf, type Pid } from '../ids.ts'
import type { Process } from '../process/process.ts'
import type { Core } from '../scheduler/core.ts'
import type { Scheduler } from '../scheduler/scheduler.ts'
import { reactTo, type SupervisorReaction } from './consequences.ts'
import { isoTime } from './process-pins.ts'
import { positionOf } from './process-row.ts'
import { obeysExitOf, supervisionOf, supervisorPidOf } from './supervision.ts'
import type { Victim, VictimsView } from './views.ts'

const KILLED: ExitReason = { type: 'killed', by: 'operator', reason: '' }
const LOST: ExitReason = { type: 'scheduler_restarted' }
const SHUTDOWN: ExitReason = { type: 'exit', value: 'shutdown' }

/** By supervisor: its children that end without its doing, and with what. */
type Bereaved = ReadonlyMap<Process, ReadonlyMap<Pid, ExitReason>>

/** What the ends on one scheduler do to a process of another. */
export type AcrossSignal =
  /** Over a link. `stopped`: its supervisor has `from` stopped, and expects it. */
  | { readonly type: 'exit'; readonly to: Pid; readonly from: Pid; readonly reason: ExitReason; readonly stopped: boolean }
  /** Its supervisor stops it. */
  | { readonly type: 'stop'; readonly to: Pid; readonly from: Pid }

/** The victims on one scheduler, and what their ends do on others. */
export interface FallingHere extends VictimsView {
  readonly across: readonly AcrossSignal[]
}

/** An exit signal to these: whom it reaches, who falls with them, and which of them trap exits and get a message instead (EXIT3). */
export function exitVictims(
  scheduler: Scheduler,
  pids: readonly Pid[],
  exitReason: string,
  across: readonly AcrossSignal[],
): FallingHere & { trapping: Pid[] } {
  const ends = (process: Process): boolean => exitReason !== 'normal' && !process.trapExit
  const found = fallingVictims(scheduler, [], pids, across, ends, { type: 'exit', value: exitReason })
  const { processes } = scheduler.core
  return {
    ...found,
    trapping: found.victims
      .filter(({ pid, because }) => because === 'chosen' && processes.get(pid)?.trapExit === true)
      .map(({ pid }) => pid),
  }
}

/**
 * These processes, and everybody who falls with them: over links, as far as nobody traps exits; behaviours that obey their parent's exit; and whom supervisors stop, with those of them that give up
 * (PLAN3). Those that do not exist are left out. `across`: what ends elsewhere do to processes here. `ends`: which of those named do end; nobody falls with the others.
 */
export function fallingVictims(
  { core }: Scheduler,
  pinning: readonly Pid[],
  chosen: readonly Pid[],
  across: readonly AcrossSignal[] = [],
  ends: (process: Process) => boolean = () => true,
  reason: ExitReason = KILLED,
): FallingHere {
  const because = new Map<Process, Victim['because']>()
  const ending: Process[] = []
  /** With what each of them ends. */
  const reasons = new Map<Process, ExitReason>()
  const bereaved = new Map<Process, Map<Pid, ExitReason>>()
  const sent: AcrossSignal[] = []
  const stoppedAway = new Set<Pid>()
  let reactions = new Map<Process, SupervisorReaction>()
  let looked = 0
  for (const pid of pinning) add(core.processes.get(pid), 'pins', reason)
  for (const pid of chosen) add(core.processes.get(pid), 'chosen', reason)
  settle()
  // What is told from elsewhere comes last: a supervisor that hears more gives up no later than it would without.
  for (const signal of across) take(signal)
  settle()
  return {
    victims: [...because].map(([process, cause]) => victimOf(core, process, cause)),
    across: sent,
    follows: {
      givingUp: [...because].flatMap(([process, cause]) =>
        cause === 'gives_up' || cause === 'shuts_down' ? givingUp(core, process, cause, bereaved) : [],
      ),
      restarts: [...reactions].flatMap(([supervisor, reaction]) =>
        reaction.type === 'restarts' ? restartsBy(core, supervisor, reaction) : [],
      ),
    },
  }

  function add(process: Process | undefined, cause: Victim['because'], why: ExitReason): void {
    if (process === undefined || because.has(process)) return
    because.set(process, cause)
    reasons.set(process, why)
    if ((cause !== 'pins' && cause !== 'chosen') || ends(process)) ending.push(process)
  }

  /** Follows every end to what it brings about here, until nobody else ends. */
  function settle(): void {
    do {
      while (looked < ending.length) follow(ending[looked++] as Process)
      reactions = reactionsOf(core, bereaved, because)
      for (const [supervisor, reaction] of reactions) {
        if (reaction.type === 'ends') add(supervisor, reaction.because, SHUTDOWN)
        else for (const { pid } of reaction.stops) stop(supervisor, pid)
      }
    } while (looked < ending.length)
  }

  function follow(process: Process): void {
    const cause = because.get(process)
    const why = reasons.get(process) ?? reason
    // One that ends by itself stops its children first; of one that is killed they fall by their links.
    if (cause === 'supervisor' || cause === 'gives_up' || cause === 'shuts_down' || (cause === 'link' && process.trapExit))
      for (const { pid } of supervisionOf(process)?.children ?? []) stop(process, pid)
    const stopped = cause === 'supervisor'
    for (const other of process.relations?.links ?? []) reach(other, process.pid, why, stopped)
    for (const to of process.relations?.away?.links ?? []) sent.push({ type: 'exit', to, from: process.pid, reason: why, stopped })
  }

  function take(signal: AcrossSignal): void {
    const process = core.processes.get(signal.to)
    if (signal.type === 'stop') add(process, 'supervisor', SHUTDOWN)
    else if (process !== undefined) reach(process, signal.from, signal.reason, signal.stopped)
  }

  /** An end reaches whoever is linked: a supervisor hears of its child, everybody else falls unless exits are trapped. */
  function reach(process: Process, from: Pid, why: ExitReason, stopped: boolean): void {
    if (!process.trapExit || obeysExitOf(process, from)) return add(process, 'link', why)
    if (stopped || supervisionOf(process)?.byPid.has(from) !== true) return
    const ended = bereaved.get(process)
    if (ended === undefined) bereaved.set(process, new Map([[from, why]]))
    else if (!ended.has(from)) ended.set(from, why)
  }

  function stop(supervisor: Process, pid: Pid | null): void {
    if (pid === null) return
    if (schedulerOf(pid) === core.options.id) add(core.processes.get(pid), 'supervisor', SHUTDOWN)
    else if (!stoppedAway.has(pid)) {
      stoppedAway.add(pid)
      sent.push({ type: 'stop', to: pid, from: supervisor.pid })
    }
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
      supervisor: supervisorPidOf(core, process),
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
    export: start.export ?? null,
    behaviour: start.behaviour ?? null,
    generation: core.options.code.current(start.module)?.generation ?? null,
  }))
}

/** What the loss of a scheduler does to those here whose links reach it. */
export function lossOf({ core }: Scheduler, scheduler: number): AcrossSignal[] {
  const away = [...(core.peers?.tied ?? [])].flatMap(({ pid: to, relations }) =>
    [...(relations?.away?.links ?? [])].map((from) => ({ to, from })),
  )
  return away.filter(({ from }) => schedulerOf(from) === scheduler).map((ends) => ({ type: 'exit', ...ends, reason: LOST, stopped: false }))
}

/** On all schedulers. */
function linkedPids({ relations }: Process): Pid[] {
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
