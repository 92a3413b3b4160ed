import type { CodeInstance } from '../code/instance.ts'
import { placeOf } from '../process/frame.ts'
import type { Process } from '../process/process.ts'
import type { Core } from '../scheduler/core.ts'
import { visitPins } from '../scheduler/visit-pins.ts'
import type { Pin, ProcessPinReason } from './views.ts'

/** A reason why a process holds a generation, before it is written out. */
export interface PinFact {
  readonly owner: CodeInstance
  readonly reason: ProcessPinReason
  readonly function: string
  readonly at: string
  /** Milliseconds since the scheduler's start. */
  readonly since: number
}

/** One fact per generation and reason, the oldest; a `match` is left out where a frame of its generation waits for it. */
export function pinFacts(core: Core, process: Process): PinFact[] {
  const facts: PinFact[] = []
  visitPins(core, process, (owner, reason, since, frame, detail) => {
    if (owner.isRuntime) return
    if (reason === 'callback' && facts.some((fact) => fact.owner === owner && fact.reason === 'frame')) return
    const at = facts.findIndex((fact) => fact.owner === owner && fact.reason === reason)
    // Frames come innermost first: of equally old ones the outermost stays.
    if (at !== -1 && (facts[at] as PinFact).since < since) return
    const fact: PinFact =
      frame === null
        ? {
            owner,
            reason,
            function: detail?.function ?? '',
            at: detail?.at === '' || detail === null ? owner.compiled.file : detail.at,
            since,
          }
        : { owner, reason, function: frame.descriptor.function.name, at: placeOf(frame), since }
    if (at === -1) facts.push(fact)
    else facts[at] = fact
  })
  return facts
}

export function pinsOf(core: Core, process: Process): Pin[] {
  return pinFacts(core, process).map(({ owner, reason, function: name, at, since }) => ({
    module: owner.module,
    generation: owner.generation,
    reason,
    function: name,
    at,
    since: isoTime(core, since),
  }))
}

let latestMs = Number.NaN
let latestText = ''

/** ISO 8601; in a list the same millisecond comes many times in a row. */
export function isoTime(core: Core, sinceStartMs: number): string {
  const epochMs = core.epochMs(sinceStartMs)
  if (epochMs !== latestMs) {
    latestMs = epochMs
    latestText = new Date(epochMs).toISOString()
  }
  return latestText
}
