import { describe, expect, test } from 'vitest'
import { createTestScheduler } from '../src/testing/test-scheduler.ts'
import { programs } from './differential-programs.ts'
import { languagePrograms } from './language-programs.ts'
import { recordEffects, runNatively } from './record-effects.ts'

const LOG = 'strataTestLog'

/** Runs a program's `main` on a scheduler and gives what it did, in order, and how it ended. */
async function runScheduled(source: string): Promise<unknown[]> {
  return await recordEffects(async (log) => {
    Object.assign(globalThis, { [LOG]: log })
    const run = createTestScheduler({
      modules: {
        program: `${source}\nexport async function runProgram() { globalThis.${LOG}('returned', await main(globalThis.${LOG})) }`,
      },
    })
    try {
      const answer = await run.apply('program', 'runProgram')
      if (answer?.status !== 'answered')
        log('ended', answer?.reason.type === 'error' ? `${answer.reason.name}: ${answer.reason.message}` : answer)
    } finally {
      run.stop()
    }
  })
}

async function runAlone(source: string): Promise<unknown[]> {
  return await recordEffects(async (log) => {
    try {
      log('returned', await runNatively(source)(log))
    } catch (error) {
      log('ended', error)
    }
  })
}

describe('STR6 on a scheduler a program has the effects, in the order, that it has without us', () => {
  test.each(Object.entries({ ...programs, ...languagePrograms }))('%s', async (_, source) => {
    expect(await runScheduled(source)).toEqual(await runAlone(source))
  })
})
