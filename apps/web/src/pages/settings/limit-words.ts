import type { LimitName } from '@strata/server'
import { LIMIT_LABELS } from '@strata/server/words'
import { formatCount, formatDuration } from '@strata/ui'

export interface LimitWords {
  readonly name: LimitName
  /** As the command line calls it. */
  readonly verb: string
  readonly label: string
  readonly kind: 'duration' | 'count'
}

const NAMED: readonly Omit<LimitWords, 'label'>[] = [
  { name: 'pinnedLongerThanMs', verb: 'pinned-longer-than', kind: 'duration' },
  { name: 'queueOver', verb: 'queue-over', kind: 'count' },
  { name: 'queueGrowingForMs', verb: 'queue-growing-for', kind: 'duration' },
  { name: 'crashesPerMinute', verb: 'crashes-per-minute', kind: 'count' },
  { name: 'turnLongerThanMs', verb: 'turn-longer-than', kind: 'duration' },
]

export const LIMITS: readonly LimitWords[] = NAMED.map((limit) => ({ ...limit, label: LIMIT_LABELS[limit.name] }))

const UNIT_MS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 } as const
const YEAR_MS = 365 * UNIT_MS.d

export function limitText({ kind }: LimitWords, value: number): string {
  return kind === 'duration' ? formatDuration(value) : formatCount(value)
}

/** `10m`, `1h30m`, `24h` as milliseconds, or a count; `undefined` for what is neither. */
export function readLimit({ kind }: LimitWords, text: string): number | undefined {
  const given = text.trim()
  if (kind === 'count') return /^[1-9]\d{0,8}$/.test(given) ? Number(given) : undefined
  if (!/^(?:\d{1,6}d)?(?:\d{1,6}h)?(?:\d{1,6}m)?(?:\d{1,6}s)?$/.test(given)) return undefined
  let ms = 0
  for (const [, count, unit] of given.matchAll(/(\d+)([dhms])/g)) ms += Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS]
  return ms > 0 && ms <= YEAR_MS ? ms : undefined
}

/** A limit's name inside a sentence. */
export function limitLabel(name: LimitName): string {
  return LIMIT_LABELS[name].toLowerCase()
}

/** `null` stands for what holds where nothing is set. */
export function limitValue(name: LimitName, value: number | null): string {
  const limit = LIMITS.find((one) => one.name === name)
  return value === null ? 'the default' : limit === undefined ? String(value) : limitText(limit, value)
}
