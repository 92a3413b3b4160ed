import { WORD_LAST_SERIAL, WORD_REQUESTS } from '../host/shared-words.ts'
import { takeArrived, takeLoss, takeSignals } from '../scheduler/arrivals.ts'
import { NameTable } from '../scheduler/name-table.ts'
import type { Signal } from '../scheduler/signals.ts'
import { createTestScheduler, type TestScheduler } from './test-scheduler.ts'

/** Several schedulers on the test's own thread, whose signals arrive when the test says so: every interleaving can be tried. */
export interface TestFleet {
  readonly schedulers: readonly TestScheduler[]
  readonly names: NameTable
  /** Batches under way from one scheduler to another. */
  underWay(from: number, to: number): number
  /** Lets the next batch arrive; false when there is none. */
  arrive(from: number, to: number): boolean
  /** Lets everything arrive that is under way to one scheduler, as a real one takes it. */
  arriveAll(to: number): void
  /** Runs every scheduler and lets everything arrive until nothing moves. */
  settle(): Promise<void>
  /** The thread of a scheduler has ended: what it sent arrives, then its end. */
  lose(id: number): void
  stop(): void
}

/** A line on which so many batches at most are under way. */
const BATCHES_MAX = 4

export function createTestFleet(count: number, modules: Readonly<Record<string, string>>): TestFleet {
  const names = new NameTable(1)
  const ids = Array.from({ length: count }, (_, index) => index + 1)
  const lines = new Map<string, (readonly Signal[])[]>()
  const line = (from: number, to: number): (readonly Signal[])[] => lines.get(`${from} ${to}`) as (readonly Signal[])[]
  const lost = new Set<number>()
  const schedulers = ids.map((id) =>
    createTestScheduler({
      modules,
      id,
      fleet: { schedulers: count, names },
      serve: (test) => test.scheduler.core.peers?.flush(),
    }),
  )
  const at = (id: number): TestScheduler => schedulers[id - 1] as TestScheduler
  for (const from of ids) {
    for (const to of ids) {
      if (from === to) continue
      lines.set(`${from} ${to}`, [])
      at(from).scheduler.core.peers?.connect(to, {
        isCrowded: () => line(from, to).length >= BATCHES_MAX,
        post: (signals) => void line(from, to).push(structuredClone(signals)),
        reserveSerial: () => Atomics.add(at(to).scheduler.core.words, WORD_LAST_SERIAL, 1) + 1,
      })
    }
  }
  const fleet: TestFleet = {
    schedulers,
    names,
    underWay: (from, to) => line(from, to).length,
    arrive(from, to) {
      const signals = line(from, to).shift()
      if (signals === undefined || lost.has(to)) return false
      takeSignals(at(to).scheduler.core, from, signals)
      // Room on the line is told as a real one does it.
      Atomics.store(at(from).scheduler.core.words, WORD_REQUESTS, 1)
      at(from).scheduler.core.peers?.flush()
      return true
    },
    arriveAll(to) {
      const arrived = ids
        .filter((from) => from !== to)
        .flatMap((from) =>
          line(from, to)
            .splice(0)
            .map((signals) => ({ from, signals })),
        )
      takeArrived(at(to).scheduler.core, arrived)
    },
    async settle() {
      for (let moved = true; moved; ) {
        moved = false
        for (const id of ids) {
          if (lost.has(id)) continue
          await at(id).runUntilIdle()
          const { peers } = at(id).scheduler.core
          peers?.lookAtQueues()
          peers?.flush()
        }
        for (const from of ids) for (const to of ids) if (from !== to) while (fleet.arrive(from, to)) moved = true
      }
    },
    lose(id) {
      for (const to of ids) {
        if (to === id || lost.has(to)) continue
        while (fleet.arrive(id, to));
        takeLoss(at(to).scheduler.core, id)
      }
      lost.add(id)
      names.dropScheduler(id)
    },
    stop() {
      for (const scheduler of schedulers.toReversed()) scheduler.stop()
    },
  }
  return fleet
}
