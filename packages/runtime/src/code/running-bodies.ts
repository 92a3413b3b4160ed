import type { Descriptor } from '../abi.ts'
import { describeExit, type ExitReason } from '../exit-reason.ts'
import { tellError } from './tell-error.ts'

/** The evaluation of one set's bodies, as the scheduler runs it. */
export interface RunningBodies {
  /** Runs code of a body to its end. */
  run<T>(run: () => T): T
  /** Runs a body that waits. */
  start(descriptor: Descriptor, body: Generator): Promise<unknown>
  /** Called back once when the evaluation cannot go on. */
  onEnded: (cause: BodiesEnded) => void
  /** Where the latest waiting body that failed stood, as a line of a trace. */
  readonly failedAt: string | undefined
  /** Ends what the bodies left behind, and reports it. */
  end(): void
}

/** Why no body of a set goes on: an async call or callback of theirs failed and nobody handled it, or (`null`) their time is over. */
export class BodiesEnded extends Error {
  readonly reason: ExitReason | null
  constructor(reason: ExitReason | null) {
    super('the evaluation of bodies ended')
    this.reason = reason
  }
}

/** A body that threw, or never ended: `cause` is what it threw. */
export class BodyFailure extends Error {
  readonly rendered: string
  constructor(rendered: string, cause: unknown) {
    super('a body failed', { cause })
    this.rendered = rendered
  }
}

// Taken before any user code runs: a body may replace the global.
const OriginalPromise = Promise
const originalSetImmediate = setImmediate

/** Settles with the evaluation, or as soon as that cannot go on. */
export function untilEvaluated(evaluated: Promise<void>, bodies: RunningBodies): Promise<void> {
  return new OriginalPromise((resolve, reject) => {
    bodies.onEnded = reject
    void forward(evaluated, resolve, reject)
  })
}

// `await` takes nothing from `Promise.prototype`, which a body may have changed.
async function forward(promise: Promise<void>, resolve: () => void, reject: (error: unknown) => void): Promise<void> {
  try {
    await promise
    // A rejection that nobody handles is told once microtasks are done: it fails the evaluation, too (STR2).
    await new OriginalPromise((done) => originalSetImmediate(done))
    resolve()
  } catch (error) {
    reject(error)
  }
}

/** The text of a failed evaluation, with the line where the body stood when what failed does not name it. */
export function renderFailure(error: unknown, failedAt: string | undefined, renderStack: (error: unknown) => string): string {
  if (error instanceof BodiesEnded) {
    const { reason } = error
    if (reason === null) return ''
    return 'stack' in reason && reason.stack !== '' ? reason.stack : describeExit(reason)
  }
  const rendered = typeof error === 'object' && error !== null ? tellError(error, renderStack) : renderStack(error)
  return failedAt === undefined || /\n {4}at /.test(rendered) ? rendered : `${rendered}\n    at module body (${failedAt})`
}

/** Answers `staged` once the bodies have run, with nothing of theirs left; throws what `failed` makes of a failure. */
export async function stageWaiting<T>(
  evaluated: Promise<void>,
  staged: T,
  end: () => void,
  failed: (error: unknown) => BodyFailure,
): Promise<T> {
  try {
    await evaluated
  } catch (error) {
    throw failed(error)
  }
  end()
  return staged
}
