import type { MoveFailure, MoveSkip } from '@strata/runtime'
import { describeNotMoved } from '@strata/runtime/vocabulary'
import type { ActView, PlanView } from '@strata/server'
import { describePlan } from '../describe-plan.ts'
import type { Client } from '../connection.ts'
import { escapeLines, escapeText } from '../escape-text.ts'
import { PLAN_HELP, PLAN_OPTIONS, planAndAct } from '../planned-act.ts'
import { print } from '../print.ts'
import { FILTER_HELP, FILTER_OPTIONS } from '../process-filter.ts'
import { isOnePid, targetsOf } from '../process-targets.ts'
import { numberOption } from '../read-arguments.ts'
import { EXIT_DONE, EXIT_REFUSED } from '../usage-error.ts'
import type { Call, Verb } from '../verb.ts'

/** How often the receipt is read while a move goes on. */
const LOOK_MS = 300
/** Of a dry run: on so many a trial is made. */
const TRIED_MAX = 3

type MoveTrial = Awaited<ReturnType<Client['processes']['tryMove']['mutate']>>
type Planned = Extract<PlanView['plan'], { verb: 'move' }>

export const moveVerb: Verb = {
  name: 'move',
  summary: 'move processes with their state to the current or a named generation',
  usage: 'move MODULE@N | PID… | --matching CONDITIONS [--to N] [--rate N] [--dry-run | --yes | --plan ID --yes]',
  options: {
    ...PLAN_OPTIONS,
    ...FILTER_OPTIONS,
    matching: { type: 'boolean' },
    to: { type: 'string' },
    rate: { type: 'string' },
  },
  help: `A behaviour's process is suspended, codeChange(from, state) of the other generation makes its state, and it goes on. A raw loop is sent its
module's upgrade message. What fails works on where it was. Ctrl-C stops: what had its turn stays moved.
  --to N          to this loaded generation (default: the current one)
  --rate N        processes a second at most (1,000)
${PLAN_HELP}  --matching      all processes that meet these conditions, which the server looks for when it plans:
${FILTER_HELP}
--dry-run also runs codeChange on copies of the first ${TRIED_MAX} states and shows them before and after.
JSON: {act, status: 'done'|'stopped'|'interrupted', moved, failed, skipped, untouched, processes: [{pid, status: 'moved'|'failed'|'skipped'|'untouched'|'interrupted', why}]}
      with --dry-run: {plan, status: 'planned', moves: pid[], cannot: [{pid, why}], tried: [{pid, status, …}]}
Exit code 1 unless every one has moved.
`,
  async run(call) {
    const targets = targetsOf(call)
    const to = numberOption(call, 'to')
    const rate = numberOption(call, 'rate')
    const request = targets === undefined ? undefined : { verb: 'move' as const, targets, to, rate }
    const decision = await planAndAct(isOnePid(call) ? { ...call, values: { ...call.values, yes: true } } : call, 'move', request)
    if (decision.status === 'declined') return EXIT_REFUSED
    if (decision.status === 'planned') return showPlan(call, decision.view)
    return report(call, await follow(call, decision.act))
  },
}

async function showPlan(call: Call, view: PlanView): Promise<number> {
  const plan = view.plan as Planned
  const able = plan.targets.filter(({ how }) => how !== 'cannot')
  const tried: { readonly pid: string; readonly trial: MoveTrial }[] = []
  for (const { pid, how, to } of able.slice(0, TRIED_MAX)) {
    if (how !== 'upgrade') tried.push({ pid, trial: await call.client.processes.tryMove.mutate({ pid, to: to ?? undefined }) })
  }
  print(
    call,
    {
      plan: view.id,
      status: 'planned',
      moves: able.map(({ pid }) => pid),
      cannot: plan.targets.flatMap(({ pid, obstacle }) => (obstacle === null ? [] : [{ pid, why: obstacle }])),
      tried: tried.map(({ pid, trial }) => ({ ...trial, pid })),
    },
    () => `${describePlan(view, call.io)}${tried.map(({ pid, trial }) => trialText(pid, trial)).join('')}`,
  )
  return EXIT_DONE
}

function trialText(pid: string, trial: MoveTrial): string {
  if (trial.status !== 'would_move')
    return `\n${pid} would not move: ${escapeText(describeNotMoved(trial.why as MoveFailure | MoveSkip))}\n`
  const shown = ({ text }: { readonly text: string }) => escapeLines(text)
  return `\n${pid} in generation ${trial.from}:\n${shown(trial.before)}\n${pid} in generation ${trial.to}:\n${shown(trial.after)}\n`
}

/** Waits until the act has ended; Ctrl-C stops it first. */
async function follow(call: Call, begun: ActView): Promise<ActView> {
  const { client, io } = call
  let stopping = false
  let act = begun
  while (act.status === 'running') {
    if (io.signal.aborted && !stopping) {
      stopping = true
      io.err('Stopping: those that had their turn stay moved.\n')
      await client.acts.stop.mutate({ id: act.id })
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    act = await client.acts.get.query({ id: act.id })
    if (!call.json && io.isTerminal) io.err(`\r${act.done} of ${act.total} `)
  }
  if (!call.json && io.isTerminal) io.err('\n')
  return client.acts.get.query({ id: act.id, all: true })
}

function report(call: Call, { id, status, items, counts }: ActView): number {
  const moved = counts.moved ?? 0
  print(
    call,
    {
      act: id,
      status,
      moved,
      failed: counts.failed ?? 0,
      skipped: counts.skipped ?? 0,
      untouched: counts.untouched ?? 0,
      processes: items.map(({ pid, outcome: became, why }) => ({ pid, status: became, why })),
    },
    () =>
      [
        ...items.filter((item) => item.outcome !== 'moved').map((item) => `${item.pid} ${item.outcome}: ${escapeText(item.why)}\n`),
        `${moved} of ${items.length} moved${status === 'stopped' ? ', then it was stopped' : ''}; receipt ${id}\n`,
      ].join(''),
  )
  return moved === items.length && status === 'done' ? EXIT_DONE : EXIT_REFUSED
}
