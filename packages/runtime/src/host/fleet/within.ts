import type { Clock } from '../../clock.ts'

/** In place of an answer that did not come in time; it may still come. */
export const LATE = Symbol('late')

/** Waits for an answer, and no longer than `waitMs`. */
export async function within<T>(clock: Clock, answer: Promise<T>, waitMs: number): Promise<T | typeof LATE> {
  const late = Promise.withResolvers<typeof LATE>()
  const cancel = clock.schedule(waitMs, () => late.resolve(LATE))
  answer.catch(() => {})
  try {
    return await Promise.race([answer, late.promise])
  } finally {
    cancel()
  }
}
