import {
  type By,
  type Clock,
  type CrashReport,
  describeExit,
  type Engine,
  EngineError,
  type Pid,
  type Plan,
  type Victim,
} from '@strata/runtime'
import { victimsOf } from '../plans/plan-difference.ts'

/** Of so many processes the state is asked for before they end. */
const ASKED_MAX = 100
/** An end does not wait longer for those who do not answer. */
const WAIT_MS = 300
const TEXT_MAX = 2_000
const MESSAGES_MAX = 3
const MESSAGE_MAX = 300

/** What was known of a process just before it was ended, beyond what its plan says. */
export interface LastWords {
  /** What its module's `preview` calls the document, cut to 2,000 characters; `null`: it has none, or did not answer. */
  readonly document: string | null
  readonly cut: boolean
  /** The first messages that it never read. */
  readonly unread?: { readonly waiting: number; readonly first: readonly string[] }
  /** Of the process that had its name before. */
  readonly lastCrash?: { readonly at: string; readonly reason: string }
}

export interface WordsDesk {
  readonly engine: Pick<Engine, 'preview' | 'queue'>
  readonly clock: Clock
  readonly crashes: { list(): Promise<readonly CrashReport[]> }
}

/** KEEP1: asks those whom a plan ends for a preview of their state and looks at what waits for them, all at once; what does not come in time is left out. */
export async function askLastWords({ engine, clock, crashes }: WordsDesk, plan: Plan, by: By): Promise<ReadonlyMap<Pid, LastWords>> {
  const words = new Map<Pid, LastWords>()
  if (plan.verb !== 'kill' && plan.verb !== 'purge' && plan.verb !== 'load') return words
  const asked = victimsOf(plan).slice(0, ASKED_MAX)
  if (asked.length === 0) return words
  let isOver = false
  const add = (pid: Pid, more: Partial<LastWords>) => {
    if (!isOver) words.set(pid, { ...(words.get(pid) ?? { document: null, cut: false }), ...more })
  }
  const lookAt = async ({ pid, queueLength }: Victim): Promise<void> => {
    // The queue first: a preview is a message, too.
    const looked = queueLength === 0 ? undefined : engine.queue(pid, by, { untold: true }).catch(silent)
    const previewed = engine.preview(pid).catch(silent)
    const queue = await looked
    if (queue !== undefined && queue.total > 0) {
      const first = queue.messages.slice(0, MESSAGES_MAX).map(({ text }) => text.slice(0, MESSAGE_MAX))
      add(pid, { unread: { waiting: queue.total, first } })
    }
    const view = await previewed
    if (view?.status === 'answered') add(pid, { document: view.document.slice(0, TEXT_MAX), cut: view.document.length > TEXT_MAX })
  }
  const readCrashes = async (): Promise<void> => {
    const known = await crashes.list()
    for (const { pid, name } of asked) {
      const crash = name === null ? undefined : known.find((one) => one.name === name)
      if (crash !== undefined) add(pid, { lastCrash: { at: crash.at, reason: describeExit(crash.reason).slice(0, MESSAGE_MAX) } })
    }
  }
  const answers = Promise.all([readCrashes(), ...asked.map(lookAt)])
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
