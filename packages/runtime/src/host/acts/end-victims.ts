import { decideRound, gateTogether, isSame } from '../../code/purge-round.ts'
import { decideVictims } from '../../code/purge-plan.ts'
import type { PlanChange } from '../../code/plans.ts'
import { formatModuleGeneration, type ModuleGeneration, type Pid } from '../../ids.ts'
import type { Victim } from '../../inspect/views.ts'
import { askLiving, isLost, ownOf } from '../fleet/fleet.ts'
import { gatherVictims } from './gather-victims.ts'
import type { EndAnswer } from '../protocol.ts'
import { cutting } from './cutting.ts'
import { STAGE_WAIT_MS, VIEW_WAIT_MS, type RuntimeParts } from '../runtime-parts.ts'
import type { SchedulerLink } from '../fleet/scheduler-link.ts'
import { LATE } from '../fleet/within.ts'

/**
 * PIN5: ends what pins these generations, at most those planned, then removes them everywhere. A single scheduler does both in one step. Several end what was decided
 * on the answers of all, each looking once more at its own, and the removal is a round of its own (PIN3): whoever has entered meanwhile is left alone, and
 * so is the generation.
 */
export async function endPinning(
  parts: RuntimeParts,
  links: readonly SchedulerLink[],
  generations: readonly ModuleGeneration[],
  planned: readonly Victim[] | null,
  why: string,
): Promise<EndAnswer> {
  if (generations.length === 0) return { status: 'ended', killed: [], alsoEnded: [], skipped: [] }
  const names = generations.map(({ module, number }) => formatModuleGeneration(module, number)).join(', ')
  const reason = why === '' ? `purge of ${names}` : `purge of ${names}: ${why}`
  const [only] = links
  if (only !== undefined && links.length === 1) {
    const pids = (planned ?? []).map(({ pid }) => pid)
    const purging = only.ask('purge', { generations, planned, reason }, STAGE_WAIT_MS)
    const hurried = await cutting(parts, only, pids, purging)
    return hurried === LATE ? purging : hurried
  }
  const ended = await endOnEach(parts, links, generations, [], planned, 'purge', reason)
  return ended.status === 'changed' ? ended : removeEverywhere(links, generations, ended)
}

/** Decides on what all schedulers answer who is ended, then lets each end its own. A scheduler that is lost meanwhile has ended its own. */
async function endOnEach(
  parts: RuntimeParts,
  links: readonly SchedulerLink[],
  generations: readonly ModuleGeneration[],
  pids: readonly Pid[],
  planned: readonly Victim[] | null,
  by: 'purge' | 'operator',
  reason: string,
): Promise<EndAnswer> {
  const { victims: actual } = await gatherVictims(links, generations, pids, VIEW_WAIT_MS)
  const decision = decideVictims(planned ?? actual, actual)
  if (decision.status === 'changed') return decision
  const changes: PlanChange[] = []
  const killed: Pid[] = []
  const skipped = [...decision.skipped]
  await Promise.all(
    links.map(async (link) => {
      const own = ownOf(decision.kill, link.id)
      if (own.length === 0) return
      try {
        const asked = link.ask('kill', { pids: own, reason, by, planned: planned ?? actual }, Number.POSITIVE_INFINITY)
        const hurried = await cutting(parts, link, own, asked)
        const answer = hurried === LATE ? await asked : hurried
        if (answer.status === 'changed') changes.push(...answer.changes)
        else if (answer.status === 'ended') killed.push(...answer.killed)
      } catch (error) {
        if (!isLost(error)) throw error
        skipped.push(...own)
      }
    }),
  )
  return changes.length > 0 ? { status: 'changed', changes, killed } : { status: 'ended', killed, alsoEnded: decision.fall, skipped }
}

async function removeEverywhere(
  links: readonly SchedulerLink[],
  generations: readonly ModuleGeneration[],
  ended: Extract<EndAnswer, { status: 'ended' }>,
): Promise<EndAnswer> {
  const gated = gateTogether(generations)
  const answers = await askLiving(links, 'close', { generations: gated }, STAGE_WAIT_MS)
  const pins = mergePins(answers.map(({ answer }) => answer))
  // What was built with it was looked at before: here it only counts who is inside.
  const { purged, open } = decideRound(
    gated,
    pins.map((entry) => ({ ...entry, readBy: [] })),
  )
  await askLiving(links, 'settle', { purged, open }, Number.POSITIVE_INFINITY)
  if (open.length === 0) return ended
  const inside = [...new Set(pins.filter((entry) => open.some((left) => isSame(left, entry))).flatMap(({ pids }) => pids))]
  const { victims } = await gatherVictims(links, [], inside, VIEW_WAIT_MS)
  return {
    status: 'changed',
    changes: victims.map((victim) => ({ type: 'one_more', victim })),
    killed: [...ended.killed, ...ended.alsoEnded],
  }
}

/** Who keeps generations from being removed, as all schedulers together answered. */
export function mergePins<T extends ModuleGeneration & { readonly pids: readonly Pid[]; readonly readBy: readonly ModuleGeneration[] }>(
  answers: readonly (readonly T[])[],
): T[] {
  const merged: T[] = []
  for (const entry of answers.flat()) {
    const at = merged.findIndex((known) => isSame(known, entry))
    const known = merged[at]
    if (known === undefined) merged.push(entry)
    else
      merged[at] = {
        ...known,
        pids: [...known.pids, ...entry.pids],
        readBy: [...known.readBy, ...entry.readBy.filter((reader) => !known.readBy.some((other) => isSame(other, reader)))],
      }
  }
  return merged
}

/** Loaded generations whose body read a value of one of these, as schedulers together know. */
export async function readersOn(links: readonly SchedulerLink[], generations: readonly ModuleGeneration[]) {
  const answers = await askLiving(links, 'readers', { generations }, VIEW_WAIT_MS)
  return mergePins(answers.map(({ answer }) => answer.map((entry) => ({ ...entry, pids: [] as Pid[] }))))
}
