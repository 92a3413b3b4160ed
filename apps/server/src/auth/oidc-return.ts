import type { Request, RequestHandler, Response } from 'express'
import type { Logger } from 'pino'
import type { Context } from '../context.ts'
import { readCookies } from '../door/cookie.ts'
import { RefusedError } from '../fault.ts'
import { beginSession } from './begin-session.ts'
import type { Oidc, OidcPurpose } from './oidc.ts'
import type { OidcIdentity } from './people.ts'

export const OIDC_RETURN = '/oidc/return'

/** What the sign-in page is told; the words are ours alone. */
type Problem = 'stale' | 'refused' | 'away' | 'nobody' | 'taken' | 'invitation'

interface OidcReturnParts {
  readonly oidc: Oidc
  readonly log: Logger
  readonly cookieName: string
  createContext(request: Request, response: Response): Context
  /** Takes the browser's cookie of the way there back. */
  dropCookie(response: Response): void
}

/**
 * Where the provider sends people back to. It ends at the sign-in page, which sees the fresh session by its own question: the cookie is
 * `SameSite=Strict`, and this navigation began at another site.
 */
export function createOidcReturn({ oidc, log, cookieName, createContext, dropCookie }: OidcReturnParts): RequestHandler {
  return async (request, response) => {
    response.setHeader('Cache-Control', 'no-store')
    const end = (problem?: Problem) => response.redirect(303, `/sign-in${problem === undefined ? '' : `?problem=${problem}`}`)
    const query = request.url.includes('?') ? request.url.slice(request.url.indexOf('?')) : ''
    const returned = await oidc.finish(query, readCookies(request.headers.cookie, cookieName))
    dropCookie(response)
    const ctx = createContext(request, response)
    const refuse = (problem: Problem) => {
      if (problem !== 'away') ctx.desk.activity.add({ type: 'sign_in_refused', why: 'oidc', times: 1 })
      return end(problem)
    }
    if (returned.status !== 'identified') {
      log.warn({ status: returned.status, why: returned.why }, 'a return from the identity provider was refused')
      return refuse(returned.status)
    }
    const problem = enter(ctx, returned.identity, returned.purpose)
    if (problem !== null) return refuse(problem)
    await ctx.desk.settled()
    end()
  }
}

function enter(ctx: Context, identity: OidcIdentity, purpose: OidcPurpose): Problem | null {
  const { desk } = ctx
  switch (purpose.type) {
    case 'sign_in': {
      const person = desk.people.byIdentity(identity)
      if (person === undefined || person.disabledAt !== null) return 'nobody'
      beginSession(ctx, person.name, 'oidc')
      return null
    }
    case 'accept':
      return refusedAs('invitation', () => {
        const { name } = desk.people.invited(purpose.code)
        const { letIn } = desk.people.accept(name, { oidc: identity })
        desk.activity.add({ type: 'invitation_accepted', actor: name, through: 'oidc', ...(letIn === undefined ? {} : { of: letIn.by }) })
        beginSession(ctx, name, 'oidc')
      })
    case 'link':
      // The session may have ended on the way, by whoever noticed that it was stolen.
      if (desk.access.standingOf(purpose.caller) === null) return 'stale'
      return refusedAs('taken', () => {
        const { person } = purpose.caller
        desk.people.setIdentity(person, identity)
        desk.activity.add({ type: 'identity_linked', actor: person, issuer: identity.issuer })
      })
  }
}

function refusedAs(problem: Problem, act: () => void): Problem | null {
  try {
    act()
    return null
  } catch (error) {
    if (error instanceof RefusedError) return error.fault.code === 'identity_taken' ? 'taken' : problem
    throw error
  }
}
