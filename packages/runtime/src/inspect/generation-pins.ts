import { END_KILL } from '../abi.ts'
import type { BodyRead } from '../code/body-reads.ts'
import type { CodeInstance } from '../code/instance.ts'
import type { GenerationPins } from '../host/protocol.ts'
import type { ModuleGeneration } from '../ids.ts'
import type { Core } from '../scheduler/core.ts'
import type { Scheduler } from '../scheduler/scheduler.ts'
import { visitPins } from '../scheduler/visit-pins.ts'

export interface GenerationReader {
  readonly reader: CodeInstance
  readonly read: BodyRead
}

/** Per generation: the loaded ones whose body read a class or another value of it. */
export function readersByGeneration({ core }: Scheduler): Map<CodeInstance, GenerationReader[]> {
  const readers = new Map<CodeInstance, GenerationReader[]>()
  for (const reader of core.options.code.instances()) {
    for (const [target, read] of reader.reads) {
      const known = readers.get(target)
      if (known === undefined) readers.set(target, [{ reader, read }])
      else known.push({ reader, read })
    }
  }
  return readers
}

export function nameReaders(readers: readonly GenerationReader[] | undefined): ModuleGeneration[] {
  return (readers ?? []).map(({ reader: { module, generation } }) => ({ module, number: generation }))
}

export function readersOf(scheduler: Scheduler, generations: readonly ModuleGeneration[]): Omit<GenerationPins, 'pids'>[] {
  const readers = readersByGeneration(scheduler)
  return generations.map(({ module, number }) => {
    const code = find(scheduler, { module, number })
    return { module, number, readBy: nameReaders(code === undefined ? undefined : readers.get(code)) }
  })
}

/** Who keeps each of these generations from being removed, oldest process first. */
export function pinsOfGenerations(scheduler: Scheduler, generations: readonly ModuleGeneration[]): GenerationPins[] {
  const { core } = scheduler
  core.census.settle()
  const ofNobody = pinnedByNobody(core)
  return readersOf(scheduler, generations).map((entry) => {
    const code = find(scheduler, entry)
    if (code === undefined) return { ...entry, pids: [] }
    // One that was killed in the turn in progress runs no more code: it holds nothing (KILL2).
    const holders = (core.census.holdersOf(code)?.all ?? []).toSorted((a, b) => a.serial - b.serial)
    const pids = holders.flatMap(({ ending, pid }) => (ending === END_KILL ? [] : [pid]))
    return { ...entry, pids: ofNobody.has(code) ? [...pids, core.nobody.pid] : pids }
  })
}

/** What code pins that no process owns, and since when. */
export function pinnedByNobody(core: Core): Map<CodeInstance, number> {
  const since = new Map<CodeInstance, number>()
  visitPins(core, core.nobody, (owner, _reason, began) => since.set(owner, Math.min(began, since.get(owner) ?? began)))
  return since
}

function find({ core }: Scheduler, { module, number }: ModuleGeneration): CodeInstance | undefined {
  for (const instance of core.options.code.instances()) if (instance.module === module && instance.generation === number) return instance
  return undefined
}
