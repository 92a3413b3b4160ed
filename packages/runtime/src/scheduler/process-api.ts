import { END_KILL, END_NONE } from '../abi.ts'
import { NORMAL } from '../exit-reason.ts'
import type { ExitReason } from '../exit-reason.ts'
import { isHostPid, parsePid, schedulerOf } from '../ids.ts'
import type { Pid } from '../ids.ts'
import { copyMessage } from '../process/copy-message.ts'
import { takeFirst, takeMatching } from '../process/message-queue.ts'
import { PROCESS_ALIVE, relationsOf, selectionOf } from '../process/process.ts'
import type { Process } from '../process/process.ts'
import { ProcessError } from '../process/process-error.ts'
import { TIMER_RECEIVE, TIMER_SLEEP, Timer } from '../process/timer-heap.ts'
import { TIMEOUT } from '../process-api/index.ts'
import type { Entry, ProcessInfo, Reference, SpawnOptions } from '../process-api/index.ts'
import { signalOf } from './abort-signal.ts'
import { callAway, exitAway, findAway, infoAway, registerAway, sendAway } from './away.ts'
import { rejectedWith, resolvedWith } from './awaits.ts'
import { behave, callback, callbackGeneration, settle } from './behaving.ts'
import { CallError, beginCall, reply, replyAddress } from './calls.ts'
import { beginWait, callSite, requireProcess } from './callers.ts'
import type { Core } from './core.ts'
import { deliver } from './deliver.ts'
import { beginExit, exitSignal, killProcess } from './exits.ts'
import { exitReasonOf } from './failure.ts'
import { findTarget, nameProcess, requireFreeName, unregister } from './names.ts'
import { processInfo } from './process-info.ts'
import { demonitor, link, monitor, unlink } from './relations.ts'
import { callWork, spawnAround, spawnProcess } from './spawn.ts'
import { addTimer } from './timers.ts'

interface ReceiveArguments {
  readonly match?: (message: unknown) => unknown
  readonly after?: number
}

/** The exports of `@strata/runtime/process`, bound to one scheduler. */
export function createProcessApi(core: Core): Record<string, unknown> {
  const { registers } = core

  function isAwaited(fn: unknown): boolean {
    const awaited = registers.callee === fn
    registers.callee = undefined
    return awaited
  }

  function send(to: Pid | string, message: unknown, fresh?: object | null): void {
    const { current } = core
    // A process's own turn, as each message takes it, is told by one field.
    if ((current === null || current.serial === 0) && core.inBody) requireProcess(core, 'send')
    const copy = registers.copy(message, fresh)
    const target = findTarget(core, to)
    if (target !== undefined) return void deliver(core, target, copy)
    if (core.tracer !== null) core.tracer.sent(findAway(core, to) ?? to, copy, 'message')
    if (isHostPid(to)) core.options.emit({ type: 'host_message', to, message: copy })
    else if (core.peers !== null) sendAway(core, to, copy)
  }

  function spawner(): Process | null {
    const { current } = core
    if (current !== null && current.serial !== 0) return current
    if (core.inBody) requireProcess(core, 'spawn')
    return core.owner()
  }

  function receive(options?: ReceiveArguments): unknown {
    const awaited = isAwaited(receive)
    const process = requireProcess(core, 'receive')
    if (process.receiver !== null) throw new ProcessError('concurrent_receive', `another strand of process ${process.pid} waits in receive`)
    if (options === undefined || options === null) {
      if (process.first !== null) {
        const message = takeFirst(core, process)
        return awaited ? message : resolvedWith(message)
      }
      const wait = beginWait(core, process, awaited)
      process.receiver = wait.strand
      return wait.result
    }
    return receiveWith(process, options, awaited)
  }

  function receiveWith(process: Process, options: ReceiveArguments, awaited: boolean): unknown {
    const { match = null, after = Number.POSITIVE_INFINITY } = options
    if (match !== null && typeof match !== 'function') throw new ProcessError('badarg', 'match of receive is a function')
    if (typeof after !== 'number' || !(after >= 0)) throw new ProcessError('timeout_value', 'after of receive is a number of milliseconds')
    if (match === null) {
      if (process.first !== null) {
        const message = takeFirst(core, process)
        return awaited ? message : resolvedWith(message)
      }
    } else {
      // While `match` runs, the process counts as waiting in receive: nobody else may take messages.
      process.receiver = core.strand ?? process
      try {
        const taken = takeMatching(core, process, process.first, match)
        if (taken !== undefined) return awaited ? taken.message : resolvedWith(taken.message)
      } finally {
        process.receiver = null
      }
    }
    if (after === 0) return awaited ? TIMEOUT : resolvedWith(TIMEOUT)
    const wait = beginWait(core, process, awaited)
    process.receiver = wait.strand
    const selection = selectionOf(process)
    selection.match = match
    if (match !== null) {
      const { owner, at } = callSite(core)
      selection.owner = owner
      selection.at = at
    }
    if (after !== Number.POSITIVE_INFINITY) {
      selection.timer = new Timer(TIMER_RECEIVE, process, wait.strand, core.options.clock.monotonicMs() + after, '')
      addTimer(core, selection.timer)
    }
    return wait.result
  }

  function sleep(ms: number): unknown {
    const awaited = isAwaited(sleep)
    const process = requireProcess(core, 'sleep')
    if (typeof ms !== 'number' || !(ms >= 0)) throw new ProcessError('timeout_value', 'sleep takes a number of milliseconds')
    const wait = beginWait(core, process, awaited)
    if (ms !== Number.POSITIVE_INFINITY)
      addTimer(core, new Timer(TIMER_SLEEP, process, wait.strand, core.options.clock.monotonicMs() + ms, ''))
    return wait.result
  }

  function call(to: Pid | string, message: object, timeoutMs = 5_000, fresh?: object | null): unknown {
    const awaited = isAwaited(call)
    const process = requireProcess(core, 'call')
    if (typeof message !== 'object' || message === null) throw new ProcessError('badarg', 'the message of a call is an object')
    if (typeof timeoutMs !== 'number' || !(timeoutMs >= 0))
      throw new ProcessError('timeout_value', 'the time of a call is a number of milliseconds')
    const copy = registers.copy(message, fresh) as object
    const target = findTarget(core, to)
    if (target === process && process.behaving !== null && core.strand === process)
      throw new ProcessError('badarg', `process ${process.pid} cannot answer a call of itself`)
    const away = target === undefined ? findAway(core, to) : undefined
    const isAway = away !== undefined && core.peers?.isUp(schedulerOf(away)) === true
    if (target === undefined && !isAway) {
      const error = new CallError('noproc', to as Pid, `there is no process ${to}`, { type: 'noproc' })
      if (awaited) throw error
      const rejected = rejectedWith(error)
      core.rejected.set(rejected, process)
      return rejected
    }
    const wait = beginWait(core, process, awaited)
    if (target === undefined) callAway(core, process, wait.strand, to, copy, timeoutMs)
    else {
      const refused = beginCall(core, wait.strand, target, copy, timeoutMs)
      if (refused !== null) throw refused
    }
    return wait.result
  }

  function infoOf(of: Pid): unknown {
    const awaited = isAwaited(infoOf)
    const caller = requireProcess(core, 'infoOf')
    const pid = requirePid(of)
    const { peers } = core
    if (peers === null || !peers.isAway(pid) || !peers.isUp(schedulerOf(pid))) {
      const process = core.processes.get(pid)
      const info = process === undefined ? undefined : processInfo(core, process)
      return awaited ? info : resolvedWith(info)
    }
    const wait = beginWait(core, caller, awaited)
    infoAway(core, peers, caller, wait.strand, pid)
    return wait.result
  }

  function exit(...args: unknown[]): void {
    const process = requireProcess(core, 'exit')
    if (args.length < 2) {
      beginExit(core, process, reasonOf(args[0]))
      throw unwound(process)
    }
    const [pid, reason] = args
    if (typeof pid !== 'string' || parsePid(pid) === undefined) throw new ProcessError('badarg', 'exit takes a pid')
    const target = core.processes.get(pid as Pid)
    if (target !== undefined) {
      if (reason === 'kill') core.tracer?.signalled(process.pid, pid as Pid, reason)
      if (reason === 'kill') killProcess(core, target, { type: 'killed', by: 'signal', reason: '' })
      else exitSignal(core, target, process.pid, reasonOf(reason))
    } else exitAway(core, process, pid as Pid, reason === 'kill' ? reason : reasonOf(reason))
    if (target === process && process.ending !== END_NONE) throw unwound(process)
  }

  /** The running strand unwinds right here. */
  function unwound(process: Process): object {
    if (core.strand !== null && core.strand.process === process) core.strand.exitDue = false
    return registers.exit
  }

  function work(): unknown {
    const awaited = isAwaited(work)
    return callWork(core, requireProcess(core, 'work'), awaited)
  }

  const api = {
    TIMEOUT,
    abortSignal: (): AbortSignal => signalOf(requireProcess(core, 'abortSignal')),
    self: (): Pid => requireProcess(core, 'self').pid,
    send,
    receive,
    reply: (message: object, value: unknown, fresh?: object | null): void => reply(core, message, value, fresh),
    replyAddress,
    call,
    spawn(entry: Entry, args?: readonly unknown[], options?: SpawnOptions): Pid {
      const parent = spawner()
      return spawnProcess(core, parent, parent === null ? null : parent.pid, entry, args, options ?? undefined)
    },
    spawnHelper(entry: Entry, args?: readonly unknown[]): Pid {
      const process = requireProcess(core, 'spawnHelper')
      const pid = spawnProcess(core, process, process.pid, entry, args, undefined)
      relationsOf(process).helper = core.processes.get(pid) ?? null
      return pid
    },
    spawnAround(
      entry: (...args: unknown[]) => unknown,
      args: readonly unknown[],
      given: unknown,
      givenArgs: readonly unknown[],
      options?: SpawnOptions,
    ): Pid {
      const process = requireProcess(core, 'spawnAround')
      return spawnAround(core, process, entry, args, given, givenArgs, options, (fn) => isOurs.has(fn))
    },
    work,
    link: (pid: Pid): void => link(core, requireProcess(core, 'link'), requirePid(pid)),
    unlink: (pid: Pid): void => unlink(core, requireProcess(core, 'unlink'), requirePid(pid)),
    monitor(to: Pid | string): Reference {
      const process = requireProcess(core, 'monitor')
      if (typeof to !== 'string') throw new ProcessError('badarg', 'monitor takes a pid or a name')
      return { ref: monitor(core, process, core.processes.get(to as Pid) ?? core.names.get(to), to) }
    },
    demonitor(reference: Reference, options?: { readonly flush?: boolean }): boolean {
      const process = requireProcess(core, 'demonitor')
      if (typeof reference?.ref !== 'string') throw new ProcessError('badarg', 'demonitor takes a reference')
      return demonitor(core, process, reference.ref, options?.flush === true)
    },
    exit,
    exitWith(reason: ExitReason): void {
      const process = requireProcess(core, 'exitWith')
      beginExit(core, process, copyMessage(reason) as ExitReason)
      throw unwound(process)
    },
    failing(message: unknown): void {
      relationsOf(requireProcess(core, 'failing')).failing = { message }
    },
    exitReasonOf: (error: unknown): ExitReason => exitReasonOf(core, error),
    trapExit(on: boolean): boolean {
      const process = requireProcess(core, 'trapExit')
      const before = process.trapExit
      relationsOf(process).trapExit = on === true
      return before
    },
    register(name: string, pid?: Pid): void {
      const process = requireProcess(core, 'register')
      const target = pid === undefined ? process : core.processes.get(pid)
      if (target === undefined && registerAway(core, name, pid as Pid)) return
      if (target === undefined || target.state !== PROCESS_ALIVE || target.ending === END_KILL)
        throw new ProcessError('badarg', `there is no process ${String(pid)}`)
      requireFreeName(core, name)
      nameProcess(core, target, name)
    },
    unregister(name: string): void {
      if (core.inBody) requireProcess(core, 'unregister')
      unregister(core, name)
    },
    whereis: (name: string): Pid | undefined => core.names.get(name)?.pid ?? core.peers?.names.find(name),
    registered: (): string[] => [...core.names.keys(), ...(core.peers?.names.namesElsewhere(core.options.id) ?? [])].sort(),
    sleep,
    monotonicMs: (): number => core.options.clock.monotonicMs(),
    processInfo: (pid?: Pid): ProcessInfo | undefined => {
      const caller = pid === undefined ? requireProcess(core, 'processInfo') : null
      const process = caller ?? core.processes.get(requirePid(pid))
      if (process === undefined && pid !== undefined && core.peers?.isAway(pid) === true)
        throw new ProcessError('badarg', `process ${pid} runs on another scheduler: ask infoOf`)
      return process === undefined ? undefined : processInfo(core, process)
    },
    infoOf,
    behave: (kind: string, module: string | null, details?: object): void =>
      behave(core, requireProcess(core, 'behave'), String(kind), module === null ? null : String(module), details ?? null),
    callback: (name: string, generation?: number): unknown => callback(core, requireProcess(core, 'callback'), name, generation),
    callbackGeneration: (): number => callbackGeneration(core, requireProcess(core, 'callbackGeneration')),
    settle: (generation: number): boolean => settle(core, requireProcess(core, 'settle'), generation),
  }
  const isOurs = new Set<unknown>(Object.values(api))
  return api
}

function reasonOf(value: unknown): ExitReason {
  return value === 'normal' ? NORMAL : { type: 'exit', value: copyMessage(value) }
}

function requirePid(pid: unknown): Pid {
  const parsed = typeof pid === 'string' ? parsePid(pid) : undefined
  if (parsed === undefined) throw new ProcessError('badarg', 'not a pid')
  return parsed
}
