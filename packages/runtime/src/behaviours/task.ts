import {
  behave,
  call,
  callback,
  exit,
  processInfo,
  receive,
  reply,
  self,
  spawn,
  spawnAround,
  unlink,
  work as doWork,
} from '../process-api/index.ts'
import type { Pid } from '../process-api/index.ts'
import type { StartOptions } from './starting.ts'
import type { StartChildOutcome } from './supervisor.ts'
import { undefinedCallback } from './undefined-callback.ts'

/** One piece of work in a process of its own, whose result is awaited as any promise is. */

export interface Task<T> {
  readonly pid: Pid
  /** What the function returned, copied. Rejects with an error whose `reason` says why the task ended, or with code `timeout`. */
  readonly result: Promise<T>
}

export interface TaskOptions {
  /** After that the task is killed. Default: without limit. */
  readonly timeoutMs?: number
  /**
   * Name or pid of a dynamic supervisor whose child spec has `start: TASK_START`: the task is its child, is stopped with it, and lives on when its starter ends. Work must then be named. Without a
   * supervisor it ends with its starter; its failure rejects `result` and is no signal to the starter, but for a kill from outside.
   */
  readonly supervisor?: Pid | string
}

/** Work by name: what is current when the task begins. */
export interface NamedWork {
  readonly module: string
  readonly export: string
}

/** The child spec's `start` of a supervisor of tasks. */
export const TASK_START = { behaviour: 'task', module: '' } as const

type Work<A extends readonly unknown[], T> = NamedWork | ((...args: A) => T | Promise<T>)

/** Starts a task. Arguments are copied. */
export async function start<T = any, A extends readonly unknown[] = any[]>(
  work: Work<A, T>,
  args?: A,
  options: TaskOptions = {},
): Promise<Task<T>> {
  const { timeoutMs = Number.POSITIVE_INFINITY, supervisor } = options
  const given = args ?? []
  const pid = supervisor === undefined ? spawnTask(work, given) : await startSupervised(supervisor, work)
  const request: Request = { $run: typeof work === 'function' ? null : { work: { ...work }, args: given } }
  return { pid, result: resultOf<T>(pid, request, timeoutMs) }
}

/** Ends a task: its `finally` blocks run. Its `result` rejects with the reason. */
export function cancel(task: Task<unknown>, reason: unknown = 'cancelled'): void {
  // One that has not begun has no `finally` yet which takes the link back.
  if (reason !== 'normal' && processInfo().links.includes(task.pid) && processInfo(task.pid)?.trapExit === false) unlink(task.pid)
  exit(task.pid, reason)
}

async function resultOf<T>(pid: Pid, request: object, timeoutMs: number): Promise<T> {
  try {
    return await call<T>(pid, request, timeoutMs)
  } catch (error) {
    // Its time ran out, or it was never told to begin.
    if ((error as { readonly code?: string }).code !== 'exited') {
      unlink(pid)
      exit(pid, 'kill')
    }
    throw error
  }
}

function spawnTask(work: unknown, args: readonly unknown[]): Pid {
  const options = { link: true }
  if (typeof work !== 'function') return spawn(perform, [self()], options)
  return spawnAround(performWork, [self()], work as (...given: readonly unknown[]) => unknown, args, options)
}

async function startSupervised(supervisor: Pid | string, work: unknown): Promise<Pid> {
  if (typeof work === 'function') throw new TypeError('the work of a supervised task is named: { module, export }')
  const outcome = await call<StartChildOutcome>(supervisor, { $supervise: { type: 'start', spec: [] } }, Number.POSITIVE_INFINITY)
  if (outcome.status === 'started') return outcome.pid
  throw new Error(`the task was not started: ${outcome.status}`)
}

/** Tells the task's process to begin; where it was not spawned around its work, with what. */
interface Request {
  readonly $run: { readonly work: NamedWork; readonly args: readonly unknown[] } | null
}

/** @internal What a supervised task's process enters: its starter says at once what to do, or is not there any more. */
export async function startTask(_module: string, _args: readonly unknown[], options: StartOptions): Promise<Pid> {
  const { link = false, scheduler } = options
  return spawn(perform, [null], { link, ...(scheduler === undefined ? {} : { scheduler }) })
}

const REQUEST_MS = 5_000

/** @internal What the process of named work enters: exported because other schedulers know it by its name. */
export async function perform(owner: Pid | null): Promise<void> {
  const message = await receive<Request>({ match: isRequest, after: REQUEST_MS })
  if (typeof message !== 'object') return
  try {
    const { work, args } = message.$run as NonNullable<Request['$run']>
    const named = workNamed(work)
    reply(message, await named(...args))
  } finally {
    leave(owner)
  }
}

/** What the process enters that was spawned around its work. */
async function performWork(owner: Pid): Promise<void> {
  behave('task', null)
  const message = await receive<Request>({ match: isRequest })
  try {
    reply(message, await doWork())
  } finally {
    leave(owner)
  }
}

/** However the task ended, that is the result's to tell, not the link's. */
function leave(owner: Pid | null): void {
  if (owner !== null) unlink(owner)
}

function isRequest(message: Request): boolean {
  return typeof message === 'object' && message !== null && '$run' in message
}

function workNamed({ module, export: name }: NamedWork): (...args: readonly unknown[]) => unknown {
  behave('task', module)
  const work = callback(name)
  if (typeof work !== 'function') throw undefinedCallback(module, name)
  return work as (...args: readonly unknown[]) => unknown
}
