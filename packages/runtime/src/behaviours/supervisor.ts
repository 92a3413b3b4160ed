import { behave, call, exitWith, receive, reply, trapExit } from '../process-api/index.ts'
import type { ExitReason, Pid } from '../process-api/index.ts'
import { checkChild, checkSpec } from './child-spec.ts'
import type { CheckedSpec, ChildSpec, ChildStart, SupervisorSpec } from './child-spec.ts'
import type { AutoShutdown, Restart, Strategy } from './restart-plan.ts'
import { start as startServer } from './server.ts'
import { start as startStateMachine } from './state-machine.ts'
import { become, callInit, enter } from './opening.ts'
import { IGNORE, StartError, startProcess } from './starting.ts'
import type { StartOptions } from './starting.ts'
import { SupervisedChild, isExit } from './supervised-child.ts'
import { Supervision } from './supervision.ts'
import { isObject, isSystemMessage, obey } from './system.ts'
import { startTask } from './task.ts'

export { IGNORE, StartError }
export type { AutoShutdown, ChildSpec, ChildStart, Restart, StartOptions, Strategy, SupervisorSpec }

/**
 * A process that starts others, stops them in reverse order, and starts them again when they end. Its module exports `init(...args)`, which returns a `SupervisorSpec`. Specs name what is
 * started, so that a restart enters what is current.
 */

export interface ChildView {
  readonly id: string
  readonly pid: Pid | null
  readonly status: 'running' | 'restarting' | 'stopped'
  readonly restart: Restart
  readonly start: ChildStart
  /** So often it was started again. */
  readonly restarts: number
}

export type StartChildOutcome =
  | { readonly status: 'started'; readonly pid: Pid }
  | { readonly status: 'ignored' }
  | { readonly status: 'already_started'; readonly pid: Pid }
  /** Its spec is there, and it does not run: `restartChild` or `deleteChild`. */
  | { readonly status: 'already_present' }
  | { readonly status: 'failed'; readonly reason: ExitReason }
  | { readonly status: 'invalid'; readonly why: string }

export type RestartChildOutcome = StartChildOutcome | { readonly status: 'running' | 'restarting' | 'not_found' | 'dynamic' }
export type TerminateChildOutcome = { readonly status: 'terminated' | 'not_found' }
export type DeleteChildOutcome = { readonly status: 'deleted' | 'running' | 'restarting' | 'not_found' | 'dynamic' }

type Order =
  | { readonly type: 'start'; readonly spec: unknown }
  | { readonly type: 'restart' | 'terminate' | 'delete'; readonly id: string }
  | { readonly type: 'children' }

/** Starts a supervisor and, in order, its children. Rejects with a `StartError` when one of them does not start: those before it are stopped again. */
export async function start(module: string, args: readonly unknown[] = [], options: StartOptions = {}): Promise<Pid> {
  return startProcess(begin, module, args, options)
}

/** The calling process becomes a supervisor: `export async function start() { return run('rooms') }`. */
export async function run(module: string, args: readonly unknown[] = []): Promise<void> {
  return become(SUPERVISOR, module, args)
}

/** Starts a child from its spec; of a dynamic supervisor from these further arguments. */
export async function startChild(supervisor: Pid | string, spec: ChildSpec | readonly unknown[]): Promise<StartChildOutcome> {
  return order(supervisor, { type: 'start', spec })
}

/** Starts a child that was terminated, or has ended for good. */
export async function restartChild(supervisor: Pid | string, id: string): Promise<RestartChildOutcome> {
  return order(supervisor, { type: 'restart', id })
}

/** Stops a child; its spec stays, unless it is temporary. `id`: of a dynamic supervisor's child its pid. */
export async function terminateChild(supervisor: Pid | string, id: string): Promise<TerminateChildOutcome> {
  return order(supervisor, { type: 'terminate', id })
}

/** Forgets the spec of a child that does not run. */
export async function deleteChild(supervisor: Pid | string, id: string): Promise<DeleteChildOutcome> {
  return order(supervisor, { type: 'delete', id })
}

/** In start order. */
export async function children(supervisor: Pid | string): Promise<readonly ChildView[]> {
  return order(supervisor, { type: 'children' })
}

/** Starting and stopping take the time that children take. */
async function order<T>(supervisor: Pid | string, $supervise: Order): Promise<T> {
  return call<T>(supervisor, { $supervise }, Number.POSITIVE_INFINITY)
}

const STARTS = { server: startServer, 'state-machine': startStateMachine, supervisor: start, task: startTask }

/** @internal What a supervisor's process enters: exported because other schedulers know it by its name. */
export async function begin(module: string, parent: Pid | null): Promise<void> {
  return enter(SUPERVISOR, module, parent)
}

const SUPERVISOR = { open, loop }

async function open(module: string, args: readonly unknown[], parent: Pid | null): Promise<Supervision | typeof IGNORE> {
  trapExit(true)
  const spec = await callInit('supervisor', module, args)
  if (spec === IGNORE) return IGNORE
  const supervision = new Supervision(module, args, parent, STARTS)
  behave('supervisor', module, supervision)
  const failure = await supervision.open(requireSpec(module, spec))
  if (failure !== null) exitWith(failure)
  return supervision
}

function requireSpec(module: string, spec: unknown): CheckedSpec {
  const checked = checkSpec(spec)
  if (checked.status === 'invalid') throw new TypeError(`init of ${module}: ${checked.why}`)
  return checked.value
}

async function loop(supervision: Supervision): Promise<void> {
  for (;;) {
    const message: unknown = await receive()
    if (typeof message !== 'object' || message === null) continue
    if (isSystemMessage(message)) await obey(supervision, message)
    else if (isExit(message)) {
      // A stranger's exit signal is nothing to a supervisor; its parent's it obeys, whatever the reason (S17).
      if (message.pid === supervision.parent) await supervision.end(message.reason)
      const child = supervision.byPid.get(message.pid)
      if (child !== undefined) await supervision.childEnded(child, message.pid, message.reason)
    } else if ('$restart' in message) await supervision.tryAgain(message.$restart as string)
    else if ('$supervise' in message && isObject(message.$supervise))
      reply(message, await obeyOrder(supervision, message.$supervise as Order))
  }
}

async function obeyOrder(supervision: Supervision, given: Order): Promise<unknown> {
  switch (given.type) {
    case 'start':
      return supervision.template === null ? addChild(supervision, given.spec) : addDynamic(supervision, given.spec)
    case 'restart':
      return restart(supervision, given.id)
    case 'terminate':
      return terminate(supervision, given.id)
    case 'delete':
      return remove(supervision, given.id)
    case 'children':
      return [...supervision.children].map(({ id, pid, status, restart: kind, start: how, restarts }) => ({
        id,
        pid,
        status,
        restart: kind,
        start: how,
        restarts,
      }))
  }
}

async function addChild(supervision: Supervision, given: unknown): Promise<StartChildOutcome> {
  const checked = checkChild(given, supervision.autoShutdown)
  if (checked.status === 'invalid') return checked
  const { id } = checked.value
  const known = supervision.byId.get(id)
  if (known !== undefined) return known.pid === null ? { status: 'already_present' } : { status: 'already_started', pid: known.pid }
  const child = new SupervisedChild(id, checked.value, checked.value.start)
  supervision.byId.set(id, child)
  const started = await supervision.startChild(child)
  if (started.status === 'failed') supervision.byId.delete(id)
  return started
}

/** Of a dynamic supervisor: the arguments are added to those of the template. */
async function addDynamic(supervision: Supervision, given: unknown): Promise<StartChildOutcome> {
  const { template } = supervision
  if (template === null || !Array.isArray(given)) return { status: 'invalid', why: 'a dynamic supervisor takes a list of arguments' }
  const start = { ...template.start, args: [...(template.start.args ?? []), ...(given as readonly unknown[])] }
  const id = `${++supervision.started}`
  const child = new SupervisedChild(id, template, start)
  const started = await supervision.startChild(child)
  if (started.status === 'started') supervision.byId.set(id, child)
  return started
}

/** By id; by pid in a dynamic supervisor. */
function find(supervision: Supervision, id: string): SupervisedChild | undefined {
  return supervision.template === null ? supervision.byId.get(id) : supervision.byPid.get(id)
}

async function restart(supervision: Supervision, id: string): Promise<RestartChildOutcome> {
  if (supervision.template !== null) return { status: 'dynamic' }
  const child = find(supervision, id)
  if (child === undefined) return { status: 'not_found' }
  return child.status === 'stopped' ? supervision.startChild(child) : { status: child.status }
}

async function terminate(supervision: Supervision, id: string): Promise<TerminateChildOutcome> {
  const child = find(supervision, id)
  if (child === undefined) return { status: 'not_found' }
  await supervision.stopChild(child)
  if (supervision.template !== null || child.restart === 'temporary') supervision.byId.delete(child.id)
  return { status: 'terminated' }
}

function remove(supervision: Supervision, id: string): DeleteChildOutcome {
  if (supervision.template !== null) return { status: 'dynamic' }
  const child = find(supervision, id)
  if (child === undefined) return { status: 'not_found' }
  if (child.status !== 'stopped') return { status: child.status }
  supervision.byId.delete(id)
  return { status: 'deleted' }
}
