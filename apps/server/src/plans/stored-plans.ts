import type { Store } from '../store/store.ts'
import { type KeptPlan, PLAN_MEMORY_MS, type PlanKeeper } from './plan-registry.ts'

/** Plans that the server's former lives made, as far as anybody may still ask for them, and where new ones are kept. */
export async function openPlans({ db, writes }: Store, nowMs: number): Promise<{ kept: readonly KeptPlan[]; keeper: PlanKeeper }> {
  const rows = await db
    .selectFrom('plans')
    .select('plan')
    .where('expires_at', '>', nowMs - PLAN_MEMORY_MS)
    .orderBy('expires_at')
    .execute()
  return {
    kept: rows.map(({ plan }) => JSON.parse(plan) as KeptPlan),
    keeper: {
      kept(plan) {
        const row = { id: plan.id, owner: plan.owner, expires_at: plan.expiresAt, plan: JSON.stringify(plan) }
        writes.push(async (transaction) => {
          await transaction
            .insertInto('plans')
            .values(row)
            .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
            .execute()
        })
      },
    },
  }
}
