import type { Generation } from '../../code/generation.ts'
import { sha256 } from '../../compiler/content-hash.ts'
import { titleOf } from '../../code/system-folder.ts'
import { EngineError, refuse } from '../../errors.ts'
import { formatPid, schedulerOf, type Pid } from '../../ids.ts'
import type {
  Candidate,
  GenerationView,
  ManifestPage,
  ModuleView,
  PinRow,
  PreviewView,
  ProcessDetail,
  ProcessFilter,
  ProcessPage,
  ProcessQuery,
  SupervisorOfView,
  SchedulerView,
  SourceView,
} from '../../inspect/views.ts'
import type { CallAnswer, PinCount } from '../protocol.ts'
import { moduleOfPlace, placeOfHold } from '../fleet/hold-place.ts'
import { askAll } from '../fleet/fleet.ts'
import { mergePinRows, mergeProcessPages } from './merge-pages.ts'
import { addCounts, type RuntimeParts, VIEW_WAIT_MS, viewWaitMs } from '../runtime-parts.ts'
import type { Sampler } from './sampler.ts'
import type { SchedulerLink } from '../fleet/scheduler-link.ts'

/** How long a process has to answer a preview. */
const PREVIEW_WAIT_MS = 1_000
/** Longer documents and outputs are not carried to whoever looks at a process: they are whole in every answer. */
const PREVIEW_LENGTH_MAX = 1_000_000
/** Counts older than this are not waited for: a held scheduler answers with its last sample's. */
const COUNT_WAIT_MS = 300
const PAGE_ROWS_MAX = 500
const FILTER_LENGTH_MAX = 200
/** A plan over a filter names so many processes at most. */
const PLAN_PROCESSES_MAX = 100_000

export async function viewModules(parts: RuntimeParts, sampler: Sampler): Promise<ModuleView[]> {
  const counts = await countPins(parts, sampler)
  const files = new Map((await parts.folder.read()).modules.map(({ module, text }) => [module, sha256(text)]))
  return parts.code.names().map((name) => {
    const loaded = parts.code.loaded(name)
    const current = parts.code.current(name)
    const layers = loaded.map((generation) => viewGeneration(parts, generation, counts, sampler))
    const onDisk = files.get(name)
    return {
      name,
      current: current?.number ?? null,
      generations: loaded.map(({ number }) => number),
      pins: layers.filter(({ status }) => status === 'old').reduce((sum, { pins }) => sum + pins, 0),
      layers,
      differsOnDisk: current !== undefined && onDisk !== undefined && onDisk !== current.sourceHash,
      hold: parts.guards.holdOf(name, parts.clock.now()),
    }
  })
}

export async function viewGenerations(parts: RuntimeParts, sampler: Sampler, module: string): Promise<GenerationView[]> {
  const history = parts.code.history(module)
  const counts = await countPins(parts, sampler)
  return history.map((generation) => viewGeneration(parts, generation, counts, sampler))
}

async function countPins(parts: RuntimeParts, sampler: Sampler): Promise<readonly PinCount[]> {
  const counts = parts.fleet.keepers.map(async ({ id, link }) => {
    try {
      return await link.ask('pinCounts', {}, COUNT_WAIT_MS)
    } catch (error) {
      if (error instanceof EngineError) return sampler.lastCounts(id)
      throw error
    }
  })
  return addCounts(await Promise.all(counts))
}

function viewGeneration(parts: RuntimeParts, generation: Generation, counts: readonly PinCount[], sampler: Sampler): GenerationView {
  const { guards } = parts
  const count = counts.find(({ module, number }) => module === generation.module && number === generation.number)
  const pins = generation.status === 'purged' ? 0 : (count?.pins ?? 0)
  const readBy = generation.status === 'purged' ? [] : (count?.readBy ?? [])
  return {
    module: generation.module,
    number: generation.number,
    status: generation.status,
    drained: generation.status === 'old' && pins === 0 && readBy.length === 0,
    pins,
    readBy,
    oldestPinAt: pins === 0 ? null : (count?.oldestAt ?? null),
    crashesPerMinute: sampler.crashesPerMinute(generation.module, generation.number),
    hash: generation.hash,
    codeBytes: generation.status === 'purged' ? 0 : generation.codeBytes,
    packages: generation.releases,
    exports: generation.exports,
    upgradable: generation.exports.includes('upgrade'),
    loadedAt: new Date(generation.loadedAt).toISOString(),
    loadedBy: generation.loadedBy,
    note: generation.note,
    origin: generation.origin,
    purge: generation.status === 'purged' ? generation.mark : null,
    reclaimed: generation.status === 'purged' ? parts.remains.reclaimOf(generation.module, generation.number) : null,
    reached: generation.status === 'purged' ? parts.remains.reachedOf(generation.module, generation.number) : null,
    markedBad: guards.markOf(generation.module, generation.number, 'bad'),
    markedKeep: guards.markOf(generation.module, generation.number, 'keep'),
  }
}

export async function viewCandidates(parts: RuntimeParts): Promise<Candidate[]> {
  const files = [...(await parts.folder.read()).modules, ...(await parts.folder.readGenerations())]
  return files.map(({ origin, module, bytes, text }) => {
    const hash = sha256(text)
    const same = parts.code.loaded(module).find(({ sourceHash }) => sourceHash === hash)
    const state =
      same?.status === 'current' ? 'current' : same !== undefined ? 'loaded' : parts.code.current(module) === undefined ? 'new' : 'differs'
    return { path: origin, module, bytes, state, generation: same?.number ?? null, title: titleOf(text) }
  })
}

/** LIM3. */
export function boundPage({ offset = 0, limit = PAGE_ROWS_MAX }: ManifestPage = {}): Required<ManifestPage> {
  if (limit > PAGE_ROWS_MAX) refuse({ code: 'too_large', what: 'page', limit: PAGE_ROWS_MAX, size: limit })
  return { offset, limit }
}

export async function listProcesses(parts: RuntimeParts, query: ProcessQuery): Promise<ProcessPage> {
  const { limit = 100, offset = 0 } = query
  if (limit > PAGE_ROWS_MAX) refuse({ code: 'too_large', what: 'page', limit: PAGE_ROWS_MAX, size: limit })
  requireFilter(parts, query)
  const links = parts.fleet.links()
  const page = await mergeProcessPages(links, { ...query, limit, offset })
  const holders = new Map(links.map((link) => [link.holdState().pid, link.holdState().kind]))
  return {
    ...page,
    rows: page.rows.map((row) => {
      const kind = holders.get(row.pid) ?? 'free'
      return kind === 'free' ? row : { ...row, load: kind }
    }),
  }
}

/** BULK1: who matches, for a plan over them. */
export async function matchingProcesses(parts: RuntimeParts, filter: ProcessFilter): Promise<readonly Pid[]> {
  requireFilter(parts, filter)
  const pids = (await askAll(parts.fleet.links(), 'matching', filter, VIEW_WAIT_MS)).flat()
  if (pids.length > PLAN_PROCESSES_MAX) refuse({ code: 'too_large', what: 'plan', limit: PLAN_PROCESSES_MAX, size: pids.length })
  return pids
}

function requireFilter(parts: RuntimeParts, { search = '', module, generation }: ProcessFilter): void {
  if (search.length > FILTER_LENGTH_MAX) refuse({ code: 'too_large', what: 'filter', limit: FILTER_LENGTH_MAX, size: search.length })
  if (module !== undefined && generation !== undefined) parts.code.get(module, generation)
  else if (module !== undefined) parts.code.history(module)
}

export async function viewProcess(parts: RuntimeParts, pid: Pid): Promise<ProcessDetail> {
  const scheduler = parts.fleet.linkOf(pid)
  const detail = (await scheduler.ask('process', { pid }, viewWaitMs(scheduler))) ?? refuse({ code: 'unknown_pid', pid })
  const { kind, pid: held } = scheduler.holdState()
  const current = detail.module === null ? undefined : parts.code.current(detail.module)
  const canUpgrade = detail.canUpgrade && current !== undefined && current.number !== detail.generation
  const supervisor = detail.supervisor ?? (await placeElsewhere(parts, detail))
  return { ...detail, supervisor, canUpgrade, load: kind !== 'free' && held === pid ? kind : detail.load }
}

/** Under a supervisor on another scheduler; unknown while that cannot answer. */
async function placeElsewhere({ fleet }: RuntimeParts, { pid, parent, links }: ProcessDetail): Promise<SupervisorOfView | null> {
  if (parent === null || !links.includes(parent) || schedulerOf(parent) === schedulerOf(pid)) return null
  const ask = { supervisor: parent, pid }
  return fleet
    .linkOf(parent)
    .ask('placeUnder', ask, COUNT_WAIT_MS)
    .catch(() => null)
}

/** PREV1: asks with the module's own `preview` message, and current's `previewOf` with the document it answers. */
export async function previewProcess(parts: RuntimeParts, pid: Pid): Promise<PreviewView> {
  const scheduler = parts.fleet.linkOf(pid)
  const detail = (await scheduler.ask('process', { pid }, viewWaitMs(scheduler))) ?? refuse({ code: 'unknown_pid', pid })
  const { module, generation, canPreview } = detail
  if (!canPreview || module === null || generation === null) return { status: 'none' }
  try {
    const own = await scheduler.ask('preview', { pid }, PREVIEW_WAIT_MS)
    if (own.status === 'ended') return { status: 'no_answer', why: 'the process ended' }
    const answer = own.value
    if (!isPreviewAnswer(answer)) return { status: 'no_answer', why: 'its answer is not { document, output }' }
    const { length } = answer.document.length > answer.output.length ? answer.document : answer.output
    if (length > PREVIEW_LENGTH_MAX)
      return { status: 'no_answer', why: `its answer has ${length} characters: at most ${PREVIEW_LENGTH_MAX} are shown` }
    const current = parts.code.current(module)
    const result = { status: 'answered', document: answer.document, own: { module, generation, output: answer.output } } as const
    if (current === undefined || !current.exports.includes('previewOf')) return { ...result, current: null }
    const other = await applyWithin(scheduler, module, [answer.document]).catch(lateAnswer)
    const output =
      other.status === 'answered' && typeof other.value === 'string' && other.value.length <= PREVIEW_LENGTH_MAX ? other.value : null
    return { ...result, current: output === null ? null : { generation: current.number, output } }
  } catch (error) {
    if (error instanceof EngineError && error.fault.code === 'scheduler_held')
      return { status: 'no_answer', why: 'no answer within a second' }
    throw error
  }
}

let applies = 0

async function applyWithin(scheduler: SchedulerLink, module: string, args: readonly unknown[]): Promise<CallAnswer> {
  const token = ++applies
  try {
    return await scheduler.ask('apply', { module, export: 'previewOf', args, token }, PREVIEW_WAIT_MS)
  } catch (error) {
    scheduler.ask('endApply', { token }, PREVIEW_WAIT_MS).catch(() => {})
    throw error
  }
}

/** What current answers stands beside the process's own answer: without it the own one is still shown. */
function lateAnswer(error: unknown): { readonly status: 'late' } {
  if (error instanceof EngineError && error.fault.code === 'scheduler_held') return { status: 'late' }
  throw error
}

function isPreviewAnswer(value: unknown): value is { document: string; output: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'document' in value &&
    'output' in value &&
    typeof value.document === 'string' &&
    typeof value.output === 'string'
  )
}

export async function viewScheduler(parts: RuntimeParts, sampler: Sampler, id: number): Promise<SchedulerView> {
  const scheduler = parts.fleet.keeper(id).link
  const hold = scheduler.holdState()
  const { kind, pid, heldMs, waiting } = hold
  const last = sampler.lastSample(id)
  const detail = kind === 'holding' && pid !== null ? await scheduler.ask('process', { pid }, COUNT_WAIT_MS).catch(() => null) : null
  const at = detail?.at ?? (await placeOfHold(scheduler, hold))
  return {
    id,
    status: kind !== 'free' ? kind : last === undefined ? 'starting' : last.runQueue > 0 || pid !== null ? 'working' : 'idle',
    runQueue: kind !== 'free' ? waiting : (last?.runQueue ?? 0),
    processes: last?.processes ?? 0,
    heapBytes: last?.heapBytes ?? 0,
    heapLimitBytes: last?.heapLimitBytes ?? 0,
    utilisation: kind !== 'free' ? 1 : sampler.utilisation(id),
    pid: pid === formatPid(id, 0) ? null : pid,
    module: detail?.module ?? moduleOfPlace(parts.folder, at),
    generation: detail?.generation ?? null,
    function: detail?.function ?? null,
    at,
    heldMs,
  }
}

export async function viewSource(parts: RuntimeParts, module: string, number: number): Promise<SourceView> {
  const { sourceHash, origin, hash } = parts.code.get(module, number)
  const text = (await parts.journal.source(sourceHash)) ?? refuse({ code: 'source_removed', module, number })
  return { module, number, text, origin, hash }
}

export async function viewPins(parts: RuntimeParts, module: string, generation: number | undefined): Promise<readonly PinRow[]> {
  if (generation === undefined) parts.code.history(module)
  else parts.code.get(module, generation)
  return mergePinRows(await askAll(parts.fleet.links(), 'pins', { module, generation: generation ?? null }, VIEW_WAIT_MS))
}

/** Processes that pin a generation, on all schedulers. */
export async function countProcesses(parts: RuntimeParts, module: string, generation: number): Promise<number> {
  const pages = await askAll(parts.fleet.links(), 'processes', { module, generation, limit: 0 }, VIEW_WAIT_MS)
  return pages.reduce((sum, { total }) => sum + total, 0)
}
