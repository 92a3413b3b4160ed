import { z } from 'zod'
import { actorOfToken } from '../auth/api-tokens.ts'
import { includesRole, ROLES } from '../auth/role.ts'
import { refuseCall } from '../fault.ts'
import { adminPerson, look, router } from '../trpc.ts'
import { idText, instant, moduleName, nameText } from './input.ts'

const tokenName = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,39}$/, 'a-z, 0-9, dot, dash and underscore, 40 characters at most')
const verb = z.string().max(40)

export const tokensRouter = router({
  list: look('admin', 'tokens').query(({ ctx }) => ctx.desk.apiTokens.list()),
  /** The secret is told here and nowhere else. `expiresAt` null: until it is revoked. */
  make: adminPerson('tokens')
    .input(
      z.strictObject({
        name: tokenName,
        role: z.enum(ROLES),
        expiresAt: instant.nullable(),
        verbs: z.array(verb).min(1).max(40).nullable().default(null),
        modules: z.array(nameText).min(1).max(40).nullable().default(null),
      }),
    )
    .mutation(({ ctx: { desk, caller, standing }, input }) => {
      const { name, role, verbs } = input
      const expiresAt = input.expiresAt === null ? null : Date.parse(input.expiresAt)
      const issue = (path: string, message: string) => refuseCall({ code: 'invalid_input', issues: [{ path: [path], message }] })
      if (expiresAt !== null && expiresAt <= desk.clock.now()) return issue('expiresAt', 'lies in the past')
      const unknown = verbs?.find((one) => !isGrantable(desk.verbRoles[one]))
      if (unknown !== undefined) return issue('verbs', `there is no verb ${unknown} that a token could be narrowed to`)
      const modules = input.modules?.map(moduleName) ?? null
      if (!includesRole(standing.role, role)) return issue('role', 'a token has no more than its person')
      const { token, secret } = desk.apiTokens.make({ name, role, expiresAt, verbs, modules, person: caller.person })
      const view = desk.apiTokens.view(token)
      desk.activity.add({
        type: 'token_made',
        actor: caller.actor,
        token: view.actor,
        role,
        expiresAt: view.expiresAt,
        verbs,
        within: modules,
      })
      return { token: view, secret }
    }),
  /** Ends it at once, with its open streams. */
  revoke: adminPerson('tokens')
    .input(z.strictObject({ id: idText }))
    .mutation(({ ctx: { desk, caller }, input }) => {
      const token = desk.apiTokens.revoke(input.id)
      desk.activity.add({ type: 'token_revoked', actor: caller.actor, token: actorOfToken(token) })
      return desk.apiTokens.view(token)
    }),
})

/** Reading is every token's; what is the machine's is none's. */
function isGrantable(access: string | undefined): boolean {
  return access === 'operator' || access === 'deployer' || access === 'admin'
}
