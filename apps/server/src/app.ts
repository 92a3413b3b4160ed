import { randomBytes } from 'node:crypto'
import { type Clock, type Engine, systemClock, type SystemConfig } from '@strata/runtime'
import { createExpressMiddleware } from '@trpc/server/adapters/express'
import express, { type Express, type Request, type Response } from 'express'
import type { Logger } from 'pino'
import { ActivityLog } from './activity/activity-log.ts'
import { DelayedActs } from './acts/delayed-acts.ts'
import { internalErrorId } from './internal-error.ts'
import { ActRegistry } from './acts/act-registry.ts'
import { followPending } from './acts/follow-pending.ts'
import { RunningActs } from './acts/running-acts.ts'
import { RunningMoves } from './acts/running-moves.ts'
import { openActs } from './acts/stored-acts.ts'
import { openGlassBreaks } from './approvals/glass-breaks.ts'
import { openLimits } from './settings/limits.ts'
import { openSettings } from './settings/settings.ts'
import { Access } from './auth/access.ts'
import { ApiTokens } from './auth/api-tokens.ts'
import { Oidc, OIDC_AWAY_MS, type OidcSettings } from './auth/oidc.ts'
import { createOidcReturn, OIDC_RETURN } from './auth/oidc-return.ts'
import { Passwords } from './auth/passwords.ts'
import { People } from './auth/people.ts'
import { SESSION_LIFE_MS, Sessions } from './auth/sessions.ts'
import { SignInCodes } from './auth/sign-in-codes.ts'
import { SignInBackoff } from './auth/sign-in-backoff.ts'
import { openApiTokens } from './auth/stored-api-tokens.ts'
import { openPeople } from './auth/stored-people.ts'
import { openSessions } from './auth/stored-sessions.ts'
import { createTokenCheck } from './auth/tokens.ts'
import type { CallPlace, Context, Desk, Environment } from './context.ts'
import { type Addresses, publicUrl } from './door/addresses.ts'
import { CrashRecord } from './crashes/crash-record.ts'
import { createCallGate } from './door/call-gate.ts'
import { CallRates } from './door/call-rates.ts'
import { oidcCookie, oidcCookieName, sessionCookie, sessionCookieName } from './door/cookie.ts'
import { createHeaders } from './door/headers.ts'
import { createHostCheck } from './door/host-check.ts'
import { identifyCaller } from './door/identify-caller.ts'
import { BATCH_CALLS_MAX, BODY_BYTES_MAX } from './door/limits.ts'
import { createPageRate } from './door/page-rate.ts'
import { createRefusalHandler } from './door/refusal.ts'
import { forwardClock } from './forward-clock.ts'
import type { StartDecision } from './life/decide-start.ts'
import type { LifeRecord } from './life/life-record.ts'
import { tellStart } from './life/tell-start.ts'
import { StreamSeats } from './live/stream-seats.ts'
import { Meters } from './monitor/meters.ts'
import { createMonitor } from './monitor/monitor.ts'
import { MetricHistory } from './metrics/metric-history.ts'
import { PlanRegistry } from './plans/plan-registry.ts'
import { openPlans } from './plans/stored-plans.ts'
import { createRequestOrigin } from './request-origin.ts'
import { appRouter } from './router/app-router.ts'
import { type ListedProcedure, listProcedures, verbRoles } from './router/procedure-list.ts'
import type { Store } from './store/store.ts'
import { faultOf } from './trpc.ts'
import { createWebPages } from './web-pages.ts'

/** What is kept of how a browser calls itself. */
const AGENT_LENGTH_MAX = 200

export interface AppOptions {
  readonly engine: Engine
  readonly system: SystemConfig
  readonly addresses: Addresses
  /** What the web's build wrote. */
  readonly webFolder: string
  /** Each proves a caller. */
  readonly tokens: readonly string[]
  readonly environment: Environment | null
  readonly version: string
  readonly trustedProxies: number
  /** Whom people may sign in with, beside passwords. */
  readonly oidc?: OidcSettings | null
  readonly log: Logger
  readonly clock?: Clock
  readonly store: Store
  /** How this life of the server began. */
  readonly start: StartDecision
  /** Names it. */
  readonly life: string
  readonly lifeRecord: LifeRecord
}

export interface App {
  readonly handler: Express
  /** A fresh link that signs in once. */
  signInLink(): string
  /** Takes no more acts, and waits for those under way, so long at most. */
  drain(limitMs: number): Promise<void>
  /** Ends calls and streams, and says in the trail that the server was stopped. */
  close(): void
}

/** The server apart from listening. */
export async function createApp(options: AppOptions): Promise<App> {
  const { engine, addresses, log, store, life, lifeRecord, clock = systemClock } = options
  const secure = addresses.publicOrigin?.startsWith('https:') === true
  const sessions = await openSessions(store)
  const plans = await openPlans(store, clock.now())
  const expiry = forwardClock(clock)
  const limits = await openLimits(store, options.system)
  const acts = await openActs(store)
  const kept = { people: await openPeople(store), apiTokens: await openApiTokens(store) }
  const people = new People(expiry, kept.people.kept, kept.people.keeper)
  const apiTokens = new ApiTokens(expiry, kept.apiTokens.kept, kept.apiTokens.keeper)
  const registry = new ActRegistry(clock, acts.kept, acts.keeper)
  const running = new RunningActs()
  const seats = new StreamSeats()
  const meters = new Meters({ engine, store, version: options.version, streams: () => seats.total() })
  const desk: Desk = {
    engine,
    system: options.system,
    environment: options.environment,
    version: options.version,
    life,
    publicUrl: publicUrl(addresses),
    clock,
    sessions: new Sessions(expiry, sessions.kept, sessions.keeper),
    codes: new SignInCodes(expiry),
    plans: new PlanRegistry(expiry, () => randomBytes(5).toString('hex'), plans.kept, plans.keeper, clock),
    acts: registry,
    delays: new DelayedActs(clock),
    activity: await ActivityLog.open({
      engine,
      clock,
      audit: store.audit,
      limits,
      life,
      told({ origin, ...audit }) {
        meters.told(audit.type)
        log.info({ audit, ...(origin === null ? {} : origin) }, 'an entry of the trail')
      },
    }),
    crashes: await CrashRecord.open({ ...store, engine, clock }),
    seats,
    meters,
    log,
    metrics: new MetricHistory(store, engine, clock),
    store,
    lifeRecord,
    running,
    moves: new RunningMoves({ engine, acts: registry, running }),
    people,
    apiTokens,
    passwords: new Passwords(),
    backoff: new SignInBackoff(clock),
    settings: await openSettings(store),
    limits,
    glassBreaks: await openGlassBreaks(store, clock),
    oidc: createOidc(options, clock),
    access: new Access({ clock, people, tokens: apiTokens }),
    verbRoles: verbRoles(),
    settled: () => store.settled(),
    reportBug: (error) =>
      log.error({ err: error, id: internalErrorId(error instanceof Error ? error : new Error(String(error))) }, 'an act failed'),
  }
  await tellStart(desk, options.start)
  // With the server's former life every process ended.
  desk.acts.settlePending(() => 'interrupted')
  const stopFollowing = followPending(engine, desk.acts)
  await store.settled()
  const unanswered = new Set<Response>()
  const proofs = { sessions: desk.sessions, isToken: createTokenCheck(options.tokens), apiTokens, port: addresses.port }
  const cookieName = sessionCookieName(addresses.port)
  const rates = new CallRates(clock)
  const oidcName = oidcCookieName(addresses.port)
  const { gate, callerOf } = createCallGate({
    ...proofs,
    addresses,
    rates,
    openCalls: pathsOf(({ rule }) => rule.access === 'anyone'),
    streams: pathsOf(({ type }) => type === 'subscription'),
  })

  function createContext(request: Request, response: Response): Context {
    const closed = new AbortController()
    unanswered.add(response)
    response.once('close', () => {
      unanswered.delete(response)
      closed.abort()
    })
    return {
      desk,
      caller: callerOf(request),
      from: placeOf(request),
      keepSession: (id) => response.append('Set-Cookie', sessionCookie(cookieName, id, SESSION_LIFE_MS, secure)),
      keepOidc: (key) => response.append('Set-Cookie', oidcCookie(oidcName, key, OIDC_AWAY_MS, secure)),
      dropSession: () => response.append('Set-Cookie', sessionCookie(cookieName, '', 0, secure)),
      closed: closed.signal,
      cut: () => response.destroy(),
    }
  }

  const handler = express()
  handler.disable('x-powered-by')
  handler.set('trust proxy', options.trustedProxies)
  handler.use(createRequestOrigin(), createHeaders(secure), createHostCheck(addresses))
  handler.use(createMonitor({ desk, proofs, rates }))
  handler.use(
    '/trpc',
    gate,
    createExpressMiddleware({
      router: appRouter,
      createContext: ({ req, res }) => createContext(req, res),
      allowMethodOverride: true,
      maxBatchSize: BATCH_CALLS_MAX,
      maxBodySize: BODY_BYTES_MAX,
      onError: ({ error, path }) => {
        const fault = faultOf(error)
        if (fault.code === 'internal') log.error({ err: error.cause ?? error, id: fault.id, path }, 'a call failed')
      },
    }),
  )
  handler.use(createPageRate())
  if (desk.oidc !== null) {
    const dropCookie = (response: Response) => void response.append('Set-Cookie', oidcCookie(oidcName, '', 0, secure))
    handler.get(OIDC_RETURN, createOidcReturn({ oidc: desk.oidc, log, cookieName: oidcName, createContext, dropCookie }))
  }
  handler.use(createWebPages({ folder: options.webFolder, isSignedIn }))
  handler.use(createRefusalHandler(log))

  function isSignedIn(request: Request): boolean {
    return request.headers.authorization === undefined && identifyCaller(request, proofs) !== null
  }

  return {
    handler,
    signInLink: () => `${desk.publicUrl}/sign-in#${desk.codes.issue().code}`,
    drain(limitMs) {
      for (const id of desk.delays.ids()) if (desk.delays.cancel(id)) desk.acts.cancel(id)
      desk.moves.stopAll()
      return desk.running.drain(clock, limitMs)
    },
    close() {
      desk.sessions.close()
      desk.metrics.close()
      desk.crashes.close()
      stopFollowing()
      meters.close()
      desk.activity.add({ type: 'server_stopped' })
      desk.activity.close()
      for (const response of unanswered) response.destroy()
    },
  }
}

function createOidc({ oidc = null, addresses }: AppOptions, clock: Clock): Oidc | null {
  return oidc === null ? null : new Oidc({ settings: oidc, clock, callbackUrl: `${publicUrl(addresses)}${OIDC_RETURN}` })
}

function placeOf(request: Request): CallPlace {
  return { address: request.ip ?? '', agent: (request.headers['user-agent'] ?? '').slice(0, AGENT_LENGTH_MAX) }
}

function pathsOf(which: (procedure: ListedProcedure) => boolean): ReadonlySet<string> {
  return new Set(
    listProcedures()
      .filter(which)
      .map(({ path }) => path),
  )
}
