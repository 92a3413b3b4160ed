import type { Pid } from '../ids.ts'
import { copyMessage } from '../process/copy-message.ts'
import { Frame, ownerOf } from '../process/frame.ts'
import { Process } from '../process/process.ts'
import { ProcessError } from '../process/process-error.ts'
import { RESUME_NEXT, RESUME_THROW, Strand } from '../process/strand.ts'
import type { Entry, SpawnOptions } from '../process-api/index.ts'
import { placeOf, spawnAway } from './away.ts'
import { callSite } from './callers.ts'
import type { Core } from './core.ts'
import { nameProcess, requireFreeName } from './names.ts'
import { queueLimitOf } from './queue-limit.ts'
import { NOTHING, PROBED } from './registers.ts'
import { linkBoth, monitor } from './relations.ts'
import { enterBeforehand } from './retired-code.ts'

const NO_ARGUMENTS: readonly unknown[] = []
const NO_OPTIONS: SpawnOptions = {}

/** Starts a process. Its arguments are copied like a message. */
export function spawnProcess(
  core: Core,
  parent: Process | null,
  parentPid: Pid | null,
  entry: Entry,
  args: readonly unknown[] | undefined,
  options: SpawnOptions | undefined,
): Pid {
  if (args !== undefined && !Array.isArray(args)) throw new ProcessError('badarg', 'arguments of spawn are an array')
  if (typeof entry !== 'function' && !isLateBound(entry)) throw new ProcessError('badarg', 'spawn takes a function or { module, export }')
  const { name, scheduler } = options ?? NO_OPTIONS
  const queueLimit = queueLimitOf(options ?? NO_OPTIONS)
  if (name !== undefined) requireFreeName(core, name)
  const copied: readonly unknown[] = args === undefined || args.length === 0 ? NO_ARGUMENTS : (copyMessage(args) as unknown[])
  if (scheduler !== undefined) {
    const place = placeOf(core, scheduler)
    if (place !== core.options.id) {
      if (typeof entry === 'function')
        throw new ProcessError('badarg', 'a function stays on its scheduler: elsewhere spawn takes { module, export }')
      return spawnAway(core, place, parent, parentPid, entry, copied, options)
    }
  }
  if (core.serial === core.serialEnd) core.takeSerials()
  const serial = ++core.serial
  const process = new Process(core.pids.write(serial), serial, parentPid, core.nowMs)
  const strand = new Strand(process, null)
  process.main = strand
  process.strandCount = 1
  process.queueLimit = queueLimit
  core.processes.add(process)
  if (name !== undefined) nameProcess(core, process, name)
  if (parent !== null && options?.link === true) linkBoth(parent, process)
  if (parent !== null && options?.monitor === true) monitor(core, parent, process, process.pid)
  if (typeof entry === 'function') {
    prepareFunction(core, process, strand, entry, copied)
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

/** A function's `name` costs 50 ns to read: of a lowered one it is known. */
function shownName(name: string): string {
  return name === '' || name === 'anonymous' ? 'function' : name
}

/**
 * A lowered function's frame is made here, without running any of its code, so that the process pins the function's generation before its first turn. A
 * synchronous function shows itself by its first check, which throws `PROBED`; it is called in the first turn.
 */
function prepareFunction(
  core: Core,
  process: Process,
  strand: Strand,
  entry: (...args: unknown[]) => unknown,
  args: readonly unknown[],
): void {
  const { registers, counter } = core
  const { callee, site, pushed, descriptor } = registers
  const reductions = counter.r
  registers.probing = true
  registers.callee = entry
  registers.pushed = NOTHING
  counter.r = -1
  let mode = RESUME_NEXT
  let value: unknown
  try {
    value = args.length === 0 ? entry() : entry(...args)
  } catch (error) {
    value = error
    mode = RESUME_THROW
  }
  const made = registers.pushed
  const madeWith = registers.descriptor
  const { probed } = registers
  registers.probed = null
  registers.probing = false
  registers.callee = callee
  registers.site = site
  registers.pushed = pushed
  registers.descriptor = descriptor
  counter.r = reductions
  if (value === PROBED) {
    const owner = probed ?? callSite(core).owner
    if (owner !== null) owner.pins++
    process.entry = shownName(entry.name)
    if (owner !== null) enterBeforehand(core, owner, entry.name)
    process.start = { target: entry, args, owner }
    core.enqueue(process)
  } else if (made !== NOTHING && madeWith !== null && mode === RESUME_NEXT) {
    process.entry = shownName(madeWith.function.name)
    strand.top = new Frame(made as Generator, madeWith, null, core.nowMs)
    const owner = ownerOf(madeWith)
    owner.pins++
    if (owner.retired !== null) enterBeforehand(core, owner, madeWith.function.name)
    core.ready(strand, RESUME_NEXT, undefined)
  } else {
    process.entry = shownName(entry.name)
    core.ready(strand, mode, value)
  }
}
