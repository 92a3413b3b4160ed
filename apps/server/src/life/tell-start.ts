import type { GenerationView, Plan } from '@strata/runtime'
import type { ActView } from '../acts/act-registry.ts'
import { findDone } from '../acts/find-done.ts'
import type { Desk } from '../context.ts'
import { planModules } from '../plans/plan-modules.ts'
import type { StartDecision } from './decide-start.ts'

/** Acts that were running when the server ended are interrupted, with what the history shows of them, and the trail says that it began again. */
export async function tellStart(desk: Pick<Desk, 'acts' | 'activity' | 'engine'>, start: StartDecision): Promise<void> {
  const running = desk.acts.list(Number.POSITIVE_INFINITY).filter(({ status }) => status === 'running')
  const history = new Map<string, readonly GenerationView[]>()
  for (const module of new Set(running.flatMap(({ modules }) => modules))) {
    const known = (await desk.engine.modules()).some(({ name }) => name === module)
    history.set(module, known ? await desk.engine.generations(module) : [])
  }
  const historyOf = (plan: Plan): readonly GenerationView[] => planModules(plan).flatMap((module) => history.get(module) ?? [])
  const interrupted = desk.acts.interrupt((act: ActView) => findDone(act.plan, Date.parse(act.startedAt), historyOf(act.plan)))
  // Who asked for it and why stands in the trail, whatever an act's own event would have told at its end.
  for (const { id, actor, reason, title, modules } of interrupted)
    desk.activity.add({ type: 'act_interrupted', actor, reason, act: id, title, modules })
  if (start.status === 'first') return
  desk.activity.add({
    type: 'server_restarted',
    after: start.after,
    downMs: start.downMs,
    interrupted: interrupted.map(({ id }) => id),
    safe: start.safe !== null,
  })
}
