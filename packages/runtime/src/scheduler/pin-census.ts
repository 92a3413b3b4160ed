import type { CodeInstance } from '../code/instance.ts'
import { type Hold, Holders } from '../process/hold.ts'
import * as processes from '../process/process.ts'
import { type Process } from '../process/process.ts'
import type { Core } from './core.ts'
import { visitPins } from './visit-pins.ts'

// Constants of V8's, too, as imported ones are not (docs/scheduling.md).
const { CENSUS_NEVER, CENSUS_SETTLED } = processes

const NO_HOLDS: readonly Hold[] = []

/** Processes that are looked at when somebody asks; of more, some are looked at before. A look takes 0.2 to 0.5 µs. */
const BACKLOG_MAX = 10_000
/** In each slice of the run loop (8 ms). */
const SETTLED_WHEN_BUSY = 1_000
const SETTLED_WHEN_IDLE = 5_000

/**
 * Who pins which generation. What a process pins changes in its turns, and at a few places besides: who had one since the last look stands in a list, and is looked at anew before
 * anybody reads. So a turn costs one comparison, and a reading costs what has run since, not what there is.
 */
export class PinCensus {
  readonly #core: Core
  /** Processes that may pin something else than at the last look; each knows its place here. */
  readonly #changed: Process[] = []
  readonly #holders = new Map<CodeInstance, Holders>()
  // What the process that is looked at pins, and since when: kept here, for a look builds nothing.
  readonly #owners: CodeInstance[] = []
  readonly #since: number[] = []
  #cursor = 0

  constructor(core: Core) {
    this.#core = core
  }

  /** What the process pins may change from now on. */
  note(process: Process): void {
    if (process.censusPlace === CENSUS_SETTLED) process.censusPlace = this.#changed.push(process) - 1
  }

  /** The process has ended. */
  forget(process: Process): void {
    if (process.censusPlace >= 0) this.#unlist(process)
    process.censusPlace = CENSUS_NEVER
    if (process.holders !== null) this.#drop(process, process.holders)
    if (process.moreHolds !== null) for (const { holders } of process.moreHolds) this.#drop(process, holders)
  }

  /** Looks at all that may have changed. To be called before anything is read. */
  settle(): void {
    const { current, checked } = this.#core
    const changed = this.#changed
    const stays: Process[] = []
    while (changed.length > 0) {
      const process = changed.pop() as Process
      process.censusPlace = CENSUS_SETTLED
      if (process === current || process === checked) continue
      this.#look(process)
      if (mayChangeUnseen(process)) stays.push(process)
    }
    for (const process of stays) this.note(process)
    // Their turn goes on: what they call is on the native stack, and nothing tells when it has returned.
    if (current !== null) this.#lookAgain(current)
    if (checked !== null && checked !== current) this.#lookAgain(checked)
  }

  /** Between turns: looks at some where many have changed, so that no reading takes long. True when many are left. */
  workOff(isIdle: boolean): boolean {
    if (this.#changed.length <= BACKLOG_MAX) return false
    this.settleSome(isIdle ? SETTLED_WHEN_IDLE : SETTLED_WHEN_BUSY)
    return this.#changed.length > BACKLOG_MAX
  }

  /** In turn, so that those which run all the time do not keep the others from being looked at. */
  settleSome(count: number): void {
    const changed = this.#changed
    for (let looked = Math.min(count, changed.length); looked > 0; looked--) {
      if (this.#cursor >= changed.length) this.#cursor = 0
      const process = changed[this.#cursor++] as Process
      if (mayChangeUnseen(process)) continue
      this.#unlist(process)
      process.censusPlace = CENSUS_SETTLED
      this.#look(process)
    }
  }

  /** Who pins the generation; whoever has done so longest comes first. `undefined`: nobody. To be settled before. */
  holdersOf(code: CodeInstance): Holders | undefined {
    return this.#holders.get(code)
  }

  #lookAgain(process: Process): void {
    if (process.censusPlace === CENSUS_NEVER) return
    this.note(process)
    this.#look(process)
  }

  readonly #see = (owner: CodeInstance, _reason: unknown, since: number): void => {
    if (owner.isRuntime) return
    const at = this.#owners.indexOf(owner)
    if (at === -1) {
      this.#owners.push(owner)
      this.#since.push(since)
    } else if (since < (this.#since[at] as number)) this.#since[at] = since
  }

  #look(process: Process): void {
    const owners = this.#owners
    const sinceOf = this.#since
    owners.length = sinceOf.length = 0
    visitPins(this.#core, process, this.#see)
    if (process.holders !== null) this.#lookAt(process, process.holders)
    for (const { holders } of process.moreHolds ?? NO_HOLDS) this.#lookAt(process, holders)
    for (const [at, owner] of owners.entries()) this.#holdersFor(owner).add(process, sinceOf[at] as number)
    owners.length = 0
  }

  /** Whether the process still pins it, and since when. */
  #lookAt(process: Process, holders: Holders): void {
    const owners = this.#owners
    const sinceOf = this.#since
    const at = owners.indexOf(holders.owner)
    if (at === -1) {
      this.#drop(process, holders)
      return
    }
    holders.date(process, sinceOf[at] as number)
    owners[at] = owners.at(-1) as CodeInstance
    owners.pop()
    sinceOf[at] = sinceOf.at(-1) as number
    sinceOf.pop()
  }

  #unlist(process: Process): void {
    const last = this.#changed.pop() as Process
    if (last === process) return
    this.#changed[process.censusPlace] = last
    last.censusPlace = process.censusPlace
  }

  #holdersFor(owner: CodeInstance): Holders {
    let holders = this.#holders.get(owner)
    if (holders === undefined) this.#holders.set(owner, (holders = new Holders(owner)))
    return holders
  }

  #drop(process: Process, holders: Holders): void {
    holders.remove(process)
    // Nothing here may keep code of a purged generation alive (PIN7).
    if (holders.size === 0) this.#holders.delete(holders.owner)
  }
}

/** Its async generators end without a word, when they are collected. */
function mayChangeUnseen({ relations }: Process): boolean {
  return relations !== null && relations.iterators.size > 0
}
