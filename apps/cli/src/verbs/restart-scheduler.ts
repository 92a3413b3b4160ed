import type { ActView, PlanView } from '@strata/server'
import { describePlan } from '../describe-plan.ts'
import { countOf } from '../format-figures.ts'
import { PLAN_HELP, PLAN_OPTIONS, planAndAct } from '../planned-act.ts'
import { print } from '../print.ts'
import { EXIT_DONE, EXIT_REFUSED, UsageError } from '../usage-error.ts'
import type { Call, Verb } from '../verb.ts'

export const restartSchedulerVerb: Verb = {
  name: 'restart-scheduler',
  summary: 'end a scheduler with all its processes, and bring it back with the current generations',
  usage: 'restart-scheduler N [--dry-run | --yes | --plan ID --yes]',
  options: PLAN_OPTIONS,
  help: `For a scheduler that is stuck: a native call that does not return, which no kill reaches (./strata schedulers).
Every process on it ends with scheduler_restarted; what the configuration starts, starts again.
${PLAN_HELP}
JSON: {plan, status: 'planned'|'restarted', scheduler, processes, healthy, holder: pid|null, alsoEnded: pid[], roots, threadEnded: boolean|null}
  processes: ended with it; healthy: all but the one that held it; alsoEnded: fell with them by links, on other schedulers; roots: started again;
  threadEnded: false while the former thread still sits in its native call, with its memory
`,
  async run(call) {
    const decision = await planAndAct(call, 'restart-scheduler', requestOf(call))
    if (decision.status === 'declined') return EXIT_REFUSED
    if (decision.status === 'planned') {
      print(call, planned(decision.view), () => describePlan(decision.view, call.io))
      return EXIT_DONE
    }
    const result = restarted(decision.act)
    print(call, result, () => restartedText(result))
    return EXIT_DONE
  },
}

function requestOf(call: Call) {
  const [text, ...more] = call.positionals
  if (text === undefined && call.values['plan'] !== undefined) return undefined
  if (text === undefined) throw new UsageError('which scheduler? Name it by its number (./strata schedulers)')
  if (more.length > 0) throw new UsageError(`one scheduler at a time: ${more.join(' ')} is too much`)
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new UsageError(`${text} is no scheduler; write its number, as ./strata schedulers does`)
  return { verb: 'restart-scheduler' as const, scheduler: Number(text) }
}

function planned({ id, plan }: PlanView) {
  if (plan.verb !== 'restart-scheduler') throw new UsageError(`plan ${id} is one to ${plan.verb}, not to restart a scheduler`)
  const { scheduler, processes, healthy, holder, roots, victims = [] } = plan
  return {
    plan: id,
    status: 'planned' as const,
    scheduler,
    processes,
    healthy,
    holder: holder?.pid ?? null,
    alsoEnded: victims.map(({ pid }) => pid),
    roots: roots.length,
    threadEnded: null,
  }
}

function restarted({ id, plan, outcome }: ActView) {
  if (plan.verb !== 'restart-scheduler' || outcome?.verb !== 'restart-scheduler')
    throw new Error(`act ${id} answered without the outcome of a restart`)
  const { scheduler, ended, holder, alsoEnded = [], roots, threadEnded } = outcome
  return {
    plan: id,
    status: 'restarted' as const,
    scheduler,
    processes: ended,
    healthy: Math.max(0, ended - (holder === null ? 0 : 1)),
    holder,
    alsoEnded,
    roots,
    threadEnded,
  }
}

function restartedText({ scheduler, processes, alsoEnded, roots, threadEnded }: ReturnType<typeof restarted>): string {
  const left = threadEnded ? '' : ' Its former thread still sits in a native call and keeps its memory until that returns.'
  return `Scheduler ${scheduler} is back: ${countOf(processes, 'process', 'processes')} ended with it, ${alsoEnded.length === 0 ? '' : `${countOf(alsoEnded.length, 'more fell', 'more fell')} elsewhere by links, `}${countOf(roots, 'root process', 'root processes')} started again.${left}\n`
}
