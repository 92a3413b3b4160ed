import type { ActView } from '@strata/server'
import { describePlan } from '../describe-plan.ts'
import { PLAN_HELP, PLAN_OPTIONS, planAndAct } from '../planned-act.ts'
import { print } from '../print.ts'
import { FILTER_HELP, FILTER_OPTIONS } from '../process-filter.ts'
import { isOnePid, targetsOf } from '../process-targets.ts'
import { EXIT_DONE, EXIT_REFUSED } from '../usage-error.ts'
import type { Call, Verb } from '../verb.ts'

type Upgraded = { readonly pid: string; readonly status: 'moved' | 'not_yet' | 'ended' | 'refused'; readonly generation: number | null }

export const upgradeVerb: Verb = {
  name: 'upgrade',
  summary: 'ask processes to move on to the current generation, with their state',
  usage: 'upgrade MODULE@N | PID… | --matching CONDITIONS [--dry-run | --yes | --plan ID --yes]',
  options: { ...PLAN_OPTIONS, ...FILTER_OPTIONS, matching: { type: 'boolean' } },
  help: `Sends each the message that its module exports as \`upgrade\`. One pid is asked at once, more by a plan.
${PLAN_HELP}  --matching      all processes that meet these conditions, which the server looks for when it plans:
${FILTER_HELP}
JSON: [{pid, status: 'moved'|'not_yet'|'ended'|'refused', generation}]
      with --dry-run: {plan, status: 'planned', asked: pid[], refused: pid[]}
Exit code 1 unless every one has moved.
`,
  async run(call) {
    const targets = targetsOf(call)
    const request = targets === undefined ? undefined : { verb: 'upgrade' as const, targets }
    const decision = await planAndAct(isOnePid(call) ? { ...call, values: { ...call.values, yes: true } } : call, 'upgrade', request)
    if (decision.status === 'declined') return EXIT_REFUSED
    if (decision.status === 'planned') {
      const { id, plan } = decision.view
      const planned = plan.verb === 'upgrade' ? plan.targets : []
      const pidsOf = (able: boolean) => planned.filter(({ can }) => can === able).map(({ pid }) => pid)
      print(call, { plan: id, status: 'planned', asked: pidsOf(true), refused: pidsOf(false) }, () => describePlan(decision.view, call.io))
      return EXIT_DONE
    }
    return report(call, outcomesOf(decision.act))
  },
}

function outcomesOf({ id, outcome }: ActView): readonly Upgraded[] {
  if (outcome?.verb !== 'upgrade') throw new Error(`act ${id} answered without the outcome of an upgrade`)
  return outcome.outcomes
}

function report(call: Call, outcomes: readonly Upgraded[]): number {
  print(
    call,
    outcomes.map(({ pid, status, generation }) => ({ pid, status, generation })),
    () => outcomes.map((outcome) => `${outcome.pid} ${wordsOf(outcome)}\n`).join(''),
  )
  return outcomes.every(({ status }) => status === 'moved') ? EXIT_DONE : EXIT_REFUSED
}

function wordsOf({ status, generation }: Upgraded): string {
  switch (status) {
    case 'moved':
      return `moved to generation ${generation}`
    case 'not_yet':
      return `has the message and is still in generation ${generation}`
    case 'ended':
      return 'ended before it moved'
    case 'refused':
      return 'cannot be asked: its module exports no upgrade message'
  }
}
