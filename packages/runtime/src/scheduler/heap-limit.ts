import type { CodeInstance } from '../code/instance.ts'
import type { ExitReason } from '../exit-reason.ts'
import { ownerOf, placeOf } from '../process/frame.ts'
import { relationsOf } from '../process/process.ts'
import type { Process } from '../process/process.ts'
import type { Core } from './core.ts'
import { killProcess } from './exits.ts'
import type { HeapOffender } from './heap-watch.ts'
import { innermostFrame } from './innermost.ts'
import { framesIn, nativeFrames } from './native-stack.ts'

/** Frames of ours between a check and here, and one of the user's. */
const STACK_FRAMES = 40

/** In a check's slow path: ends the process that fills the memory, mostly the one that runs (KILL5). */
export function lookAtHeap(core: Core, process: Process): void {
  const { heap } = core
  if (heap !== null && process.serial !== 0) settle(core, heap.look(process, core.turns))
}

/** Between turns. */
export function glanceAtHeap(core: Core, nowMs: number): void {
  const { heap } = core
  if (heap !== null) settle(core, heap.glance(nowMs))
}

/** Runs a turn, measured where memory is running out. */
export function runMeasured(core: Core, process: Process, run: (core: Core, process: Process) => void): void {
  const { heap } = core
  if (heap === null || !heap.picks()) run(core, process)
  else
    settle(
      core,
      heap.measure(process, () => run(core, process)),
    )
}

/** Ends a process for its memory; `stack` in compiled lines, when whoever says so has seen it. */
export function endForMemory(core: Core, process: Process, liveBytes: number, stack?: string): void {
  const { owner, at } = placeOfMemory(core, process, stack)
  const reason: ExitReason = { type: 'heap_limit', at, bytes: liveBytes, limitBytes: core.heap?.limitBytes ?? 0 }
  relationsOf(process).failedIn = owner
  killProcess(core, process, reason)
}

function settle(core: Core, offender: HeapOffender | null): void {
  if (offender !== null) endForMemory(core, offender.process, offender.liveBytes)
}

function placeOfMemory(core: Core, process: Process, stack: string | undefined): { owner: CodeInstance | null; at: string | null } {
  const frame = innermostFrame(process)
  const waiting = frame === null ? { owner: null, at: null } : { owner: ownerOf(frame.descriptor), at: placeOf(frame) }
  if (process !== core.current && stack === undefined) return waiting
  const [innermost] = stack === undefined ? nativeFrames(core, STACK_FRAMES) : framesIn(core, { stack })
  return innermost === undefined ? waiting : { owner: innermost.owner ?? waiting.owner, at: innermost.at }
}
