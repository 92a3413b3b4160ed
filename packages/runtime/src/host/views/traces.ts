import type { TraceRequest } from '../../engine.ts'
import { refuse } from '../../errors.ts'
import type { By } from '../../events.ts'
import { schedulerOf, type Pid } from '../../ids.ts'
import type { TraceEnd, TraceEntry, TracePage, TraceView } from '../../inspect/trace-view.ts'
import { askLiving, ownersOf } from '../fleet/fleet.ts'
import { VIEW_WAIT_MS, type RuntimeParts } from '../runtime-parts.ts'
import type { SchedulerLink } from '../fleet/scheduler-link.ts'
import { matchingProcesses } from './views.ts'

// TRACE2: what a trace may be at most, and what it is unless somebody says otherwise.
const MESSAGES_MAX = 1_000
const MESSAGES = 200
const FOR_MS_MAX = 60_000
const FOR_MS = 30_000
const PROCESSES_MAX = 20
const RUNNING_MAX = 5
/** Ended ones whose entries can still be read; a megabyte each at most. */
const ENDED_KEPT = 10
const PAGE_ENTRIES = 200

interface Trace {
  readonly id: string
  /** Those of the asked ones that lived when it began. */
  pids: readonly Pid[]
  /** What these were in then. */
  modules: readonly string[]
  readonly living: Set<Pid>
  readonly messages: number
  readonly forMs: number
  readonly redact: readonly string[]
  readonly startedAt: string
  readonly by: By
  readonly entries: TraceEntry[]
  dropped: number
  /** Told: its end comes after that, however soon it ends. */
  readonly begun: PromiseWithResolvers<void>
  /** Settles when it is off; entries arrive until then. */
  ending: Promise<void> | null
  end: TraceView['end']
  cancelTimer(): void
}

/** The message traces of this life of the runtime: their entries, limits and ends. */
export class Traces {
  readonly #parts: RuntimeParts
  readonly #traces = new Map<string, Trace>()
  #begun = 0

  constructor(parts: RuntimeParts) {
    this.#parts = parts
  }

  async begin(request: TraceRequest, by: By): Promise<TraceView> {
    const { messages = MESSAGES, forMs = FOR_MS, redact = [] } = request
    const pids = await this.#chosen(request)
    requireWithin('trace_messages', messages, MESSAGES_MAX)
    requireWithin('trace_ms', forMs, FOR_MS_MAX)
    requireWithin('trace_processes', pids.length, PROCESSES_MAX)
    requireWithin('traces', this.#running().length + 1, RUNNING_MAX)
    const { clock, fleet } = this.#parts
    const trace: Trace = {
      id: `${clock.now().toString(36)}-${++this.#begun}`,
      pids,
      modules: [],
      living: new Set(pids),
      messages,
      forMs,
      redact,
      startedAt: new Date(clock.now()).toISOString(),
      by,
      entries: [],
      dropped: 0,
      begun: Promise.withResolvers<void>(),
      ending: null,
      end: null,
      cancelTimer: () => {},
    }
    // Entries arrive before the last scheduler has answered.
    this.#traces.set(trace.id, trace)
    try {
      const owners = ownersOf(fleet.links(), pids)
      for (const link of fleet.links()) if (!owners.includes(link)) link.tell('trace', askOf(trace))
      const answers = await askLiving(owners, 'trace', askOf(trace), VIEW_WAIT_MS)
      const traced = answers.flatMap(({ answer }) => answer)
      const found = new Set(traced.map(({ pid }) => pid))
      if (found.size === 0) refuse({ code: 'unknown_pid', pid: pids[0] ?? '' })
      trace.pids = pids.filter((pid) => found.has(pid))
      trace.modules = [...new Set(traced.flatMap(({ module }) => module ?? []))]
      for (const pid of pids) if (!found.has(pid)) trace.living.delete(pid)
    } catch (error) {
      this.#traces.delete(trace.id)
      for (const link of fleet.links()) link.tell('untrace', { trace: trace.id })
      throw error
    }
    this.#parts.emit({ type: 'trace_started', trace: trace.id, pids: trace.pids, modules: trace.modules, messages, forMs, by })
    trace.cancelTimer = clock.schedule(forMs, () => void this.#end(trace, 'time', by))
    trace.begun.resolve()
    if (trace.living.size === 0) void this.#end(trace, 'ended', by)
    return viewOf(trace)
  }

  list(): readonly TraceView[] {
    return [...this.#traces.values()].map(viewOf).toReversed()
  }

  read(id: string, after: number): TracePage {
    const trace = this.#get(id)
    const entries = trace.entries.slice(after, after + PAGE_ENTRIES)
    return { ...viewOf(trace), entries, next: Math.min(after, trace.entries.length) + entries.length }
  }

  /** Of one that has ended it is the view alone. */
  async stop(id: string, by: By): Promise<TraceView> {
    const trace = this.#get(id)
    await this.#end(trace, 'stopped', by)
    return viewOf(trace)
  }

  take(id: string, entry: TraceEntry): void {
    const trace = this.#traces.get(id)
    if (trace === undefined || trace.end !== null) return
    if (trace.entries.length < trace.messages) trace.entries.push(entry)
    else trace.dropped++
    if (entry.kind === 'ended') trace.living.delete(entry.pid)
    if (trace.living.size === 0) void this.#end(trace, 'ended', trace.by)
    else if (trace.entries.length >= trace.messages) void this.#end(trace, 'messages', trace.by)
  }

  /** Its thread has ended, and its processes with it. */
  schedulerLost(id: number): void {
    for (const trace of this.#running()) {
      for (const pid of trace.living) if (schedulerOf(pid) === id) trace.living.delete(pid)
      if (trace.living.size === 0) void this.#end(trace, 'ended', trace.by)
    }
  }

  /** A new thread has none of the traced processes, but sends to them. */
  joined(link: SchedulerLink): void {
    for (const trace of this.#running()) link.tell('trace', askOf(trace))
  }

  #end(trace: Trace, why: TraceEnd, by: By): Promise<void> {
    trace.ending ??= this.#turnOff(trace, why, by)
    return trace.ending
  }

  async #turnOff(trace: Trace, why: TraceEnd, by: By): Promise<void> {
    await trace.begun.promise
    trace.cancelTimer()
    // What a scheduler told before its answer has arrived before it. One that is held is not waited for: it stops at its limit.
    const off = this.#parts.fleet.links().map((link) => link.ask('untrace', { trace: trace.id }, VIEW_WAIT_MS))
    for (const one of await Promise.allSettled(off)) if (one.status === 'fulfilled') trace.dropped += one.value.missed
    trace.end = { why, at: new Date(this.#parts.clock.now()).toISOString() }
    const { id, pids, modules, entries, dropped } = trace
    this.#parts.emit({ type: 'trace_ended', trace: id, pids, modules, why, seen: entries.length, dropped, by })
    const ended = [...this.#traces.values()].filter((other) => other.end !== null)
    for (const old of ended.slice(0, Math.max(0, ended.length - ENDED_KEPT))) this.#traces.delete(old.id)
  }

  async #chosen({ targets }: TraceRequest): Promise<readonly Pid[]> {
    if ('pids' in targets) return [...new Set(targets.pids)]
    const pids = await matchingProcesses(this.#parts, targets.matching)
    return pids.length > 0 ? pids : refuse({ code: 'nothing_to_do', why: 'no process matches' })
  }

  #running(): readonly Trace[] {
    return [...this.#traces.values()].filter(({ end }) => end === null)
  }

  #get(id: string): Trace {
    return this.#traces.get(id) ?? refuse({ code: 'unknown_trace', trace: id.slice(0, 40) })
  }
}

function askOf({ id, pids, messages, redact }: Trace) {
  return { trace: id, pids, messages, redact }
}

function viewOf({ id, pids, modules, messages, forMs, startedAt, by, entries, dropped, end }: Trace): TraceView {
  return { id, pids, modules, messages, forMs, startedAt, actor: by.actor, seen: entries.length, dropped, end }
}

function requireWithin(what: 'trace_messages' | 'trace_ms' | 'trace_processes' | 'traces', size: number, limit: number): void {
  if (!Number.isInteger(size) || size < 1 || size > limit) refuse({ code: 'too_large', what, limit, size })
}
