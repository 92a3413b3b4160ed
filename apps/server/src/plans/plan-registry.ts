import type { Clock, Plan } from '@strata/runtime'
import type { Approval } from '../approvals/second-person.ts'
import { personOf } from '../auth/person-of.ts'
import { refuseCall } from '../fault.ts'
import { planCommand } from './plan-command.ts'
import { countPlan, type PlanCounts } from './plan-counts.ts'
import { planModules } from './plan-modules.ts'
import type { PlanRequest } from './plan-request.ts'

/** How long a plan can be executed. */
export const PLAN_LIFE_MS = 5 * 60_000
/** How long one waits for a second person. */
const ASKED_PLAN_LIFE_MS = 30 * 60_000
export const OPEN_PLANS_MAX = 50
/** Used and expired plans are told apart from unknown ones for this long. */
export const PLAN_MEMORY_MS = 60 * 60_000

/** A plan as its owner sees it. The act that executes it will have the same id. */
export interface PlanView {
  readonly id: string
  /** Large ones are cut to 500 processes unless all are asked for: `counts` tells how many there are. */
  readonly plan: Plan
  readonly counts: PlanCounts
  readonly owner: string
  /** Rises whenever the plan is renewed: who approves says which one they looked at. */
  readonly revision: number
  readonly createdAt: string
  readonly expiresAt: string
  readonly state: 'open' | 'used' | 'expired'
  /** The command line that does the same. */
  readonly command: string
  /** What a second person said of it; `null`: nobody was asked. */
  readonly approval: ApprovalView | null
}

export interface ApprovalView {
  readonly state: Approval['state']
  readonly reason: string
  readonly askedAt: string
  readonly by: string | null
  readonly approvedAt: string | null
  readonly note: string
}

/** What others may know of an open plan. */
export interface OpenPlan {
  readonly id: string
  readonly verb: Plan['verb']
  readonly owner: string
  readonly modules: readonly string[]
  readonly generations: readonly number[]
  readonly createdAt: string
  readonly expiresAt: string
}

/** A plan as it is kept. */
export interface KeptPlan {
  readonly id: string
  readonly owner: string
  readonly request: PlanRequest
  readonly plan: Plan
  readonly createdAt: number
  readonly expiresAt: number
  readonly used: boolean
  /** Absent: it was never renewed. */
  readonly revision?: number
  /** Of this very plan: a renewed one is another. */
  readonly approval?: Approval | null
}

/** Where plans outlive the server. */
export interface PlanKeeper {
  kept(plan: KeptPlan): void
}

const NOWHERE: PlanKeeper = { kept: () => {} }

/** Two clocks that are further apart were not only read one after the other. */
const CLOCK_SET_MS = 1_000

/** The plans that were made: each belongs to who made it, is executed at most once, and expires (PLAN2). */
export class PlanRegistry {
  readonly #clock: Clock
  readonly #wall: Clock
  readonly #nextId: () => string
  readonly #keeper: PlanKeeper
  readonly #plans: Map<string, KeptPlan>

  /** `kept`: those of the server's former life. */
  /** `wall`: the clock that people read; `clock` is never set back. */
  constructor(clock: Clock, nextId: () => string, kept: readonly KeptPlan[] = [], keeper = NOWHERE, wall: Clock = clock) {
    this.#clock = clock
    this.#wall = wall
    this.#nextId = nextId
    this.#plans = new Map(kept.map((plan) => [plan.id, plan]))
    this.#keeper = keeper
  }

  /** Refuses with `too_many_plans` when the owner has 50 open ones. */
  add(owner: string, request: PlanRequest, plan: Plan): PlanView {
    this.#forget()
    this.refuseOverLimit(owner)
    const now = this.#clock.now()
    const kept: KeptPlan = { id: this.#nextId(), owner, request, plan, createdAt: now, expiresAt: now + PLAN_LIFE_MS, used: false }
    this.#keep(kept)
    return this.#view(kept)
  }

  refuseOverLimit(owner: string): void {
    let open = 0
    for (const kept of this.#plans.values()) if (kept.owner === owner && this.#state(kept) === 'open') open++
    if (open >= OPEN_PLANS_MAX) refuseCall({ code: 'too_many_plans', limit: OPEN_PLANS_MAX })
  }

  view(owner: string, id: string): PlanView {
    return this.#view(this.#own(owner, id))
  }

  /** Whosoever it is: for deciding who may touch it. */
  find(id: string | undefined): Plan | undefined {
    return id === undefined ? undefined : this.#plans.get(id)?.plan
  }

  /** Marks an open plan as used and returns it: the one way to execute it. */
  take(owner: string, id: string, verb?: Plan['verb']): { readonly plan: Plan; readonly request: PlanRequest; readonly view: PlanView } {
    const kept = this.#own(owner, id)
    if (verb !== undefined && kept.plan.verb !== verb) refuseCall({ code: 'unknown_plan', plan: id })
    this.#open(kept)
    // Sources are what makes plans large, and nobody needs them any more.
    const used = { ...kept, request: withoutSources(kept.request), used: true }
    this.#keep(used)
    return { plan: kept.plan, request: kept.request, view: this.#view(used) }
  }

  /** Refuses a plan that cannot be renewed. */
  renewable(owner: string, id: string): { readonly plan: Plan; readonly request: PlanRequest } {
    const kept = this.#own(owner, id)
    this.#refuseUsed(kept)
    return kept
  }

  /** Puts a fresh plan in the place of an unused one, open or expired. */
  renew(owner: string, id: string, plan: Plan): PlanView {
    const kept = this.#own(owner, id)
    this.#refuseUsed(kept)
    if (this.#state(kept) === 'expired') this.refuseOverLimit(owner)
    const now = this.#clock.now()
    const revision = revisionOf(kept) + 1
    const renewed = { ...kept, plan, revision, createdAt: now, expiresAt: now + PLAN_LIFE_MS, approval: null }
    this.#keep(renewed)
    return this.#view(renewed)
  }

  /** Has it wait for a second person, for 30 minutes from now. */
  ask(owner: string, id: string, reason: string): PlanView {
    const kept = this.#open(this.#own(owner, id))
    if (kept.approval?.state === 'approved') return this.#view(kept)
    const now = this.#clock.now()
    return this.#view(this.#keep({ ...kept, expiresAt: now + ASKED_PLAN_LIFE_MS, approval: { state: 'asked', reason, askedAt: now } }))
  }

  /** Refuses with `same_person`: a plan's maker, or a token of theirs, is no second person. With `plan_renewed` when it is not the one that was looked at. */
  approve(by: string, id: string, revision: number, note: string): PlanView {
    const kept = this.#open(this.#any(id))
    if (personOf(kept.owner) === personOf(by)) refuseCall({ code: 'same_person', person: personOf(by) })
    if (revisionOf(kept) !== revision) refuseCall({ code: 'plan_renewed', plan: id, owner: kept.owner })
    const { approval } = kept
    if (approval?.state === 'approved') return this.#view(kept)
    const approvedAt = this.#clock.now()
    const { reason, askedAt } = approval ?? { reason: '', askedAt: approvedAt }
    return this.#view(
      this.#keep({
        ...kept,
        expiresAt: approvedAt + ASKED_PLAN_LIFE_MS,
        approval: { state: 'approved', reason, askedAt, by, approvedAt, note },
      }),
    )
  }

  /** It then waits for nobody, until its maker asks again. Refuses with `same_person`. */
  decline(by: string, id: string, note: string): PlanView {
    const kept = this.#open(this.#any(id))
    if (personOf(kept.owner) === personOf(by)) refuseCall({ code: 'same_person', person: personOf(by) })
    const { reason = '', askedAt = this.#clock.now() } = kept.approval ?? {}
    return this.#view(this.#keep({ ...kept, approval: { state: 'declined', reason, askedAt, by, note } }))
  }

  /** Whosoever it is: for who has to approve it. */
  shown(id: string): PlanView {
    return this.#view(this.#any(id))
  }

  /** What is to be decided of a plan before it is executed. */
  consent(owner: string, id: string): { readonly request: PlanRequest; readonly approval: Approval | null } {
    const { request, approval = null } = this.#open(this.#own(owner, id))
    return { request, approval }
  }

  /** Open plans that somebody was asked to approve, newest first. */
  awaiting(): readonly (OpenPlan & { readonly approval: ApprovalView })[] {
    const views = this.open().map((plan) => ({ ...plan, approval: this.shown(plan.id).approval }))
    return views.flatMap(({ approval, ...plan }) => (approval === null ? [] : [{ ...plan, approval }]))
  }

  /** Everybody's open plans, newest first; with `module`, those that touch it. */
  open(module?: string): readonly OpenPlan[] {
    return [...this.#plans.values()]
      .filter((kept) => this.#state(kept) === 'open' && (module === undefined || planModules(kept.plan).includes(module)))
      .reverse()
      .map((kept) => ({
        id: kept.id,
        verb: kept.plan.verb,
        owner: kept.owner,
        modules: planModules(kept.plan),
        generations: kept.plan.verb === 'purge' ? kept.plan.generations : [],
        createdAt: this.#told(kept.createdAt),
        expiresAt: this.#told(kept.expiresAt),
      }))
  }

  #keep(plan: KeptPlan): KeptPlan {
    this.#plans.set(plan.id, plan)
    this.#keeper.kept(plan)
    return plan
  }

  #any(id: string): KeptPlan {
    return this.#plans.get(id) ?? refuseCall({ code: 'unknown_plan', plan: id.slice(0, 80) })
  }

  #open(kept: KeptPlan): KeptPlan {
    this.#refuseUsed(kept)
    if (this.#state(kept) === 'expired') refuseCall({ code: 'plan_expired', plan: kept.id, expiredAt: this.#told(kept.expiresAt) })
    return kept
  }

  #own(owner: string, id: string): KeptPlan {
    const kept = this.#any(id)
    if (kept.owner !== owner) return refuseCall({ code: 'forbidden', why: 'not_your_plan', plan: id, owner: kept.owner })
    return kept
  }

  #refuseUsed(kept: KeptPlan): void {
    if (kept.used) refuseCall({ code: 'plan_used', plan: kept.id })
  }

  #state(kept: KeptPlan): PlanView['state'] {
    if (kept.used) return 'used'
    return kept.expiresAt > this.#clock.now() ? 'open' : 'expired'
  }

  #view(kept: KeptPlan): PlanView {
    return {
      id: kept.id,
      plan: kept.plan,
      counts: countPlan(kept.plan),
      owner: kept.owner,
      revision: revisionOf(kept),
      createdAt: this.#told(kept.createdAt),
      expiresAt: this.#told(kept.expiresAt),
      state: this.#state(kept),
      command: planCommand(kept.request),
      approval: approvalView(kept.approval ?? null),
    }
  }

  /** By the clock that people read, also after somebody set it back. */
  #told(ms: number): string {
    const setBackMs = this.#clock.now() - this.#wall.now()
    return iso(setBackMs > CLOCK_SET_MS ? ms - setBackMs : ms)
  }

  #forget(): void {
    const before = this.#clock.now() - PLAN_MEMORY_MS
    for (const kept of this.#plans.values()) if (kept.expiresAt < before) this.#plans.delete(kept.id)
  }
}

function revisionOf({ revision = 1 }: KeptPlan): number {
  return revision
}

function approvalView(approval: Approval | null): ApprovalView | null {
  if (approval === null) return null
  const { state, reason } = approval
  const askedAt = iso(approval.askedAt)
  if (approval.state === 'asked') return { state, reason, askedAt, by: null, approvedAt: null, note: '' }
  if (approval.state === 'declined') return { state, reason, askedAt, by: approval.by, approvedAt: null, note: approval.note }
  return { state, reason, askedAt, by: approval.by, approvedAt: iso(approval.approvedAt), note: approval.note }
}

function withoutSources(request: PlanRequest): PlanRequest {
  return request.verb === 'load' ? { ...request, sources: request.sources.map((source) => ({ ...source, text: '' })) } : request
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
