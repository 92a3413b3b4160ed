import { describeExit, type ExitReason } from '../exit-reason.ts'
import { HOST_PID, type Pid } from '../ids.ts'
import type { TraceEntry, TraceKind } from '../inspect/trace-view.ts'
import type { Process } from '../process/process.ts'
import { type Rendered, type RenderLimits, renderValue } from '../process/render-value.ts'
import { replyAddress } from './calls.ts'
import type { Core } from './core.ts'
import { markedNames } from './marked-names.ts'

/** TRACE3: of one message; with the limit of entries it bounds what a trace keeps. */
const PREVIEW_CHARS_MAX = 500

interface Running {
  readonly id: string
  readonly pids: Set<Pid>
  readonly limits: RenderLimits
  /** Entries that may follow. */
  left: number
  missed: number
}

/**
 * The message traces of a scheduler (TRACE1). There is one while any trace runs anywhere, and none otherwise: whoever sends, delivers or ends looks at one
 * field. It tells each entry at once, and no more of them than its limit allows, so nothing piles up on the way.
 */
export class Tracer {
  readonly #core: Core
  readonly #running = new Map<string, Running>()
  /** Of our own processes alone. */
  readonly #byPid = new Map<string, Running[]>()

  constructor(core: Core) {
    this.#core = core
  }

  get isIdle(): boolean {
    return this.#running.size === 0
  }

  begin(id: string, pids: readonly Pid[], messages: number, redact: readonly string[]): void {
    const limits = { maxChars: PREVIEW_CHARS_MAX, redact: [...markedNames(this.#core), ...redact] }
    const trace: Running = { id, pids: new Set(pids), limits, left: messages, missed: 0 }
    this.#running.set(id, trace)
    for (const pid of pids) this.#byPid.set(pid, [...(this.#byPid.get(pid) ?? []), trace])
  }

  /** How many went by after its last entry. */
  end(id: string): number {
    const trace = this.#running.get(id)
    if (trace === undefined) return 0
    this.#running.delete(id)
    for (const pid of trace.pids) this.#leave(pid, trace)
    return trace.missed
  }

  /** A message in the queue of one of ours. `isSignal`: an exit or down message. */
  delivered(to: Process, message: unknown, isSignal: boolean, from: Pid | null | undefined): void {
    if (isSignal) {
      const { type, pid, reason } = message as { type: 'exit' | 'down'; pid: string; reason: ExitReason }
      this.#see(type, pid, to.pid, () => reasonText(reason))
    } else {
      // Between turns the host delivers.
      const sender = from === undefined ? (this.#core.owner()?.pid ?? HOST_PID) : from
      this.#see(replyAddress(message) === undefined ? 'message' : 'call', sender, to.pid, () => message)
    }
  }

  /** To a process of another scheduler, the host, or nobody. */
  sent(to: string, message: unknown, kind: 'message' | 'call'): void {
    this.#see(kind, this.#core.owner()?.pid ?? HOST_PID, to, () => message)
  }

  replied(from: Pid, to: Pid, value: unknown): void {
    this.#see('reply', from, to, () => value)
  }

  /** An exit signal that is no message. */
  signalled(from: Pid, to: string, reason: ExitReason | 'kill'): void {
    this.#see('exit', from, to, () => (reason === 'kill' ? reason : reasonText(reason)))
  }

  ended({ pid }: Process, reason: ExitReason): void {
    for (const trace of this.#byPid.get(pid) ?? []) {
      // Without it nobody learned that there is nothing more to come.
      trace.left = Math.max(trace.left, 1)
      this.#tell(trace, { pid, direction: 'ended', kind: 'ended', from: null, to: pid }, reasonText(reason))
      trace.pids.delete(pid)
    }
    this.#byPid.delete(pid)
  }

  #see(kind: TraceKind, from: string | null, to: string, content: () => unknown): void {
    const receiving = this.#byPid.get(to)
    const sending = from === null ? undefined : this.#byPid.get(from)
    if (sending !== undefined)
      for (const trace of sending) this.#tell(trace, { pid: from as Pid, direction: 'sent', kind, from, to }, content())
    if (receiving !== undefined)
      for (const trace of receiving) this.#tell(trace, { pid: to as Pid, direction: 'received', kind, from, to }, content())
  }

  #tell(trace: Running, facts: Omit<TraceEntry, 'at' | 'preview'>, content: unknown): void {
    if (trace.left === 0) {
      trace.missed++
      return
    }
    trace.left--
    const core = this.#core
    const at = new Date(core.epochMs(core.elapsedMs())).toISOString()
    const preview: Rendered = renderValue(content, trace.limits)
    core.options.emit({ type: 'traced', trace: trace.id, entry: { at, ...facts, preview } })
  }

  #leave(pid: Pid, trace: Running): void {
    const rest = (this.#byPid.get(pid) ?? []).filter((other) => other !== trace)
    if (rest.length === 0) this.#byPid.delete(pid)
    else this.#byPid.set(pid, rest)
  }
}

/** An exit's own value keeps its keys, so that marked ones are left out of it, too. */
function reasonText(reason: ExitReason): unknown {
  return reason.type === 'exit' ? reason.value : describeExit(reason)
}

/** Which of these live here, and in which module; from now on they are traced. */
export function beginTrace(core: Core, id: string, pids: readonly Pid[], messages: number, redact: readonly string[]): readonly Process[] {
  const own = pids.flatMap((pid) => core.processes.get(pid) ?? [])
  core.tracer ??= new Tracer(core)
  core.tracer.begin(
    id,
    own.map(({ pid }) => pid),
    messages,
    redact,
  )
  return own
}

export function endTrace(core: Core, id: string): number {
  const missed = core.tracer?.end(id) ?? 0
  if (core.tracer?.isIdle === true) core.tracer = null
  return missed
}
