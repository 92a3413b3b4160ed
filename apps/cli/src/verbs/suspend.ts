import type { ActView } from '@strata/server'
import { describePlan } from '../describe-plan.ts'
import { FILTER_HELP, FILTER_OPTIONS } from '../process-filter.ts'
import { isOnePid, targetsOf } from '../process-targets.ts'
import { PLAN_HELP, PLAN_OPTIONS, planAndAct } from '../planned-act.ts'
import { print } from '../print.ts'
import { pids, textOption } from '../read-arguments.ts'
import { EXIT_DONE, EXIT_REFUSED } from '../usage-error.ts'
import type { Call, Verb } from '../verb.ts'

type Status = 'suspended' | 'already' | 'pending' | 'resumed' | 'not_suspended' | 'not_found'
type Outcome = { readonly pid: string; readonly status: Status }

export const suspendVerb: Verb = {
  name: 'suspend',
  summary: 'give processes no more turns until they are resumed; nobody ends',
  usage: 'suspend MODULE@N | PID… | --matching CONDITIONS [--reason TEXT] [--dry-run | --yes | --plan ID --yes]',
  options: { ...PLAN_OPTIONS, ...FILTER_OPTIONS, matching: { type: 'boolean' } },
  help: `A suspended process keeps its queue, which grows, its state and its pins; deadlines go on. Kill and exit end it. One pid at once, more by a plan.
${PLAN_HELP}  --matching      all processes that meet these conditions, which the server looks for when it plans:
${FILTER_HELP}
JSON: [{pid, status: 'suspended'|'already'|'pending'|'not_found'}]; pending: when its present turn ends
Exit code 1 unless every one is suspended.
`,
  run: (call) => run(call, 'suspend', ['suspended', 'already']),
}

export const resumeVerb: Verb = {
  name: 'resume',
  summary: 'let suspended processes go on where they stood',
  usage: 'resume MODULE@N | PID… | --matching CONDITIONS [--reason TEXT] [--dry-run | --yes | --plan ID --yes]',
  options: { ...PLAN_OPTIONS, ...FILTER_OPTIONS, matching: { type: 'boolean' } },
  help: `One pid at once, more by a plan.
${PLAN_HELP}  --matching      all processes that meet these conditions, which the server looks for when it plans:
${FILTER_HELP}
JSON: [{pid, status: 'resumed'|'not_suspended'|'not_found'}]
Exit code 1 when one is not there any more.
`,
  run: (call) => run(call, 'resume', ['resumed', 'not_suspended']),
}

async function run(call: Call, verb: 'suspend' | 'resume', good: readonly Status[]): Promise<number> {
  if (isOnePid(call)) {
    const [pid] = pids(call.positionals)
    const outcome = await call.client.processes[verb].mutate({ pid: pid ?? '', reason: textOption(call, 'reason') ?? '' })
    return report(call, [outcome], good)
  }
  const targets = targetsOf(call)
  const decision = await planAndAct(call, verb, targets === undefined ? undefined : { verb, targets })
  if (decision.status === 'declined') return EXIT_REFUSED
  if (decision.status === 'planned') {
    const { id, plan } = decision.view
    const chosen = 'targets' in plan ? plan.targets.map(({ pid }) => pid) : []
    print(call, { plan: id, status: 'planned', pids: chosen }, () => describePlan(decision.view, call.io))
    return EXIT_DONE
  }
  return report(call, outcomesOf(decision.act), good)
}

function outcomesOf({ id, outcome }: ActView): readonly Outcome[] {
  if (outcome?.verb !== 'suspend' && outcome?.verb !== 'resume') throw new Error(`act ${id} answered without its outcome`)
  return outcome.outcomes
}

const WORDS: Readonly<Record<Status, string>> = {
  suspended: 'suspended',
  already: 'was suspended already',
  pending: 'pending: it is in a turn that lasts, and is suspended when that ends',
  resumed: 'resumed',
  not_suspended: 'was not suspended',
  not_found: 'not found: it has ended already, or never lived',
}

function report(call: Call, outcomes: readonly Outcome[], good: readonly Status[]): number {
  print(
    call,
    outcomes.map(({ pid, status }) => ({ pid, status })),
    () => outcomes.map(({ pid, status }) => `${pid} ${WORDS[status]}\n`).join(''),
  )
  return outcomes.every(({ status }) => good.includes(status)) ? EXIT_DONE : EXIT_REFUSED
}
