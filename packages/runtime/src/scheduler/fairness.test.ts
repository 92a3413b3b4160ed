import { expect, onTestFinished, test } from 'vitest'
import { createTestScheduler } from '../testing/test-scheduler.ts'

const BUSY = 1_000

test('SCHED1 beside a thousand busy processes a call is answered within two rounds of turns', () => {
  const t = createTestScheduler({
    modules: {
      m: `import { call, receive, reply } from '@strata/runtime/process'
export async function busy(): Promise<void> { for (let n = 0; ; n++) if (n > 1e9) n = 0 }
export async function answers(): Promise<void> { for (;;) reply(await receive(), 'here') }
export async function asks(to: string): Promise<unknown> { await receive(); return call(to as never, {}) }`,
    },
    reductionsPerTurn: 50,
    // A millisecond passes with each turn: `run` comes back after a while.
    serve(test) {
      test.clock.advance(1)
      test.interrupt()
    },
  })
  onTestFinished(() => t.stop())
  t.interrupt()
  const { core } = t.scheduler
  const answering = t.spawn('m', 'answers')
  const asking = t.spawn('m', 'asks', answering)
  for (let i = 0; i < BUSY; i++) t.spawn('m', 'busy')
  const turnsUntil = (done: () => boolean): number => {
    const before = core.turns
    while (!done() && core.turns - before < 20 * BUSY) t.scheduler.run(1)
    return core.turns - before
  }
  turnsUntil(() => core.turns > 2 * BUSY)
  t.send(asking, 'go')
  // To the asker, to the one who answers, and back.
  const turns = turnsUntil(() => !core.processes.has(asking))
  expect(core.processes.has(asking)).toBe(false)
  expect(turns).toBeLessThan(3 * (BUSY + 3) + 64)
  expect(core.processes.size).toBe(BUSY + 1)
})
