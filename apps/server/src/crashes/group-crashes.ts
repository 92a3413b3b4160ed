import { type CrashReport, describeExit } from '@strata/runtime'

/** Crashes of one cause in one generation (CRASH2). */
export interface CrashGroup {
  /** What failed, with numbers left out, so that each pid or count is not a cause of its own. */
  readonly cause: string
  readonly module: string | null
  readonly generation: number | null
  readonly count: number
  readonly firstAt: string
  readonly lastAt: string
  readonly latest: CrashReport
}

const CAUSE_LENGTH_MAX = 300

/** Most frequent first; of as many the latest first. `crashes`: newest first. */
export function groupCrashes(crashes: readonly CrashReport[]): readonly CrashGroup[] {
  const groups = new Map<string, CrashGroup>()
  for (const crash of crashes) {
    const cause = causeOf(crash)
    const key = JSON.stringify([cause, crash.module, crash.generation])
    const group = groups.get(key)
    if (group === undefined) {
      const { module, generation, at } = crash
      groups.set(key, { cause, module, generation, count: 1, firstAt: at, lastAt: at, latest: crash })
    } else groups.set(key, { ...group, count: group.count + 1, firstAt: crash.at })
  }
  return [...groups.values()].toSorted((a, b) => b.count - a.count || Date.parse(b.lastAt) - Date.parse(a.lastAt))
}

function causeOf({ reason }: CrashReport): string {
  const [, place = ''] = 'stack' in reason ? (/\n +at (.*)/.exec(reason.stack) ?? []) : []
  return `${describeExit(reason).replaceAll(/\d+/g, 'N')}${place === '' ? '' : `, at ${place}`}`.slice(0, CAUSE_LENGTH_MAX)
}

/**
 * The latest crash of the process that this one came after: it had the same name, or without a name the same parent and entry, and ended before it started.
 * `beganAtMs`: this life of the runtime, in which alone a pid is its parent's.
 */
export function predecessorOf(
  process: { readonly name: string | null; readonly parent: string | null; readonly entry: string; readonly startedAt: string },
  crashes: readonly CrashReport[],
  beganAtMs: number,
): CrashReport | null {
  const started = Date.parse(process.startedAt)
  return (
    crashes.find(
      (crash) =>
        Date.parse(crash.at) <= started &&
        (process.name === null
          ? Date.parse(crash.at) >= beganAtMs &&
            crash.name === null &&
            crash.parent !== null &&
            crash.parent === process.parent &&
            crash.entry === process.entry
          : crash.name === process.name),
    ) ?? null
  )
}
