import type { CodeInstance } from '../code/instance.ts'
import type { ProcessPinReason } from '../inspect/views.ts'
import { descriptorPlace, ownerOf } from '../process/frame.ts'
import type { Frame } from '../process/frame.ts'
import { preparedPlace } from '../process/prepared.ts'
import type { Process } from '../process/process.ts'
import type { Core } from './core.ts'
import { nativeFrames, nativeOwners } from './native-stack.ts'

/** Innermost calls that are written out with their lines; those below count without. */
const NATIVE_FRAMES_SHOWN = 200

type Visit = (
  owner: CodeInstance,
  reason: ProcessPinReason,
  since: number,
  frame: Frame | null,
  detail: { readonly function: string; readonly at: string } | null,
) => void

/** Calls back for every fact that pins, without building anything. */
export function visitPins(core: Core, process: Process, visit: Visit): void {
  const { start, relations, selection } = process
  // The entry of whatever has frames is a reduction.
  const started = process.reductions > 0 || core.current === process
  if (core.checked === process || core.current === process) visitNativeStack(core, visit)
  if (start !== null && start.owner !== null)
    visit(start.owner, 'in_flight', process.startedAt, null, { function: entryName(process), at: start.owner.compiled.file })
  visitFrames(process.top, started ? 'frame' : 'in_flight', visit)
  if (selection !== null && selection.owner !== null)
    visit(selection.owner, 'callback', process.startedAt, null, { function: 'match', at: selection.at })
  if (relations !== null && relations.work !== null && relations.work.owner !== null)
    visit(relations.work.owner, 'in_flight', process.startedAt, null, { function: relations.work.name, at: preparedPlace(relations.work) })
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

/** What a process was started as. A behaviour that was started as one has entered a function of the runtime's, which nobody knows. */
export function entryName({ entry, behaving }: Process): string {
  if (typeof entry !== 'string') return `${entry.module}.${entry.export}`
  return behaving === null || behaving.module === null ? entry : `${behaving.kind} ${behaving.module}`
}
