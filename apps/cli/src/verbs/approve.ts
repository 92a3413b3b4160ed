import { describePlan } from '../describe-plan.ts'
import { escapeText } from '../escape-text.ts'
import { print } from '../print.ts'
import { flag, requiredReason, textOption } from '../read-arguments.ts'
import { LocalRefusal } from '../report-error.ts'
import { EXIT_DONE, EXIT_REFUSED, UsageError } from '../usage-error.ts'
import type { Call, Verb } from '../verb.ts'

export const approveVerb: Verb = {
  name: 'approve',
  summary: 'be the second person: look at another’s plan and approve it, just as it is',
  usage: 'approve PLAN [--dry-run | --yes] [--reason TEXT]',
  options: { 'dry-run': { type: 'boolean' }, yes: { type: 'boolean' }, reason: { type: 'string' } },
  help: `  --dry-run      print the plan and stop
  --yes          approve it without a question
  --reason TEXT  what you make of it; its maker reads it

It takes a person: elsewhere than on the server’s machine approve in the console. Its maker executes it.
JSON: {plan, status: 'planned'|'approved', owner, by}
`,
  async run(call) {
    const { client, io } = call
    const id = onlyId(call, 'which plan? ./strata approvals lists them')
    const view = await client.approvals.get.query({ id })
    const result = (status: 'planned' | 'approved', by: string | null) => ({ plan: id, status, owner: view.owner, by })
    if (flag(call, 'dry-run')) {
      print(call, result('planned', null), () => describePlan(view, io))
      return EXIT_DONE
    }
    if (!flag(call, 'yes')) {
      if (!call.json) io.out(describePlan(view, io))
      if (!io.isTerminal || call.json) throw new LocalRefusal({ code: 'confirmation_required', plan: id })
      if ((await io.ask(`Type ${id} to approve what ${view.owner} wants: `)).trim() !== id) {
        io.err('Nothing was done.\n')
        return EXIT_REFUSED
      }
    }
    const { approval } = await client.approvals.approve.mutate({ id, revision: view.revision, reason: textOption(call, 'reason') ?? '' })
    print(call, result('approved', approval?.by ?? null), () => `Approved: ${view.owner} may execute it now.\n`)
    return EXIT_DONE
  },
}

export const declineVerb: Verb = {
  name: 'decline',
  summary: 'be the second person and say no: the plan waits for nobody until its maker asks again',
  usage: 'decline PLAN --reason TEXT',
  options: { reason: { type: 'string' } },
  help: `  --reason TEXT  why; its maker reads it

JSON: {plan, status: 'declined', owner, by}
`,
  async run(call) {
    const id = onlyId(call, 'which plan? ./strata approvals lists them')
    const { owner, approval } = await call.client.approvals.decline.mutate({ id, reason: requiredReason(call) })
    const done = { plan: id, status: 'declined', owner, by: approval?.by ?? null }
    print(call, done, () => `Refused: ${escapeText(owner)} reads why, and may ask again.\n`)
    return EXIT_DONE
  },
}

export const signVerb: Verb = {
  name: 'sign',
  summary: 'sign an act that somebody else did without a second person',
  usage: 'sign ACT --reason TEXT',
  options: { reason: { type: 'string' } },
  help: `  --reason TEXT  what you make of it; it stands in the activity

./strata approvals lists them. JSON: {act, signed: {by, at, note}}
`,
  async run(call) {
    const act = onlyId(call, 'which act? ./strata approvals lists them')
    const { signed } = await call.client.approvals.sign.mutate({ act, reason: requiredReason(call) })
    print(call, { act, signed }, () => `Act ${act} is signed.\n`)
    return EXIT_DONE
  },
}

function onlyId(call: Call, question: string): string {
  const [id, ...more] = call.positionals
  if (id === undefined) throw new UsageError(question)
  if (more.length > 0) throw new UsageError(`${more.join(' ')} is too much here`)
  return id
}
