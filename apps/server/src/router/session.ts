import { z } from 'zod'
import { refuseCall } from '../fault.ts'
import { anyone, machine, router, viewer } from '../trpc.ts'

/** Until there are accounts, whoever signs in is the owner. */
const OWNER = 'owner'

export const sessionRouter = router({
  /** Trades a code for a session cookie. */
  signIn: anyone('sign-in')
    .input(z.strictObject({ code: z.string().max(200) }))
    .mutation(({ ctx, input }) => {
      const { desk, caller } = ctx
      const redemption = desk.codes.redeem(input.code)
      if (redemption !== 'accepted') {
        desk.activity.add({ type: 'sign_in_refused', why: redemption, times: 1 })
        return refuseCall({ code: 'invalid_code', why: redemption })
      }
      if (caller?.kind === 'session') desk.sessions.end(caller.key)
      const { id, session } = desk.sessions.begin(OWNER)
      ctx.keepSession(id)
      desk.activity.add({ type: 'signed_in', actor: session.actor })
      return { actor: session.actor, expiresAt: new Date(session.expiresAt).toISOString() }
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
  whoami: viewer('whoami').query(({ ctx }) => ({
    actor: ctx.caller.actor,
    kind: ctx.caller.kind,
    role: ctx.standing.role,
    expiresAt: ctx.caller.kind === 'session' ? new Date(ctx.caller.expiresAt).toISOString() : null,
  })),
  /** A fresh sign-in link, for whoever holds a token: the code stands behind `#`, where no log sees it. */
  link: machine('sign-in').mutation(({ ctx }) => {
    const { desk, caller } = ctx
    const { code, expiresAt } = desk.codes.issue()
    desk.activity.add({ type: 'sign_in_link_made', actor: caller.actor })
    const path = `/sign-in#${code}`
    return { path, url: `${desk.publicUrl}${path}`, expiresAt: new Date(expiresAt).toISOString() }
  }),
})
