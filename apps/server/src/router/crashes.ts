import type { CrashReport } from '@strata/runtime'
import { z } from 'zod'
import { decideAccess, type Standing } from '../auth/decide-access.ts'
import { groupCrashes, predecessorOf } from '../crashes/group-crashes.ts'
import { router, viewer } from '../trpc.ts'
import { moduleName, nameText, pid, pidText } from './input.ts'

export const crashesRouter = router({
  /** By cause and generation, with the latest report of each. */
  list: viewer('crashes')
    .input(z.strictObject({ module: nameText.optional() }).default({}))
    .query(async ({ ctx, input }) => {
      const module = input.module === undefined ? undefined : moduleName(input.module)
      const crashes = await ctx.desk.engine.crashes()
      const groups = groupCrashes(module === undefined ? crashes : crashes.filter((crash) => crash.module === module))
      return groups.map((group) => ({ ...group, latest: shown(group.latest, ctx.standing) }))
    }),
  /** The latest crash of the process that this one came after. */
  predecessor: viewer('crashes')
    .input(z.strictObject({ pid: pidText }))
    .query(async ({ ctx, input }) => {
      const { engine } = ctx.desk
      const process = await engine.process(pid(input.pid))
      const { behaviour, entry } = process
      const named = behaviour !== null && behaviour.module !== null ? `${behaviour.kind} ${behaviour.module}` : entry
      const crash = predecessorOf({ ...process, entry: named }, await engine.crashes())
      return crash === null ? null : shown(crash, ctx.standing)
    }),
})

/** A message may hold what a viewer is not to see, nor a token that is narrowed to modules: the process has ended, and what it was in is not known any more. */
function shown(crash: CrashReport, standing: Standing): CrashReport {
  const mayLook =
    standing.modules === null && decideAccess({ access: 'operator', verb: 'queue', isPersons: false }, standing, () => []) === null
  return mayLook ? crash : { ...crash, lastMessage: null }
}
