import { END_NONE } from '../abi.ts'
import type { Descriptor } from '../abi.ts'
import { BodiesEnded } from '../code/running-bodies.ts'
import type { ExitReason } from '../exit-reason.ts'
import { formatModuleGeneration } from '../ids.ts'
import { HOST_PID } from '../ids.ts'
import { ownerOf, placeOf, type Frame } from '../process/frame.ts'
import { CENSUS_NEVER, PROCESS_DEAD, Process, relationsOf } from '../process/process.ts'
import type { Core } from './core.ts'
import { startStrand } from './driver.ts'
import { dropLeftovers } from './exits.ts'

/**
 * The evaluation of a set's bodies: code of one process without identity, in which `spawn`, `register`, `receive` and `send` throw `not_in_body`. Bodies run at
 * once; what they wait for is waited for in turns, like any process's.
 */
export class Bodies {
  readonly #core: Core
  readonly #process: Process
  readonly #cancel: () => void
  #ended = false
  /** Told once, when the evaluation cannot go on. */
  onEnded: (cause: BodiesEnded) => void = () => {}
  /** Where the latest waiting body that failed stood. */
  failedAt: string | undefined

  constructor(core: Core, maxMs: number) {
    this.#core = core
    this.#process = new Process(HOST_PID, 0, null, core.nowMs)
    this.#process.budget = core.reductionsPerTurn
    this.#process.censusPlace = CENSUS_NEVER
    core.bodyUntil = core.options.clock.monotonicMs() + maxMs
    this.#cancel = Number.isFinite(maxMs) ? core.options.clock.schedule(maxMs, () => this.#fail(null)) : () => {}
    relationsOf(this.#process).outcome = (answer) => {
      if (answer.status === 'ended') this.#fail(answer.reason)
    }
  }

  /** Runs code of a body to its end. */
  run<T>(run: () => T): T {
    const core = this.#core
    if (!core.contextual) return this.#runHere(run)
    return core.context.run(this.#process, () => this.#runHere(run))
  }

  /** Starts a body that waits. */
  start(descriptor: Descriptor, body: Generator): Promise<unknown> {
    const promise = this.run(() => startStrand(this.#core, descriptor, body))
    for (const strand of this.#process.relations?.strands ?? [])
      if (strand.settle?.promise === promise && strand.top) void this.#watch(promise, strand.top)
    return promise
  }

  async #watch(promise: Promise<unknown>, frame: Frame): Promise<void> {
    try {
      await promise
    } catch {
      this.failedAt = `${placeOf(frame)} ${formatModuleGeneration(ownerOf(frame.descriptor).module, ownerOf(frame.descriptor).generation)}`
    }
  }

  /** Ends what the bodies left behind, and reports it. */
  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#cancel()
    const core = this.#core
    core.bodyUntil = Number.POSITIVE_INFINITY
    const left = dropLeftovers(core, this.#process)
    if (left.timers > 0 || left.strands > 0)
      core.options.emit({
        type: 'error',
        message: `a module body left ${left.timers} timers and ${left.strands} unfinished async calls behind; they were ended`,
      })
  }

  #fail(reason: ExitReason | null): void {
    if (this.#ended) return
    this.onEnded(new BodiesEnded(reason))
  }

  #runHere<T>(run: () => T): T {
    const core = this.#core
    const { registers } = core
    const process = this.#process
    const { current, strand, granted, overran } = core
    const below = core.counter.m
    const { ending, callee, site } = registers
    const reductions = core.counter.r
    core.current = process
    core.strand = null
    registers.ending = END_NONE
    core.counter.r = core.reductionsPerTurn
    core.counter.m = 0
    try {
      return run()
    } finally {
      core.current = current
      core.strand = strand
      core.granted = granted
      Object.assign(registers, { ending, callee, site })
      core.counter.r = reductions
      core.counter.m = below
      core.overran = overran
      // While it was the running process nothing put it into the run queue.
      if (process.state !== PROCESS_DEAD && process.hasWork) core.enqueue(process)
    }
  }
}
