import type { Clock } from '@strata/runtime'

/**
 * The given clock, but never set back: what expires does so in time, whatever somebody does to the machine's. It follows a jump ahead at once.
 */
export function forwardClock(clock: Clock): Clock {
  let [newest, seenAt] = [clock.now(), clock.monotonicMs()]
  return {
    now() {
      const at = clock.monotonicMs()
      newest = Math.max(newest + (at - seenAt), clock.now())
      seenAt = at
      return newest
    },
    monotonicMs: () => clock.monotonicMs(),
    schedule: (delayMs, callback) => clock.schedule(delayMs, callback),
  }
}

/** The given clock as it was set when this began: a jump of the machine's ahead removes nothing that has to be kept longer. */
export function steadyClock(clock: Clock): Clock {
  const [began, beganAt] = [clock.now(), clock.monotonicMs()]
  return {
    now: () => began + (clock.monotonicMs() - beganAt),
    monotonicMs: () => clock.monotonicMs(),
    schedule: (delayMs, callback) => clock.schedule(delayMs, callback),
  }
}
