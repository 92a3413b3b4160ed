import type { ActView, PlanView } from '@strata/server'
import { describePlan } from '../describe-plan.ts'
import { countOf } from '../format-figures.ts'
import { PLAN_HELP, PLAN_OPTIONS, planAndAct } from '../planned-act.ts'
import { print } from '../print.ts'
import { oneModule } from '../read-arguments.ts'
import { EXIT_DONE, EXIT_REFUSED, UsageError } from '../usage-error.ts'
import type { Call, Verb } from '../verb.ts'

export const rollbackVerb: Verb = {
  name: 'rollback',
  summary: 'make an older generation current again; nobody is ended',
  usage: 'rollback MODULE@N [--dry-run | --yes | --plan ID --yes]',
  options: PLAN_OPTIONS,
  help: `A generation that is loaded becomes current itself; one that was purged comes back as the next number, from its kept source.
Processes stay where they are: ./strata upgrade moves them.
${PLAN_HELP}
JSON: {plan, status: 'planned'|'rolled_back', module, from: number|null, to, current, how: 'rebind'|'reload', staying}
  current: the number that is current afterwards; how: the same generation, or its source loaded anew;
  staying: processes that live on in the one that was current
`,
  async run(call) {
    const decision = await planAndAct(call, 'rollback', requestOf(call))
    if (decision.status === 'declined') return EXIT_REFUSED
    if (decision.status === 'planned') {
      print(call, plannedRollback(decision.view), () => describePlan(decision.view, call.io))
      return EXIT_DONE
    }
    const result = doneRollback(decision.act)
    print(call, result, () => rollbackText(result))
    return EXIT_DONE
  },
}

function requestOf(call: Call) {
  if (call.positionals.length === 0 && call.values['plan'] !== undefined) return undefined
  const { module, number } = oneModule(call)
  if (number === undefined)
    throw new UsageError(`rollback to which generation? Write rollback ${module}@N (./strata generations ${module})`)
  return { verb: 'rollback' as const, module, number }
}

function plannedRollback({ id, plan }: PlanView) {
  if (plan.verb !== 'rollback') throw new UsageError(`plan ${id} is one to ${plan.verb}, not to rollback`)
  const { module, from, to, becomes, how, staying } = plan
  return { plan: id, status: 'planned' as const, module, from, to, current: becomes, how, staying }
}

function doneRollback({ id, plan, outcome }: ActView) {
  if (plan.verb !== 'rollback' || outcome?.verb !== 'rollback') throw new Error(`act ${id} answered without the outcome of a rollback`)
  const { module, number, from, how, staying } = outcome
  return { plan: id, status: 'rolled_back' as const, module, from, to: plan.to, current: number, how, staying }
}

function rollbackText({ module, from, to, current, how, staying }: ReturnType<typeof doneRollback>): string {
  const made =
    how === 'rebind' ? `${module}@${current} is current again` : `${module}@${current} is current, with the source of ${module}@${to}`
  return from === null ? `${made}.\n` : `${made}; ${countOf(staying, 'process lives', 'processes live')} on in ${module}@${from}.\n`
}
