import type { Clock } from '../clock.ts'
import type { SystemConfig } from '../config.ts'
import type { EventBody } from '../events.ts'
import type { Pid } from '../ids.ts'
import { ControlPlane } from './control-plane.ts'
import type { JournalQueue } from './journal/journal-queue.ts'
import type { TryBodies } from './loading/trial.ts'

/** Methods of the control plane that the engine's front calls; over IPC they go by name. */
export const BACKEND_VERBS = [
  'modules',
  'generations',
  'source',
  'manifest',
  'compareManifests',
  'candidates',
  'candidate',
  'pins',
  'processes',
  'matching',
  'process',
  'preview',
  'schedulers',
  'supervisors',
  'check',
  'load',
  'softPurge',
  'send',
  'call',
  'spawn',
  'ended',
  'whereis',
  'crashes',
  'kill',
  'exit',
  'suspend',
  'resume',
  'planLoad',
  'planPurge',
  'planKill',
  'planExit',
  'planSuspend',
  'planMove',
  'tryMove',
  'requireCurrent',
  'moveSome',
  'queue',
  'state',
  'trace',
  'traces',
  'traceEntries',
  'stopTrace',
  'planResume',
  'planDelete',
  'planUpgrade',
  'purge',
  'killAll',
  'exitAll',
  'suspendAll',
  'resumeAll',
  'delete',
  'upgrade',
  'planRollback',
  'rollback',
  'planRestart',
  'restartScheduler',
  'hold',
  'release',
  'mark',
  'retainers',
  'leaveSafeMode',
] as const

export type BackendVerb = (typeof BACKEND_VERBS)[number]

/** A control plane, here or in an OS process of its own. */
export interface Backend {
  readonly config: SystemConfig
  invoke(verb: BackendVerb, args: readonly unknown[]): Promise<unknown>
  status(): {
    readonly status: 'starting' | 'running' | 'restarting' | 'stopped'
    readonly osPid: number | null
    readonly restarts: number
    readonly startedAt: number
    readonly safeMode: string | null
  }
  stop(): Promise<void>
}

/** Their changes are durable before they are answered. */
const JOURNALLED: ReadonlySet<BackendVerb> = new Set<BackendVerb>([
  'load',
  'softPurge',
  'purge',
  'delete',
  'rollback',
  'hold',
  'release',
  'mark',
])

export interface BackendOptions {
  readonly folder: string
  readonly journal: JournalQueue
  readonly clock: Clock
  readonly heapLimitBytes: number
  /** Scheduler threads; what `strata.config.ts` says, or one for each core, when absent. */
  readonly schedulers?: number
  /** Why no user code is started; `null` to start it. */
  readonly safeMode: string | null
  /** How long a load waits for its types; 0 or absent: they are not checked. */
  readonly typesWaitMs?: number
  /** For those who know what they load: a trial costs 100 ms of processor time. */
  readonly tryBodies?: TryBodies
  emit(event: EventBody): void
  /** A process sent to a mailbox of the host. */
  toHost?(to: Pid, message: unknown): void
}

/** `isolation: 'thread'`: the control plane in this process, its scheduler in a worker thread. */
export async function createThreadBackend(options: BackendOptions): Promise<Backend> {
  const startedAt = options.clock.now()
  const plane = await ControlPlane.create(options)
  await plane.boot(await options.journal.entries())
  let stopped = false
  return {
    config: plane.config,
    invoke: (verb, args) => durably(options.journal, verb, () => invokePlane(plane, verb, args)),
    status: () => ({ status: stopped ? 'stopped' : 'running', osPid: process.pid, restarts: 0, startedAt, safeMode: plane.safeMode() }),
    async stop() {
      stopped = true
      await plane.stop()
    },
  }
}

/** Answers once what the command changed is durable; a refused command may have changed something, too. */
export async function durably<T>(journal: JournalQueue, verb: BackendVerb, act: () => Promise<T>): Promise<T> {
  if (!JOURNALLED.has(verb)) return act()
  journal.requireWritable()
  try {
    return await act()
  } finally {
    await journal.settled()
  }
}

export async function invokePlane(plane: ControlPlane, verb: BackendVerb, args: readonly unknown[]): Promise<unknown> {
  const method = plane[verb] as (...args: readonly unknown[]) => Promise<unknown>
  return method.apply(plane, [...args])
}
