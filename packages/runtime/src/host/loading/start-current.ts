import type { SystemConfig } from '../../config.ts'
import type { ModuleGeneration } from '../../ids.ts'
import type { StageAnswer } from '../protocol.ts'
import { STAGE_WAIT_MS, type RuntimeParts } from '../runtime-parts.ts'
import type { SchedulerLink } from '../fleet/scheduler-link.ts'
import { stagedFromJournal } from './trial.ts'
import { untilReadable } from '../journal/until-readable.ts'

/**
 * Instantiates every current generation on a fresh scheduler before its first turn; old ones come back on need, as no process is in them. One that
 * no longer starts is told and left out, and calls of it raise `undef` until another is made current.
 */
export async function startCurrent(parts: RuntimeParts, scheduler: SchedulerLink): Promise<void> {
  const current = parts.code.names().flatMap((name) => parts.code.current(name) ?? [])
  if (current.length === 0 || (await stage(parts, scheduler, current)).status === 'staged') return
  // Each by itself, as often as that brings one more: one may read another while its body runs.
  let left = current.map((generation) => ({ generation, why: '' }))
  for (;;) {
    const failed: typeof left = []
    for (const { generation } of left) {
      const answer = await stage(parts, scheduler, [generation])
      if (answer.status !== 'staged') failed.push({ generation, why: whyOf(answer) })
    }
    if (failed.length === left.length || failed.length === 0) {
      left = failed
      break
    }
    left = failed
  }
  for (const { generation, why } of left)
    parts.emit({
      type: 'error',
      message: `${generation.module}@${generation.number} is current and does not start on scheduler ${scheduler.id}: ${why}`,
    })
}

/** Spawns what the configuration names, as far as it is there; returns how many. They live on the first scheduler. */
export async function startRoots(parts: RuntimeParts, config: SystemConfig): Promise<number> {
  let started = 0
  for (const { module, export: exportName, args = [], name = null } of config.start ?? []) {
    if (parts.code.current(module) === undefined) continue
    await parts.fleet.first().ask('spawn', { module, export: exportName, args, name }, STAGE_WAIT_MS)
    started += 1
  }
  return started
}

async function stage(parts: RuntimeParts, scheduler: SchedulerLink, generations: readonly ModuleGeneration[]): Promise<StageAnswer> {
  const set = await untilReadable(parts.clock, () => stagedFromJournal(parts, generations))
  const answer = await scheduler.prepare('stage', { stage: 0, ...set }, STAGE_WAIT_MS)
  if (answer.status === 'staged') await scheduler.prepare('commit', { stage: 0, epoch: 0 }, STAGE_WAIT_MS)
  else await scheduler.prepare('discard', { stage: 0 }, STAGE_WAIT_MS)
  return answer
}

function whyOf(answer: Exclude<StageAnswer, { status: 'staged' }>): string {
  return answer.status === 'failed' ? answer.error.slice(0, 2_000) : `its body did not end within ${answer.limitMs} ms`
}
