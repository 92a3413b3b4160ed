import type { Store } from '../store/store.ts'
import { type ActKeeper, ACTS_KEPT_MAX, type ActView } from './act-registry.ts'

/** The newest acts of the server's former lives, oldest first, and where all are kept. */
export async function openActs({ db, writes }: Store): Promise<{ kept: readonly ActView[]; keeper: ActKeeper }> {
  const newest = await db.selectFrom('acts').select(['id', 'act']).orderBy('started_at', 'desc').limit(ACTS_KEPT_MAX).execute()
  // Whatever the clock said when they began.
  const running = await db.selectFrom('acts').select(['id', 'act']).where('status', '=', 'running').execute()
  const rows = [...newest, ...running.filter(({ id }) => !newest.some((act) => act.id === id))]
  return {
    kept: rows.map(({ act }) => readAct(act)).reverse(),
    keeper: {
      kept(act) {
        const row = { id: act.id, started_at: Date.parse(act.startedAt), status: act.status, act: JSON.stringify(act) }
        writes.push(async (transaction) => {
          await transaction
            .insertInto('acts')
            .values(row)
            .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
            .execute()
        })
      },
      async find(id) {
        const row = await db.selectFrom('acts').select('act').where('id', '=', id).executeTakeFirst()
        return row === undefined ? undefined : readAct(row.act)
      },
    },
  }
}

/** Acts of earlier releases had neither delays nor parts. */
function readAct(text: string): ActView {
  const act = JSON.parse(text) as Omit<ActView, 'startsAt' | 'stop'> & Partial<Pick<ActView, 'startsAt' | 'stop'>>
  return { startsAt: null, stop: null, ...act }
}
