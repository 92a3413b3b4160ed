import type { Descriptor } from '../abi.ts'
import { ownerOf, placeOf } from '../process/frame.ts'
import type { Frame } from '../process/frame.ts'
import type { Holders } from '../process/hold.ts'
import type { Process } from '../process/process.ts'
import type { Core } from '../scheduler/core.ts'
import { innermostFrame } from '../scheduler/innermost.ts'
import type { Scheduler } from '../scheduler/scheduler.ts'
import { formatPid, type Pid } from '../ids.ts'
import type { ProcessSort } from '../process-sort.ts'
import { pinFacts } from './process-pins.ts'
import { noteShown, ratesOf, takeReading } from './process-rates.ts'
import { loadOf, rowOf, statusOf } from './process-row.ts'
import { firstOf, pidOrder, selectPage, type PageKeys, type PagePlace } from './page-order.ts'
import type { ProcessFilter, ProcessPage, ProcessQuery, ProcessRow } from './views.ts'

/** One scheduler's part of a page, with the place of each row. */
export interface SchedulerPage extends ProcessPage {
  readonly order: readonly PagePlace[]
}

/** The places of one scheduler's processes that can stand in a page: its first ones, in no order. */
export interface SchedulerKeys extends PageKeys {
  readonly total: number
}

/** Whoever asks bounds the page (LIM3); this bounds what several schedulers' pages are merged from. */
const MERGED_ROWS_MAX = 1_000

/** Filters, sorts and cuts where the processes are; only the rows of the page are written out. */
export function listProcesses({ core }: Scheduler, query: ProcessQuery): SchedulerPage {
  const { offset = 0, descending = false } = query
  const limit = Math.min(query.limit ?? 100, MERGED_ROWS_MAX)
  if (limit === 0) return { total: matching(core, query).length, rows: [], order: [] }
  const { processes, columns } = sorted(core, query)
  const page = [...selectPage(columns, descending, offset, offset + limit)]
  const rows = page.map((index) => processes[index] as Process)
  noteShown(core, rows)
  return {
    total: processes.length,
    rows: rows.map((process) => rowOf(core, process)),
    order: page.map((index) => {
      const key = columns.keys[index] as number
      return { key: columns.texts === null ? key : (columns.texts[key] as string), pid: columns.pids[index] as number }
    }),
  }
}

/** The sort keys of the first `count` that match, of which whoever asks chooses the page's rows. */
export function listKeys({ core }: Scheduler, query: ProcessQuery, count: number): SchedulerKeys {
  const { processes, columns } = sorted(core, query)
  const total = processes.length
  if (total <= count) return { ...columns, total }
  const { keys, pids, texts } = columns
  const first = firstOf(columns, query.descending === true, count)
  return {
    keys: Float64Array.from(first, (index) => keys[index] as number),
    pids: Float64Array.from(first, (index) => pids[index] as number),
    texts,
    total,
  }
}

/** Rows of those of them that live. */
export function listRows({ core }: Scheduler, serials: readonly number[]): ProcessRow[] {
  const processes = serials.flatMap((serial) => core.processes.get(formatPid(core.options.id, serial)) ?? [])
  noteShown(core, processes)
  return processes.map((process) => rowOf(core, process))
}

/** BULK1: the pids of all that match, for a plan. */
export function matchingPids({ core }: Scheduler, filter: ProcessFilter): Pid[] {
  return matching(core, filter)
    .sort((a, b) => a.serial - b.serial)
    .map(({ pid }) => pid)
}

/** Those that match, each handed on as it is met: to look at a process that nobody has looked at lately takes 50 ns. */
function matching(core: Core, filter: ProcessFilter, meet?: (process: Process, index: number) => void): Process[] {
  const { module, generation } = filter
  if (module !== undefined) core.census.settle()
  const matches = matcher(core, filter)
  const found: Process[] = []
  const look = (process: Process): void => {
    if (!matches(process)) return
    found.push(process)
    meet?.(process, found.length - 1)
  }
  if (module === undefined || generation === undefined) core.processes.each(look)
  else
    for (const code of core.options.code.instances())
      if (code.module === module && code.generation === generation)
        for (const process of core.census.holdersOf(code)?.all ?? []) look(process)
  return found
}

/** Those that match, with their sort keys. */
function sorted(core: Core, query: ProcessQuery): { readonly processes: readonly Process[]; readonly columns: PageKeys } {
  const { sort = 'pid' } = query
  const { id } = core.options
  if (sort === 'reductionsPerSecond' || sort === 'messagesPerSecond') takeReading(core)
  const keys = new Float64Array(core.processes.size)
  const pids = new Float64Array(core.processes.size)
  const text = TEXT_SORTS[sort as TextSort] as ((core: Core, process: Process) => string) | undefined
  const number = NUMBER_SORTS[sort as NumberSort]
  // Texts are numbered as they come, then by their order.
  const numbers = new Map<string, number>()
  const processes = matching(core, query, (process, index) => {
    pids[index] = pidOrder(id, process.serial)
    if (text === undefined) {
      keys[index] = number(core, process)
      return
    }
    const key = text(core, process)
    const known = numbers.get(key)
    if (known === undefined) numbers.set(key, numbers.size)
    keys[index] = known ?? numbers.size - 1
  })
  const count = processes.length
  const columns = { keys: keys.subarray(0, count), pids: pids.subarray(0, count) }
  if (text === undefined) return { processes, columns: { ...columns, texts: null } }
  const texts = [...numbers.keys()].sort()
  const places = new Float64Array(texts.length)
  for (const [place, known] of texts.entries()) places[numbers.get(known) as number] = place
  for (let index = 0; index < count; index++) keys[index] = places[keys[index] as number] as number
  return { processes, columns: { ...columns, texts } }
}

const LAST = '\uffff'

type TextSort = Extract<ProcessSort, 'name' | 'module' | 'function' | 'status'>
type NumberSort = Exclude<ProcessSort, TextSort>

const TEXT_SORTS: Readonly<Record<TextSort, (core: Core, process: Process) => string>> = {
  name: (_core, process) => process.name ?? LAST,
  module: (_core, process) => frameKey(process, (frame) => ownerOf(frame.descriptor).module) ?? process.behaving?.module ?? LAST,
  function: (_core, process) => frameKey(process, (frame) => frame.descriptor.function.name) ?? LAST,
  status: statusOf,
}

const NUMBER_SORTS: Readonly<Record<NumberSort, (core: Core, process: Process) => number>> = {
  pid: (core, process) => pidOrder(core.options.id, process.serial),
  generation: (_core, process) => {
    const frame = innermostFrame(process)
    return (frame === null ? process.behaving?.home?.generation : ownerOf(frame.descriptor).generation) ?? Number.POSITIVE_INFINITY
  },
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
        if (!isOf(process, module, generation)) return false
      } else if (oldestPin(process, module, generation) > pinnedBy) return false
    }
    return search === '' || isFound(process, search, texts)
  }
}

/** It pins the module, or the module's generation; without a generation also who calls the module back and pins nothing between two callbacks. */
function isOf(process: Process, module: string, generation: number | undefined): boolean {
  return (
    (generation === undefined && process.behaving?.module === module) || oldestPin(process, module, generation) !== Number.POSITIVE_INFINITY
  )
}

/** When the oldest pin of it began, in milliseconds since the scheduler's start; infinite where it pins nothing of it. */
function oldestPin(process: Process, module: string, generation: number | undefined): number {
  const { holders, moreHolds } = process
  let oldest = pinnedSince(process, holders, module, generation)
  if (moreHolds !== null)
    for (const { holders: more } of moreHolds) oldest = Math.min(oldest, pinnedSince(process, more, module, generation))
  return oldest
}

function pinnedSince(process: Process, holders: Holders | null, module: string, generation: number | undefined): number {
  if (holders === null) return Number.POSITIVE_INFINITY
  const { owner } = holders
  const isMeant = owner.module === module && (generation === undefined || owner.generation === generation)
  return isMeant ? holders.sinceOf(process) : Number.POSITIVE_INFINITY
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
