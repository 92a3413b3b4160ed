import type { Clock } from '../../clock.ts'
import { askLiveBytes, askPlace } from '../thread/standstill.ts'
import { inspectThread, stackOf, type InspectedThread } from './paused-thread.ts'

/** What came of an attempt to cut a turn. `own_code`: the runtime's own code ran each time it was looked at. `spared`: it was looked at and goes on. */
export type CutOutcome = 'cut' | 'moved_on' | 'own_code' | 'unreachable' | 'spared'

/** What can be learned of a thread that stands still. */
export interface Standstill {
  /** The native stack as a stack trace writes it, in compiled lines. */
  readonly stack: string
  /** The user's line in it. */
  place(): Promise<string | null | undefined>
  /** What is in use after a collection, buffers included; `undefined` when that takes too long. */
  liveBytes(): Promise<number | undefined>
}

interface CutRequest {
  readonly threadId: number
  readonly clock: Clock
  /** Read while the thread stands still: the same process is in the same turn. */
  stillSame(): boolean
  /** Whether its turn is to be cut; without it, it is. */
  judge?(standstill: Standstill): Promise<boolean>
}

/** The runtime's own code runs for microseconds between two calls of the user's; what stays there for two seconds does not come out. */
const ATTEMPTS = 40
const ATTEMPT_EVERY_MS = 50
/** A collection of several gigabytes. */
const COLLECT_WAIT_MS = 20_000
const PLACE_WAIT_MS = 1_000
const OWN_FOLDER = new URL('../../', import.meta.url).href

/** Copying changes nothing that others see: it may end anywhere. */
const COPIERS = new Set(
  ['copy-message', 'shape-copiers', 'builtin-copiers', 'expected-copy', 'copy-memory', 'plain-items'].map(
    (name) => `${OWN_FOLDER}process/${name}.ts`,
  ),
)

/** Node's own, or a package that is not compiled: the innermost that called it tells whose work it does. */
function isLent(url: string): boolean {
  return url.startsWith('node:') || (url.startsWith('file:') && !url.startsWith(OWN_FOLDER))
}

/**
 * The user's code runs, or what it has called, in a turn: the runtime's own must not end in the middle, and where nothing of the runtime is below it there is no turn but Node's bookkeeping,
 * which a cut a moment ago has come back to.
 */
export function mayBeCut(frames: readonly { readonly url: string }[]): boolean {
  const [innermost, ...below] = frames.map(({ url }) => url).filter((url) => !isLent(url))
  if (innermost === undefined) return false
  return innermost.startsWith(OWN_FOLDER) ? COPIERS.has(innermost) : below.some((url) => url.startsWith(OWN_FOLDER))
}

/**
 * Ends the turn that a scheduler's thread is in, wherever it is: a synchronous loop without checks, a shared package, a regular expression (KILL1).
 * The thread is paused through the inspector, looked at, and its JavaScript is terminated up to the microtask that runs turns: no `catch`, no
 * `finally`. The scheduler finds out at its next entry (`Scheduler.recoverCut`).
 */
export async function cutTurn(request: CutRequest): Promise<CutOutcome> {
  const thread = await inspectThread(request.threadId, request.clock)
  if (thread === undefined) return 'unreachable'
  thread.post('Debugger.enable')
  try {
    return await cut(thread, request)
  } finally {
    thread.post('Debugger.resume')
    thread.post('Debugger.disable')
    thread.close()
  }
}

async function cut(thread: InspectedThread, { stillSame, judge, clock }: CutRequest): Promise<CutOutcome> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const frames = await thread.pause()
    if (frames === undefined) return 'unreachable'
    if (!stillSame()) return 'moved_on'
    if (mayBeCut(frames)) {
      const stack = stackOf(frames)
      if (
        judge !== undefined &&
        !(await judge({
          stack,
          place: () => thread.evaluate(askPlace(stack), PLACE_WAIT_MS),
          liveBytes: () => thread.evaluate(askLiveBytes, COLLECT_WAIT_MS),
        }))
      )
        return 'spared'
      thread.post('Runtime.terminateExecution')
      return 'cut'
    }
    thread.post('Debugger.resume')
    await new Promise<void>((resolve) => clock.schedule(ATTEMPT_EVERY_MS, resolve))
  }
  return 'own_code'
}
