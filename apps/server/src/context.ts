import type { Clock, Engine, SystemConfig } from '@strata/runtime'
import type { Logger } from 'pino'
import type { ActRegistry } from './acts/act-registry.ts'
import type { CrashRecord } from './crashes/crash-record.ts'
import type { DelayedActs } from './acts/delayed-acts.ts'
import type { ActivityLog } from './activity/activity-log.ts'
import type { Access } from './auth/access.ts'
import type { ApiTokens } from './auth/api-tokens.ts'
import type { Caller } from './auth/caller.ts'
import type { Oidc } from './auth/oidc.ts'
import type { Passwords } from './auth/passwords.ts'
import type { People } from './auth/people.ts'
import type { SignInBackoff } from './auth/sign-in-backoff.ts'
import type { Rule } from './auth/rule.ts'
import type { Sessions } from './auth/sessions.ts'
import type { SignInCodes } from './auth/sign-in-codes.ts'
import type { LifeRecord } from './life/life-record.ts'
import type { StreamSeats } from './live/stream-seats.ts'
import type { LimitSettings } from './settings/limits.ts'
import type { Meters } from './monitor/meters.ts'
import type { MetricHistory } from './metrics/metric-history.ts'
import type { PlanRegistry } from './plans/plan-registry.ts'
import type { RunningActs } from './acts/running-acts.ts'
import type { RunningMoves } from './acts/running-moves.ts'
import type { GlassBreaks } from './approvals/glass-breaks.ts'
import type { Settings } from './settings/settings.ts'
import type { Store } from './store/store.ts'

/** Name and colour of where this runs, always visible in the console. */
export interface Environment {
  readonly name: string
  /** A CSS colour name or hex colour. */
  readonly colour: string | null
}

/** What all calls share. */
export interface Desk {
  readonly engine: Engine
  readonly system: SystemConfig
  readonly environment: Environment | null
  readonly version: string
  /** Names this life of the server. */
  readonly life: string
  /** The address people use, without a slash at its end. */
  readonly publicUrl: string
  readonly clock: Clock
  readonly sessions: Sessions
  readonly codes: SignInCodes
  readonly plans: PlanRegistry
  readonly acts: ActRegistry
  readonly delays: DelayedActs
  readonly activity: ActivityLog
  readonly crashes: CrashRecord
  readonly seats: StreamSeats
  readonly metrics: MetricHistory
  readonly store: Store
  readonly lifeRecord: LifeRecord
  readonly running: RunningActs
  readonly moves: RunningMoves
  readonly people: People
  readonly apiTokens: ApiTokens
  readonly passwords: Passwords
  readonly backoff: SignInBackoff
  readonly access: Access
  /** `null`: people sign in by passwords alone. */
  readonly oidc: Oidc | null
  readonly settings: Settings
  readonly glassBreaks: GlassBreaks
  /** Which role each verb needs. */
  readonly verbRoles: Readonly<Record<string, Rule['access']>>
  readonly limits: LimitSettings
  readonly meters: Meters
  readonly log: Logger
  /** Everything written so far is durable; rejects with `not_durable`. */
  settled(): Promise<void>
  /** Of what nobody waits for. */
  reportBug(error: unknown): void
}

/** Where a call comes from; both are text from outside. */
export interface CallPlace {
  readonly address: string
  readonly agent: string
}

/** What a procedure knows of its call. */
export interface Context {
  readonly desk: Desk
  readonly caller: Caller | null
  readonly from: CallPlace
  /** Hands the browser its session, in place of the one it had. */
  readonly keepSession: (id: string) => void
  readonly dropSession: () => void
  /** Marks the browser that goes to the identity provider. */
  readonly keepOidc: (key: string) => void
  /** Aborts when the connection is gone. */
  readonly closed: AbortSignal
  /** Cuts the connection. */
  readonly cut: () => void
}
