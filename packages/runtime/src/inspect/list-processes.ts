import type { Descriptor } from '../abi.ts'
import { ownerOf, placeOf } from '../process/frame.ts'
import type { Frame } from '../process/frame.ts'
import type { Process } from '../process/process.ts'
import type { Core } from '../scheduler/core.ts'
import { innermostFrame } from '../scheduler/innermost.ts'
import type { Scheduler } from '../scheduler/scheduler.ts'
import type { Pid } from '../ids.ts'
import type { ProcessSort } from '../process-sort.ts'
import { oldestPin, pinFacts, pinsGeneration } from './process-pins.ts'
import { ratesOf, takeReading } from './process-rates.ts'
import { loadOf, rowOf, statusOf } from './process-row.ts'
import { isBeforeInPage, pidOrder, type PagePlace } from './page-order.ts'
import type { ProcessFilter, ProcessPage, ProcessQuery } from './views.ts'

/** One scheduler's part of a page, with the place of each row. */
export interface SchedulerPage extends ProcessPage {
  readonly order: readonly PagePlace[]
}

/** Whoever asks bounds the page (LIM3); this bounds what several schedulers' pages are merged from. */
const MERGED_ROWS_MAX = 1_000
/** Only the wanted rows and as many again, and these, are held before they are sorted and cut. */
const SELECTION_SLACK = 1_000

interface Candidate extends PagePlace {
  readonly process: Process
}

/** Filters, sorts and cuts where the processes are; only the rows of the page are written out. `keys`: places instead of rows, so many from the first. */
export function listProcesses({ core }: Scheduler, query: ProcessQuery & { readonly keys?: number }): SchedulerPage {
  const { offset = 0, descending = false, sort = 'pid', keys = 0 } = query
  if (keys > 0 || (query.limit ?? 1) > 0) takeReading(core)
  const limit = Math.min(query.limit ?? 100, MERGED_ROWS_MAX)
  const keyOf = SORTS[sort]
  const matches = matcher(core, query)
  const isBefore = isBeforeInPage(descending)
  const { id } = core.options
  const wanted = keys > 0 ? keys : offset + limit
  const inOrder = (a: Candidate, b: Candidate): number => (isBefore(a, b) ? -1 : 1)
  let total = 0
  let best: Candidate[] = []
  /** The last of the wanted ones so far: what comes after it is out. */
  let bar: Candidate | null = null
  for (const process of core.processes.values()) {
    if (!matches(process)) continue
    total++
    const candidate: Candidate = { process, key: keyOf(core, process), pid: pidOrder(id, process.serial) }
    if (bar !== null && !isBefore(candidate, bar)) continue
    best.push(candidate)
    if (best.length >= 2 * wanted + SELECTION_SLACK) {
      best = best.sort(inOrder).slice(0, wanted)
      bar = best.at(-1) ?? null
    }
  }
  const page = best.sort(inOrder).slice(keys > 0 ? 0 : offset, wanted)
  return {
    total,
    rows: keys > 0 ? [] : page.map(({ process }) => rowOf(core, process)),
    order: page.map(({ key, pid }) => ({ key, pid })),
  }
}

/** BULK1: the pids of all that match, for a plan. */
export function matchingPids({ core }: Scheduler, filter: ProcessFilter): Pid[] {
  const matches = matcher(core, filter)
  const pids: Pid[] = []
  for (const process of core.processes.values()) if (matches(process)) pids.push(process.pid)
  return pids
}

const LAST = '\uffff'

const SORTS: Readonly<Record<ProcessSort, (core: Core, process: Process) => string | number>> = {
  pid: (core, process) => pidOrder(core.options.id, process.serial),
  name: (_core, process) => process.name ?? LAST,
  module: (_core, process) => frameKey(process, (frame) => ownerOf(frame.descriptor).module) ?? process.behaving?.module ?? LAST,
  generation: (_core, process) => {
    const frame = innermostFrame(process)
    return (frame === null ? process.behaving?.home?.generation : ownerOf(frame.descriptor).generation) ?? Number.POSITIVE_INFINITY
  },
  function: (_core, process) => frameKey(process, (frame) => frame.descriptor.function.name) ?? LAST,
  status: statusOf,
  queueLength: (_core, process) => process.queueLength,
  reductions: (_core, process) => process.reductions,
  reductionsPerSecond: (core, process) => ratesOf(core, process)?.reductionsPerSecond ?? -1,
  messagesPerSecond: (core, process) => ratesOf(core, process)?.messagesPerSecond ?? -1,
  startedAt: (core, process) => core.epochMs(process.startedAt),
  pins: (core, process) => pinFacts(core, process).length,
}

function frameKey(process: Process, read: (frame: Frame) => string): string | undefined {
  const frame = innermostFrame(process)
  return frame === null ? undefined : read(frame)
}

function matcher(core: Core, query: ProcessFilter): (process: Process) => boolean {
  const { module, generation, status, load, queueMin = 0 } = query
  const startedBy = core.elapsedMs() - (query.ageMinSeconds ?? 0) * 1_000
  const pinnedBy = core.elapsedMs() - (query.pinnedMinSeconds ?? 0) * 1_000
  const search = query.search?.trim().toLowerCase() ?? ''
  const texts = new Map<Descriptor, string[]>()
  return (process) => {
    if (process.queueLength < queueMin || process.startedAt > startedBy) return false
    if (status !== undefined && statusOf(core, process) !== status) return false
    if (load !== undefined && loadOf(core, process) !== load) return false
    if (module !== undefined) {
      if (query.pinnedMinSeconds === undefined) {
        if (!isOf(core, process, module, generation)) return false
      } else if (oldestPin(core, process, module, generation) > pinnedBy) return false
    }
    return search === '' || isFound(process, search, texts)
  }
}

/** It pins the module, or the module's generation; without a generation also who calls the module back and pins nothing between two callbacks. */
function isOf(core: Core, process: Process, module: string, generation: number | undefined): boolean {
  return (generation === undefined && process.behaving?.module === module) || pinsGeneration(core, process, module, generation)
}

function isFound(process: Process, search: string, texts: Map<Descriptor, string[]>): boolean {
  if (process.pid.includes(search) || process.name?.toLowerCase().includes(search) === true) return true
  if (process.behaving !== null && `${process.behaving.kind} ${process.behaving.module}`.includes(search)) return true
  const frame = innermostFrame(process)
  if (frame === null) return false
  let places = texts.get(frame.descriptor)
  if (places === undefined) texts.set(frame.descriptor, (places = []))
  const place = frame.site + 1
  const text = (places[place] ??= textOf(frame))
  return text.includes(search)
}

function textOf(frame: Frame): string {
  const { module, generation } = ownerOf(frame.descriptor)
  return `${module}@${generation}\n${frame.descriptor.function.name}\n${placeOf(frame)}`.toLowerCase()
}
