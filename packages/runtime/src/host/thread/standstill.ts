import type { HeapGauge } from '../../scheduler/heap-watch.ts'

/** What a thread can be asked by the inspector while it stands still: its own collection and its own source maps. */
const NAME = 'strata.standstill'

interface StandstillAnswers {
  /** Collects, then tells what is in use. */
  liveBytes(): number
  /** `session.ts:41` for a stack in compiled lines. */
  place(stack: string): string | null
}

export const askLiveBytes = `globalThis[Symbol.for('${NAME}')].liveBytes()`

export function askPlace(stack: string): string {
  return `globalThis[Symbol.for('${NAME}')].place(${JSON.stringify(stack)})`
}

/** To be called once in a scheduler's thread. */
export function answerAtStandstill(gauge: HeapGauge, place: (stack: string) => string | null): void {
  const answers: StandstillAnswers = {
    liveBytes() {
      gauge.collect()
      return gauge.usedBytes()
    },
    place,
  }
  Object.defineProperty(globalThis, Symbol.for(NAME), { value: Object.freeze(answers) })
}
