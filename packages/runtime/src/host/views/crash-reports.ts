import type { CrashReport } from '../../inspect/views.ts'

/** Reports in memory; the trail has their reasons for good. */
const KEPT_MAX = 500

/** CRASH1: what is known of the latest crashes. */
export class CrashReports {
  readonly #kept: CrashReport[] = []

  keep(crash: CrashReport): void {
    this.#kept.push(crash)
    if (this.#kept.length > KEPT_MAX) this.#kept.shift()
  }

  /** Newest first. */
  list(): readonly CrashReport[] {
    return this.#kept.toReversed()
  }
}
