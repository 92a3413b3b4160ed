import type { CodeInstance } from '../code/instance.ts'
import type { PinCount, Whereabouts } from '../host/protocol.ts'
import type { ModuleGeneration, Pid } from '../ids.ts'
import { innermostOwner } from '../scheduler/innermost.ts'
import type { Scheduler } from '../scheduler/scheduler.ts'
import type { Process } from '../process/process.ts'
import { nameReaders, pinnedByNobody, readersByGeneration } from './generation-pins.ts'
import { isoTime, pinFacts, type PinFact } from './process-pins.ts'
import type { PinRow } from './views.ts'

interface Tally {
  readonly pins: number
  readonly oldest: number
}

/** How many processes pin each generation, and since when the oldest does. */
export function tallyPins({ core }: Scheduler): Map<CodeInstance, Tally> {
  core.census.settle()
  const ofNobody = pinnedByNobody(core)
  const tallies = new Map<CodeInstance, Tally>()
  for (const code of core.options.code.instances()) {
    const holders = core.census.holdersOf(code)
    const since = ofNobody.get(code)
    tallies.set(code, {
      pins: (holders?.size ?? 0) + (since === undefined ? 0 : 1),
      oldest: Math.min(holders?.oldest ?? Number.POSITIVE_INFINITY, since ?? Number.POSITIVE_INFINITY),
    })
  }
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

/** Who pins the generations of a module: processes, oldest pin first and of as old ones the oldest process, then generations that were built on them. */
export function pinRows(scheduler: Scheduler, module: string, generation?: number): PinRow[] {
  const { core } = scheduler
  core.census.settle()
  const found: { process: Process; fact: PinFact }[] = []
  const find = (process: Process, isMeant: (owner: CodeInstance) => boolean): void => {
    for (const fact of pinFacts(core, process)) if (isMeant(fact.owner)) found.push({ process, fact })
  }
  for (const code of core.options.code.instances()) {
    if (code.module !== module || (generation !== undefined && code.generation !== generation)) continue
    for (const process of core.census.holdersOf(code)?.all ?? []) find(process, (owner) => owner === code)
  }
  find(core.nobody, (owner) => owner.module === module && (generation === undefined || owner.generation === generation))
  found.sort((a, b) => a.fact.since - b.fact.since || a.process.serial - b.process.serial)
  const byProcesses = found.map(
    ({ process: { pid }, fact }): PinRow => ({
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
