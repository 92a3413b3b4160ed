import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BodyFailure } from '../../src/code/running-bodies.ts'
import { compileSet } from '../../src/compiler/compile-set.ts'
import { PackageFiles } from '../../src/compiler/package-files.ts'
import { createTestScheduler } from '../../src/testing/test-scheduler.ts'
import type { HostAnswer } from '../../src/process/process.ts'
import { gatherModules } from './fixtures.ts'
import { describeThrown, failed, isOfKind, PASSED } from './outcome.ts'
import type { Outcome } from './outcome.ts'
import { placeTest } from './read-test.ts'
import type { Placement, Test } from './read-test.ts'

/** Waits of a timer's length that a test may have, one after the other. */
const TIMER_WAITS = 3
const TIMER_WAIT_MS = 10_000

const packageFiles = new PackageFiles()
const places = { root: mkdtempSync(join(tmpdir(), 'strata-conformance-')), shared: [], generations: 'generations' }

/** Compiles a test with the modules that it imports and runs it on a scheduler. */
export async function runCompiled(suite: string, test: Test, placement: Placement): Promise<Outcome> {
  const { negative } = test
  const sources = gatherModules(join(suite, test.path), placeTest(test, placement))
  const outcome = await compileSet({ places, sources, loadedModules: [] }, { packageFiles, report: () => {} })
  if (outcome.status !== 'compiled') {
    if (negative !== undefined && negative.phase !== 'runtime') return PASSED
    return failed(`refused: ${outcome.status === 'rejected' ? (outcome.diagnostics[0]?.message ?? '') : 'too large'}`)
  }
  if (negative?.phase === 'parse') return failed('it was not refused')
  const run = createTestScheduler({ modules: {} })
  try {
    await run.loadWaiting(outcome.modules)
    if (placement === 'function') {
      // Not in an array: tests put setters on these.
      let answer: HostAnswer | undefined
      run.scheduler.apply('m0', 'main', [], (given) => {
        answer = given
      })
      await run.runUntilIdle()
      for (let wait = 0; answer === undefined && wait < TIMER_WAITS; wait++) {
        run.clock.advance(TIMER_WAIT_MS)
        await run.runUntilIdle()
      }
      return judgeAnswer(answer)
    }
    await run.runUntilIdle()
  } catch (error) {
    const thrown = error instanceof BodyFailure ? error.cause : error
    if (negative !== undefined && isOfKind(thrown, negative.type)) return PASSED
    return failed(describeThrown(thrown))
  } finally {
    run.stop()
  }
  return negative === undefined ? PASSED : failed('nothing was thrown')
}

function judgeAnswer(answer: HostAnswer | undefined): Outcome {
  if (answer === undefined) return failed('it never ended')
  if (answer.status === 'answered') return PASSED
  const { reason } = answer
  return failed(reason.type === 'error' ? `${reason.name}: ${reason.message}` : `the process ended: ${JSON.stringify(reason)}`)
}
