import type { SystemConfig } from '@strata/runtime'
import type { Store } from '../store/store.ts'

/** From where on something wants a person. Numbers alone: what is said of them is the console's. */
export interface Limits {
  /** A process pins an old generation longer than this. */
  readonly pinnedLongerThanMs: number
  /** A queue is longer than this. */
  readonly queueOver: number
  /** A queue has grown for so long. */
  readonly queueGrowingForMs: number
  /** Processes of a generation crash more often than so many times a minute. */
  readonly crashesPerMinute: number
  /** A turn takes longer than this. */
  readonly turnLongerThanMs: number
}

export type LimitName = keyof Limits
type Chosen = Partial<Limits>

export const DEFAULT_LIMITS: Limits = {
  pinnedLongerThanMs: 24 * 60 * 60_000,
  queueOver: 1_000,
  queueGrowingForMs: 60_000,
  crashesPerMinute: 5,
  turnLongerThanMs: 1_000,
}

export const LIMIT_NAMES = Object.keys(DEFAULT_LIMITS) as readonly LimitName[]
/** Modules that can have limits of their own: more would be no limits. */
export const LIMITED_MODULES_MAX = 1_000

/** What is chosen, as it is kept. */
interface KeptLimits {
  readonly all: Chosen
  readonly modules: Readonly<Record<string, Chosen>>
}

export interface LimitsView {
  /** For every module that has none of its own. */
  readonly all: Limits
  /** Modules whose limits differ from those, whole. */
  readonly modules: Readonly<Record<string, Limits>>
  /** What was set by hand: `null` stands for all modules. */
  readonly chosen: readonly { readonly module: string | null; readonly limits: Chosen }[]
}

export interface LimitChange {
  readonly limit: LimitName
  readonly module: string | null
  readonly before: number | null
  readonly after: number | null
}

/** Where limits outlive the server. */
type Keep = (kept: KeptLimits) => void

/** Limits: what an admin set for a module, else what its system's configuration says, else what is set for all, else the defaults. */
export class LimitSettings {
  readonly #system: Readonly<Record<string, Chosen>>
  readonly #keep: Keep
  #kept: KeptLimits

  constructor(system: SystemConfig, kept: KeptLimits = { all: {}, modules: {} }, keep: Keep = () => {}) {
    this.#system = Object.fromEntries(
      Object.entries(system.pinnedLongMs ?? {}).map(([module, pinnedLongerThanMs]) => [module, { pinnedLongerThanMs }]),
    )
    this.#kept = kept
    this.#keep = keep
  }

  view(): LimitsView {
    const { all, modules } = this.#kept
    const named = [...new Set([...Object.keys(this.#system), ...Object.keys(modules)])]
    return {
      all: { ...DEFAULT_LIMITS, ...all },
      modules: Object.fromEntries(named.map((module) => [module, this.of(module)])),
      chosen: [{ module: null, limits: all }, ...Object.entries(modules).map(([module, limits]) => ({ module, limits }))].filter(
        ({ limits }) => Object.keys(limits).length > 0,
      ),
    }
  }

  /** `null`: no module is known. */
  of(module: string | null): Limits {
    const { all, modules } = this.#kept
    if (module === null) return { ...DEFAULT_LIMITS, ...all }
    return { ...DEFAULT_LIMITS, ...all, ...this.#system[module], ...modules[module] }
  }

  /** Sets limits of a module, or of all; `null` takes one back. Answers what changed. */
  set(module: string | null, wanted: Readonly<Partial<Record<LimitName, number | null>>>): readonly LimitChange[] {
    const before = module === null ? this.#kept.all : (this.#kept.modules[module] ?? {})
    const changes = LIMIT_NAMES.flatMap((limit): LimitChange[] => {
      const after = wanted[limit]
      const was = before[limit] ?? null
      return after === undefined || after === was ? [] : [{ limit, module, before: was, after }]
    })
    if (changes.length === 0) return []
    const set = new Map(Object.entries(before))
    for (const { limit, after } of changes) {
      if (after === null) set.delete(limit)
      else set.set(limit, after)
    }
    const chosen = Object.fromEntries(set) as Chosen
    const { all, modules } = this.#kept
    const others = Object.entries(modules).filter(([name]) => name !== module)
    this.#kept =
      module === null
        ? { all: chosen, modules }
        : { all, modules: Object.fromEntries(set.size === 0 ? others : [...others, [module, chosen]]) }
    this.#keep(this.#kept)
    return changes
  }

  /** One more module could not have limits of its own. */
  isFull(module: string): boolean {
    const { modules } = this.#kept
    return !Object.hasOwn(modules, module) && Object.keys(modules).length >= LIMITED_MODULES_MAX
  }
}

const ROW = 'limits'

/** The limits of the server's former lives, and where changes are kept. */
export async function openLimits({ db, writes }: Store, system: SystemConfig): Promise<LimitSettings> {
  const row = await db.selectFrom('settings').select('value').where('name', '=', ROW).executeTakeFirst()
  return new LimitSettings(system, row === undefined ? undefined : (JSON.parse(row.value) as KeptLimits), (kept) => {
    const value = JSON.stringify(kept)
    writes.push(async (transaction) => {
      await transaction
        .insertInto('settings')
        .values({ name: ROW, value })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
        .execute()
    })
  })
}
