import type { Store } from '../store/store.ts'

/** What admins decide for everybody. */
export interface SettingValues {
  /** Whether somebody else has to approve whatever purges by force. */
  readonly secondPerson: boolean
}

/** Its row in the store; the value is `true` or `false`. */
export const SECOND_PERSON = 'second_person'

const DEFAULT_SETTINGS: SettingValues = { secondPerson: false }

/** Where settings outlive the server. */
export interface SettingKeeper {
  kept(name: string, value: string): void
}

/** The settings as they are. */
export class Settings {
  readonly #keeper: SettingKeeper
  #values: SettingValues

  constructor(values: SettingValues = DEFAULT_SETTINGS, keeper: SettingKeeper = { kept: () => {} }) {
    this.#values = values
    this.#keeper = keeper
  }

  get values(): SettingValues {
    return this.#values
  }

  setSecondPerson(on: boolean): void {
    this.#values = { ...this.#values, secondPerson: on }
    this.#keeper.kept(SECOND_PERSON, JSON.stringify(on))
  }
}

/** The settings of the server's former lives, and where changes are kept. */
export async function openSettings({ db, writes }: Store): Promise<Settings> {
  const row = await db.selectFrom('settings').select('value').where('name', '=', SECOND_PERSON).executeTakeFirst()
  return new Settings(row === undefined ? DEFAULT_SETTINGS : { secondPerson: row.value === 'true' }, {
    kept(name, value) {
      writes.push(async (transaction) => {
        await transaction
          .insertInto('settings')
          .values({ name, value })
          .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
          .execute()
      })
    },
  })
}
