import { isAimedAt } from '@strata/runtime/vocabulary'
import type { ActView, PlanView } from '@strata/server'
import { describePlan } from '../describe-plan.ts'
import { countOf } from '../format-figures.ts'
import { PLAN_HELP, PLAN_OPTIONS, planAndAct } from '../planned-act.ts'
import { print } from '../print.ts'
import { oneModule } from '../read-arguments.ts'
import { EXIT_DONE, EXIT_REFUSED, UsageError } from '../usage-error.ts'
import type { Call, Verb } from '../verb.ts'

export const purgeVerb: Verb = {
  name: 'purge',
  summary: 'remove old generations by force: ends exactly the processes that pin them',
  usage: 'purge MODULE[@N] [--dry-run | --yes | --plan ID --yes]',
  options: PLAN_OPTIONS,
  help: `Without @N every old generation. ./strata soft-purge is the gentle way.
${PLAN_HELP}
JSON: {plan, status: 'planned'|'purged', generations: number[], killed: pid[], skipped: pid[], alsoEnded: pid[], pending: pid[]}
  skipped: gone before; alsoEnded: fell with them; pending: inside one native call.
  While it is planned, killed and alsoEnded are those that would be.
Exit code 1 when something is pending.
`,
  async run(call) {
    const request = requestOf(call)
    const decision = await planAndAct(call, 'purge', request)
    if (decision.status === 'declined') return EXIT_REFUSED
    if (decision.status === 'planned') {
      print(call, plannedPurge(decision.view), () => describePlan(decision.view, call.io))
      return EXIT_DONE
    }
    const result = donePurge(decision.act)
    print(call, result, () => purgeText(result, decision.act))
    return result.pending.length === 0 ? EXIT_DONE : EXIT_REFUSED
  },
}

function requestOf(call: Call) {
  if (call.positionals.length === 0 && call.values['plan'] !== undefined) return undefined
  const { module, number } = oneModule(call)
  return { verb: 'purge' as const, module, generation: number }
}

function plannedPurge({ id, plan }: PlanView) {
  if (plan.verb !== 'purge') throw new UsageError(`plan ${id} is one to ${plan.verb}, not to purge`)
  return {
    plan: id,
    status: 'planned' as const,
    generations: plan.generations,
    killed: plan.victims.filter(({ because }) => isAimedAt(because)).map(({ pid }) => pid),
    skipped: [],
    alsoEnded: plan.victims.filter(({ because }) => !isAimedAt(because)).map(({ pid }) => pid),
    pending: [],
  }
}

function donePurge({ id, outcome }: ActView) {
  if (outcome?.verb !== 'purge') throw new Error(`act ${id} answered without the outcome of a purge`)
  const { generations, killed, skipped, alsoEnded, pending } = outcome
  return { plan: id, status: 'purged' as const, generations, killed, skipped, alsoEnded, pending }
}

function purgeText(result: ReturnType<typeof donePurge>, act: ActView): string {
  const parts = [
    `${countOf(result.killed.length, 'process', 'processes')} ended`,
    ...(result.alsoEnded.length === 0 ? [] : [`${result.alsoEnded.length} fell with them`]),
    ...(result.skipped.length === 0 ? [] : [`${result.skipped.length} had ended before`]),
    ...(result.pending.length === 0 ? [] : [`${result.pending.length} pending inside one native call (${result.pending.join(', ')})`]),
  ]
  const [module] = act.modules
  const purged = result.generations.map((number) => `${module}@${number}`).join(' ')
  return `${purged === '' ? 'Nothing' : purged} purged: ${parts.join(', ')}.\n`
}
