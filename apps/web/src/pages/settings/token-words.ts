const DAY_MS = 24 * 60 * 60_000

/** How long a token works; 0: until it is revoked. */
export const LIVES = [
  { days: 1, label: 'in a day' },
  { days: 30, label: 'in 30 days' },
  { days: 90, label: 'in 90 days' },
  { days: 365, label: 'in a year' },
  { days: 0, label: 'when it is revoked' },
] as const

export function tokenEnd(life: string, nowMs: number): string | null {
  const days = LIVES.find((one) => String(one.days) === life)?.days ?? 1
  return days === 0 ? null : new Date(nowMs + days * DAY_MS).toISOString()
}

/** Names apart by commas or blanks; `null` for none: nothing is narrowed. */
export function readNames(text: string): string[] | null {
  const names = text.split(/[\s,]+/).filter((name) => name !== '')
  return names.length === 0 ? null : names
}
