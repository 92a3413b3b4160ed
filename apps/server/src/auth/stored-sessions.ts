import type { Store } from '../store/store.ts'
import type { SessionKeeper, StoredSession } from './sessions.ts'

/** Sessions of the server's former lives, and where those of this one are kept. */
export async function openSessions({ db, writes }: Store): Promise<{ kept: readonly StoredSession[]; keeper: SessionKeeper }> {
  const rows = await db.selectFrom('sessions').selectAll().execute()
  return {
    kept: rows.map(({ key, actor, expires_at }) => ({ key, actor, expiresAt: expires_at })),
    keeper: {
      begun({ key, actor, expiresAt }) {
        writes.push(async (transaction) => {
          await transaction.insertInto('sessions').values({ key, actor, expires_at: expiresAt }).execute()
        })
      },
      ended(key) {
        writes.push(async (transaction) => {
          await transaction.deleteFrom('sessions').where('key', '=', key).execute()
        })
      },
    },
  }
}
