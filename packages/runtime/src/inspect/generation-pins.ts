import { END_KILL } from '../abi.ts'
import type { BodyRead } from '../code/body-reads.ts'
import type { CodeInstance } from '../code/instance.ts'
import type { GenerationPins } from '../host/protocol.ts'
import type { ModuleGeneration, Pid } from '../ids.ts'
import type { Process } from '../process/process.ts'
import type { Scheduler } from '../scheduler/scheduler.ts'
import { visitPins } from './process-pins.ts'

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

/** Who keeps each of these generations from being removed; one pass over all processes where some are pinned. */
export function pinsOfGenerations(scheduler: Scheduler, generations: readonly ModuleGeneration[]): GenerationPins[] {
  const { core } = scheduler
  const pids = new Map<CodeInstance, Set<Pid>>()
  for (const generation of generations) {
    const code = find(scheduler, generation)
    if (code !== undefined) pids.set(code, new Set())
  }
  const visit = (process: Process): void => visitPins(core, process, (owner) => void pids.get(owner)?.add(process.pid))
  // One that was killed in the turn in progress runs no more code: it holds nothing (KILL2).
  // Without a counted pin only synchronous calls of the turn in progress are left, which nothing counts.
  const suspects = [...pids.keys()].some(({ pins }) => pins > 0) ? core.processes.values() : new Set([core.current, core.checked])
  for (const process of suspects) if (process !== null && process.ending !== END_KILL) visit(process)
  visit(core.nobody)
  return readersOf(scheduler, generations).map((entry) => {
    const code = find(scheduler, entry)
    return { ...entry, pids: code === undefined ? [] : [...(pids.get(code) ?? [])] }
  })
}

function find({ core }: Scheduler, { module, number }: ModuleGeneration): CodeInstance | undefined {
  for (const instance of core.options.code.instances()) if (instance.module === module && instance.generation === number) return instance
  return undefined
}
