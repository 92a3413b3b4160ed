import { ownerOf, placeOf } from '../process/frame.ts'
import type { Pid } from '../ids.ts'
import type { Process } from '../process/process.ts'
import type { Core } from '../scheduler/core.ts'
import { innermostFrame } from '../scheduler/innermost.ts'
import { nativeFrames } from '../scheduler/native-stack.ts'
import { isoTime, pinsOf } from './process-pins.ts'
import { ratesOf, UNKNOWN_RATES } from './process-rates.ts'
import type { ProcessLoad, ProcessRow, ProcessStatus } from './views.ts'

/** Turns in a row that a process used up before it counts as busy. */
const BUSY_TURNS = 3
/** Frames of ours between a check and the view that it serves, and some of the user's. */
const STACK_FRAMES = 60

export interface Position {
  readonly module: string
  readonly generation: number
  readonly function: string
  readonly at: string
}

/** Where a process is: in synchronous code of its own turn right now, or at its innermost frame. */
export function positionOf(core: Core, process: Process): Position | null {
  const frame = innermostFrame(process)
  const waiting =
    frame === null
      ? null
      : {
          module: ownerOf(frame.descriptor).module,
          generation: ownerOf(frame.descriptor).generation,
          function: frame.descriptor.function.name,
          at: placeOf(frame),
        }
  return process === core.current ? (runningPosition(core, waiting) ?? waiting) : waiting
}

function runningPosition(core: Core, waiting: Position | null): Position | null {
  const [innermost] = nativeFrames(core, STACK_FRAMES)
  if (innermost === undefined) return null
  const module = innermost.owner?.module ?? waiting?.module
  const generation = innermost.owner?.generation ?? waiting?.generation
  if (module === undefined || generation === undefined) return null
  return { module, generation, function: innermost.function === '' ? (waiting?.function ?? '') : innermost.function, at: innermost.at }
}

/** Whose code it is in, or whose callbacks it runs; before its first turn whose export it was spawned with, `null` for a function. */
export function moduleOf(core: Core, process: Process): string | null {
  const frame = process === core.current ? null : innermostFrame(process)
  if (frame !== null) return ownerOf(frame.descriptor).module
  const running = process === core.current ? positionOf(core, process) : null
  return running?.module ?? process.behaving?.module ?? (typeof process.entry === 'string' ? null : process.entry.module)
}

/** Modules that these processes are in, as far as they live here. */
export function modulesIn(core: Core, pids: readonly Pid[]): readonly string[] {
  const processes = pids.flatMap((pid) => core.processes.get(pid) ?? [])
  return [...new Set(processes.flatMap((process) => moduleOf(core, process) ?? []))]
}

export function statusOf(core: Core, process: Process): ProcessStatus {
  if (process === core.current) return 'running'
  if (core.suspended.has(process)) return 'suspended'
  if (!process.queued) return 'waiting'
  return core.peers?.slowed.has(process) ? 'slowed' : 'runnable'
}

export function loadOf(core: Core, process: Process): ProcessLoad | null {
  if (process === core.current && core.granted > core.reductionsPerTurn) return 'holding'
  return process.fullTurns >= BUSY_TURNS ? 'busy' : null
}

export function rowOf(core: Core, process: Process): ProcessRow {
  const position = positionOf(core, process)
  const { behaving } = process
  return {
    pid: process.pid,
    name: process.name,
    module: position?.module ?? behaving?.module ?? null,
    generation: position?.generation ?? behaving?.home?.generation ?? null,
    behaviour: behaving === null ? null : { kind: behaving.kind, module: behaving.module },
    function: position?.function ?? null,
    at: position?.at ?? null,
    status: statusOf(core, process),
    load: loadOf(core, process),
    queueLength: process.queueLength,
    reductions: process.reductions,
    ...(ratesOf(core, process) ?? UNKNOWN_RATES),
    startedAt: isoTime(core, process.startedAt),
    pins: pinsOf(core, process),
  }
}
