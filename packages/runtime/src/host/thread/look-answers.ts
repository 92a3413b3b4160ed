import {
  describeProcess,
  listKeys,
  listProcesses,
  listRows,
  matchingPids,
  moveCandidates,
  pinCounts,
  pinRows,
  placeSupervisors,
  previewQueue,
  readersOf,
  sampleScheduler,
  viewPlaceUnder,
  viewSupervisors,
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
  | 'placeUnder'
  | 'supervisorPlaces'
  | 'supervisorRows'
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
    placeUnder: ({ supervisor, pid }) => viewPlaceUnder(scheduler, supervisor, pid),
    supervisorPlaces: () => placeSupervisors(scheduler),
    supervisorRows: ({ pids }) => viewSupervisors(scheduler, pids),
    whereabouts: ({ pids }) => pids.map((pid) => whereabouts(scheduler, pid)),
    whereis: ({ name }) => scheduler.core.names.get(name)?.pid ?? null,
  }
}

/** What modules mark is left out, too (PREV3). */
export function withMarked(scheduler: Scheduler, limits: RenderLimits): RenderLimits {
  return { ...limits, redact: [...limits.redact, ...markedNames(scheduler.core)] }
}
