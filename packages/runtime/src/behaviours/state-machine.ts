import { receive, replyAddress } from '../process-api/index.ts'
import type { ExitReason, Pid } from '../process-api/index.ts'
import { Machine } from './machine.ts'
import type { Calls, CallOf, From, ReplyOf, ServerRef } from './server.ts'
import { call, cast, ref, reply, stop } from './server.ts'
import { become, callInit, enter } from './opening.ts'
import { IGNORE, StartError, startProcess } from './starting.ts'
import type { StartOptions } from './starting.ts'
import { isExitOf, isSystemMessage, obey } from './system.ts'

export { IGNORE, StartError, call, cast, ref, reply, stop }
export type { Calls, CallOf, From, ReplyOf, ServerRef, StartOptions }

/**
 * A process with a state that decides how events are handled. Its module exports `init(...args)`, which returns `{ state, data }`, and either `states`, a record with a function
 * `(event, data)` for each state, or one `handleEvent(event, state, data)`; also `terminate(reason, state, data)`, `codeChange(fromGeneration, { state, data })`, and
 * `stateEnter = true` to hear an `enter` event in each state that is entered.
 */

/** What a handler is given. `M` are casts and other messages. */
export type MachineEvent<S = string, C extends Calls<C> = any, M = any> =
  | { readonly type: 'call'; readonly message: CallOf<C>; readonly from: From }
  | { readonly type: 'cast'; readonly message: M }
  | { readonly type: 'info'; readonly message: any }
  /** `state` ends with the state, `event` with any event; others have their own name. */
  | { readonly type: 'timeout'; readonly name: string }
  /** From `nextEvents`. */
  | { readonly type: 'internal'; readonly message: any }
  /** The state was entered from another, or first from itself. */
  | { readonly type: 'enter'; readonly from: S }

/** What comes of an event. What is left out stays as it is. `R`: what its calls are answered with. */
export interface Transition<S, D, R = any> {
  /** Another value than the present state is a change of state: postponed events come again, and the state's timeout is gone. */
  readonly state?: S
  readonly data?: D
  /** Answers the call that the event is. */
  readonly reply?: R
  readonly replies?: readonly { readonly to: From; readonly value: unknown }[]
  /** The event comes again after the next change of state. */
  readonly postpone?: boolean
  /** Internal events, which come before everything that waits. */
  readonly nextEvents?: readonly unknown[]
  /** Until the state changes. `null` cancels. */
  readonly stateTimeoutMs?: number | null
  /** Until the next event. */
  readonly eventTimeoutMs?: number
  /** By name, whatever happens. `null` cancels. */
  readonly timeoutsMs?: Readonly<Record<string, number | null>>
  /** Enters the state again where it does not change: `enter` is heard, postponed events come again. */
  readonly repeat?: boolean
  /** Another module's callbacks from now on, in place of this one's, or until `popModule`. */
  readonly changeModule?: string
  readonly pushModule?: string
  readonly popModule?: boolean
}

/** Calls `terminate` and ends. */
export interface MachineStop<D, R = any> {
  readonly stop: unknown
  readonly data?: D
  readonly reply?: R
  readonly replies?: readonly { readonly to: From; readonly value: unknown }[]
}

type Later<T> = T | Promise<T>

/** What handlers return; nothing at all is `{}`. */
export type Outcome<S, D, R = any> = Transition<S, D, R> | MachineStop<D, R> | undefined

type AnswersOf<C extends Calls<C>> = { [K in keyof C]: Awaited<ReturnType<C[K]>> }[keyof C]

/** `states` of a module: `S` are the names. */
export type StateHandlers<S extends string, D, C extends Calls<C> = any, M = any> = {
  readonly [K in S]: (event: MachineEvent<S, C, M>, data: D) => Later<Outcome<S, D, AnswersOf<C>>>
}

/** What `init` returns. */
export type Initial<S, D> = Omit<Transition<S, D>, 'state' | 'data' | 'postpone' | 'reply' | 'repeat'> & {
  readonly state: S
  readonly data: D
}

/** Starts a state machine and waits for its `init(...args)`, as a server is started. */
export async function start<C extends Calls<C> = any, M = any>(
  module: string,
  args: readonly unknown[] = [],
  options: StartOptions = {},
): Promise<ServerRef<C, M> & Pid> {
  return (await startProcess(begin, module, args, options)) as ServerRef<C, M> & Pid
}

/** The calling process becomes a state machine. */
export async function run(module: string, args: readonly unknown[] = []): Promise<void> {
  return become(MACHINE, module, args)
}

/** @internal What a state machine's process enters: exported because other schedulers know it by its name. */
export async function begin(module: string, parent: Pid | null): Promise<void> {
  return enter(MACHINE, module, parent)
}

const MACHINE = { open, loop }

async function open(module: string, args: readonly unknown[], parent: Pid | null): Promise<Machine | typeof IGNORE> {
  const initial = await callInit('state-machine', module, args)
  if (initial === IGNORE) return IGNORE
  if (typeof initial !== 'object' || initial === null || !('state' in initial))
    throw new TypeError(`init of ${module} returned no { state, data }`)
  return new Machine(module, parent, initial as Initial<unknown, unknown>)
}

async function loop(machine: Machine): Promise<void> {
  await machine.enterFirst()
  for (;;) {
    const event = machine.nextEvent()
    if (event !== undefined) {
      await machine.handle(event)
      continue
    }
    const after = machine.waitMs()
    const message: unknown = after === Number.POSITIVE_INFINITY ? await receive() : await receive({ after })
    // A timeout is due: it is the next event.
    if (typeof message === 'symbol') continue
    if (typeof message !== 'object' || message === null) await machine.handle({ type: 'info', message })
    else if ('$cast' in message) await machine.handle({ type: 'cast', message: message.$cast })
    else if (isSystemMessage(message)) await obey(machine, message)
    else if (isExitOf(message, machine.parent)) await machine.end(message.reason as ExitReason)
    else {
      const from = replyAddress(message)
      await machine.handle(from === undefined ? { type: 'info', message } : { type: 'call', message: message as never, from })
    }
  }
}
