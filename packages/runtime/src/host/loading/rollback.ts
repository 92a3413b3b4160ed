import type { RollbackPlan } from '../../code/plans.ts'
import { refuse } from '../../errors.ts'
import type { By } from '../../events.ts'
import type { ModuleGeneration } from '../../ids.ts'
import type { Loader } from './loader.ts'
import { countProcesses } from '../views/views.ts'
import type { RuntimeParts } from '../runtime-parts.ts'
import type { Stages } from './stages.ts'

/** GEN6: what a rollback would do. A loaded generation becomes current again itself; a purged one's kept source is loaded anew. */
export async function planRollback(parts: RuntimeParts, module: string, number: number): Promise<RollbackPlan> {
  const target = parts.code.get(module, number)
  if (target.status === 'current') refuse({ code: 'nothing_to_do', why: `${module}@${number} is current already` })
  const from = parts.code.current(module)?.number ?? null
  const staying = from === null ? 0 : await countProcesses(parts, module, from)
  const how = target.status === 'old' ? 'rebind' : 'reload'
  parts.guards.requireNotBad(module, target.hash, parts.code.history(module))
  return { verb: 'rollback', module, from, to: number, how, becomes: how === 'rebind' ? number : parts.code.nextNumber(module), staying }
}

/** Makes an older generation current; nobody ends. */
export async function rollback(parts: RuntimeParts, loader: Loader, stages: Stages, plan: RollbackPlan, by: By): Promise<ModuleGeneration> {
  const { module, to } = plan
  if (plan.how === 'reload') return reload(parts, loader, plan, by)
  return parts.exclusive(async () => {
    parts.guards.requireFree([module], by, parts.clock.now())
    const current = parts.code.current(module)?.number ?? null
    if (current !== plan.from) refuse({ code: 'changed_meanwhile', changes: [{ type: 'current', module, was: plan.from, is: current }] })
    const now = await planRollback(parts, module, to)
    if (now.how !== plan.how) refuse({ code: 'changed_meanwhile', changes: [{ type: 'generation_gone', module, number: to }] })
    if (parts.safeMode() === null) await stages.rebind(module, to)
    parts.code.rebind(module, to)
    parts.emit({ type: 'rolled_back', module, from: plan.from, to, made: to, by })
    return { module, number: to }
  })
}

async function reload(parts: RuntimeParts, loader: Loader, plan: RollbackPlan, by: By): Promise<ModuleGeneration> {
  const { module, to, from } = plan
  const { sourceHash, origin } = parts.code.get(module, to)
  const text = (await parts.journal.source(sourceHash)) ?? refuse({ code: 'source_removed', module, number: to })
  const outcome = await loader.load(
    {
      sources: [{ module, text, ...(origin === null ? {} : { origin }) }],
      old: 'keep',
      note: `rollback to ${module}@${to}`,
      expectedCurrent: { [module]: from },
      // The plan names the next number, also when what is current has this content.
      again: true,
    },
    by,
  )
  const made = outcome.loaded[0]?.number ?? to
  parts.emit({ type: 'rolled_back', module, from, to, made, by })
  return { module, number: made }
}
