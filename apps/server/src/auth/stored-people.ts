import type { Store } from '../store/store.ts'
import type { PeopleKeeper, Person } from './people.ts'

/** The accounts of the server's former lives, oldest first, and where changes are kept. */
export async function openPeople({ db, writes }: Store): Promise<{ kept: readonly Person[]; keeper: PeopleKeeper }> {
  const rows = await db.selectFrom('people').select('person').execute()
  return {
    kept: rows.map(({ person }) => JSON.parse(person) as Person).sort((a, b) => a.createdAt - b.createdAt),
    keeper: {
      kept(person) {
        const row = { name: person.name, person: JSON.stringify(person) }
        writes.push(async (transaction) => {
          await transaction
            .insertInto('people')
            .values(row)
            .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
            .execute()
        })
      },
    },
  }
}
