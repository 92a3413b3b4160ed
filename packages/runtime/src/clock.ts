/** Where time comes from. Epoch milliseconds for people, monotonic milliseconds for durations. */
export interface Clock {
  now(): number
  monotonicMs(): number
  /** Calls back once after `delayMs`; the returned function cancels. */
  schedule(delayMs: number, callback: () => void): () => void
}

// Taken before any module runs: polyfills and fake timers replace the globals of its thread.
const { clearTimeout, setTimeout } = globalThis
const epochMs = Date.now.bind(Date)
const monotonicMs = performance.now.bind(performance)

export const systemClock: Clock = {
  now: epochMs,
  monotonicMs,
  schedule(delayMs, callback) {
    const timer = setTimeout(callback, delayMs)
    timer.unref()
    return () => clearTimeout(timer)
  },
}
