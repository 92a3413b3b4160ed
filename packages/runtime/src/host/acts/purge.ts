import { isSame } from '../../code/purge-round.ts'
import type { PurgePlan } from '../../code/plans.ts'
import type { PurgeOutcome } from '../../engine.ts'
import { refuse } from '../../errors.ts'
import type { By } from '../../events.ts'
import type { ModuleGeneration } from '../../ids.ts'
import type { PurgeMark } from '../../inspect/views.ts'
import { VIEW_WAIT_MS, type RuntimeParts } from '../runtime-parts.ts'
import { endPinning, readersOn } from './end-victims.ts'
import { gatherVictims } from './gather-victims.ts'
import { refuseChanged } from './kills.ts'

export async function planPurge(parts: RuntimeParts, module: string, generation: number | undefined): Promise<PurgePlan> {
  const generations = oldGenerations(parts, module, generation)
  const chosen = generations.map((number) => ({ module, number }))
  await requireUnread(parts, chosen)
  const found = await gatherVictims(parts.fleet.links(), chosen, [], VIEW_WAIT_MS)
  return { verb: 'purge', module, generations, current: parts.code.current(module)?.number ?? null, ...found }
}

/** PLAN1, PIN5: ends exactly the plan's processes, then removes its generations. */
export function purge(parts: RuntimeParts, plan: PurgePlan, by: By): Promise<PurgeOutcome> {
  return parts.exclusive(async () => {
    const { module, generations } = plan
    const current = parts.code.current(module)?.number ?? null
    if (current !== plan.current)
      refuse({ code: 'changed_meanwhile', changes: [{ type: 'current', module, was: plan.current, is: current }] })
    const gone = generations.filter((number) => parts.code.get(module, number).status !== 'old')
    if (gone.length > 0) refuse({ code: 'changed_meanwhile', changes: gone.map((number) => ({ type: 'generation_gone', module, number })) })
    const going = generations.map((number) => ({ module, number }))
    await requireUnread(parts, going)
    const answer = await endPinning(parts, parts.fleet.links(), going, plan.victims, by.reason)
    if (answer.status === 'changed') return refuseChanged(parts, answer, by)
    const { killed, skipped, alsoEnded } = answer
    const mark: PurgeMark = {
      kind: 'forced',
      at: new Date(parts.clock.now()).toISOString(),
      by: by.actor,
      reason: by.reason,
      killed: [...killed, ...alsoEnded],
    }
    for (const number of generations) {
      parts.code.purge({ module, number }, mark)
      parts.remains.purged({ module, number })
    }
    parts.emit({ type: 'purged', module, generations, mark, skipped, alsoEnded, by })
    return { generations, killed, skipped, alsoEnded, pending: [] }
  })
}

/** PIN5: no loaded generation that stays was built with one of these. */
async function requireUnread(parts: RuntimeParts, going: readonly ModuleGeneration[]): Promise<void> {
  for (const { module, number, readBy } of await readersOn(parts.fleet.links(), going)) {
    const by = readBy.filter((reader) => !going.some((entry) => isSame(entry, reader)))
    if (by.length > 0) refuse({ code: 'still_read', module, number, by })
  }
}

/** The named old generation, or each one. Refused for current and for what is not loaded. */
export function oldGenerations(parts: RuntimeParts, module: string, generation: number | undefined): number[] {
  const history = parts.code.history(module)
  if (generation === undefined) return history.filter(({ status }) => status === 'old').map(({ number }) => number)
  const { status, number } = parts.code.get(module, generation)
  if (status === 'current') refuse({ code: 'current_generation', module, number })
  if (status === 'purged') refuse({ code: 'unknown_generation', module, number })
  return [number]
}
