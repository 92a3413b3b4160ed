import { describePlan } from '../describe-plan.ts'
import { countOf } from '../format-figures.ts'
import { PLAN_HELP, PLAN_OPTIONS, planAndAct } from '../planned-act.ts'
import { print } from '../print.ts'
import { oneModule } from '../read-arguments.ts'
import { EXIT_DONE, EXIT_REFUSED, UsageError } from '../usage-error.ts'
import type { Call, Verb } from '../verb.ts'

export const deleteVerb: Verb = {
  name: 'delete',
  summary: 'make the current generation old; calls to the module then raise undef',
  usage: 'delete MODULE [--dry-run | --yes | --plan ID --yes]',
  options: PLAN_OPTIONS,
  help: `Processes inside the generation live on in it. A later load makes the next number current.
${PLAN_HELP}
JSON: {plan, status: 'planned'|'deleted', module, number, importers: module[], staying}
  importers: modules whose calls will raise undef; staying: processes that live on in it
`,
  async run(call) {
    const decision = await planAndAct(call, 'delete', requestOf(call))
    if (decision.status === 'declined') return EXIT_REFUSED
    const { id, plan } = decision.view
    if (plan.verb !== 'delete') throw new UsageError(`plan ${id} is one to ${plan.verb}, not to delete`)
    const status = decision.status === 'planned' ? ('planned' as const) : ('deleted' as const)
    const result = { plan: id, status, module: plan.module, number: plan.current, importers: plan.importers, staying: plan.staying }
    print(call, result, () =>
      status === 'planned'
        ? describePlan(decision.view, call.io)
        : `${plan.module}@${plan.current} is old now; ${countOf(plan.staying, 'process lives', 'processes live')} on in it.\n`,
    )
    return EXIT_DONE
  },
}

function requestOf(call: Call) {
  if (call.positionals.length === 0 && call.values['plan'] !== undefined) return undefined
  const { module, number } = oneModule(call)
  if (number !== undefined) throw new UsageError(`delete takes the current generation; write delete ${module}`)
  return { verb: 'delete' as const, module }
}
