import v8 from 'node:v8'
import type { Scheduler } from '../scheduler/scheduler.ts'
import type { SchedulerSample } from '../scheduler/scheduler-events.ts'
import { nameReaders, readersByGeneration } from './generation-pins.ts'
import { tallyPins } from './pin-rows.ts'
import { isoTime } from './process-pins.ts'
import { dropReadings } from './process-rates.ts'
import { tallyQueues } from './queue-tally.ts'

/** Counters and figures of one scheduler. */
export function sampleScheduler(scheduler: Scheduler): SchedulerSample {
  const { core } = scheduler
  dropReadings(core)
  const readers = readersByGeneration(scheduler)
  const heap = v8.getHeapStatistics()
  return {
    processes: core.processes.size,
    runQueue: core.queue.size,
    queued: core.queued,
    queues: tallyQueues(core),
    messages: core.messages,
    reductions: core.reductions,
    busyMs: core.busyMs(),
    turns: core.turns,
    heapBytes: heap.used_heap_size + heap.external_memory,
    heapLimitBytes: core.heap?.schedulerLimitBytes ?? heap.heap_size_limit,
    generations: [...tallyPins(scheduler)].map(([code, { pins, oldest }]) => ({
      module: code.module,
      generation: code.generation,
      pins,
      oldestAt: pins === 0 ? null : isoTime(core, oldest),
      readBy: nameReaders(readers.get(code)),
      crashes: code.crashes,
    })),
  }
}
