import { escapeText } from '../escape-text.ts'
import { print } from '../print.ts'
import { requiredReason } from '../read-arguments.ts'
import { EXIT_DONE, UsageError } from '../usage-error.ts'
import type { Verb } from '../verb.ts'

export const approvalsVerb: Verb = {
  name: 'approvals',
  summary: 'plans that wait for a second person, and acts that went past one; ask for one',
  usage: 'approvals [ask PLAN --reason TEXT]',
  options: { reason: { type: 'string' } },
  help: `  --reason TEXT  why; whoever is asked reads it

ask: the plan, yours, then lives for 30 minutes. ./strata approve PLAN is another person’s; afterwards --plan PLAN --yes executes it.
JSON: {secondPerson, plans: [{id, verb, owner, modules, generations, expiresAt, approval: {state: 'asked'|'approved'|'declined', reason, by, note}}],
  breaks: [{act, title, actor, reason, at, signed: {by, at, note}|null}]}; ask {plan, expiresAt}
`,
  async run(call) {
    const { client } = call
    const [act, id, ...more] = call.positionals
    if (act === undefined) {
      const list = await client.approvals.list.query()
      print(call, list, () => {
        const plans = list.plans.map(
          ({ id: plan, verb, modules, owner, approval }) =>
            `  ${plan}  ${verb} ${modules.join(', ')} by ${owner}, ${approvalText(approval)}`,
        )
        const breaks = list.breaks.map(
          ({ act: done, title, actor, reason, signed }) =>
            `  ${done}  ${title} by ${actor}: ${reason}; ${signed === null ? 'not signed' : `signed by ${signed.by}`}`,
        )
        return `${[
          `Second person: ${list.secondPerson ? 'on' : 'off'}`,
          ...(plans.length === 0 ? [] : ['Plans:', ...plans]),
          ...(breaks.length === 0 ? [] : ['Done without a second person:', ...breaks]),
        ]
          .map(escapeText)
          .join('\n')}\n`
      })
      return EXIT_DONE
    }
    if (act !== 'ask' || id === undefined || more.length > 0)
      throw new UsageError('./strata approvals, or ./strata approvals ask PLAN --reason TEXT')
    const view = await client.approvals.ask.mutate({ id, reason: requiredReason(call) })
    print(
      call,
      { plan: view.id, expiresAt: view.expiresAt },
      () => `Asked: ./strata approve ${view.id} by another person, until ${view.expiresAt}.\n`,
    )
    return EXIT_DONE
  },
}

function approvalText({
  state,
  by,
  reason,
  note,
}: {
  readonly state: string
  readonly by: string | null
  readonly reason: string
  readonly note: string
}): string {
  if (state === 'approved') return `approved by ${by}`
  return state === 'declined' ? `refused by ${by}: ${note}` : `waits: ${reason}`
}
