import { openGate } from '../../code/purge-gate.ts'
import { decideRound, gateEach, isSame, type Gated, type RoundPins } from '../../code/purge-round.ts'
import type { SoftPurgeOutcome } from '../../engine.ts'
import type { By } from '../../events.ts'
import type { ModuleGeneration } from '../../ids.ts'
import type { PinnedGeneration, PurgeMark } from '../../inspect/views.ts'
import { oldGenerations } from './purge.ts'
import { mergePins } from './end-victims.ts'
import { askLiving } from '../fleet/fleet.ts'
import { STAGE_WAIT_MS, type RuntimeParts } from '../runtime-parts.ts'
import type { SchedulerLink } from '../fleet/scheduler-link.ts'

export interface SoftPurgeDecision {
  readonly purged: readonly ModuleGeneration[]
  /** Those that stay, each with who keeps it. */
  readonly pinned: readonly RoundPins[]
}

/** PIN4: what is drained goes, what is pinned is reported. */
export function softPurge(parts: RuntimeParts, module: string, generation: number | undefined, by: By): Promise<SoftPurgeOutcome> {
  return parts.exclusive(async () => {
    const chosen = oldGenerations(parts, module, generation)
    const kept = generation === undefined ? chosen.filter((number) => parts.guards.markOf(module, number, 'keep') !== null) : []
    const going = chosen.filter((number) => !kept.includes(number)).map((number) => ({ module, number }))
    const links = parts.fleet.links()
    const { purged, pinned } = await decideSoftPurge(links, gateEach(going))
    if (purged.length > 0) await askLiving(links, 'settle', { purged, open: [] }, Number.POSITIVE_INFINITY)
    const mark: PurgeMark = { kind: 'soft', at: new Date(parts.clock.now()).toISOString(), by: by.actor, reason: by.reason, killed: [] }
    for (const gone of purged) {
      parts.code.purge(gone, mark)
      parts.remains.purged(gone)
    }
    parts.emit({ type: 'soft_purged', module, purged: purged.map(({ number }) => number), pinned: pinned.map(countPins), by })
    return {
      purged,
      pinned: pinned.map(({ number, pids, readBy }) => ({ module, number, pids, ...(readBy.length === 0 ? {} : { readBy }) })),
      kept: kept.map((number) => ({ module, number })),
    }
  })
}

/** Asks who pins, decides (PIN3), and opens what stays. What is purged enters no more; it has to be settled, or committed with a load. */
export async function decideSoftPurge(links: readonly SchedulerLink[], gated: readonly Gated[]): Promise<SoftPurgeDecision> {
  if (gated.length === 0) return { purged: [], pinned: [] }
  try {
    const pins = mergePins((await askLiving(links, 'close', { generations: gated }, STAGE_WAIT_MS)).map(({ answer }) => answer))
    const { purged, open } = decideRound(gated, pins)
    if (open.length === 0) return { purged, pinned: [] }
    const entered = (await askLiving(links, 'settle', { purged: [], open }, Number.POSITIVE_INFINITY)).flatMap(({ answer }) => answer)
    const pinned = open.map((generation) => {
      const { pids = [], readBy = [] } = pins.find((entry) => isSame(entry, generation)) ?? {}
      const callers = entered.filter((entry) => isSame(entry, generation)).map(({ pid }) => pid)
      return { ...generation, pids: [...new Set([...pids, ...callers])], readBy }
    })
    return { purged, pinned }
  } catch (error) {
    for (const { gate } of gated) openGate(gate)
    for (const link of links) link.tell('settle', { purged: [], open: gated.map(({ module, number }) => ({ module, number })) })
    throw error
  }
}

/** How many processes pin a generation, and which loaded ones were built with it. */
export function countPins({ number, pids, readBy }: RoundPins): PinnedGeneration {
  return { number, pins: pids.length, ...(readBy.length === 0 ? {} : { readBy }) }
}
