import type { CrashReport, Engine, Rendered } from '@strata/runtime'
import { z } from 'zod'
import { groupCrashes, predecessorOf } from '../crashes/group-crashes.ts'
import { refuseCall } from '../fault.ts'
import { look, router, viewer } from '../trpc.ts'
import { instant, moduleName, nameText, pid, pidText } from './input.ts'

/** A report without the message: that is shown on request (`crashes.message`). `isOfThisLife`: its pids are those of this runtime. */
export interface ShownCrash extends Omit<CrashReport, 'lastMessage'> {
  readonly hasMessage: boolean
  readonly isOfThisLife: boolean
}

export const crashesRouter = router({
  /** By cause and generation, with the latest report of each. */
  list: viewer('crashes')
    .input(z.strictObject({ module: nameText.optional() }).default({}))
    .query(async ({ ctx, input }) => {
      const { crashes, engine } = ctx.desk
      const module = input.module === undefined ? undefined : moduleName(input.module)
      const [all, beganAt] = await Promise.all([crashes.list(), beganAtOf(engine)])
      const groups = groupCrashes(module === undefined ? all : all.filter((crash) => crash.module === module))
      return groups.map((group) => ({ ...group, latest: shown(group.latest, beganAt) }))
    }),
  /** The latest crash of the process that this one came after. */
  predecessor: viewer('crashes')
    .input(z.strictObject({ pid: pidText }))
    .query(async ({ ctx, input }) => {
      const { crashes, engine } = ctx.desk
      const process = await engine.process(pid(input.pid))
      const { behaviour, entry } = process
      const named = behaviour !== null && behaviour.module !== null ? `${behaviour.kind} ${behaviour.module}` : entry
      const [all, beganAt] = await Promise.all([crashes.list(), beganAtOf(engine)])
      const crash = predecessorOf({ ...process, entry: named }, all, beganAt)
      return crash === null ? null : shown(crash, beganAt)
    }),
  /** What a behaviour was handling when it crashed: for whoever may look into queues, and each look is told. */
  message: look('operator', 'crash-message')
    .input(z.strictObject({ pid: pidText, at: instant }))
    .query(({ ctx, input }): Rendered => {
      const crash = ctx.desk.crashes.find(pid(input.pid), input.at)
      if (crash !== undefined) ctx.noteRead(crash.module)
      return crash?.lastMessage ?? refuseCall({ code: 'unknown_crash', pid: input.pid.slice(0, 40) })
    }),
})

function shown({ lastMessage, ...crash }: CrashReport, beganAtMs: number): ShownCrash {
  return { ...crash, hasMessage: lastMessage !== null, isOfThisLife: Date.parse(crash.at) >= beganAtMs }
}

async function beganAtOf(engine: Engine): Promise<number> {
  return Date.parse((await engine.runtime()).startedAt)
}
