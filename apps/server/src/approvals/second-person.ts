import type { Person } from '../auth/people.ts'
import { OWNER, personOf } from '../auth/person-of.ts'
import type { PlanRequest } from '../plans/plan-request.ts'

/** How far somebody else's consent to a plan has come. */
export type Approval =
  | { readonly state: 'asked'; readonly reason: string; readonly askedAt: number }
  | {
      readonly state: 'approved'
      readonly reason: string
      readonly askedAt: number
      readonly by: string
      readonly approvedAt: number
      /** What the second person wrote. */
      readonly note: string
    }
  | { readonly state: 'declined'; readonly reason: string; readonly askedAt: number; readonly by: string; readonly note: string }

export type SecondPersonDecision =
  | { readonly status: 'go' }
  | { readonly status: 'break_glass' }
  | { readonly status: 'wait'; readonly asked: boolean }

/** Whether it purges by force: the plan of a purge, or of a load that purges what is old. */
function purgesByForce(request: PlanRequest): boolean {
  return request.verb === 'purge' || (request.verb === 'load' && request.old === 'purge')
}

/** Whether a plan may be executed. `isStillFit`: whoever approved it could still do it themselves. */
export function decideSecondPerson(facts: {
  readonly isAsked: boolean
  readonly request: PlanRequest
  readonly approval: Approval | null
  readonly isStillFit: (approver: string) => boolean
  readonly breaksGlass: boolean
}): SecondPersonDecision {
  const { approval } = facts
  if (!facts.isAsked || !purgesByForce(facts.request)) return { status: 'go' }
  if (approval?.state === 'approved' && facts.isStillFit(approval.by)) return { status: 'go' }
  return facts.breaksGlass ? { status: 'break_glass' } : { status: 'wait', asked: approval !== null && approval.state !== 'declined' }
}

/** So long after somebody came in by a link, who made it may have come in by it themselves. */
const LINK_DOUBT_MS = 24 * 60 * 60_000

/** APPR7: until when `approver` is no second person for `maker`, by whose link they came in, or whoever made it came in; `null`: they are one. */
export function doubtedUntil(find: (name: string) => Person | undefined, approver: string, maker: string, nowMs: number): number | null {
  const seen = new Set<string>()
  let until = Number.POSITIVE_INFINITY
  for (let name = personOf(approver); !seen.has(name); ) {
    seen.add(name)
    const letIn = find(name)?.letIn
    if (letIn === undefined || letIn.at + LINK_DOUBT_MS <= nowMs) return null
    until = Math.min(until, letIn.at + LINK_DOUBT_MS)
    name = personOf(letIn.by)
    // The owner, who is at the machine, needs no account of somebody else's making.
    if (name === OWNER && !letIn.again) return null
    if (name === personOf(maker)) return until
  }
  return null
}
