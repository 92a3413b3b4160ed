import { takeArrived, takeLoss, takeSignals } from '../../scheduler/arrivals.ts'
import type { Scheduler } from '../../scheduler/scheduler.ts'
import { KILL, type Signal } from '../../scheduler/signals.ts'
import type { Answers } from './answers.ts'
import { PortLine } from './peer-line.ts'

export interface PeerSurroundings {
  /** Tells that a signal could not be sent. */
  report(message: string): void
  /** First of all that begins in the event loop. */
  arrive(): void
  /** Does what waited for the end of a turn, before and after a batch is taken. */
  settleDeferred(): void
  settle(): void
}

/** Under a flood what comes meanwhile is left for the next time. */
const PASSES_MAX = 4

interface Peer {
  readonly line: PortLine
  /** Batches that came in a turn that did not end. */
  readonly taken: (readonly Signal[])[]
}

/** The lines to the other schedulers: posts what ours have sent, takes what theirs have. */
export class PeerDesk {
  readonly #scheduler: Scheduler
  readonly #surroundings: PeerSurroundings
  readonly #peers = new Map<number, Peer>()
  /** Others have sent something while a turn was in progress. */
  #arrived = false

  constructor(scheduler: Scheduler, surroundings: PeerSurroundings) {
    this.#scheduler = scheduler
    this.#surroundings = surroundings
  }

  readonly answers: Answers<'connect' | 'lost'> = {
    connect: ({ peer, words, port, flow, side }) => {
      const line = new PortLine(port, words, flow, side, (message) => this.#surroundings.report(message))
      this.#peers.set(peer, { line, taken: [] })
      this.#scheduler.core.peers?.connect(peer, line)
      port.on('message', (signals: readonly Signal[]) => {
        this.#surroundings.arrive()
        line.noteTaken(signals)
        this.#surroundings.settleDeferred()
        this.#peers.get(peer)?.taken.push(signals)
        this.takeArrivals()
        this.#surroundings.settle()
        this.#scheduler.core.peers?.flush()
      })
      return null
    },
    lost: ({ peer }) => {
      const { core } = this.#scheduler
      if (core.peers === null) return null
      this.takeArrivals()
      this.#peers.get(peer)?.line.close()
      this.#peers.delete(peer)
      takeLoss(core, peer)
      return null
    },
  }

  /** Between turns only, but for what ends the process that does not come to the end of its own. */
  exchange(): void {
    const { peers } = this.#scheduler.core
    if (peers === null) return
    peers.flush()
    if (this.#scheduler.inTurn) this.#lookForKill()
    else this.takeArrivals()
  }

  flush(): void {
    const { peers } = this.#scheduler.core
    if (peers === null) return
    if (peers.long.size > 0) peers.lookAtQueues()
    peers.flush()
  }

  takeArrivals(): void {
    this.#arrived = false
    // Until nothing more is there: what arrived on one line may follow from what arrived on another after that was looked at.
    for (let pass = 0; pass < PASSES_MAX && this.#collect(); pass++);
    const arrived = [...this.#peers].flatMap(([from, { taken }]) => taken.splice(0).map((signals) => ({ from, signals })))
    if (arrived.length > 0) takeArrived(this.#scheduler.core, arrived)
  }

  /** False when nothing was there. */
  #collect(): boolean {
    let found = false
    for (const { line, taken } of this.#peers.values()) {
      for (let signals = line.take(); signals !== undefined; signals = line.take()) {
        taken.push(signals)
        found = true
      }
    }
    return found
  }

  /** What came while a turn was in progress. */
  takeIfArrived(): void {
    if (this.#arrived) this.takeArrivals()
  }

  /** In a turn that does not end: a kill of its process is taken with all that came before it. Messages for the process among them are never read. */
  #lookForKill(): void {
    const { core } = this.#scheduler
    this.#arrived = true
    this.#collect()
    for (const [peer, { taken }] of this.#peers) {
      if (!taken.some((signals) => signals.some(([kind, to]) => kind === KILL && to === core.current?.serial))) continue
      for (const signals of taken.splice(0)) takeSignals(core, peer, signals)
    }
  }
}
