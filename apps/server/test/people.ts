import type { Role } from '../src/auth/role.ts'
import type { StrataServer } from './strata-server.ts'

export const PASSWORD = 'a long enough pass phrase'

/** A person of a server's tests, signed in. */
export interface Joined {
  readonly name: string
  /** What a browser of theirs sends. */
  readonly headers: Record<string, string>
}

/** Invites somebody, who accepts with `PASSWORD`. */
export async function join(server: StrataServer, name: string, role: Role): Promise<Joined> {
  const { data } = await server.call('people.invite', { name, role })
  const answer = await server.call('session.acceptInvitation', { code: codeOf(data.url), password: PASSWORD }, { origin: server.origin })
  return { name, headers: { cookie: cookieOf(answer), origin: server.origin } }
}

/** Signs somebody in once more, as another browser. */
export async function signInAgain(server: StrataServer, name: string, password = PASSWORD): Promise<Joined> {
  const answer = await server.call('session.signInWithPassword', { name, password }, { origin: server.origin })
  if (answer.fault !== undefined) throw new Error(JSON.stringify(answer.fault))
  return { name, headers: { cookie: cookieOf(answer), origin: server.origin } }
}

/** A token of a person's, as a script sends it. */
export async function makeToken(server: StrataServer, by: Joined, request: { role: Role; name?: string } & Record<string, unknown>) {
  const { data, fault } = await server.call('tokens.make', { name: `t-${request.role}`, expiresAt: null, ...request }, by.headers)
  if (fault !== undefined) throw new Error(JSON.stringify(fault))
  return { id: data.token.id as string, secret: data.secret as string, headers: { authorization: `Bearer ${data.secret}` } }
}

export function codeOf(url: string): string {
  return new URL(url).hash.replace('#invitation=', '')
}

export function cookieOf(answer: { readonly headers: Readonly<Record<string, string | string[] | undefined>> }): string {
  return String(answer.headers['set-cookie']?.[0]).split(';', 1)[0] ?? ''
}
