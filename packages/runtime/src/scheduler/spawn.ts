import type { Pid } from '../ids.ts'
import { copyMessage } from '../process/copy-message.ts'
import type { CodeInstance } from '../code/instance.ts'
import { Frame } from '../process/frame.ts'
import { Process, relationsOf } from '../process/process.ts'
import { ProcessError } from '../process/process-error.ts'
import * as strands from '../process/strand.ts'
import type { Entry, SpawnOptions } from '../process-api/index.ts'
import { placeOf, spawnAway } from './away.ts'
import { callSite, userOf } from './callers.ts'
import type { Core } from './core.ts'
import { nameProcess, requireFreeName } from './names.ts'
import { queueLimitOf } from './queue-limit.ts'
import { prepareCall, prepareWork } from './prepare.ts'
import { linkBoth, monitor } from './relations.ts'

// Constants of V8's, too, as imported ones are not (docs/scheduling.md).
const { RESUME_NEXT, RESUME_THROW } = strands

const NO_ARGUMENTS: readonly unknown[] = []
const NO_OPTIONS: SpawnOptions = {}

/** Starts a process. Its arguments are copied like a message. */
export function spawnProcess(
  core: Core,
  parent: Process | null,
  parentPid: Pid | null,
  entry: Entry,
  args: readonly unknown[] | undefined,
  options: SpawnOptions = NO_OPTIONS,
): Pid {
  if (args !== undefined && !Array.isArray(args)) throw new ProcessError('badarg', 'arguments of spawn are an array')
  if (typeof entry !== 'function' && !isLateBound(entry)) throw new ProcessError('badarg', 'spawn takes a function or { module, export }')
  const { name, scheduler } = options
  const queueLimit = queueLimitOf(options)
  const copied: readonly unknown[] = args === undefined || args.length === 0 ? NO_ARGUMENTS : (copyMessage(args) as unknown[])
  // After the arguments were copied: getters among them may have taken it.
  if (name !== undefined) requireFreeName(core, name)
  if (scheduler !== undefined) {
    const place = placeOf(core, scheduler)
    if (place !== core.options.id) {
      const named = typeof entry === 'function' ? core.options.code.nameOf(entry) : entry
      if (named === undefined)
        throw new ProcessError('badarg', 'a function stays on its scheduler: elsewhere spawn takes { module, export }')
      return spawnAway(core, place, parent, parentPid, named, copied, options)
    }
  }
  if (core.serial === core.serialEnd) core.takeSerials()
  const serial = ++core.serial
  const process = new Process(core.pids.write(serial), serial, parentPid, core.nowMs)
  if (queueLimit !== null) relationsOf(process).queueLimit = queueLimit
  if (name !== undefined) nameProcess(core, process, name)
  core.processes.add(process)
  if (parent !== null && options.link === true) linkBoth(parent, process)
  if (parent !== null && options.monitor === true) monitor(core, parent, process, process.pid)
  if (typeof entry === 'function') {
    enterFunction(core, process, entry, copied)
    core.census.note(process)
  } else {
    const { module, export: name } = entry
    process.entry = { module, export: name }
    process.start = { target: { module, export: name }, args: copied, owner: null }
    core.enqueue(process)
  }
  return process.pid
}

function isLateBound(entry: unknown): entry is { module: string; export: string } {
  if (typeof entry !== 'object' || entry === null) return false
  const { module, export: name } = entry as { module?: unknown; export?: unknown }
  return typeof module === 'string' && typeof name === 'string'
}

/** The process enters a function that it was given: of the caller's generation, or whichever made it. */
function enterFunction(core: Core, process: Process, entry: (...args: unknown[]) => unknown, args: readonly unknown[]): void {
  const prepared = prepareCall(core, entry, args, giverOf)
  process.entry = prepared.name
  if (prepared.type === 'frame') {
    process.top = new Frame(prepared.generator, prepared.descriptor, null, core.nowMs)
    core.ready(process, RESUME_NEXT, undefined)
  } else if (prepared.type === 'function') {
    process.start = { target: entry, args, owner: prepared.owner }
    core.enqueue(process)
  } else {
    core.ready(process, prepared.mode, prepared.value)
  }
}

function giverOf(core: Core): CodeInstance | null {
  return callSite(core).owner
}

/** Starts a process that enters `entry`, a function of the runtime's, which calls `work` by `callWork`. The process pins the work's code from now on, and is shown as one that entered it. */
export function spawnAround(
  core: Core,
  parent: Process,
  entry: (...args: unknown[]) => unknown,
  args: readonly unknown[],
  work: unknown,
  workArgs: readonly unknown[],
  options: SpawnOptions | undefined,
  isOurs: (work: unknown) => boolean,
): Pid {
  if (typeof work !== 'function') throw new ProcessError('badarg', 'the work of a process is a function')
  if (!Array.isArray(workArgs)) throw new ProcessError('badarg', 'arguments of work are an array')
  if (options?.scheduler !== undefined) throw new ProcessError('badarg', 'a function stays on its scheduler')
  const target = work as (...args: unknown[]) => unknown
  const copied = copyMessage(workArgs) as unknown[]
  const prepared = prepareWork(core, target, copied, isOurs(work), userOf)
  const pid = spawnProcess(core, parent, parent.pid, entry, args, options ?? undefined)
  const process = core.processes.get(pid) as Process
  relationsOf(process).work = prepared
  process.entry = prepared.name
  return pid
}

/** Calls the work that the running process was spawned around: once. `isAwaited`: its frame goes on the strand's stack. */
export function callWork(core: Core, process: Process, isAwaited: boolean): unknown {
  const { registers } = core
  const { relations } = process
  const work = relations === null ? null : relations.work
  if (relations === null || work === null) throw new ProcessError('badarg', 'there is no work that this process has not called yet')
  relations.work = null
  if (work.type === 'frame')
    return isAwaited ? registers.push(work.descriptor, work.generator) : registers.start(work.descriptor, work.generator)
  if (work.type === 'function') {
    if (isAwaited) registers.callee = work.target
    return work.target(...work.args)
  }
  if (work.mode === RESUME_THROW) throw work.value
  return work.value
}
