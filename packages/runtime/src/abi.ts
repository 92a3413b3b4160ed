import type { FunctionDescriptor } from './compiler/compiled.ts'

/**
 * Names that compiled code and the runtime agree on, declared once.
 *
 * A compiled module is a script whose value is `(function* ($) { 'use strict'; … })`, called once per scheduler and generation with a
 * `ModuleRecord`. The first `next()` yields its `ModuleInstance`, with functions hoisted and everything else in its dead zone; the second runs the body,
 * so that members of a set which import each other in a circle see each other as ES modules do. A file of a
 * package is `(function ($) { return function (exports, require, module, __filename, __dirname) {…} })`, or for an ES module `(function* ($) {…})`, whose first step yields its exports.
 */

/** What modules import of `@strata/runtime` besides the process API: code of ours that is compiled like theirs and belongs to no generation. */
export const BEHAVIOURS = ['server', 'state-machine', 'supervisor', 'task', 'table'] as const

const RUNTIME_PACKAGE = '@strata/runtime/'

export function behaviourSpecifier(name: (typeof BEHAVIOURS)[number]): string {
  return RUNTIME_PACKAGE + name
}

/** `server` of `@strata/runtime/server`; `undefined` for everything else. */
export function behaviourNamed(specifier: string): (typeof BEHAVIOURS)[number] | undefined {
  return specifier.startsWith(RUNTIME_PACKAGE) ? BEHAVIOURS.find((name) => name === specifier.slice(RUNTIME_PACKAGE.length)) : undefined
}

/** One per scheduler and life of a generation's code; purge replaces the one that a generation sees (PIN6). */
export interface Counter {
  /** Reductions left in this turn. Below zero every check takes the slow path. */
  r: number
  /** Below this a lowered function pauses: 0, and more than any turn has once synchronous code of the turn has overrun it. */
  m: number
}

/**
 * The scheduler's registers, `$.s`. Compiled code touches exactly these fields and functions.
 *
 * A lowered `async function f(a) {…}` becomes a plain function around a generator function:
 *
 *     function f(a) {
 *       const frame = f$(a)                                        // created, not started
 *       return $s.callee === f ? $s.push($d0, frame) : $s.start($d0, frame)
 *     }
 *
 * `await f(x)` becomes `yield ($s.callee = f, $s.site = N, f(x))` where the arguments cannot run code, and otherwise
 * `yield $s.call(N, f, thisValue, [args], 'f')`; any other `await v` becomes `yield $s.at(N, v)`. A tail call is
 * `return $s.tail(f, thisValue, [args], 'f')`, or with arguments that cannot run code `return ($s.callee = f, f(x))`:
 * the driver sees a finished frame while one was just pushed, which is its value, and replaces the one by the other.
 */
export interface Registers {
  /** Identity of the function that an `await` or a tail call is about to enter; consumed by `push`. */
  callee: unknown
  /** Index into the current function's `sites` of the latest await or check. */
  site: number
  /** `END_KILL` while a kill runs up the stack: `finally` blocks are skipped. Otherwise `END_NONE`. */
  ending: number
  /** `proof`, where the leaves of the message literal that was made last are primitive or copies: handed on to the call that sends it, which need not copy it. */
  fresh: object | null
  readonly proof: object
  /**
   * Copies the objects among a literal's leaves, which stand `levels` deep in it, in their places in the list, so that the literal made with them need not be copied. `places`
   * is an empty list of the literal's own. False where whoever sends it has to copy it, or to refuse it.
   */
  leaves(places: unknown[], values: unknown[], levels: number): boolean
  /** The value that unwinds a process. Every `catch` rethrows it: `catch (e) { if (e === $s.exit) throw e; … }`. */
  readonly exit: object
  /** Consumes `callee` and hands `frame` to the driver, which sees it as the yielded or returned value: nothing may run between. */
  push(descriptor: Descriptor, frame: Generator): unknown
  /** Starts a strand at once and returns its promise. */
  start(descriptor: Descriptor, frame: Generator): Promise<unknown>
  /** `text`: the callee as the source has it, for the error where it is no function. */
  call(site: number, callee: unknown, thisValue: unknown, args: unknown[], text?: string): unknown
  tail(callee: unknown, thisValue: unknown, args: unknown[], text?: string): unknown
  at<T>(site: number, value: T): T
  /** `await receive()` need not wait, and nobody could tell that it did not: what it returns is taken by `takeMessage`. */
  hasMessage(): boolean
  takeMessage(site: number): unknown
  /** Slow path of a check in synchronous code: serves the control plane; throws `exit` for a kill, `PurgedCodeError` for a dead counter. */
  check(counter: Counter): void
  /** Slow path of a check in a lowered function: as `check`, and returns the value to yield: `if (--$c.r < $c.m) yield ($s.site = N, $s.pause($c))`. The driver resumes it at once while a bare call's caller is on the native stack (STR6). */
  pause(counter: Counter): unknown
  /**
   * An async generator is about to run, begun or gone on with: it pins its generation, weakly, until `finished`. `known` is what the call before returned; the
   * awaits of the generator's own code leave their place in it.
   */
  began(descriptor: Descriptor, generator: object, known: Iteration | undefined): Iteration
  finished(iteration: Iteration | undefined): void
  /** An import used as a value: functions become external functions, which call what is current; other values are current's now. */
  external(link: Link, name: string): unknown
  /** `import * as ns` used as a value: a live view. */
  namespace(link: Link): object
}

const { getPrototypeOf, setPrototypeOf } = Reflect
const asyncFunctionPrototype = getPrototypeOf(async () => {})
const asyncGeneratorFunctionPrototype = getPrototypeOf(async function* () {})

/** Libraries ask a function whether it is async by its constructor's name or its tag, and then wait for its promise instead of handing it a callback. */
function asAsync<F extends object>(fn: F): F {
  setPrototypeOf(fn, asyncFunctionPrototype)
  return fn
}

function asAsyncGenerator<F extends object>(fn: F): F {
  setPrototypeOf(fn, asyncGeneratorFunctionPrototype)
  return fn
}

/**
 * What compiled code uses of the language by itself, as it was before any module ran. Read by these names it would be whatever a module calls so (`class Symbol`), or puts
 * into their place.
 */
export const INTRINSICS = Object.freeze({ Map, Object, Promise, String, SuppressedError, Symbol, TypeError, asAsync, asAsyncGenerator })

export const END_NONE = 0
export const END_UNWIND = 1
export const END_KILL = 2

/** A late-bound module as seen by an importer: `ns` is replaced at each publish, between turns. */
export interface Link {
  readonly module: string
  /** Null prototype; current's exports. A name that importers use and current lacks throws `undef` when read. */
  ns: Record<string, any>
}

/** An async generator that was started and has not finished. */
export interface Iteration {
  /** Index into its descriptor's `sites` of the await or `yield` that it stands at. */
  site: number
}

/** What a frame is pushed with. One object per function, generation and scheduler. */
export interface Descriptor {
  readonly function: FunctionDescriptor
  /** The generation's instance on this scheduler; opaque to compiled code. */
  readonly owner: unknown
}

/** `$` */
export interface ModuleRecord {
  readonly s: Registers
  readonly c: Counter
  readonly own: typeof INTRINSICS
  /** In the order of `CompiledModule.imports`, one each. */
  readonly imports: readonly Link[]
  readonly packages: readonly any[]
  /** Built-ins, shared packages and behaviours. */
  readonly natives: readonly any[]
  readonly descriptors: readonly Descriptor[]
  /** Exports of `@strata/runtime/process`. */
  readonly api: Record<string, unknown>
  /** `setTimeout`, `setInterval`, `setImmediate`, `queueMicrotask`, `clearTimeout`, `clearInterval`, `clearImmediate` that belong to the calling process. */
  readonly globals: Record<string, unknown>
  /** `import.meta` */
  readonly meta: {
    readonly dirname: string
    readonly filename: string
    readonly main: boolean
    readonly resolve: (specifier: unknown) => string
    readonly url: string
  }
  /** `import(x)`, where `x` is a link, or a value that names what is loaded already. */
  readonly import: (request: unknown, options?: unknown) => Promise<object>
}

export interface ModuleInstance {
  /** Null prototype, an accessor per export, so that reassigned bindings stay live. */
  readonly exports: Record<string, unknown>
  /** Replaces the counter that this generation's checks use. */
  retire(counter: Counter): void
}

/** `$` of a package's file: checks only. Its `async` functions stay native. */
export interface PackageRecord {
  readonly s: Registers
  readonly c: Counter
  readonly own: typeof INTRINSICS
  readonly globals: Record<string, unknown>
  /** `import()` */
  import(specifier: unknown): Promise<object>
  /** `import.meta` of an ES module. */
  readonly meta: object
  /** Namespaces behind an ES module's requests, in order. */
  readonly links: readonly object[]
}
