import { type Fault, refuse } from '../errors.ts'
import type { By } from '../events.ts'
import type { HoldView, MarkView } from '../inspect/views.ts'

export type MarkKind = 'bad' | 'keep'

/** What stands between a module and the acts of others (GEN9). */
export type GuardEntry =
  | { readonly type: 'held'; readonly module: string; readonly hold: HoldView }
  | { readonly type: 'released'; readonly module: string }
  | { readonly type: 'marked'; readonly module: string; readonly number: number; readonly kind: MarkKind; readonly mark: MarkView }
  | { readonly type: 'unmarked'; readonly module: string; readonly number: number; readonly kind: MarkKind }

/** Holds of modules and marks of generations: their only writer. */
export class Guards {
  readonly #holds = new Map<string, HoldView>()
  readonly #marks = new Map<string, MarkView>()

  apply(entry: GuardEntry): void {
    switch (entry.type) {
      case 'held':
        this.#holds.set(entry.module, entry.hold)
        break
      case 'released':
        this.#holds.delete(entry.module)
        break
      case 'marked':
        this.#marks.set(keyOf(entry.module, entry.number, entry.kind), entry.mark)
        break
      case 'unmarked':
        this.#marks.delete(keyOf(entry.module, entry.number, entry.kind))
        break
    }
  }

  /** The hold that is in force. */
  holdOf(module: string, nowMs: number): HoldView | null {
    const hold = this.#holds.get(module)
    return hold === undefined || (hold.until !== null && Date.parse(hold.until) <= nowMs) ? null : hold
  }

  markOf(module: string, number: number, kind: MarkKind): MarkView | null {
    return this.#marks.get(keyOf(module, number, kind)) ?? null
  }

  /** Why somebody may not load, roll back or delete now. */
  heldAgainst(module: string, by: By, nowMs: number): Fault | undefined {
    const hold = this.holdOf(module, nowMs)
    return hold === null || hold.by === by.actor ? undefined : { code: 'held', module, by: hold.by, reason: hold.reason, until: hold.until }
  }

  requireFree(modules: readonly string[], by: By, nowMs: number): void {
    for (const module of modules) {
      const fault = this.heldAgainst(module, by, nowMs)
      if (fault !== undefined) refuse(fault)
    }
  }

  /** Content that a generation marked bad has is refused, whatever number it would get. */
  requireNotBad(module: string, hash: string, history: readonly { readonly number: number; readonly hash: string }[]): void {
    const bad = this.badContent(module, hash, history)
    if (bad !== null) refuse({ code: 'marked_bad', module, ...bad })
  }

  /** The generation of this content that is marked bad. */
  badContent(
    module: string,
    hash: string,
    history: readonly { readonly number: number; readonly hash: string }[],
  ): { readonly number: number; readonly by: string; readonly reason: string } | null {
    for (const { number, hash: known } of history) {
      const mark = known === hash ? this.markOf(module, number, 'bad') : null
      if (mark !== null) return { number, by: mark.by, reason: mark.reason }
    }
    return null
  }
}

function keyOf(module: string, number: number, kind: MarkKind): string {
  return `${module}@${number}:${kind}`
}
