import { useSyncExternalStore } from 'react'

// One timer for all relative times on the page; it runs only while somebody looks at one.
const listeners = new Set<() => void>()
let readClock: () => number = () => Date.now()
let now = readClock()
let timer: ReturnType<typeof setInterval> | undefined

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(tick, 1000)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
  }
}

function tick(): void {
  now = readClock()
  for (const notify of listeners) notify()
}

function readTick(): number {
  if (timer === undefined) now = Math.floor(readClock() / 1000) * 1000
  return now
}

/** The time in epoch milliseconds, by the clock that the application set. */
export function nowMs(): number {
  return readClock()
}

/** The time in epoch milliseconds, renewed each second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, readTick)
}

/** Takes another clock than the browser's: who looks at one sees the time by it at once. */
export function setClock(read: () => number): void {
  readClock = read
  tick()
}
