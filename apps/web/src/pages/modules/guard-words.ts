import type { GenerationView, HoldView, MarkView } from '@strata/runtime'
import { formatUtc, showInvisible, truncate } from '@strata/ui'

/** `held by anna until 2026-11-23 08:00:00 UTC: the fix is being watched`. */
export function holdText({ by, until, reason }: HoldView): string {
  const end = until === null ? 'until it is released' : `until ${formatUtc(Date.parse(until))}`
  return `held by ${outside(by)} ${end}${reason === '' ? '' : `: ${outside(reason)}`}`
}

/** Why loads, rollbacks and deletes of the module are off for this person; `undefined` when they are on (GEN9). */
export function holdBlock(module: string, hold: HoldView | null, actor: string | undefined): string | undefined {
  return hold === null || hold.by === actor ? undefined : `${module} is ${holdText(hold)}`
}

export type MarkKind = 'bad' | 'keep'

export interface GenerationMark {
  readonly kind: MarkKind
  readonly mark: MarkView
}

/** The marks of a generation, the bad one first. */
export function marksOf({ markedBad, markedKeep }: Pick<GenerationView, 'markedBad' | 'markedKeep'>): readonly GenerationMark[] {
  const marks: GenerationMark[] = []
  if (markedBad !== null) marks.push({ kind: 'bad', mark: markedBad })
  if (markedKeep !== null) marks.push({ kind: 'keep', mark: markedKeep })
  return marks
}

/** What a mark does while it stands. */
export const MARK_EFFECTS: Readonly<Record<MarkKind, string>> = {
  bad: 'The generation stays as it is; its content is refused at every later load until the mark is lifted, also after a purge.',
  keep: 'A soft purge that names no generation leaves it alone. Whoever names it can still purge it.',
}

/** What lifting a mark does. */
export const LIFT_EFFECTS: Readonly<Record<MarkKind, string>> = {
  bad: 'Its content may be loaded again.',
  keep: 'A soft purge that names no generation takes it again once it is drained.',
}

/** How long a hold is asked for. `chosen`: until the moment in the field. */
export const HOLD_LENGTHS = [
  { value: 'released', label: 'until it is released', ms: null },
  { value: '1h', label: 'for 1 hour', ms: 3600_000 },
  { value: '4h', label: 'for 4 hours', ms: 4 * 3600_000 },
  { value: '24h', label: 'for 24 hours', ms: 24 * 3600_000 },
  { value: 'chosen', label: 'until a moment of your choice', ms: null },
] as const

export type HoldLength = (typeof HOLD_LENGTHS)[number]['value']

/** The end of a hold: ISO 8601, `null` until released, or why there is none yet. `moment` is a `datetime-local` value, local time. */
export function holdEnd(
  length: HoldLength,
  moment: string,
  nowMs: number,
): { readonly until: string | null } | { readonly problem: string } {
  if (length === 'released') return { until: null }
  const ms = HOLD_LENGTHS.find(({ value }) => value === length)?.ms ?? null
  if (ms !== null) return { until: new Date(nowMs + ms).toISOString() }
  const at = Date.parse(moment)
  if (Number.isNaN(at)) return { problem: 'Choose the moment at which the hold ends first' }
  return at <= nowMs ? { problem: 'This moment has passed: choose a later one' } : { until: new Date(at).toISOString() }
}

function outside(text: string): string {
  return showInvisible(truncate(text, 300))
}
