import type { Clock } from '../../clock.ts'
import { EngineError } from '../../errors.ts'

/** A journal that could not be read is asked again after this long. */
const RETRY_MS = 1_000

/** For what starts again by itself: reads, and waits as long as the store is away. Whoever asks for something is refused with `store_away` instead. */
export async function untilReadable<T>(clock: Clock, read: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await read()
    } catch (error) {
      if (!(error instanceof EngineError && error.fault.code === 'store_away')) throw error
      await new Promise<void>((resolve) => clock.schedule(RETRY_MS, resolve))
    }
  }
}
