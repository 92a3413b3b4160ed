import type { Clock } from '@strata/runtime'
import { personOf } from '../auth/person-of.ts'
import { refuseCall } from '../fault.ts'
import type { Store } from '../store/store.ts'

/** An act that was done without the second person, until somebody else has signed it. */
export interface GlassBreak {
  /** The act's id. */
  readonly act: string
  readonly title: string
  readonly modules: readonly string[]
  readonly actor: string
  readonly reason: string
  readonly at: string
  readonly signed: { readonly by: string; readonly at: string; readonly note: string } | null
}

/** Where they outlive the server. */
export interface GlassBreakKeeper {
  kept(one: GlassBreak): void
}

const NOWHERE: GlassBreakKeeper = { kept: () => {} }

/** Acts that went past the second person: each waits for somebody else's signature. */
export class GlassBreaks {
  readonly #clock: Clock
  readonly #keeper: GlassBreakKeeper
  readonly #byAct: Map<string, GlassBreak>

  constructor(clock: Clock, kept: readonly GlassBreak[] = [], keeper = NOWHERE) {
    this.#clock = clock
    this.#keeper = keeper
    this.#byAct = new Map(kept.map((one) => [one.act, one]))
  }

  add(facts: Omit<GlassBreak, 'at' | 'signed'>): void {
    this.#keep({ ...facts, at: this.#now(), signed: null })
  }

  /** Who did it. Refuses with `unknown_act`. */
  actorOf(act: string): string {
    return this.#get(act).actor
  }

  /** Refuses with `unknown_act`, `same_person`, and `signed_already`. */
  sign(act: string, by: string, note: string): GlassBreak {
    const one = this.#get(act)
    if (one.signed !== null) return refuseCall({ code: 'signed_already', act, by: one.signed.by })
    if (personOf(one.actor) === personOf(by)) return refuseCall({ code: 'same_person', person: personOf(by) })
    return this.#keep({ ...one, signed: { by, at: this.#now(), note } })
  }

  /** Newest first. */
  list(): readonly GlassBreak[] {
    return [...this.#byAct.values()].reverse()
  }

  #get(act: string): GlassBreak {
    return this.#byAct.get(act) ?? refuseCall({ code: 'unknown_act', act: act.slice(0, 80) })
  }

  #keep(one: GlassBreak): GlassBreak {
    this.#byAct.set(one.act, one)
    this.#keeper.kept(one)
    return one
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString()
  }
}

/** Those of the server's former lives, oldest first, and where changes are kept. */
export async function openGlassBreaks({ db, writes }: Store, clock: Clock): Promise<GlassBreaks> {
  const rows = await db.selectFrom('glass_breaks').select('glass_break').execute()
  const kept = rows.map(({ glass_break }) => JSON.parse(glass_break) as GlassBreak).sort((a, b) => (a.at < b.at ? -1 : 1))
  return new GlassBreaks(clock, kept, {
    kept(one) {
      const row = { act: one.act, glass_break: JSON.stringify(one) }
      writes.push(async (transaction) => {
        await transaction
          .insertInto('glass_breaks')
          .values(row)
          .onConflict((conflict) => conflict.column('act').doUpdateSet(row))
          .execute()
      })
    },
  })
}
