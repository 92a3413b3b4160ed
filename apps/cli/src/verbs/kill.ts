import { isAimedAt } from '@strata/runtime/vocabulary'
import type { ActView, PlanView } from '@strata/server'
import { describePlan } from '../describe-plan.ts'
import { PLAN_HELP, PLAN_OPTIONS, planAndAct } from '../planned-act.ts'
import { print } from '../print.ts'
import { FILTER_HELP, FILTER_OPTIONS, readMatching } from '../process-filter.ts'
import { flag, pids, textOption } from '../read-arguments.ts'
import { EXIT_DONE, EXIT_REFUSED } from '../usage-error.ts'
import type { Call, Verb } from '../verb.ts'

type Killed = { readonly pid: string; readonly status: 'killed' | 'pending' | 'not_found' }

export const killVerb: Verb = {
  name: 'kill',
  summary: 'end processes, wherever they are; one at once, several by a plan',
  usage: 'kill PID… | --matching CONDITIONS [--reason TEXT] [--dry-run | --yes | --plan ID --yes]',
  options: { ...PLAN_OPTIONS, ...FILTER_OPTIONS, matching: { type: 'boolean' } },
  help: `${PLAN_HELP}  --matching      all processes that meet these conditions, which the server looks for when it plans:
${FILTER_HELP}
JSON: [{pid, status: 'killed'|'pending'|'not_found'}]; pending: inside one native call, it ends when that returns
      with --dry-run: {plan, status: 'planned', killed: pid[], alsoEnded: pid[]}; alsoEnded: would fall with them
Exit code 1 unless every one is killed.
`,
  async run(call) {
    const matching = readMatching(call)
    const byPlanAlone = call.positionals.length === 0 && matching === undefined && textOption(call, 'plan') !== undefined
    const wanted = byPlanAlone || matching !== undefined ? [] : pids(call.positionals)
    const [first] = wanted
    if (first !== undefined && wanted.length === 1 && !flag(call, 'dry-run') && textOption(call, 'plan') === undefined) {
      const outcome = await call.client.processes.kill.mutate({ pid: first, reason: textOption(call, 'reason') ?? '' })
      return report(call, [{ pid: outcome.pid, status: outcome.status }], [])
    }
    const decision = await planAndAct(
      call,
      'kill',
      byPlanAlone ? undefined : { verb: 'kill', ...(matching === undefined ? { pids: [...wanted] } : { matching }) },
    )
    if (decision.status === 'declined') return EXIT_REFUSED
    if (decision.status === 'planned') {
      print(call, planned(decision.view), () => describePlan(decision.view, call.io))
      return EXIT_DONE
    }
    const { outcomes, alsoEnded } = outcomeOf(decision.act)
    const known = new Set<string>(outcomes.map(({ pid }) => pid))
    const missing = wanted.filter((pid) => !known.has(pid) && !alsoEnded.includes(pid))
    return report(call, [...outcomes, ...missing.map((pid) => ({ pid, status: 'not_found' as const }))], alsoEnded)
  },
}

function planned({ id, plan }: PlanView) {
  const victims = plan.verb === 'kill' ? plan.victims : []
  return {
    plan: id,
    status: 'planned' as const,
    killed: victims.filter(({ because }) => isAimedAt(because)).map(({ pid }) => pid),
    alsoEnded: victims.filter(({ because }) => !isAimedAt(because)).map(({ pid }) => pid),
  }
}

function outcomeOf({ id, outcome }: ActView) {
  if (outcome?.verb !== 'kill') throw new Error(`act ${id} answered without the outcome of a kill`)
  return outcome
}

const WORDS: Readonly<Record<Killed['status'], string>> = {
  killed: 'killed',
  pending: 'pending: inside one native call, it ends when that returns',
  not_found: 'not found: it has ended already, or never lived',
}

function report(call: Call, outcomes: readonly Killed[], alsoEnded: readonly string[]): number {
  print(
    call,
    outcomes.map(({ pid, status }) => ({ pid, status })),
    () =>
      [
        ...outcomes.map(({ pid, status }) => `${pid} ${WORDS[status]}\n`),
        ...alsoEnded.map((pid) => `${pid} fell with them by a link\n`),
      ].join(''),
  )
  return outcomes.every(({ status }) => status === 'killed') ? EXIT_DONE : EXIT_REFUSED
}
