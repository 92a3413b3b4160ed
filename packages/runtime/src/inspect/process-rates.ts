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

/** The counters of all processes at one moment, in the order of their serials. */
interface Reading {
  readonly atMs: number
  readonly serials: Float64Array
  readonly reductions: Float64Array
  readonly received: Float64Array
}

interface Readings {
  readonly newer: Reading
  /** What rates are counted from; `null` until there are two. */
  readonly older: Reading | null
}

// Kept only while somebody lists processes: 24 bytes a process, and nothing on the processes themselves.
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
  const index = indexOf(older.serials, process.serial)
  if (index === -1) return null
  const seconds = (core.elapsedMs() - older.atMs) / 1_000
  return {
    reductionsPerSecond: Math.max(0, Math.round((process.reductions - (older.reductions[index] as number)) / seconds)),
    messagesPerSecond: Math.max(0, Math.round(((process.received - (older.received[index] as number)) / seconds) * 10) / 10),
  }
}

function read(core: Core): Reading {
  const count = core.processes.size
  const reading = {
    atMs: core.elapsedMs(),
    serials: new Float64Array(count),
    reductions: new Float64Array(count),
    received: new Float64Array(count),
  }
  let index = 0
  let inOrder = true
  let last = 0
  for (const { serial } of core.processes.values()) {
    if (serial < last) inOrder = false
    last = serial
  }
  // The table of processes is in the order of their serials, but for those that other schedulers started.
  const processes = inOrder ? core.processes.values() : [...core.processes.values()].sort((a, b) => a.serial - b.serial)
  for (const { serial, reductions, received } of processes) {
    reading.serials[index] = serial
    reading.reductions[index] = reductions
    reading.received[index] = received
    index++
  }
  return reading
}

function indexOf(serials: Float64Array, serial: number): number {
  let low = 0
  let high = serials.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const found = serials[middle] as number
    if (found === serial) return middle
    if (found < serial) low = middle + 1
    else high = middle - 1
  }
  return -1
}
