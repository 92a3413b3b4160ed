import * as abi from '../abi.ts'
import type { Descriptor } from '../abi.ts'
import { NORMAL } from '../exit-reason.ts'
import { Frame, ownerOf } from '../process/frame.ts'
import { ownSet, relationsOf } from '../process/process.ts'
import type { Process } from '../process/process.ts'
import * as strands from '../process/strand.ts'
import { FurtherStrand } from '../process/strand.ts'
import type { Strand, StrandPromise } from '../process/strand.ts'
import { awaitableOf, awaitReturned, awaitSettled, countsTicks, resumeSoon } from './awaits.ts'
import * as commands from './commands.ts'
import type { Core } from './core.ts'
import { dropStrand, rejectOrphan, strandEnded } from './exits.ts'
import { orphanedBy } from './orphan-error.ts'
import { keepStores } from './stores.ts'
import { noteThrown } from './thrown.ts'
import { endTurn } from './turn.ts'

// Constants of V8's, too, as imported ones are not (docs/scheduling.md).
const { END_KILL, END_NONE } = abi
const { RESUME_NEXT, RESUME_THROW, STRAND_DONE, STRAND_RUNNING, STRAND_WAITING } = strands
const { GO_ON, PAUSE, WAIT } = commands

// Taken before any user code runs: a module may replace the global.
const OriginalPromise = Promise

// Each generator function has a prototype object of its own: looked up there, `next` is a megamorphic load, 7 ns of each turn.
const { next: goOn, throw: failIn } = Object.getPrototypeOf(function* () {}).prototype as Generator

/** Bare async calls inside each other's first steps; JavaScript's own limit is the native stack, which the driver must not run into. */
const NESTED_STRANDS_MAX = 1_000

/** What a generator threw, as a step of it. */
class Failure implements IteratorReturnResult<unknown> {
  readonly done = true
  readonly value: unknown

  constructor(value: unknown) {
    this.value = value
  }
}

// Its own function, as `parkOn` is: in a loop with a `catch` in it V8 takes no constant of the module's for one.
function step(generator: Generator, mode: number, value: unknown): IteratorResult<unknown> | Failure {
  try {
    return mode === RESUME_NEXT ? goOn.call(generator, value) : failIn.call(generator, value)
  } catch (error) {
    return new Failure(error)
  }
}

const PARKED = Symbol('parked')

/** Parks the strand where the value is something to wait for; `null` where it goes on with the value itself. */
function parkOn(core: Core, strand: Strand, value: unknown, isReturned: boolean): typeof PARKED | Failure | null {
  try {
    const awaitable = awaitableOf(value)
    if (awaitable === undefined) return null
    if (isReturned) awaitReturned(core, strand, awaitable)
    else awaitSettled(core, strand, awaitable)
    return PARKED
  } catch (error) {
    return new Failure(error)
  }
}

/** Runs a strand until it waits, uses its turn up or ends. Never throws. */
export function drive(core: Core, strand: Strand): void {
  const registers = core.registers
  const process = strand.process
  const outer = core.strand
  core.strand = strand
  strand.phase = STRAND_RUNNING
  let frame = strand.top
  let mode = strand.mode
  let value = strand.value
  strand.mode = RESUME_NEXT
  strand.value = undefined
  for (;;) {
    if (frame === null) {
      finish(core, strand, mode, value)
      break
    }
    const result = step(frame.generator, mode, value)
    const { done } = result
    const { pushed } = registers
    registers.pushed = null
    if (done === true && result instanceof Failure) {
      const error = result.value
      if (error !== registers.exit) noteThrown(core, frame, error, mode === RESUME_THROW && value === error)
      mode = RESUME_THROW
    } else mode = RESUME_NEXT
    value = result.value
    if (registers.ending !== END_NONE) {
      if (registers.ending === END_KILL) break
      if (strand.exitDue) {
        strand.exitDue = false
        registers.callee = undefined
        if (done !== true) {
          mode = RESUME_THROW
          value = registers.exit
          continue
        }
      }
    }
    if (done !== true) {
      frame.site = registers.site
      if (pushed !== null) {
        if (ownerOf(pushed).tells) relationsOf(process).tells = true
        frame = strand.top = new Frame(value as Generator, pushed, frame, core.nowMs)
        value = undefined
        continue
      }
      registers.callee = undefined
    } else {
      if (pushed !== null && mode === RESUME_NEXT && !frame.doomed) {
        const entered = ownerOf(pushed)
        if (entered !== ownerOf(frame.descriptor)) {
          if (entered.tells) relationsOf(process).tells = true
          frame.since = core.nowMs
        }
        frame.generator = value as Generator
        frame.descriptor = pushed
        frame.site = -1
        value = undefined
        continue
      }
      registers.callee = undefined
      const parent: Frame | null = frame.parent
      const { doomed } = frame
      frame = strand.top = parent
      if (doomed) {
        mode = RESUME_THROW
        value = registers.exit
        continue
      }
      if (mode === RESUME_THROW) {
        if (parent === null || !countsTicks(process)) continue
        resumeSoon(core, strand, mode, value)
        break
      }
    }
    if (typeof value === 'symbol') {
      if (value === WAIT) {
        strand.phase = STRAND_WAITING
        strand.stores = keepStores()
        break
      }
      if (value === PAUSE) {
        strand.stores = keepStores()
        core.ready(strand, RESUME_NEXT, undefined)
        break
      }
      if (value === GO_ON) {
        value = undefined
        continue
      }
    } else if ((typeof value === 'object' && value !== null) || typeof value === 'function') {
      // A strand's own promise takes over what its last frame returns.
      if (frame === null && strand.settle !== null) continue
      const failure = parkOn(core, strand, value, done === true)
      if (failure === PARKED) break
      if (failure !== null) {
        mode = RESUME_THROW
        value = failure.value
      }
    }
    // The caller goes on one microtask later, as in JavaScript, where somebody can tell.
    if (frame !== null && countsTicks(process)) {
      resumeSoon(core, strand, mode, value)
      break
    }
  }
  core.strand = outer
}

function finish(core: Core, strand: Strand, mode: number, value: unknown): void {
  const process = strand.process
  strand.phase = STRAND_DONE
  strand.ticket++
  process.strandCount--
  if (strand !== process) process.relations?.strands.delete(strand)
  const { settle } = strand
  if (settle !== null && value === core.registers.exit) rejectOrphan(settle, orphanedBy(process, process.reason ?? NORMAL))
  else if (settle !== null) {
    // A promise that it returns may be rejected, too.
    if (mode === RESUME_THROW || (typeof value === 'object' && value !== null)) core.rejected.set(settle.promise, process)
    if (mode === RESUME_NEXT) settle.resolve(value)
    else settle.reject(value)
  }
  strandEnded(core, strand, mode, value)
}

/** A new strand of `process` besides its first, with the promise that its outcome settles. */
export function addStrand(process: Process): FurtherStrand {
  const settle = {} as { -readonly [K in keyof StrandPromise]: StrandPromise[K] }
  settle.promise = new OriginalPromise((resolve, reject) => {
    settle.resolve = resolve
    settle.reject = reject
  })
  const strand = new FurtherStrand(process, settle)
  ownSet(process, 'strands').add(strand)
  process.strandCount++
  return strand
}

function forgetStrand(process: Process, strand: Strand): void {
  if (strand.phase === STRAND_DONE) return
  dropStrand(strand)
  process.relations?.strands.delete(strand)
  process.strandCount--
}

/** A bare call of a lowered function: runs at once, up to its first wait, as a strand of the calling process. */
export function startStrand(core: Core, descriptor: Descriptor, generator: Generator): Promise<unknown> {
  const registers = core.registers
  const { callee, site } = registers
  const entered = core.current === null
  const process = core.current ?? core.owner() ?? core.nobody
  if (entered && core.isEnding(process)) throw registers.exit
  if (core.depth >= NESTED_STRANDS_MAX) throw new RangeError('Maximum call stack size exceeded')
  if (entered) {
    if (process.budget <= 0) process.budget = core.reductionsPerTurn
    core.enter(process)
  }
  const outer = core.strand
  core.depth++
  let strand: FurtherStrand | undefined
  try {
    strand = addStrand(process)
    const owner = ownerOf(descriptor)
    const frame = new Frame(generator, descriptor, null, core.nowMs)
    strand.top = frame
    if (owner.tells) relationsOf(process).tells = true
    drive(core, strand)
  } catch (error) {
    // The end of the native stack, and nothing else, is reached in here.
    core.depth--
    core.strand = outer
    if (strand !== undefined) forgetStrand(process, strand)
    if (entered) endTurn(core, process)
    throw error
  }
  core.depth--
  core.endOverrunPath()
  registers.callee = callee
  registers.site = site
  if (entered) {
    endTurn(core, process)
  } else if (process.ending !== END_NONE) {
    registers.ending = process.ending
    if (process.ending === END_KILL) throw registers.exit
    if (outer !== null && outer.exitDue) {
      outer.exitDue = false
      throw registers.exit
    }
  }
  return strand.settle.promise
}
