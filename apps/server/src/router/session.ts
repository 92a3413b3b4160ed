import { z } from 'zod'
import { beginSession, expiryOf } from '../auth/begin-session.ts'
import { checkPassword, PASSWORD_LENGTH_MAX } from '../auth/passwords.ts'
import { OWNER } from '../auth/person-of.ts'
import type { Session } from '../auth/sessions.ts'
import type { OidcPurpose } from '../auth/oidc.ts'
import type { Context, Desk } from '../context.ts'
import { refuseCall } from '../fault.ts'
import { anyone, machine, own, router, viewer } from '../trpc.ts'
import { idText } from './input.ts'

const code = z.string().max(200)
const password = z.string().min(1).max(PASSWORD_LENGTH_MAX)
/** So long after a sign-in by the machine's link its owner may choose a password without the one before. */
const FRESH_MS = 10 * 60_000

export const sessionRouter = router({
  /** Trades the code of the machine's link for a session cookie. */
  signIn: anyone('sign-in')
    .input(z.strictObject({ code }))
    .mutation(({ ctx, input }) => {
      const { desk } = ctx
      const redemption = desk.codes.redeem(input.code)
      if (redemption === 'accepted') return beginSession(ctx, OWNER, 'link')
      desk.activity.add({ type: 'sign_in_refused', why: redemption, times: 1 })
      return refuseCall({ code: 'invalid_code', why: redemption })
    }),
  /** One answer, after the same time, for a name that does not exist, a wrong password and an account that is disabled. */
  signInWithPassword: anyone('sign-in')
    .input(z.strictObject({ name: z.string().min(1).max(80), password }))
    .mutation(async ({ ctx, input }) => {
      const { desk, from } = ctx
      const name = input.name.trim().toLowerCase()
      const wait = desk.backoff.begin(name, from.address)
      if (wait > 0) return refuseCall({ code: 'too_many_requests', retryAfterMs: wait })
      const passwordNow = () => {
        const person = desk.people.find(name)
        return person === undefined || person.disabledAt !== null ? null : person.passwordHash
      }
      const kept = passwordNow()
      // While it was compared the account may have been disabled, or given another password.
      if (!(await desk.passwords.matches(kept, input.password)) || passwordNow() !== kept) {
        desk.activity.add({ type: 'sign_in_refused', why: 'password', times: 1 })
        return refuseCall({ code: 'invalid_credentials' })
      }
      desk.backoff.succeeded(name, from.address)
      return beginSession(ctx, name, 'password')
    }),
  /** How people may sign in here. */
  ways: anyone('sign-in')
    .input(z.strictObject({}).default({}))
    .query(({ ctx }) => ({ oidc: ctx.desk.oidc?.name ?? null })),
  /** Where to go for signing in by the identity provider, or for accepting an invitation by it. */
  startOidc: anyone('sign-in')
    .input(z.strictObject({ code: code.optional() }))
    .mutation(({ ctx, input }) => {
      if (input.code !== undefined) ctx.desk.people.invited(input.code)
      return goToProvider(ctx, input.code === undefined ? { type: 'sign_in' } : { type: 'accept', code: input.code })
    }),
  /** The caller's account can then be entered by the identity provider, too. */
  linkOidc: own('password').mutation(({ ctx }) => goToProvider(ctx, { type: 'link', caller: ctx.caller })),
  /** Whom an invitation is for. */
  invitation: anyone('sign-in')
    .input(z.strictObject({ code }))
    .mutation(({ ctx, input }) => {
      const { name, fullName, role, passwordHash } = ctx.desk.people.invited(input.code)
      return { name, fullName, role, isNew: passwordHash === null }
    }),
  /** Chooses the password by an invitation's one-time link, and signs in. */
  acceptInvitation: anyone('sign-in')
    .input(z.strictObject({ code, password }))
    .mutation(async ({ ctx, input }) => {
      const { desk } = ctx
      const { name } = desk.people.invited(input.code)
      checkPassword(input.password, name)
      const hash = await desk.passwords.hash(input.password)
      // Another tab may have used the link meanwhile.
      desk.people.invited(input.code)
      const { letIn } = desk.people.accept(name, { passwordHash: hash })
      desk.sessions.endAll(name)
      desk.activity.add({ type: 'invitation_accepted', actor: name, through: 'password', ...(letIn === undefined ? {} : { of: letIn.by }) })
      return beginSession(ctx, name, 'invitation')
    }),
  signOut: viewer('sign-out').mutation(({ ctx }) => {
    const { desk, caller } = ctx
    if (caller.kind === 'session') {
      desk.sessions.end(caller.key)
      ctx.dropSession()
      desk.activity.add({ type: 'signed_out', actor: caller.actor })
    }
    return { signedOut: true as const }
  }),
  whoami: viewer('whoami').query(({ ctx: { caller, standing } }) => ({
    actor: caller.actor,
    person: caller.person,
    kind: caller.kind,
    role: standing.role,
    verbs: standing.verbs,
    modules: standing.modules,
    expiresAt: caller.kind === 'session' ? expiryOf(caller) : null,
  })),
  /** Where the caller is signed in, newest first. */
  list: own('sessions').query(({ ctx: { desk, caller } }) =>
    desk.sessions.of(caller.person).map((session) => sessionView(session, caller.key)),
  ),
  /** Ends one of the caller's sessions, with its streams. */
  end: own('sessions')
    .input(z.strictObject({ id: idText }))
    .mutation(({ ctx: { desk, caller }, input }) => {
      const session = desk.sessions.of(caller.person).find(({ key }) => idOf(key) === input.id)
      if (session === undefined) return refuseCall({ code: 'unknown_session', session: input.id })
      return endSessions(desk, caller.actor, caller.person, [session])
    }),
  /** Signs the caller out everywhere but here. */
  endOthers: own('sessions').mutation(({ ctx: { desk, caller } }) =>
    endSessions(
      desk,
      caller.actor,
      caller.person,
      desk.sessions.of(caller.person).filter(({ key }) => key !== caller.key),
    ),
  ),
  /** Ends the caller's other sessions. Without a password so far, or just come by the machine's link, `current` is not asked for. */
  changePassword: own('password')
    .input(z.strictObject({ current: z.string().max(PASSWORD_LENGTH_MAX).default(''), next: password }))
    .mutation(async ({ ctx, input }) => {
      const { desk, caller, from } = ctx
      const person = desk.people.get(caller.person)
      if (person.passwordHash !== null && caller.kind !== 'token' && !isFresh(desk, caller.key)) {
        const wait = desk.backoff.begin(person.name, from.address)
        if (wait > 0) return refuseCall({ code: 'too_many_requests', retryAfterMs: wait })
        if (!(await desk.passwords.matches(person.passwordHash, input.current))) return refuseCall({ code: 'invalid_credentials' })
        desk.backoff.succeeded(person.name, from.address)
      }
      checkPassword(input.next, person.name)
      const hash = await desk.passwords.hash(input.next)
      // Whoever noticed that the session was stolen may have ended it meanwhile.
      if (desk.access.standingOf(caller) === null) return refuseCall({ code: 'unauthenticated', why: 'session_ended' })
      desk.people.setPassword(person.name, hash)
      const ended = desk.sessions.endAll(person.name, caller.key)
      desk.activity.add({ type: 'password_changed', actor: caller.actor, person: person.name, ended })
      return { changed: true as const, ended }
    }),
  /** A fresh sign-in link, for whoever holds the machine's token: the code stands behind `#`, where no log sees it. */
  link: machine('sign-in').mutation(({ ctx }) => {
    const { desk, caller } = ctx
    const { code: made, expiresAt } = desk.codes.issue()
    desk.activity.add({ type: 'sign_in_link_made', actor: caller.actor })
    const path = `/sign-in#${made}`
    return { path, url: `${desk.publicUrl}${path}`, expiresAt: new Date(expiresAt).toISOString() }
  }),
})

async function goToProvider({ desk, keepOidc }: Context, purpose: OidcPurpose): Promise<{ readonly url: string }> {
  if (desk.oidc === null) return refuseCall({ code: 'no_provider', why: 'not_set_up' })
  const started = await desk.oidc.start(purpose).catch(() => null)
  if (started === null) return refuseCall({ code: 'no_provider', why: 'away' })
  keepOidc(started.browserKey)
  return { url: started.url }
}

/** A session as its owner and admins see it. */
export function sessionView({ key, facts, expiresAt }: Session, ownKey: string) {
  const time = (ms: number) => (ms === 0 ? null : new Date(ms).toISOString())
  return {
    id: idOf(key),
    isThis: key === ownKey,
    how: facts.how,
    from: facts.from,
    agent: facts.agent,
    beganAt: time(facts.beganAt),
    seenAt: time(facts.seenAt),
    expiresAt: expiryOf({ expiresAt }),
  }
}

export function endSessions(desk: Desk, actor: string, person: string, sessions: readonly Session[]) {
  for (const { key } of sessions) desk.sessions.end(key)
  if (sessions.length > 0) desk.activity.add({ type: 'sessions_ended', actor, person, ended: sessions.length })
  return { ended: sessions.length }
}

/** Enough of the key, itself a hash, to tell sessions apart. */
function idOf(key: string): string {
  return key.slice(0, 12)
}

function isFresh(desk: Desk, key: string): boolean {
  const session = desk.sessions.of(OWNER).find((one) => one.key === key)
  return session?.facts.how === 'link' && desk.clock.now() - session.facts.beganAt < FRESH_MS
}
