import type { CodeInstance } from '../code/instance.ts'
import { descriptorPlace, ownerOf, placeOf } from '../process/frame.ts'
import type { Frame } from '../process/frame.ts'
import type { Process } from '../process/process.ts'
import type { Core } from '../scheduler/core.ts'
import { nativeFrames, nativeOwners } from '../scheduler/native-stack.ts'
import type { Pin, ProcessPinReason } from './views.ts'

/** Innermost calls that are written out with their lines; those below count without. */
const NATIVE_FRAMES_SHOWN = 200

/** A reason why a process holds a generation, before it is written out. */
export interface PinFact {
  readonly owner: CodeInstance
  readonly reason: ProcessPinReason
  readonly function: string
  readonly at: string
  /** Milliseconds since the scheduler's start. */
  readonly since: number
}

type Visit = (
  owner: CodeInstance,
  reason: ProcessPinReason,
  since: number,
  frame: Frame | null,
  detail: { readonly function: string; readonly at: string } | null,
) => void

/** Calls back for every fact that pins, without building anything. */
export function visitPins(core: Core, process: Process, visit: Visit): void {
  const { start, main, relations, selection } = process
  // The entry of whatever has frames is a reduction.
  const started = process.reductions > 0 || core.current === process
  if (core.checked === process || core.current === process) visitNativeStack(core, visit)
  if (start !== null && start.owner !== null)
    visit(start.owner, 'in_flight', process.startedAt, null, { function: entryName(process), at: start.owner.compiled.file })
  if (main !== null) visitFrames(main.top, started ? 'frame' : 'in_flight', visit)
  if (selection !== null && selection.owner !== null)
    visit(selection.owner, 'callback', process.startedAt, null, { function: 'match', at: selection.at })
  if (relations !== null && relations.task !== null) visitTask(relations.task, visit)
  for (const task of process.tasks ?? []) visitTask(task, visit)
  if (process.behaving?.home)
    visit(process.behaving.home, 'declared', process.startedAt, null, { function: '', at: process.behaving.home.compiled.file })
  if (relations === null) return
  for (const strand of relations.strands) visitFrames(strand.top, 'frame', visit)
  for (const task of relations.microtasks) visitTask(task, visit)
  for (const { owner, descriptor, since, site, object } of relations.iterators) {
    if (object.deref() !== undefined)
      visit(owner, 'iterator', since, null, { function: descriptor.function.name, at: descriptorPlace(descriptor, site) })
  }
  for (const { callback } of relations.timers) {
    if (callback !== null && callback.owner !== null) visit(callback.owner, 'timer', callback.since, null, callback)
  }
}

// Asked from a check's slow path: synchronous calls of the turn stand on no strand.
function visitNativeStack(core: Core, visit: Visit): void {
  const shown = nativeFrames(core, NATIVE_FRAMES_SHOWN)
  for (const owner of nativeOwners(core)) {
    const frame = shown.find((entry) => entry.owner === owner)
    visit(owner, 'frame', core.nowMs, null, { function: frame?.function ?? '', at: frame?.at ?? owner.compiled.file })
  }
}

function visitFrames(top: Frame | null, reason: ProcessPinReason, visit: Visit): void {
  for (let frame = top; frame !== null; frame = frame.parent) visit(ownerOf(frame.descriptor), reason, frame.since, frame, null)
}

function visitTask(
  task: { readonly owner: CodeInstance | null; readonly since: number; readonly function: string; readonly at: string },
  visit: Visit,
): void {
  if (task.owner !== null) visit(task.owner, 'timer', task.since, null, task)
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

/** `generation` absent: any of the module. */
export function pinsGeneration(core: Core, process: Process, module: string, generation: number | undefined): boolean {
  let pins = false
  visitPins(core, process, (owner) => {
    if (owner.module === module && (generation === undefined || owner.generation === generation)) pins = true
  })
  return pins
}

/** When the oldest pin of it began, in milliseconds since the scheduler's start; infinite where it pins nothing of it. */
export function oldestPin(core: Core, process: Process, module: string, generation: number | undefined): number {
  let oldest = Number.POSITIVE_INFINITY
  visitPins(core, process, (owner, _reason, since) => {
    if (since < oldest && owner.module === module && (generation === undefined || owner.generation === generation)) oldest = since
  })
  return oldest
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

export function entryName(process: Process): string {
  const { entry } = process
  return typeof entry === 'string' ? entry : `${entry.module}.${entry.export}`
}
