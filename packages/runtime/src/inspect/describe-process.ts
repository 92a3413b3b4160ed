import type { Pid } from '../ids.ts'
import { ownerOf, placeOf } from '../process/frame.ts'
import { exportedMessage, innermostOwner } from '../scheduler/innermost.ts'
import type { Scheduler } from '../scheduler/scheduler.ts'
import { entryName } from '../scheduler/visit-pins.ts'
import { noteShown } from './process-rates.ts'
import { rowOf } from './process-row.ts'
import { relatedPids } from './related-pids.ts'
import { viewSupervisorOf } from './supervisor-views.ts'
import type { ProcessDetail } from './views.ts'

/** Frames of a stack that are written out. */
const STACK_FRAMES_MAX = 200

/** Everything that is known of one process; `undefined` when it does not exist. */
export function describeProcess({ core }: Scheduler, pid: Pid): ProcessDetail | undefined {
  const process = core.processes.get(pid)
  if (process === undefined) return undefined
  const { relations } = process
  const stack: { function: string; at: string; module: string; generation: number }[] = []
  for (let frame = process.top; frame !== null && stack.length < STACK_FRAMES_MAX; frame = frame.parent) {
    const { module, generation, isRuntime } = ownerOf(frame.descriptor)
    if (isRuntime) continue
    stack.push({ function: frame.descriptor.function.name, at: placeOf(frame), module, generation })
  }
  const owner = innermostOwner(process)
  noteShown(core, [process])
  return {
    ...rowOf(core, process),
    entry: entryName(process),
    parent: process.parent,
    supervisor: viewSupervisorOf(core, process),
    ...relatedPids(process),
    trapExit: process.trapExit,
    queueLimit: process.queueLimit === null ? null : { ...process.queueLimit },
    strands: process.strandCount,
    timers: relations === null ? 0 : [...relations.timers].filter(({ callback }) => callback !== null).length,
    stack,
    canUpgrade: owner !== null && exportedMessage(owner, 'upgrade') !== undefined,
    canPreview: owner !== null && exportedMessage(owner, 'preview') !== undefined,
  }
}
