import { resolve } from 'node:path'
import type { Journal } from './code/journal.ts'
import { systemClock, type Clock } from './clock.ts'
import type { SystemConfig } from './config.ts'
import type { Engine, MoveOutcome } from './engine.ts'
import type { Pid } from './ids.ts'
import { BACKEND_VERBS, createThreadBackend, type BackendVerb } from './host/backend.ts'
import { JournalQueue } from './host/journal/journal-queue.ts'
import { callWithin, copyForCall, copyForEngine, Mailboxes } from './host/mailboxes.ts'
import { movePaced } from './host/acts/paced-move.ts'
import { MemoryJournal } from './host/journal/memory-journal.ts'
import { ProcessBackend } from './host/process-backend.ts'
import { EventLog } from './inspect/event-log.ts'

export interface EngineOptions {
  /** The system's folder. */
  readonly folder: string
  /** `process`: an OS process of its own, brought back when it dies. `thread`: in this process, its scheduler in a worker thread. */
  readonly isolation: 'process' | 'thread'
  readonly clock?: Clock
  /** Of a scheduler's heap. Default 4 GiB; a scheduler that exceeds it is started again without its processes. */
  readonly heapLimitBytes?: number
  /** Scheduler threads. Default: what `strata.config.ts` says, otherwise one for each core. */
  readonly schedulers?: number
  /** How long a load waits for its types to be checked. Default 3,000; 0: they are not checked. */
  readonly typesWaitMs?: number
  /** What was loaded, to bring back what a former life of this engine had. Default: one in memory, for the lives of the runtime within this one. */
  readonly journal?: Journal
  /** Why no user code is started: its history can be looked at and rolled back until `leaveSafeMode`. Default `null`: it is started. */
  readonly safeMode?: string | null
  /** Name of this node in views and events. Default `local`. */
  readonly node?: string
}

const TYPES_WAIT_MS = 3_000
const HEAP_LIMIT_BYTES = 4 * 2 ** 30

/** Starts a system: loads the folder, starts its root processes. Throws when the runtime cannot start at all. */
export async function createEngine(options: EngineOptions): Promise<Engine & { readonly config: SystemConfig }> {
  const { clock = systemClock, node = 'local', heapLimitBytes = HEAP_LIMIT_BYTES, typesWaitMs = TYPES_WAIT_MS } = options
  const folder = resolve(options.folder)
  const mailboxes = new Mailboxes()
  const log = new EventLog(clock, node)
  const journal = new JournalQueue(options.journal ?? new MemoryJournal(), clock)
  const backendOptions = {
    folder,
    clock,
    heapLimitBytes,
    ...(options.schedulers === undefined ? {} : { schedulers: options.schedulers }),
    typesWaitMs,
    journal,
    safeMode: options.safeMode ?? null,
    emit: log.append.bind(log),
    toHost: (to: Pid, message: unknown) => mailboxes.deliver(to, message),
  }
  const backend = options.isolation === 'thread' ? await createThreadBackend(backendOptions) : await ProcessBackend.start(backendOptions)
  const verbs = Object.fromEntries(BACKEND_VERBS.map((verb) => [verb, (...args: unknown[]) => backend.invoke(verb, args)])) as Pick<
    Engine,
    BackendVerb & keyof Engine
  >
  return {
    ...verbs,
    node,
    get config() {
      return backend.config
    },
    async runtime() {
      const { status, osPid, restarts, startedAt, safeMode } = backend.status()
      return {
        status,
        osPid,
        restarts,
        startedAt: new Date(startedAt).toISOString(),
        system: backend.config.name ?? folder.slice(folder.lastIndexOf('/') + 1),
        folder,
        safeMode,
      }
    },
    samples: async (sinceMs = 0) => log.samples(sinceMs),
    eventsAfter: async (seq) => log.after(seq),
    subscribe: (listener) => log.subscribe(listener),
    lastSeq: () => log.lastSeq(),
    send: async (pid, message, by) => void (await backend.invoke('send', [pid, copyForEngine(message), by])),
    spawn: async (entry, by) =>
      (await backend.invoke('spawn', [entry.args === undefined ? entry : { ...entry, args: copyForEngine(entry.args) }, by])) as Pid,
    call: (pid, message, options) => callWithin(options, (deadlineMs) => backend.invoke('call', [pid, copyForCall(message), deadlineMs])),
    openMailbox: (listener) => mailboxes.open(listener),
    move: (plan, by, control) =>
      movePaced(
        {
          clock,
          begin: async (made) => void (await backend.invoke('requireCurrent', [{ current: made.current }])),
          moveSome: (targets) => backend.invoke('moveSome', [targets]) as Promise<readonly MoveOutcome[]>,
          emit: log.append.bind(log),
        },
        plan,
        by,
        control,
      ),
    async stop() {
      await backend.stop()
      await journal.close()
    },
  }
}
