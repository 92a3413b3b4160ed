import type { DeletePlan } from '../../code/plans.ts'
import { refuse } from '../../errors.ts'
import type { By } from '../../events.ts'
import type { ModuleGeneration } from '../../ids.ts'
import { askAll } from '../fleet/fleet.ts'
import { publishOn } from '../fleet/publish-on.ts'
import { readLoadState, STAGE_WAIT_MS, type RuntimeParts } from '../runtime-parts.ts'
import { countProcesses } from '../views/views.ts'

export async function planDelete(parts: RuntimeParts, module: string): Promise<DeletePlan> {
  parts.code.history(module)
  const current = parts.code.current(module)
  if (current === undefined) refuse({ code: 'nothing_to_do', why: 'the module has no current generation' })
  const [state] = await readLoadState(parts, [module])
  if (state !== undefined && state.old.length > 0) refuse({ code: 'not_purged', module, generations: state.old })
  const importers = parts.code
    .names()
    .filter((name) => name !== module && parts.code.loaded(name).some(({ imports }) => imports.includes(module)))
  const staying = await countProcesses(parts, module, current.number)
  return { verb: 'delete', module, current: current.number, importers, staying }
}

/** GEN5: the current generation becomes old, refused while there are old ones (as OTP: P14). */
export function deleteModule(parts: RuntimeParts, plan: DeletePlan, by: By): Promise<ModuleGeneration> {
  return parts.exclusive(async () => {
    const { module } = plan
    parts.guards.requireFree([module], by, parts.clock.now())
    const now = await planDelete(parts, module)
    if (now.current !== plan.current)
      refuse({ code: 'changed_meanwhile', changes: [{ type: 'current', module, was: plan.current, is: now.current }] })
    await publishOn(parts, parts.fleet.links(), (links, epoch) => askAll(links, 'unbind', { module, epoch }, STAGE_WAIT_MS))
    parts.code.unbind(module)
    parts.emit({ type: 'deleted', module, number: plan.current, by })
    return { module, number: plan.current }
  })
}
