import type { ActView, PlanView } from '@strata/server'
import type { ParseArgsOptionsConfig } from 'node:util'
import type { Client } from './connection.ts'
import { describePlan, planPhrase } from './describe-plan.ts'
import { planMatches } from './plan-matches.ts'
import { flag, textOption } from './read-arguments.ts'
import { LocalRefusal } from './report-error.ts'
import { UsageError } from './usage-error.ts'
import type { Call } from './verb.ts'

export type PlanInput = Parameters<Client['plans']['make']['mutate']>[0]
type PlanVerb = PlanInput['verb']

export const PLAN_OPTIONS = {
  'dry-run': { type: 'boolean' },
  yes: { type: 'boolean' },
  plan: { type: 'string' },
  reason: { type: 'string' },
  'break-glass': { type: 'boolean' },
} as const satisfies ParseArgsOptionsConfig

export const PLAN_HELP = `  --dry-run       print the plan and stop
  --yes           execute what was just planned, without a question
  --plan ID       execute this plan (with --yes) and no other; it belongs to who made it, works once, for five minutes
  --break-glass   where a second person is asked for: without one, with a reason; somebody else has to sign it afterwards
  --reason TEXT   why; it stands beside the act in the activity
`

export type Decision =
  /** `--dry-run`: it was only looked at. */
  | { readonly status: 'planned'; readonly view: PlanView }
  | { readonly status: 'declined' }
  | { readonly status: 'executed'; readonly view: PlanView; readonly act: ActView }

/**
 * Plans, shows, asks, executes. Without a terminal and without `--yes` it refuses with the plan's id (exit 2) and nothing is done.
 * `request` is absent when the line names a plan and nothing else.
 */
export async function planAndAct<Verb extends PlanVerb>(
  call: Call,
  verb: Verb,
  request: Extract<PlanInput, { verb: Verb }> | undefined,
): Promise<Decision> {
  const { client, io, json } = call
  const id = textOption(call, 'plan')
  if (id === undefined && request === undefined) throw new UsageError(`what shall be done? See ./strata ${verb} --help`)
  const view =
    id === undefined && request !== undefined
      ? await client.plans.make.mutate({ ...request, all: true })
      : await client.plans.get.query({ id: id ?? '', all: true })
  if (id !== undefined && request !== undefined && !planMatches(request, view)) {
    throw new UsageError(`plan ${view.id} is for another act: ${view.command}`)
  }
  if (view.plan.verb !== verb) throw new UsageError(`plan ${view.id} is one to ${view.plan.verb}, not to ${verb}`)

  if (flag(call, 'dry-run')) return { status: 'planned', view }
  if (!flag(call, 'yes')) {
    if (!io.isTerminal || json) {
      if (!json) io.out(describePlan(view, io))
      throw new LocalRefusal({ code: 'confirmation_required', plan: view.id })
    }
    io.out(describePlan(view, io))
    const phrase = planPhrase(view.plan)
    const answer = await io.ask(`Type ${phrase} to go on: `)
    if (answer.trim() !== phrase) {
      io.err('Nothing was done.\n')
      return { status: 'declined' }
    }
  }
  return {
    status: 'executed',
    view,
    act: await client.plans.execute.mutate({
      id: view.id,
      all: true,
      reason: textOption(call, 'reason') ?? '',
      breaksGlass: flag(call, 'break-glass'),
    }),
  }
}
