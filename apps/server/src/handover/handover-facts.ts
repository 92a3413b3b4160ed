import type { ModuleView, Pin } from '@strata/runtime'
import type { ActSummary } from '../acts/act-registry.ts'
import type { ActivityLine } from '../activity/activity-event.ts'
import type { Desk } from '../context.ts'

/** Lines of the timeline that are read for a handover; the newest. */
const LINES_MAX = 2_000
const PAGE_LINES = 500
/** Processes that are looked at for why a generation is pinned. */
const LOOKED_AT_MAX = 500

/** A generation that somebody still holds, and why. */
export interface PinnedFacts {
  readonly module: string
  readonly number: number
  readonly pins: number
  readonly oldestPinAt: string | null
  readonly note: string
  /** Most often first; of the first 500 processes. */
  readonly why: readonly {
    readonly reason: string
    readonly function: string | null
    readonly at: string | null
    readonly processes: number
  }[]
}

/** What whoever comes next has to know, as data. */
export interface HandoverFacts {
  readonly system: string
  readonly environment: string | null
  readonly node: string
  readonly publicUrl: string
  readonly from: string
  readonly to: string
  readonly actor: string
  /** Oldest first. */
  readonly lines: readonly ActivityLine[]
  /** Older ones were left out. */
  readonly isCut: boolean
  readonly modules: readonly ModuleView[]
  readonly pinned: readonly PinnedFacts[]
  /** Acts that are not done. */
  readonly acts: readonly ActSummary[]
  readonly safeMode: string | null
}

export async function readHandover(desk: Desk, actor: string, hours: number, system: string): Promise<HandoverFacts> {
  const now = desk.clock.now()
  const since = now - hours * 60 * 60_000
  const { lines, isCut } = await readLines(desk, since)
  const modules = await desk.engine.modules()
  const held = modules.flatMap(({ layers }) => layers.filter(({ status, pins }) => status === 'old' && pins > 0))
  const pinned = await Promise.all(
    held.map(async ({ module, number, pins, oldestPinAt, note }) => ({
      module,
      number,
      pins,
      oldestPinAt,
      note,
      why: await readWhy(desk, module, number),
    })),
  )
  const recent = desk.acts
    .list(100)
    .filter(({ status, startedAt, counts }) => Date.parse(startedAt) >= since && (status !== 'done' || (counts.pending ?? 0) > 0))
  return {
    system,
    environment: desk.environment?.name ?? null,
    node: desk.engine.node,
    publicUrl: desk.publicUrl,
    from: new Date(since).toISOString(),
    to: new Date(now).toISOString(),
    actor,
    lines,
    isCut,
    modules,
    pinned,
    acts: recent,
    safeMode: (await desk.engine.runtime()).safeMode,
  }
}

async function readLines({ activity }: Desk, since: number): Promise<{ readonly lines: readonly ActivityLine[]; readonly isCut: boolean }> {
  const lines: ActivityLine[] = []
  for (let more = true; more; ) {
    if (lines.length >= LINES_MAX) return { lines: lines.reverse(), isCut: true }
    const before = lines.at(-1)?.id
    const page = await activity.list({ since, limit: PAGE_LINES, ...(before === undefined ? {} : { before }) })
    lines.push(...page.lines)
    more = page.more
  }
  return { lines: lines.reverse(), isCut: false }
}

async function readWhy({ engine }: Desk, module: string, generation: number): Promise<PinnedFacts['why']> {
  const { rows } = await engine.processes({ module, generation, limit: LOOKED_AT_MAX })
  const counted = new Map<string, PinnedFacts['why'][number]>()
  for (const { pins } of rows) {
    const own = pins.find((pin) => pin.module === module && pin.generation === generation)
    if (own === undefined) continue
    const key = JSON.stringify([own.reason, own.function, own.at])
    counted.set(key, { ...whyOf(own), processes: (counted.get(key)?.processes ?? 0) + 1 })
  }
  return [...counted.values()].sort((one, other) => other.processes - one.processes).slice(0, 5)
}

function whyOf({ reason, function: name, at }: Pin): Omit<PinnedFacts['why'][number], 'processes'> {
  return { reason, function: name, at }
}
