import {
  TIMEOUT,
  call as callProcess,
  callback,
  callbackGeneration,
  exit,
  exitReasonOf,
  exitWith,
  failing,
  receive,
  reply as replyTo,
  replyAddress,
  send,
} from '../process-api/index.ts'
import type { ExitReason, Pid, ReplyAddress } from '../process-api/index.ts'
import { become, callInit, enter } from './opening.ts'
import { IGNORE, StartError, startProcess } from './starting.ts'
import type { StartOptions } from './starting.ts'
import { isExitOf, isSystemMessage, obey } from './system.ts'
import type { Suspendable } from './system.ts'
import { undefinedCallback } from './undefined-callback.ts'

export { IGNORE, StartError }
export type { StartOptions }

/**
 * A process that answers requests. Its module exports `init`, `handleCall`, `handleCast`, `handleInfo`, `terminate`, `codeChange`; the loop is the runtime's and calls what is current at each
 * message, so that between two messages the process holds no generation. A module with `export const pinned = true` keeps the one in which its process started.
 */

/** What a server answers, as methods: `interface RoomCalls { join(message: { name: string }): string[] }`. Their names are the messages' `type`. */
export type Calls<C> = { [K in keyof C]: (...args: any[]) => unknown }

/** The messages of a protocol. */
export type CallOf<C extends Calls<C>> = keyof C extends never ? 'say what answers there: ref<ItsCalls>(to)' : MessageOf<C>

type MessageOf<C extends Calls<C>> = {
  [K in keyof C & string]: Parameters<C[K]> extends [infer M, ...unknown[]] ? { readonly type: K } & M : { readonly type: K }
}[keyof C & string]

/** What one of its messages is answered with. */
export type ReplyOf<C extends Calls<C>, M> = M extends { readonly type: infer K extends keyof C } ? Awaited<ReturnType<C[K]>> : never

declare const PROTOCOL: unique symbol
declare const CASTS: unique symbol

/** A server that answers `C` and hears the casts `M`, by pid or registered name. */
export type ServerRef<C = any, M = any> = string & { readonly [PROTOCOL]?: (calls: C) => C; readonly [CASTS]?: (message: M) => M }

/** A call that waits for an answer of type `R`; it can be kept and sent. */
export interface From<R = any> extends ReplyAddress {
  readonly [PROTOCOL]?: (value: R) => R
}

/** Goes on with `state`; where `timeoutMs` pass before the next message, `handleInfo` gets `{ type: 'timeout' }`. */
export interface Continue<S> {
  readonly state: S
  readonly timeoutMs?: number
}
/** Calls `terminate` and ends with that reason; `normal` is no failure. */
export interface Stop<S> {
  readonly stop: unknown
  readonly state?: S
}
export type Result<S> = Continue<S> | Stop<S>
/** Without `reply` the answer comes later, by `reply(from, value)`. */
export type CallResult<R, S> = (Continue<S> & { readonly reply?: R }) | (Stop<S> & { readonly reply?: R })

type Later<T> = T | Promise<T>

/** `handleCall` as a handler for each message. It may be one function, too: `handleCall(message, state, from)`. */
export type CallHandlers<C extends Calls<C>, S> = {
  readonly [K in keyof C & string]: (
    message: Parameters<C[K]> extends [infer M, ...unknown[]] ? { readonly type: K } & M : { readonly type: K },
    state: S,
    from: From<Awaited<ReturnType<C[K]>>>,
  ) => Later<CallResult<Awaited<ReturnType<C[K]>>, S>>
}

/** `handleCast` as a handler for each message; `M` is the union of messages. */
export type CastHandlers<M extends { readonly type: string }, S> = {
  readonly [K in M['type']]: (message: Extract<M, { readonly type: K }>, state: S) => Later<Result<S>>
}

/** Starts a server and waits for its `init(...args)`. Rejects with a `StartError`. Its parent, whose exit it obeys, is the caller if it is linked. */
export async function start<C extends Calls<C> = any, M = any>(
  module: string,
  args: readonly unknown[] = [],
  options: StartOptions = {},
): Promise<ServerRef<C, M> & Pid> {
  return (await startProcess(begin, module, args, options)) as ServerRef<C, M> & Pid
}

/** The calling process becomes a server of that module: `export async function start(topic: string) { return run('room', [topic]) }`. */
export async function run(module: string, args: readonly unknown[] = []): Promise<void> {
  return become(SERVER, module, args)
}

/** Gives a pid or registered name the type of what answers there, and of what it is told by `cast`. */
export function ref<C extends Calls<C>, M = any>(to: Pid | string): ServerRef<C, M> {
  return to as ServerRef<C, M>
}

/** Asks and waits for the answer. Rejects when the server ends, or when `timeoutMs` (5,000) run out; an answer that comes later is dropped. */
export const call: <C extends Calls<C>, const M extends CallOf<C>>(
  to: ServerRef<C>,
  message: M,
  timeoutMs?: number,
) => Promise<ReplyOf<C, M>> = callProcess as never

/** Tells, without an answer; one that has ended hears nothing. */
export function cast<M extends object>(to: ServerRef<any, M>, message: NoInfer<M>): void {
  send(to, { $cast: message })
}

/** Answers a call, from whichever process. */
export const reply: <R>(from: From<R>, value: R) => void = replyTo

/** Ends a server as a result with `stop` would, and waits until `terminate` has been called for. */
export async function stop(server: Pid | string, reason: unknown = 'normal', timeoutMs?: number): Promise<void> {
  await callProcess(server, { $system: { type: 'stop', reason } }, timeoutMs)
}

const TIMED_OUT = { type: 'timeout' }

class Server implements Suspendable {
  readonly module: string
  readonly parent: Pid | null
  state: unknown
  stateGeneration: number
  timeoutMs = Number.POSITIVE_INFINITY

  constructor(module: string, parent: Pid | null, state: unknown) {
    this.module = module
    this.parent = parent
    this.state = state
    this.stateGeneration = callbackGeneration()
  }

  getState(): unknown {
    return this.state
  }

  setState(state: unknown): void {
    this.state = state
  }

  async end(reason: ExitReason): Promise<never> {
    await terminate(this, reason)
    return exitWith(reason)
  }
}

/** @internal What a server's process enters: exported because other schedulers know it by its name. */
export async function begin(module: string, parent: Pid | null): Promise<void> {
  return enter(SERVER, module, parent)
}

const SERVER = { open, loop }

async function open(module: string, args: readonly unknown[], parent: Pid | null): Promise<Server | typeof IGNORE> {
  const state = await callInit('server', module, args)
  return state === IGNORE ? IGNORE : new Server(module, parent, state)
}

async function loop(server: Server): Promise<void> {
  for (;;) {
    const { timeoutMs } = server
    const message: unknown = timeoutMs === Number.POSITIVE_INFINITY ? await receive() : await receive({ after: timeoutMs })
    if (typeof message !== 'object' || message === null)
      await handle(server, 'handleInfo', message === TIMEOUT ? TIMED_OUT : message, undefined)
    else if ('$cast' in message) await handle(server, 'handleCast', message.$cast, undefined)
    else if (isSystemMessage(message)) await obey(server, message)
    else if (isExitOf(message, server.parent)) await server.end(message.reason)
    else {
      const from = replyAddress(message)
      await handle(server, from === undefined ? 'handleInfo' : 'handleCall', message, from)
    }
  }
}

type Handler = (message: unknown, state: unknown, from?: ReplyAddress) => unknown

/** A function, or the one that a record of functions has for the message's type. */
function handlerFor(name: string, message: unknown): Handler | undefined {
  const found = callback(name)
  if (typeof found === 'function') return found as Handler
  if (typeof found !== 'object' || found === null || typeof message !== 'object' || message === null) return undefined
  const { type } = message as { type?: unknown }
  if (typeof type !== 'string' || !Object.hasOwn(found, type)) return undefined
  const handler = (found as Readonly<Record<string, unknown>>)[type]
  return typeof handler === 'function' ? (handler as Handler) : undefined
}

async function handle(
  server: Server,
  name: 'handleCall' | 'handleCast' | 'handleInfo',
  message: unknown,
  from: ReplyAddress | undefined,
): Promise<void> {
  let result: unknown
  try {
    const handler = handlerFor(name, message)
    if (handler === undefined) {
      // As OTP's default: what nobody asked for is dropped.
      if (name === 'handleInfo') return
      throw undefinedCallback(server.module, describe(name, message))
    }
    result = from === undefined ? await handler(message, server.state) : await handler(message, server.state, from)
    requireResult(result, name)
    if (from !== undefined && 'reply' in result) replyTo(from, result.reply)
  } catch (error) {
    failing(message)
    await terminate(server, exitReasonOf(error))
    throw error
  }
  if ('state' in result) server.state = result.state
  if ('stop' in result) {
    await terminate(server, result.stop === 'normal' ? { type: 'normal' } : { type: 'exit', value: result.stop as never })
    exit(result.stop)
  }
  server.timeoutMs = result.timeoutMs ?? Number.POSITIVE_INFINITY
}

function describe(name: string, message: unknown): string {
  const { type } = typeof message === 'object' && message !== null ? (message as { type?: unknown }) : { type: undefined }
  return typeof type === 'string' ? `${name}.${type}` : name
}

interface AnyResult {
  readonly reply?: unknown
  readonly state?: unknown
  readonly stop?: unknown
  readonly timeoutMs?: number
}

function requireResult(result: unknown, name: string): asserts result is AnyResult {
  if (typeof result === 'object' && result !== null && ('state' in result || 'stop' in result)) return
  throw new TypeError(`${name} returned neither { state } nor { stop }`)
}

async function terminate(server: Server, reason: ExitReason): Promise<void> {
  const end = callback('terminate')
  if (typeof end === 'function') await end(reason, server.state)
}
