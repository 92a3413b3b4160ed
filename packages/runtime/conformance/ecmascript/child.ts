import { createHost, provideHarness } from './harness.ts'
import { describeThrown, failed, PASSED } from './outcome.ts'
import type { Outcome } from './outcome.ts'
import { readTest } from './read-test.ts'
import type { Placement } from './read-test.ts'
import { Realm } from './realm.ts'
import { runCompiled } from './run-compiled.ts'
import { runNatively } from './run-natively.ts'

export type Side = 'native' | 'compiled'

export interface Job {
  readonly side: Side
  readonly path: string
  readonly placement: Placement
}

export interface Answer {
  readonly outcome: Outcome
  /** The test changed what cannot be put back: the next one needs a new child. */
  readonly spoilt: boolean
}

/** No test needs that long by itself; one that waits for what never comes ends here. */
const TEST_MS = 10_000

// Taken before any test can replace them.
const { setTimeout, clearTimeout } = globalThis
const suite = process.argv[2] as string
const realm = new Realm()
const host = createHost()

let fail: (error: unknown) => void = () => {}
process.on('unhandledRejection', (error) => fail(error))
process.on('uncaughtException', (error) => fail(error))

async function run({ side, path, placement }: Job): Promise<Outcome> {
  const test = readTest(suite, path)
  let finish: (outcome: Outcome) => void = () => {}
  const ended = new Promise<Outcome>((resolve) => {
    finish = resolve
  })
  let settle: () => void = () => {}
  const settled = new Promise<void>((resolve) => {
    settle = resolve
  })
  let calls = 0
  let verdict: Outcome = PASSED
  provideHarness(suite, test)
  Object.assign(globalThis, {
    $262: host,
    $settled: settled,
    $DONE: (error: unknown) => {
      if (calls++ > 0) verdict = failed('$DONE was called twice')
      else if (error !== undefined) verdict = failed(describeThrown(error))
      settle()
    },
  })
  fail = (error) => finish(failed(`not handled: ${describeThrown(error)}`))
  const timer = setTimeout(() => finish(failed('it never ended')), TEST_MS)
  const work = side === 'native' ? runNatively(suite, test, placement, settled) : runCompiled(suite, test, placement)
  work.then(finish, (error: unknown) => finish(failed(`of ours: ${describeThrown(error)} ${(error as Error).stack}`)))
  const outcome = await ended
  clearTimeout(timer)
  fail = () => {}
  if (outcome.status === 'failed') return outcome
  return test.flags.includes('async') && calls === 0 ? failed('$DONE was never called') : verdict
}

process.on('message', (job: Job) => {
  const answer = (outcome: Outcome): void => void process.send?.({ outcome, spoilt: !realm.restore() } satisfies Answer)
  run(job).then(answer, (error: unknown) => answer(failed(`of ours: ${describeThrown(error)}`)))
})
