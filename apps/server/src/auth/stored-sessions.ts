import type { Store } from '../store/store.ts'
import type { SessionFacts, SessionKeeper, StoredSession } from './sessions.ts'

/** What is not known of sessions that an earlier release began. */
const UNKNOWN: SessionFacts = { how: 'link', from: '', agent: '', beganAt: 0, seenAt: 0 }

/** Sessions of the server's former lives, and where those of this one are kept. */
export async function openSessions({ db, writes }: Store): Promise<{ kept: readonly StoredSession[]; keeper: SessionKeeper }> {
  const rows = await db.selectFrom('sessions').selectAll().execute()
  return {
    kept: rows.map(({ key, actor, expires_at, facts }) => ({
      key,
      actor,
      expiresAt: expires_at,
      facts: { ...UNKNOWN, ...(JSON.parse(facts) as Partial<SessionFacts>) },
    })),
    keeper: {
      kept({ key, actor, expiresAt, facts }) {
        const row = { key, actor, expires_at: expiresAt, facts: JSON.stringify(facts) }
        writes.push(async (transaction) => {
          await transaction
            .insertInto('sessions')
            .values(row)
            .onConflict((conflict) => conflict.column('key').doUpdateSet(row))
            .execute()
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
