import type { CodeInstance } from '../code/instance.ts'
import { WORD_REQUESTS } from '../host/shared-words.ts'
import { ownSet, PROCESS_DEAD } from '../process/process.ts'
import type { Process, Task } from '../process/process.ts'
import { TIMER_CALLBACK, Timer } from '../process/timer-heap.ts'
import { callSite } from './callers.ts'
import type { Core } from './core.ts'
import { withStores } from './stores.ts'
import { addTask, addTimer, dropTimer } from './timers.ts'
import { endTurn, runTask } from './turn.ts'

type Callback = (...args: unknown[]) => unknown

/** Taken before any module can replace it. */
const nativeQueueMicrotask = queueMicrotask
const NAME_SHOWN_MAX = 200

/** What `setTimeout` returns to a module: has what Node's has, and a number as its primitive value. */
class OwnedTimer {
  readonly #core: Core
  readonly #timer: Timer
  constructor(core: Core, timer: Timer) {
    this.#core = core
    this.#timer = timer
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }
  hasRef(): boolean {
    return true
  }
  refresh(): this {
    const { delayMs = 1 } = this.#timer.callback ?? {}
    if (dropTimer(this.#core, this.#timer)) {
      this.#timer.at = this.#core.options.clock.monotonicMs() + Math.max(1, delayMs)
      addTimer(this.#core, this.#timer)
    }
    return this
  }
  close(): this {
    dropTimer(this.#core, this.#timer)
    // Fallen due, but not run yet: then it does not run.
    const due = this.#timer.callback?.due ?? null
    if (due !== null) due.isOver = true
    return this
  }
  [Symbol.toPrimitive](): number {
    return this.#timer.callback?.id ?? 0
  }
  [Symbol.dispose](): void {
    this.close()
  }
}

class OwnedImmediate {
  readonly #task: Task
  constructor(task: Task) {
    this.#task = task
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }
  hasRef(): boolean {
    return true
  }
  close(): void {
    this.#task.isOver = true
  }
  [Symbol.dispose](): void {
    this.close()
  }
}

/**
 * Timers and microtasks of one module's code (`owner`), or of a package's (then what they pin is the code that called the package). They belong to the calling process
 * and end with it.
 */
export function createGlobals(core: Core, owner: (() => CodeInstance) | undefined): Record<string, unknown> {
  const byId = new Map<number, WeakRef<OwnedTimer>>()

  function callingProcess(): Process {
    const process = core.current ?? core.owner() ?? core.nobody
    if (process.state === PROCESS_DEAD) throw core.registers.exit
    return process
  }

  function addCallback(callback: Callback, delay: unknown, args: unknown[], repeats: boolean): OwnedTimer {
    requireFunction(callback)
    const process = callingProcess()
    const delayMs =
      typeof delay === 'number' && delay >= 1 && delay <= 0x7fff_ffff
        ? delay
        : Number(delay) >= 1 && Number(delay) <= 0x7fff_ffff
          ? Number(delay)
          : 1
    const site = callSite(core)
    const timer = new Timer(TIMER_CALLBACK, process, null, core.options.clock.monotonicMs() + delayMs, '')
    const id = ++core.references
    timer.callback = {
      id,
      callback: withStores(callback),
      args,
      delayMs,
      repeats,
      owner: owner?.() ?? site.owner,
      function: nameOf(callback),
      at: site.at,
      since: core.nowMs,
      due: null,
    }
    addTimer(core, timer)
    const handle = new OwnedTimer(core, timer)
    byId.set(id, new WeakRef(handle))
    if (byId.size > 1_000) for (const [known, reference] of byId) if (reference.deref() === undefined) byId.delete(known)
    return handle
  }

  function clear(handle: unknown): void {
    const timer = typeof handle === 'number' || typeof handle === 'string' ? byId.get(Number(handle))?.deref() : handle
    if (timer instanceof OwnedTimer || timer instanceof OwnedImmediate) timer.close()
  }

  return {
    setTimeout: (callback: Callback, delayMs?: number, ...args: unknown[]) => addCallback(callback, delayMs, args, false),
    setInterval: (callback: Callback, delayMs?: number, ...args: unknown[]) => addCallback(callback, delayMs, args, true),
    setImmediate(callback: Callback, ...args: unknown[]) {
      requireFunction(callback)
      const process = callingProcess()
      const site = callSite(core)
      const pinned = owner?.() ?? site.owner
      const task: Task = {
        callback: withStores(callback),
        args,
        owner: pinned,
        function: nameOf(callback),
        at: site.at,
        since: core.nowMs,
        isOver: false,
      }
      addTask(core, process, task)
      return new OwnedImmediate(task)
    },
    queueMicrotask(callback: Callback) {
      requireFunction(callback)
      const process = callingProcess()
      const site = callSite(core)
      const pinned = owner?.() ?? site.owner
      const task: Task = {
        callback: withStores(callback),
        args: [],
        owner: pinned,
        function: nameOf(callback),
        at: site.at,
        since: core.nowMs,
        isOver: false,
      }
      ownSet(process, 'microtasks').add(task)
      core.census.note(process)
      nativeQueueMicrotask(() => runMicrotask(core, process, task))
    },
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: clear,
  }
}

/** In the microtask, as JavaScript has it, until the turn's reductions are used up: then in the next turn, so that no chain of them holds the thread. */
function runMicrotask(core: Core, process: Process, task: Task): void {
  // Not there any more: the process is ending, which took its pin away.
  if (process.relations?.microtasks.delete(task) !== true) return
  if (--process.budget <= 0 || Atomics.load(core.words, WORD_REQUESTS) !== 0) {
    addTask(core, process, task)
    return
  }
  core.enter(process)
  runTask(core, process, task)
  endTurn(core, process)
}

// A function's name is the module's to set: to anything, of any length.
function nameOf(callback: Callback): string {
  const name: unknown = callback.name
  return typeof name === 'string' && name !== '' ? name.slice(0, NAME_SHOWN_MAX) : '(callback)'
}

function requireFunction(callback: unknown): asserts callback is Callback {
  if (typeof callback !== 'function') throw new TypeError('the callback is not a function')
}
