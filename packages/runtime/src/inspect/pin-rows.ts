import type { CodeInstance } from '../code/instance.ts'
import type { PinCount, Whereabouts } from '../host/protocol.ts'
import type { ModuleGeneration, Pid } from '../ids.ts'
import { innermostOwner } from '../scheduler/innermost.ts'
import type { Scheduler } from '../scheduler/scheduler.ts'
import { nameReaders, readersByGeneration } from './generation-pins.ts'
import { isoTime, pinFacts, visitPins } from './process-pins.ts'
import type { PinRow } from './views.ts'

interface Tally {
  pins: number
  oldest: number
  /** Serial of the process that was counted last: each counts once. */
  last: number
}

/** How many processes pin each generation, and since when the oldest does; one pass over all processes. */
export function tallyPins({ core }: Scheduler): Map<CodeInstance, Tally> {
  const tallies = new Map<CodeInstance, Tally>()
  for (const instance of core.options.code.instances()) tallies.set(instance, { pins: 0, oldest: Number.POSITIVE_INFINITY, last: -1 })
  let serial = 0
  let owner: CodeInstance | null = null
  let tally: Tally | undefined
  const visit = (instance: CodeInstance, _reason: unknown, since: number): void => {
    if (instance !== owner) {
      owner = instance
      tally = tallies.get(instance)
    }
    if (tally === undefined) return
    if (tally.last !== serial) {
      tally.last = serial
      tally.pins++
    }
    if (since < tally.oldest) tally.oldest = since
  }
  for (const process of core.processes.values()) {
    serial = process.serial
    visitPins(core, process, visit)
  }
  serial = 0
  visitPins(core, core.nobody, visit)
  return tallies
}

export function pinCounts(scheduler: Scheduler): PinCount[] {
  const readers = readersByGeneration(scheduler)
  return [...tallyPins(scheduler)].map(([code, { pins, oldest }]) => ({
    module: code.module,
    number: code.generation,
    pins,
    oldestAt: pins === 0 ? null : isoTime(scheduler.core, oldest),
    readBy: nameReaders(readers.get(code)),
  }))
}

/** Who pins the generations of a module: processes, oldest pin first, then generations that were built on them. */
export function pinRows(scheduler: Scheduler, module: string, generation?: number): PinRow[] {
  const { core } = scheduler
  const found: { pid: Pid; fact: ReturnType<typeof pinFacts>[number] }[] = []
  for (const process of [...core.processes.values(), core.nobody]) {
    let pins = false
    visitPins(core, process, (owner) => {
      if (owner.module === module && (generation === undefined || owner.generation === generation)) pins = true
    })
    if (!pins) continue
    for (const fact of pinFacts(core, process)) {
      if (fact.owner.module === module && (generation === undefined || fact.owner.generation === generation))
        found.push({ pid: process.pid, fact })
    }
  }
  found.sort((a, b) => a.fact.since - b.fact.since)
  const byProcesses = found.map(
    ({ pid, fact }): PinRow => ({
      pid,
      generation: fact.owner.generation,
      reason: fact.reason,
      function: fact.function,
      at: fact.at,
      since: isoTime(core, fact.since),
    }),
  )
  return [...byProcesses, ...generationRows(scheduler, module, generation)]
}

function generationRows(scheduler: Scheduler, module: string, generation: number | undefined): PinRow[] {
  return [...readersByGeneration(scheduler)]
    .filter(([code]) => code.module === module && (generation === undefined || code.generation === generation))
    .flatMap(([code, readers]) =>
      readers.map(
        ({ reader, read }): PinRow => ({
          pid: null,
          holder: { module: reader.module, number: reader.generation },
          generation: code.generation,
          reason: 'generation',
          function: read.name,
          at: read.place(),
          since: isoTime(scheduler.core, read.since),
        }),
      ),
    )
}

export function whereabouts({ core }: Scheduler, pid: Pid): Whereabouts {
  const process = core.processes.get(pid)
  if (process === undefined) return { pid, alive: false, generation: null, pins: [] }
  const pins: ModuleGeneration[] = []
  for (const { owner } of pinFacts(core, process)) {
    if (!pins.some((pin) => pin.module === owner.module && pin.number === owner.generation))
      pins.push({ module: owner.module, number: owner.generation })
  }
  return { pid, alive: true, generation: innermostOwner(process)?.generation ?? null, pins }
}
