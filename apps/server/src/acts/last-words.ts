import { type Clock, type Engine, EngineError, type Pid, type Plan } from '@strata/runtime'
import { victimsOf } from '../plans/plan-difference.ts'

/** Of so many processes the state is asked for before they end. */
const ASKED_MAX = 100
/** An end does not wait longer for those who do not answer. */
const WAIT_MS = 300
const TEXT_MAX = 2_000

/** What a process said of its state just before it was ended. */
export interface LastWords {
  /** What its module's `preview` calls the document, cut to 2,000 characters. */
  readonly document: string
  readonly cut: boolean
}

/** KEEP1: asks those whom a plan ends for a preview of their state, all at once; who does not answer in time is left out. */
export async function askLastWords(engine: Pick<Engine, 'preview'>, clock: Clock, plan: Plan): Promise<ReadonlyMap<Pid, LastWords>> {
  const words = new Map<Pid, LastWords>()
  if (plan.verb !== 'kill' && plan.verb !== 'purge' && plan.verb !== 'load') return words
  const asked = victimsOf(plan).slice(0, ASKED_MAX)
  if (asked.length === 0) return words
  let isOver = false
  const answers = Promise.all(
    asked.map(async ({ pid }) => {
      const view = await engine.preview(pid).catch(silent)
      if (!isOver && view?.status === 'answered')
        words.set(pid, { document: view.document.slice(0, TEXT_MAX), cut: view.document.length > TEXT_MAX })
    }),
  )
  let stopClock = (): void => {}
  await Promise.race([answers, new Promise<void>((resolve) => (stopClock = clock.schedule(WAIT_MS, resolve)))])
  isOver = true
  stopClock()
  return words
}

/** One that has ended meanwhile, or cannot be asked, says nothing. */
function silent(error: unknown): undefined {
  if (!(error instanceof EngineError)) throw error
}
