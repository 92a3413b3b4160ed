import type { Context } from '../context.ts'
import type { Session, SessionFacts } from './sessions.ts'

/** Signs a browser in under a new id, in place of whatever session it came with, and tells it in the trail. */
export function beginSession(
  ctx: Context,
  actor: string,
  how: SessionFacts['how'],
): { readonly actor: string; readonly expiresAt: string } {
  const { desk, caller, from } = ctx
  if (caller?.kind === 'session') desk.sessions.end(caller.key)
  const { id, session } = desk.sessions.begin(actor, { how, from: from.address, agent: from.agent })
  ctx.keepSession(id)
  desk.activity.add({ type: 'signed_in', actor, how, from: from.address })
  return { actor, expiresAt: expiryOf(session) }
}

export function expiryOf({ expiresAt }: Pick<Session, 'expiresAt'>): string {
  return new Date(expiresAt).toISOString()
}
