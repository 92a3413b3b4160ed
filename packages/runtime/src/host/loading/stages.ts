import type { StagedModule } from '../../code/code-table.ts'
import { gateTogether } from '../../code/purge-round.ts'
import type { CompiledPackage } from '../../compiler/compiled.ts'
import { EngineError, refuse } from '../../errors.ts'
import type { By } from '../../events.ts'
import { formatModuleGeneration, type ModuleGeneration, type Pid } from '../../ids.ts'
import type { Victim } from '../../inspect/views.ts'
import { endPinning } from '../acts/end-victims.ts'
import { askAll, askLiving } from '../fleet/fleet.ts'
import { refuseChanged } from '../acts/kills.ts'
import { publishOn } from '../fleet/publish-on.ts'
import { STAGE_WAIT_MS, type RuntimeParts } from '../runtime-parts.ts'
import type { SchedulerLink } from '../fleet/scheduler-link.ts'
import { countPins, decideSoftPurge } from '../acts/soft-purge.ts'
import { behavioursFor, bodyFault, nameSet, stagedFromJournal } from './trial.ts'

/** What goes when a set is published, and who may be ended for it. */
export interface Removal {
  readonly soft: readonly ModuleGeneration[]
  readonly forced: readonly ModuleGeneration[]
  readonly planned: readonly Victim[] | null
  /** Do not wait for a scheduler that is held. */
  readonly late: boolean
  readonly by: By
}

/** Brings sets of generations onto all schedulers and makes them current there at once (GEN3, GEN11, GEN12). */
export class Stages {
  readonly #parts: RuntimeParts
  #stage = 0

  constructor(parts: RuntimeParts) {
    this.#parts = parts
  }

  /**
   * Stages the set on each scheduler, ends and removes what goes, and publishes. Until the removal is decided a refusal leaves everything as it was; afterwards nothing
   * can refuse any more. A scheduler that is lost on the way starts anew with what is current then.
   */
  async publish(
    set: readonly StagedModule[],
    packages: readonly CompiledPackage[],
    removal: Removal,
  ): Promise<{ readonly killed: readonly Pid[]; readonly alsoEnded: readonly Pid[] }> {
    // SAFE2: in safe mode a load changes what will be current, and nothing starts.
    if (this.#parts.safeMode() !== null) return { killed: [], alsoEnded: [] }
    const { epoch, fleet } = this.#parts
    const stage = ++this.#stage
    const links = fleet.links()
    const { next } = epoch
    try {
      const late = await this.#stageOn(links, stage, set, packages, removal.late)
      const staged = links.filter((link) => !late.includes(link))
      await askAll(staged, 'commit', { stage, epoch: next }, STAGE_WAIT_MS)
      const outcome = await this.#remove(links, removal)
      for (const link of late) void this.#joinLate(link, stage, next, set, packages)
      epoch.publish()
      return outcome
    } catch (error) {
      for (const link of links) link.tell('discard', { stage })
      throw error
    }
  }

  /** GEN6: a loaded generation becomes current again. A scheduler that was started again since has only what was current, and gets it now. */
  async rebind(module: string, number: number): Promise<void> {
    const stage = ++this.#stage
    await publishOn(this.#parts, this.#parts.fleet.links(), async (links, epoch) => {
      const bound = await Promise.all(
        links.map(async (link) => ({ link, answer: await link.ask('bind', { module, number, epoch }, STAGE_WAIT_MS) })),
      )
      const missing = bound.flatMap(({ link, answer }) => (answer === 'not_there' ? [link] : []))
      if (missing.length === 0) return
      const { modules, packages } = await stagedFromJournal(this.#parts, [{ module, number }])
      await this.#stageOn(missing, stage, modules, packages, false)
      await askAll(missing, 'commit', { stage, epoch }, STAGE_WAIT_MS)
    })
  }

  /** Those that are held and take the set over later, where that is asked for. */
  async #stageOn(
    links: readonly SchedulerLink[],
    stage: number,
    modules: readonly StagedModule[],
    packages: readonly CompiledPackage[],
    mayBeLate: boolean,
  ): Promise<readonly SchedulerLink[]> {
    const waits = modules.some(({ compiled }) => compiled.waits)
    const behaviours = await behavioursFor(this.#parts.compiler, modules)
    const late: SchedulerLink[] = []
    const failures: unknown[] = []
    await Promise.all(
      links.map(async (link) => {
        try {
          const answer = await link.ask('stage', { stage, modules, packages, behaviours }, STAGE_WAIT_MS)
          if (answer.status !== 'staged') refuse(bodyFault(answer, nameSet(modules)))
        } catch (error) {
          const held = error instanceof EngineError && error.fault.code === 'scheduler_held'
          // A body that waits needs turns of its own: its scheduler cannot do that before the next turn.
          if (held && mayBeLate && !waits) late.push(link)
          else failures.push(error)
        }
      }),
    )
    if (failures.length > 0) throw failures[0]
    return late
  }

  async #joinLate(
    link: SchedulerLink,
    stage: number,
    epoch: number,
    modules: readonly StagedModule[],
    packages: readonly CompiledPackage[],
  ): Promise<void> {
    try {
      const behaviours = await behavioursFor(this.#parts.compiler, modules)
      const answer = await link.ask('join', { stage, epoch, modules, packages, behaviours }, Number.POSITIVE_INFINITY)
      if (answer.status === 'staged') return
      const names = modules.map(({ compiled, generation }) => formatModuleGeneration(compiled.module, generation)).join(', ')
      const why = answer.status === 'failed' ? answer.error.slice(0, 2_000) : `its body did not end within ${answer.limitMs} ms`
      this.#parts.emit({
        type: 'error',
        message: `${names} is current and does not start on scheduler ${link.id}, which joined late: ${why}`,
      })
    } catch (error) {
      // Its thread has ended: the next one starts with what is current.
      if (!(error instanceof EngineError)) throw error
    }
  }

  async #remove(links: readonly SchedulerLink[], { soft, forced, planned, by }: Removal) {
    const { pinned } = await decideSoftPurge(links, gateTogether(soft))
    const held = pinned.filter(({ pids, readBy }) => pids.length > 0 || readBy.length > 0)
    const { module } = held[0] ?? pinned[0] ?? { module: '' }
    if (pinned.length > 0)
      refuse({ code: 'not_purged', module, generations: held.filter((entry) => entry.module === module).map(countPins) })
    if (soft.length > 0) await askLiving(links, 'settle', { purged: soft, open: [] }, Number.POSITIVE_INFINITY)
    const ended = await endPinning(this.#parts, links, forced, planned, by.reason)
    return ended.status === 'changed' ? refuseChanged(this.#parts, ended, by) : ended
  }
}
