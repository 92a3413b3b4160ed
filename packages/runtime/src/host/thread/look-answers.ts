import {
  describeProcess,
  listKeys,
  listProcesses,
  listRows,
  listSupervisors,
  matchingPids,
  moveCandidates,
  pinCounts,
  pinRows,
  previewQueue,
  readersOf,
  sampleScheduler,
  whereabouts,
} from '../../inspect/process-views.ts'
import type { RenderLimits } from '../../process/render-value.ts'
import { markedNames } from '../../scheduler/marked-names.ts'
import type { Scheduler } from '../../scheduler/scheduler.ts'
import type { Answers } from './answers.ts'

/** What only looks at a scheduler. */
export function answerLooks(
  scheduler: Scheduler,
): Answers<
  | 'moveCandidates'
  | 'matching'
  | 'pinCounts'
  | 'pins'
  | 'previewQueue'
  | 'process'
  | 'processes'
  | 'processKeys'
  | 'processRows'
  | 'readers'
  | 'sample'
  | 'supervisors'
  | 'whereabouts'
  | 'whereis'
> {
  return {
    moveCandidates: ({ generations, pids }) => moveCandidates(scheduler, generations, pids),
    matching: (filter) => matchingPids(scheduler, filter),
    pinCounts: () => pinCounts(scheduler),
    pins: ({ module, generation }) => pinRows(scheduler, module, generation ?? undefined),
    previewQueue: ({ pid, count, limits }) => previewQueue(scheduler, pid, count, withMarked(scheduler, limits)),
    process: ({ pid }) => describeProcess(scheduler, pid) ?? null,
    processes: (query) => listProcesses(scheduler, query),
    processKeys: (query) => listKeys(scheduler, query, query.count),
    processRows: ({ serials }) => listRows(scheduler, serials),
    readers: ({ generations }) => readersOf(scheduler, generations),
    sample: () => sampleScheduler(scheduler),
    supervisors: (query) => listSupervisors(scheduler, query),
    whereabouts: ({ pids }) => pids.map((pid) => whereabouts(scheduler, pid)),
    whereis: ({ name }) => scheduler.core.names.get(name)?.pid ?? null,
  }
}

/** What modules mark is left out, too (PREV3). */
export function withMarked(scheduler: Scheduler, limits: RenderLimits): RenderLimits {
  return { ...limits, redact: [...limits.redact, ...markedNames(scheduler.core)] }
}
