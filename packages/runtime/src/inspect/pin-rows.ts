import type { CodeInstance } from '../code/instance.ts'
import type { PinCount, Whereabouts } from '../host/protocol.ts'
import type { ModuleGeneration, Pid } from '../ids.ts'
import { innermostOwner } from '../scheduler/innermost.ts'
import type { Scheduler } from '../scheduler/scheduler.ts'
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
  return [...tallyPins(scheduler)].map(([{ module, generation }, { pins, oldest }]) => ({
    module,
    number: generation,
    pins,
    oldestAt: pins === 0 ? null : isoTime(scheduler.core, oldest),
  }))
}

/** Who pins the generations of a module, oldest pin first. */
export function pinRows({ core }: Scheduler, module: string, generation?: number): PinRow[] {
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
  return found.map(({ pid, fact }) => ({
    pid,
    generation: fact.owner.generation,
    reason: fact.reason,
    function: fact.function,
    at: fact.at,
    since: isoTime(core, fact.since),
  }))
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
