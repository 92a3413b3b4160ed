import type { Pid } from '../ids.ts'
import type { ExitReason } from '../exit-reason.ts'

/**
 * What user modules import from `@strata/runtime/process`. The compiler binds these names to the scheduler that runs the module;
 * called anywhere else they throw. This file is their types and documentation.
 */

export type { Pid, ExitReason }
export type { SystemAnswer, SystemMessage, SystemRequest } from './system-messages.ts'

/** Identity of a monitor, a call or a timer: a value that can be sent. */
export interface Reference {
  readonly ref: string
}

/** Sent to a process that monitors another. */
export interface Down {
  readonly type: 'down'
  readonly ref: Reference
  readonly pid: Pid
  readonly reason: ExitReason
}

/** Sent instead of an exit signal to a process that traps exits. */
export interface Exit {
  readonly type: 'exit'
  readonly pid: Pid
  readonly reason: ExitReason
}

/** Resolves a `receive` whose `after` ran out. */
export const TIMEOUT: unique symbol = Symbol.for('strata.timeout')

export interface ReceiveOptions<M> {
  /** Takes the first message, in arrival order, for which it returns true; others stay queued. Synchronous. */
  readonly match?: (message: M) => boolean
}

/** Where a process starts: an export of a module (its current generation when the process first runs) or a function (its own). */
export type Entry = { readonly module: string; readonly export: string } | ((...args: any[]) => unknown)

export interface SpawnOptions {
  readonly link?: boolean
  readonly monitor?: boolean
  readonly name?: string
  /** Which scheduler runs it: its number, or `spread` for the next one in turn. Default: that of the caller. Elsewhere the entry is `{ module, export }`. */
  readonly scheduler?: number | 'spread'
  /**
   * How many messages may wait, and what happens to one more: it is dropped, the oldest is, or the process ends with `{ queueLimit }`. Exit and down messages are never dropped. The caller of a
   * dropped `call` is told at once (`queue_full`). Default: no limit but memory.
   */
  readonly queueLimit?: { readonly max: number; readonly whenFull: 'drop-newest' | 'drop-oldest' | 'exit' }
}

function outside(): never {
  throw new Error('@strata/runtime/process works inside modules that the runtime has loaded')
}

/** This process. */
export function self(): Pid {
  return outside()
}
/** Copies `message` into the queue of a process or registered name. Nothing happens when the pid has ended; an unregistered name throws `badarg`. */
export function send(_to: Pid | string, _message: unknown): void {
  outside()
}
/** Waits for a message. */
export function receive<M = any>(_options?: ReceiveOptions<M>): Promise<M>
export function receive<M = any>(_options: ReceiveOptions<M> & { readonly after: number }): Promise<M | typeof TIMEOUT>
export function receive(): Promise<any> {
  return outside()
}
/** Names one call that waits for its answer: a value that can be kept and sent. */
export interface ReplyAddress {
  /** Who was called. */
  readonly to: Pid
  readonly ref: string
}

/** Answers a message that came by `call`, or the call that an address names, from whichever process. Does nothing where nobody waits (any more). */
export function reply(_message: object, _value: unknown): void {
  outside()
}
/** Where the answer to a message goes, to be given later; `undefined` for one that came by no `call`. */
export function replyAddress(_message: unknown): ReplyAddress | undefined {
  return outside()
}
/** Sends `message` with a reply address and waits. Rejects with an `ExitReason`-bearing error when the process ends or `timeoutMs` (5,000) runs out. */
export function call<R = any>(_to: Pid | string, _message: object, _timeoutMs?: number): Promise<R> {
  return outside()
}
/** Starts a process. */
export function spawn(_entry: Entry, _args?: readonly unknown[], _options?: SpawnOptions): Pid {
  return outside()
}
export function link(_pid: Pid): void {
  outside()
}
export function unlink(_pid: Pid): void {
  outside()
}
/** Asks for a `Down` when the process ends; at once with reason `noproc` when it has. */
export function monitor(_pid: Pid | string): Reference {
  return outside()
}
export function demonitor(_ref: Reference, _options?: { readonly flush?: boolean }): boolean {
  return outside()
}
/** With one argument ends this process with that reason; with two sends an exit signal. The reason `kill` to another process cannot be trapped. */
export function exit(_reason: unknown): never
export function exit(_pid: Pid, _reason: unknown): void
export function exit(): any {
  outside()
}
/** Ends this process with the exit reason of another, as a link does. */
export function exitWith(_reason: ExitReason): never {
  outside()
}
/** For behaviours: spawns a process that works for this one alone and ends with it, also when this one is killed. One at a time. */
export function spawnHelper(_entry: Entry, _args?: readonly unknown[]): Pid {
  return outside()
}
/**
 * For behaviours: spawns a process that enters `entry(...args)` and calls `work(...workArgs)` there by `work()`. The code of `work` is pinned from now on, as that of a spawned function is, and the process
 * is shown as one that entered it. Arguments are copied.
 */
export function spawnAround(
  _entry: (...args: any[]) => unknown,
  _args: readonly unknown[],
  _work: (...args: any[]) => unknown,
  _workArgs: readonly unknown[],
  _options?: Omit<SpawnOptions, 'scheduler'>,
): Pid {
  return outside()
}
/** For behaviours: calls, once, what this process was spawned around, and returns what that returns. */
export function work(): any {
  outside()
}
/** For behaviours: the message whose handler failed, which the crash report shows. */
export function failing(_message: unknown): void {
  outside()
}
/** The reason with which a process ends that throws this, its stack in the user's lines. */
export function exitReasonOf(_error: unknown): ExitReason {
  return outside()
}
/** Turns exit signals into `Exit` messages; returns the previous setting. */
export function trapExit(_on: boolean): boolean {
  return outside()
}
export function register(_name: string, _pid?: Pid): void {
  outside()
}
export function unregister(_name: string): void {
  outside()
}
export function whereis(_name: string): Pid | undefined {
  return outside()
}
/** Registered names, sorted. */
export function registered(): string[] {
  return outside()
}
/**
 * Aborted when this process has ended, however: `fetch(url, { signal: abortSignal() })`. It is for what Node itself does; a listener of a module does not run.
 */
export function abortSignal(): AbortSignal {
  return outside()
}
/** Waits without taking messages. */
export function sleep(_ms: number): Promise<void> {
  return outside()
}

/** Milliseconds of a clock that never goes back, fractions included. */
export function monotonicMs(): number {
  return outside()
}

/** What is known of a process at this moment (X20). */
export interface ProcessInfo {
  readonly pid: Pid
  readonly name: string | null
  /** `slowed`: it has sent to another scheduler more than that takes, and gets no turn until there is room (MSG5). */
  readonly status: 'running' | 'runnable' | 'waiting' | 'slowed'
  /** Who spawned it; `null` for the host. */
  readonly parent: Pid | null
  readonly entry: { readonly module: string; readonly export: string } | string
  readonly queueLength: number
  readonly queueLimit: { readonly max: number; readonly whenFull: 'drop-newest' | 'drop-oldest' | 'exit'; readonly dropped: number } | null
  readonly links: readonly Pid[]
  readonly monitors: readonly Pid[]
  readonly monitoredBy: readonly Pid[]
  readonly trapExit: boolean
  readonly reductions: number
  /** The module whose callbacks it runs, and which behaviour runs them. */
  readonly behaviour: { readonly kind: string; readonly module: string | null } | null
}

/** Of a process on whichever scheduler; `undefined` when it has ended. Rejects with `exited` when its scheduler is lost before it answers. */
export function infoOf(_pid: Pid): Promise<ProcessInfo | undefined> {
  return outside()
}

/** Of this process, or another of its scheduler; `undefined` when that has ended. Of one elsewhere it throws `badarg`: ask `infoOf`. */
export function processInfo(): ProcessInfo
export function processInfo(_pid: Pid): ProcessInfo | undefined
export function processInfo(): ProcessInfo | undefined {
  return outside()
}

/**
 * For those who write behaviours: says that a module's callbacks are run by this process, so that observers can tell what it is. Where the module's current generation
 * declares `pinned`, the process keeps that generation. `details` is plain data for observers, which may go on changing.
 */
export function behave(_kind: string, _module: string | null, _details?: object): void {
  outside()
}
/** An export of the module that `behave` named: of current, or of the generation that the process keeps; with `generation`, of that one. */
export function callback(_name: string, _generation?: number): unknown {
  return outside()
}
/** The generation that the next callback comes from; 0 when its module has no current one. */
export function callbackGeneration(): number {
  return outside()
}
/** Takes callbacks from this generation from now on, and keeps it where it declares `pinned` or is not current. False when it is not loaded. */
export function settle(_generation: number): boolean {
  return outside()
}
