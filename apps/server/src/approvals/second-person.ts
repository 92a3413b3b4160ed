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
  return facts.breaksGlass ? { status: 'break_glass' } : { status: 'wait', asked: approval !== null }
}
