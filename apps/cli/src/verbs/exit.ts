import { isAimedAt } from '@strata/runtime/vocabulary'
import type { ActView } from '@strata/server'
import { describePlan } from '../describe-plan.ts'
import { PLAN_HELP, PLAN_OPTIONS, planAndAct } from '../planned-act.ts'
import { print } from '../print.ts'
import { FILTER_HELP, FILTER_OPTIONS, readMatching } from '../process-filter.ts'
import { isOnePid } from '../process-targets.ts'
import { pids, textOption } from '../read-arguments.ts'
import { EXIT_DONE, EXIT_REFUSED, UsageError } from '../usage-error.ts'
import type { Call, Verb } from '../verb.ts'

type Outcome = { readonly pid: string; readonly status: 'ended' | 'exiting' | 'trapped' | 'ignored' | 'not_found' }

export const exitVerb: Verb = {
  name: 'exit',
  summary: 'send processes an exit signal with a reason, which they can trap; their finally blocks run',
  usage: 'exit PID… | --matching CONDITIONS --with REASON [--reason TEXT] [--dry-run | --yes | --plan ID --yes]',
  options: { ...PLAN_OPTIONS, ...FILTER_OPTIONS, matching: { type: 'boolean' }, with: { type: 'string' } },
  help: `  --with REASON   the exit reason: what links, monitors and supervisors are told. normal ends nobody who does not trap it
${PLAN_HELP}  --matching      all processes that meet these conditions, which the server looks for when it plans:
${FILTER_HELP}
One pid at once, more by a plan. What nobody can trap is ./strata kill.
JSON: [{pid, status: 'ended'|'exiting'|'trapped'|'ignored'|'not_found'}]; exiting: its finally blocks still run; trapped: it got a message instead
      with --dry-run: {plan, status: 'planned', ended: pid[], trapped: pid[], alsoEnded: pid[]}
Exit code 1 unless every one has ended.
`,
  async run(call) {
    if (isOnePid(call)) {
      const [pid] = pids(call.positionals)
      const input = { pid: pid ?? '', exitReason: exitReasonOf(call), reason: textOption(call, 'reason') ?? '' }
      return report(call, [await call.client.processes.exit.mutate(input)])
    }
    const matching = readMatching(call)
    const byPlanAlone = call.positionals.length === 0 && matching === undefined && textOption(call, 'plan') !== undefined
    const chosen = matching === undefined ? { pids: byPlanAlone ? [] : [...pids(call.positionals)] } : { matching }
    const request = byPlanAlone ? undefined : { verb: 'exit' as const, ...chosen, exitReason: exitReasonOf(call) }
    const decision = await planAndAct(call, 'exit', request)
    if (decision.status === 'declined') return EXIT_REFUSED
    if (decision.status === 'planned') {
      const { id, plan } = decision.view
      const [victims, trapped] = plan.verb === 'exit' ? [plan.victims, plan.trapping] : [[], []]
      const ended = victims.filter(({ pid, because }) => isAimedAt(because) && !trapped.includes(pid)).map(({ pid }) => pid)
      const alsoEnded = victims.filter(({ because }) => !isAimedAt(because)).map(({ pid }) => pid)
      print(call, { plan: id, status: 'planned', ended, trapped, alsoEnded }, () => describePlan(decision.view, call.io))
      return EXIT_DONE
    }
    return report(call, outcomesOf(decision.act))
  },
}

function exitReasonOf(call: Call): string {
  const text = textOption(call, 'with')
  if (text === undefined) throw new UsageError('with which reason? Say it with --with REASON, such as --with shutdown')
  return text
}

function outcomesOf({ id, outcome }: ActView): readonly Outcome[] {
  if (outcome?.verb !== 'exit') throw new Error(`act ${id} answered without the outcome of an exit`)
  return outcome.outcomes
}

const WORDS: Readonly<Record<Outcome['status'], string>> = {
  ended: 'ended',
  exiting: 'has the signal, and its finally blocks still run',
  trapped: 'traps exits: it got a message instead',
  ignored: 'goes on: normal ends nobody who does not trap it',
  not_found: 'not found: it has ended already, or never lived',
}

function report(call: Call, outcomes: readonly Outcome[]): number {
  print(
    call,
    outcomes.map(({ pid, status }) => ({ pid, status })),
    () => outcomes.map(({ pid, status }) => `${pid} ${WORDS[status]}\n`).join(''),
  )
  return outcomes.every(({ status }) => status === 'ended') ? EXIT_DONE : EXIT_REFUSED
}
