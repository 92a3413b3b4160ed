import type { Process } from '../process/process.ts'
import type { Core } from '../scheduler/core.ts'

/** A rate is over at least this long. */
const WINDOW_MIN_MS = 1_000
/** Whom nobody has listed for so long are no longer measured. */
const KEPT_MS = 10_000

export interface ProcessRates {
  readonly reductionsPerSecond: number
  readonly messagesPerSecond: number
}

export const UNKNOWN_RATES = { reductionsPerSecond: null, messagesPerSecond: null } as const

/** The counters of all processes at one moment. */
interface Reading {
  readonly atMs: number
  readonly serials: Float64Array
  readonly reductions: Float64Array
  readonly received: Float64Array
  /** One more than the place of a serial, at its last digits or after; 0: free. Serials rise by one, so that few meet. */
  readonly places: Uint32Array
}

interface Readings {
  readonly newer: Reading
  /** What rates are counted from; `null` until there are two. */
  readonly older: Reading | null
}

interface Counters {
  readonly atMs: number
  readonly reductions: number
  readonly received: number
}

/** The counters of those that were shown, by serial. */
const shown = new WeakMap<Core, Map<number, { readonly newer: Counters; readonly older: Counters | null }>>()

// Kept only while somebody sorts processes by a rate: 32 to 40 bytes a process, and nothing on the processes themselves.
const readings = new WeakMap<Core, Readings>()

/** To be called before processes are sorted by a rate; reads the counters of all anew when the newest reading is a second old. */
export function takeReading(core: Core): void {
  const known = readings.get(core)
  if (known === undefined) readings.set(core, { newer: read(core), older: null })
  else if (core.elapsedMs() - known.newer.atMs >= WINDOW_MIN_MS) readings.set(core, { newer: read(core), older: known.newer })
}

/** To be called before these are shown: their counters, so that the next look at them tells rates. */
export function noteShown(core: Core, processes: readonly Process[]): void {
  let rows = shown.get(core)
  if (rows === undefined) shown.set(core, (rows = new Map()))
  const atMs = core.elapsedMs()
  for (const { serial, reductions, received } of processes) {
    const known = rows.get(serial)
    if (known === undefined) rows.set(serial, { newer: { atMs, reductions, received }, older: null })
    else if (atMs - known.newer.atMs >= WINDOW_MIN_MS) rows.set(serial, { newer: { atMs, reductions, received }, older: known.newer })
  }
}

/** Drops what nobody has asked for lately. */
export function dropReadings(core: Core): void {
  const nowMs = core.elapsedMs()
  const known = readings.get(core)
  if (known !== undefined && nowMs - known.newer.atMs > KEPT_MS) readings.delete(core)
  const rows = shown.get(core)
  for (const [serial, { newer }] of rows ?? []) if (nowMs - newer.atMs > KEPT_MS) rows?.delete(serial)
}

/** Since it was shown a second ago or more, or since the reading before the last one, whichever is later; `null` for a process that is in neither. */
export function ratesOf(core: Core, process: Process): ProcessRates | null {
  const seen = shown.get(core)?.get(process.serial)?.older ?? null
  const read = readBefore(core, process)
  const before = seen === null || (read !== null && read.atMs > seen.atMs) ? read : seen
  if (before === null) return null
  const seconds = (core.elapsedMs() - before.atMs) / 1_000
  return {
    reductionsPerSecond: Math.max(0, Math.round((process.reductions - before.reductions) / seconds)),
    messagesPerSecond: Math.max(0, Math.round(((process.received - before.received) / seconds) * 10) / 10),
  }
}

function readBefore(core: Core, { serial }: Process): Counters | null {
  const older = readings.get(core)?.older ?? null
  const index = older === null ? -1 : indexOf(older, serial)
  if (older === null || index === -1) return null
  return { atMs: older.atMs, reductions: older.reductions[index] as number, received: older.received[index] as number }
}

function read(core: Core): Reading {
  const count = core.processes.size
  const [serials, reductions, received] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)]
  const places = new Uint32Array(2 ** Math.ceil(Math.log2(2 * count + 1)))
  let index = 0
  core.processes.each((process) => {
    serials[index] = process.serial
    reductions[index] = process.reductions
    received[index] = process.received
    let at = process.serial & (places.length - 1)
    while (places[at] !== 0) at = (at + 1) & (places.length - 1)
    places[at] = ++index
  })
  return { atMs: core.elapsedMs(), serials, reductions, received, places }
}

function indexOf({ serials, places }: Reading, serial: number): number {
  let at = serial & (places.length - 1)
  for (let place = places[at] as number; place !== 0; place = places[at] as number) {
    if (serials[place - 1] === serial) return place - 1
    at = (at + 1) & (places.length - 1)
  }
  return -1
}
