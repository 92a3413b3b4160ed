import { exit, exitReasonOf, monitor, monotonicMs, receive, spawn } from '../process-api/index.ts'
import type { Down, Exit, ExitReason, Pid, Reference } from '../process-api/index.ts'
import { isBehaviourStart, startTimeoutMs } from './child-spec.ts'
import type { CheckedChild, ChildStart } from './child-spec.ts'
import type { EndedChild } from './restart-limit.ts'
import type { DecidedChild } from './restart-plan.ts'
import type { StartError, StartOptions } from './starting.ts'

/** A child of a supervisor, whether it runs or not. */
export class SupervisedChild implements DecidedChild {
  spec: CheckedChild
  /** As it is asked for: of a dynamic supervisor's child, that of its process when it was started first. */
  readonly id: string
  readonly start: ChildStart
  pid: Pid | null = null
  status: 'running' | 'restarting' | 'stopped' = 'stopped'
  restarts = 0
  /** Monotonic; of its latest start. */
  startedAtMs = Number.NEGATIVE_INFINITY
  /** Its latest start, where that failed. */
  failure: EndedChild | null = null

  constructor(id: string, spec: CheckedChild, start: ChildStart) {
    this.id = id
    this.spec = spec
    this.start = start
  }

  get restart(): CheckedChild['restart'] {
    return this.spec.restart
  }

  get significant(): boolean {
    return this.spec.significant
  }

  get running(): boolean {
    return this.pid !== null
  }
}

type StartBehaviour = (module: string, args: readonly unknown[], options: StartOptions) => Promise<Pid>
/** How each behaviour is started. */
export type StartBehaviours = Readonly<Record<'server' | 'state-machine' | 'supervisor' | 'task', StartBehaviour>>
type StartAttempt =
  | { readonly status: 'started'; readonly pid: Pid }
  | { readonly status: 'ignored' }
  /** `pid`: who was there and ended before it had started. */
  | { readonly status: 'failed'; readonly pid: Pid | null; readonly reason: ExitReason }

/** Starts a child, linked; a behaviour's once its `init` is done. Where its scheduler is down it starts on another (SUP15). */
export async function startChild(start: ChildStart, behaviours: StartBehaviours): Promise<StartAttempt> {
  const { module, args = [], name, scheduler } = start
  const options = { link: true, ...(name === undefined ? {} : { name }), ...(scheduler === undefined ? {} : { scheduler }) }
  try {
    if (!isBehaviourStart(start)) return { status: 'started', pid: spawn({ module, export: start.export }, args, options) }
    const pid = await behaviours[start.behaviour](module, args, { ...options, timeoutMs: startTimeoutMs(start) })
    return { status: 'started', pid }
  } catch (error) {
    const { code, pid, reason } = error as {
      readonly code?: StartError['code'] | 'scheduler_down'
      readonly pid?: Pid
      readonly reason?: ExitReason
    }
    if (code === 'scheduler_down') return startChild({ ...start, scheduler: 'spread' }, behaviours)
    return code === 'ignored' ? { status: 'ignored' } : { status: 'failed', pid: pid ?? null, reason: reason ?? exitReasonOf(error) }
  }
}

/** Tells children to end, each in its time, and waits until they have; those that run out of it are killed (S13). */
export async function stopChildren(children: readonly SupervisedChild[]): Promise<void> {
  const toldAt = monotonicMs()
  const stopping = children.flatMap(({ pid, spec: { shutdown } }) => {
    if (pid === null) return []
    const ref = monitor(pid)
    exit(pid, shutdown === 'brutal' ? 'kill' : 'shutdown')
    return [{ pid, ref, withinMs: typeof shutdown === 'number' ? shutdown : Number.POSITIVE_INFINITY }]
  })
  for (const { pid, ref, withinMs } of stopping) {
    if (!(await isDown(ref, Math.max(0, toldAt + withinMs - monotonicMs())))) {
      exit(pid, 'kill')
      await isDown(ref, Number.POSITIVE_INFINITY)
    }
    // Over the link it was told first (X25).
    await receive({ match: (message: unknown) => isExit(message) && message.pid === pid, after: 0 })
  }
  for (const child of children) {
    child.pid = null
    child.status = 'stopped'
  }
}

async function isDown({ ref }: Reference, withinMs: number): Promise<boolean> {
  const down = await receive<Down>({ match: (message) => message?.type === 'down' && message.ref?.ref === ref, after: withinMs })
  return typeof down === 'object'
}

export function isExit(message: unknown): message is Exit {
  return typeof message === 'object' && message !== null && (message as { type?: unknown }).type === 'exit'
}
