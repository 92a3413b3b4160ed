import type { GenerationTable } from '../../code/code-table.ts'
import { armCode, disarmCode } from '../../code/purge-gate.ts'
import { formatModuleGeneration, type ModuleGeneration } from '../../ids.ts'
import { pinsOfGenerations } from '../../inspect/process-views.ts'
import { ReclaimWatch } from '../../scheduler/reclaim-watch.ts'
import type { Scheduler } from '../../scheduler/scheduler.ts'
import { collectGarbage } from './collect-garbage.ts'
import type { GenerationPins, SchedulerVerbs } from '../protocol.ts'

/** One scheduler's side of removing generations: answers who pins, opens what stays, takes out what goes (PIN3, PIN6). */
export class PurgeDesk {
  readonly #table: GenerationTable
  readonly #scheduler: Scheduler
  readonly #closing = new Map<string, Int32Array>()

  readonly #reclaims: ReclaimWatch

  constructor(table: GenerationTable, scheduler: Scheduler) {
    this.#table = table
    this.#scheduler = scheduler
    const { clock, emit } = scheduler.core.options
    this.#reclaims = new ReclaimWatch({ clock, emit: (event) => emit(event), collect: collectGarbage })
  }

  /** From the first answer on every entry looks at the gate: who is not in the answer cannot enter unseen. */
  close({ generations }: SchedulerVerbs['close']['ask']): GenerationPins[] {
    for (const { module, number, gate } of generations) {
      const code = this.#table.instance(module, number)
      if (code === undefined) continue
      armCode(code, gate)
      this.#closing.set(formatModuleGeneration(module, number), gate)
    }
    return pinsOfGenerations(this.#scheduler, generations)
  }

  /** Carries the decision out, and tells which calls of function values stopped a purge. */
  settle({ purged, open }: SchedulerVerbs['settle']['ask']): SchedulerVerbs['settle']['answer'] {
    const { core } = this.#scheduler
    for (const generation of purged) this.remove(generation)
    return open.flatMap(({ module, number }) => {
      const key = formatModuleGeneration(module, number)
      const gate = this.#closing.get(key)
      this.#closing.delete(key)
      const code = this.#table.instance(module, number)
      if (code !== undefined) disarmCode(code, core.counter)
      const entry = gate === undefined ? undefined : core.entered.get(gate)
      return entry === undefined ? [] : [{ module, number, pid: entry.pid }]
    })
  }

  remove(generation: ModuleGeneration): void {
    const code = this.#table.instance(generation.module, generation.number)
    this.#closing.delete(formatModuleGeneration(generation.module, generation.number))
    if (code === undefined) return
    this.#scheduler.dropOfNobody(code)
    const counter = this.#table.remove(generation)
    if (counter !== undefined) this.#reclaims.watch(counter)
  }
}
