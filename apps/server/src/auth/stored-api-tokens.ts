import type { Store } from '../store/store.ts'
import type { ApiToken, ApiTokenKeeper } from './api-tokens.ts'

/** Tokens that were made in the server's former lives, oldest first, and where changes are kept. */
export async function openApiTokens({ db, writes }: Store): Promise<{ kept: readonly ApiToken[]; keeper: ApiTokenKeeper }> {
  const rows = await db.selectFrom('api_tokens').select('token').execute()
  return {
    kept: rows.map(({ token }) => JSON.parse(token) as ApiToken).sort((a, b) => a.createdAt - b.createdAt),
    keeper: {
      kept(token) {
        const row = { id: token.id, token: JSON.stringify(token) }
        writes.push(async (transaction) => {
          await transaction
            .insertInto('api_tokens')
            .values(row)
            .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
            .execute()
        })
      },
    },
  }
}
