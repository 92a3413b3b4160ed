import { call, exit, processInfo, receive, reply, self, spawn, unlink, whereis } from '../process-api/index.ts'
import type { ExitReason, Pid, SpawnOptions } from '../process-api/index.ts'

/** How a behaviour's process is started, besides what `spawn` takes. */
export interface StartOptions extends SpawnOptions {
  /** How long `init` may take; then the process is killed. Default: as long as it wants. */
  readonly timeoutMs?: number
}

/** Returned by `init`: the process ends at once, and that is no failure. */
export const IGNORE: unique symbol = Symbol.for('strata.ignore')

/** Why a process was not started: `init` failed or took too long, did not want to (`ignored`), or the name is taken. */
export class StartError extends Error {
  readonly code: 'already_started' | 'failed' | 'ignored' | 'timeout'
  /** Who has the name already, or who failed. */
  readonly pid: Pid | undefined
  readonly reason: ExitReason | undefined
  constructor(code: StartError['code'], module: string, facts: { readonly pid?: Pid; readonly reason?: ExitReason } = {}) {
    super(`${module} was not started: ${code}`)
    this.name = 'StartError'
    this.code = code
    this.pid = facts.pid
    this.reason = facts.reason
  }
}

/** What a process is told first that `startProcess` spawned. */
interface StartMessage {
  readonly $start: readonly unknown[]
}

type Started = { readonly status: 'started' } | { readonly status: 'ignored' }
type Enter = (module: string, parent: Pid | null) => Promise<void>

/** Spawns a process that enters `enter(module, parent)`, and waits until it has called `beStarted`. */
export async function startProcess(enter: Enter, module: string, args: readonly unknown[], options: StartOptions): Promise<Pid> {
  const { timeoutMs = Number.POSITIVE_INFINITY, ...spawnOptions } = options
  const named = spawnOptions.name === undefined ? undefined : whereis(spawnOptions.name)
  if (named !== undefined) throw new StartError('already_started', module, { pid: named })
  const pid = spawn(enter, [module, spawnOptions.link === true ? self() : null], spawnOptions)
  let answer: Started
  try {
    answer = await call<Started>(pid, { $start: args } satisfies StartMessage, timeoutMs)
  } catch (error) {
    const { code, reason } = error as { readonly code?: string; readonly reason?: ExitReason }
    if (code === 'exited' && reason !== undefined) throw new StartError('failed', module, { pid, reason })
    unlink(pid)
    exit(pid, 'kill')
    throw code === 'timeout' ? new StartError('timeout', module) : error
  }
  if (answer.status === 'ignored') throw new StartError('ignored', module)
  return pid
}

/** In the new process: runs `init` with the arguments that it was started with. A failure is its starter's answer, not a signal over the link. */
export async function beStarted<S>(
  parent: Pid | null,
  init: (...args: readonly unknown[]) => Promise<S | typeof IGNORE>,
): Promise<S | typeof IGNORE> {
  const message = await receive<StartMessage>()
  let state: S | typeof IGNORE = IGNORE
  let failed = true
  try {
    state = await init(...message.$start)
    failed = false
  } finally {
    if (parent !== null && (failed || state === IGNORE)) unlink(parent)
  }
  reply(message, { status: state === IGNORE ? 'ignored' : 'started' } satisfies Started)
  return state
}

/** The process that started this one and is linked to it: its exit is obeyed. */
export function parentOf(): Pid | null {
  const { parent, links } = processInfo()
  return parent !== null && links.includes(parent) ? parent : null
}
