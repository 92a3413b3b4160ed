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

// Kept only while somebody lists processes: 32 to 40 bytes a process, and nothing on the processes themselves.
const readings = new WeakMap<Core, Readings>()

/** To be called before processes are listed; reads the counters anew when the newest reading is a second old. */
export function takeReading(core: Core): void {
  const known = readings.get(core)
  if (known === undefined) readings.set(core, { newer: read(core), older: null })
  else if (core.elapsedMs() - known.newer.atMs >= WINDOW_MIN_MS) readings.set(core, { newer: read(core), older: known.newer })
}

/** Drops what nobody has asked for lately. */
export function dropReadings(core: Core): void {
  const known = readings.get(core)
  if (known !== undefined && core.elapsedMs() - known.newer.atMs > KEPT_MS) readings.delete(core)
}

/** Since the reading before the last one; `null` for a process that is not in it. */
export function ratesOf(core: Core, process: Process): ProcessRates | null {
  const older = readings.get(core)?.older ?? null
  if (older === null) return null
  const index = indexOf(older, process.serial)
  if (index === -1) return null
  const seconds = (core.elapsedMs() - older.atMs) / 1_000
  return {
    reductionsPerSecond: Math.max(0, Math.round((process.reductions - (older.reductions[index] as number)) / seconds)),
    messagesPerSecond: Math.max(0, Math.round(((process.received - (older.received[index] as number)) / seconds) * 10) / 10),
  }
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
