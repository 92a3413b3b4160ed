// how many documents, how fast, how long they live
/** What scribe's traffic is like. Each has a `SCRIBE_…` variable in the environment. */
export interface Settings {
  /** Documents open at a time. `SCRIBE_DOCUMENTS` */
  readonly documents: number
  /** `SCRIBE_OPEN_EVERY_MS` */
  readonly openEveryMs: number
  /** Mean time between two edits of one document. `SCRIBE_EDIT_EVERY_MS` */
  readonly editEveryMs: number
  /** No document closes, changes or is replaced by itself. `SCRIBE_LIFETIMES=frozen` */
  readonly frozen: boolean
  /** Lifetimes lie between these, evenly on a logarithmic scale. */
  readonly shortestMs: number
  readonly longestMs: number
  /** With 56798 the first five documents live for one to three minutes, so that generation 1 is the first to drain. `SCRIBE_SEED` */
  readonly seed: number
  /** Generations of `session` that the system deploys by itself, 3 at most. `SCRIBE_DEPLOYS` */
  readonly deploys: number
  /** Scribe is broken in an hour's way, for a drill: `npm run drill`. `SCRIBE_DRILL` */
  readonly drill: boolean
  /** How long the drill's review waits before it begins. `SCRIBE_DRILL_AFTER_MS` */
  readonly drillAfterMs: number
  /** Characters of the drill's worst line: marked 4 takes some ten seconds over 32,000, in one call. `SCRIBE_DRILL_LINE` */
  readonly drillLine: number
}

export function readSettings(env: Readonly<Record<string, string | undefined>> = process.env): Settings {
  return {
    documents: wholeNumber(env['SCRIBE_DOCUMENTS'], 40),
    openEveryMs: wholeNumber(env['SCRIBE_OPEN_EVERY_MS'], 300),
    editEveryMs: wholeNumber(env['SCRIBE_EDIT_EVERY_MS'], 8_000),
    frozen: env['SCRIBE_LIFETIMES'] === 'frozen',
    shortestMs: 20_000,
    longestMs: 40 * 60_000,
    seed: wholeNumber(env['SCRIBE_SEED'], 56798),
    deploys: Math.min(3, wholeNumber(env['SCRIBE_DEPLOYS'], 3)),
    drill: env['SCRIBE_DRILL'] === '1',
    drillAfterMs: wholeNumber(env['SCRIBE_DRILL_AFTER_MS'], 15_000),
    drillLine: wholeNumber(env['SCRIBE_DRILL_LINE'], 32_000),
  }
}

const SHARES = [0.125, 0.275, 0.3, 0.3]

/** How many documents are opened in each generation of the start, before the next one is deployed. */
export function waves(settings: Settings): readonly number[] {
  return SHARES.slice(0, settings.deploys + 1).map((share) => Math.max(1, Math.round(share * settings.documents)))
}

/** A number from 0 to 1 that depends on nothing but `seed` and `index` (mulberry32). */
export function draw(seed: number, index: number): number {
  let a = (seed + Math.imul(index + 1, 0x6d2b79f5)) | 0
  a = Math.imul(a ^ (a >>> 15), a | 1)
  a ^= a + Math.imul(a ^ (a >>> 7), a | 61)
  return ((a ^ (a >>> 14)) >>> 0) / 2 ** 32
}

export function lifetimeMs(settings: Settings, index: number): number {
  if (settings.frozen) return Number.POSITIVE_INFINITY
  return settings.shortestMs * (settings.longestMs / settings.shortestMs) ** draw(settings.seed, index)
}

function wholeNumber(text: string | undefined, otherwise: number): number {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : otherwise
}
