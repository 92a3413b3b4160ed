import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'

const OPTIONS = { requireManualDestroy: true }
const { apply } = Reflect

/** Some module or package of this thread keeps a value in an `AsyncLocalStorage`. */
let storing = false

/** Notices from now on when somebody keeps a value, for which following a strand was measured to cost 0.1 to 0.3 µs a wait; `own` is the scheduler's and does not count. */
export function noticeStores(own: AsyncLocalStorage<never>): void {
  const { enterWith, run } = AsyncLocalStorage.prototype
  Object.assign(own, { enterWith, run })
  AsyncLocalStorage.prototype.enterWith = function (...given) {
    storing = true
    return apply(enterWith, this, given)
  }
  AsyncLocalStorage.prototype.run = function (this: AsyncLocalStorage<unknown>, ...given: unknown[]) {
    storing = true
    return apply(run, this, given) as never
  }
}

/** What the running code finds in every `AsyncLocalStorage`, to be found again where it goes on; `null` where nobody keeps anything. */
export function keepStores(): AsyncResource | null {
  return storing ? new AsyncResource('StrataStrand', OPTIONS) : null
}

/** A callback that finds what its maker found. */
export function withStores(callback: (...args: unknown[]) => unknown): (...args: unknown[]) => unknown {
  const kept = keepStores()
  return kept === null ? callback : (...args) => kept.runInAsyncScope(callback, undefined, ...args)
}
