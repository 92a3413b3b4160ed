import { expect, onTestFinished, test } from 'vitest'
import { closeGate } from '../code/purge-gate.ts'
import { PurgeDesk } from '../host/thread/purge-desk.ts'
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

test('SCHED1 PIN6 the turns of a process end that calls purged code again and again, and code that a soft purge is asking about', async () => {
  const t = createTestScheduler({
    reductionsPerTurn: 50,
    modules: {
      lib: `export function make() { return { call: () => 'called' } }`,
      m: `import { receive, reply } from '@strata/runtime/process'
      import { make } from './lib.ts'
      const kept = make()
      export async function loops() {
        for (let n = 0; n < 20_000; n++) {
          const m = await receive({ after: 0 })
          if (m?.type === 'end') return n
          try { kept.call() } catch {}
        }
        return 'its turn never ended'
      }`,
    },
  })
  onTestFinished(() => t.stop())
  const desk = new PurgeDesk(t.table, t.scheduler)
  t.load({ lib: `export function make() { return { call: () => 'again' } }` })
  const generation = { module: 'lib', number: 1 }
  let ended: unknown
  const pid = t.scheduler.apply('m', 'loops', [], (answer) => {
    ended = answer
  })
  const turnsEnd = (): boolean => {
    const before = t.scheduler.core.turns
    t.scheduler.run(0)
    return t.scheduler.core.turns > before && ended === undefined
  }
  expect(turnsEnd()).toBe(true)
  // Each entry looks at the gate, and opens it for those that follow.
  desk.close({ generations: [{ ...generation, gate: closeGate() }] })
  expect(turnsEnd()).toBe(true)
  desk.settle({ purged: [generation], open: [] })
  expect(turnsEnd()).toBe(true)
  t.send(pid, { type: 'end' })
  await t.runUntilIdle()
  expect(ended).toEqual({ status: 'answered', value: expect.any(Number) })
})

test('SCHED1 the turn of an async loop ends, however many checks the synchronous code has that it calls', () => {
  const t = createTestScheduler({
    reductionsPerTurn: 50,
    modules: {
      m: `function step(n) { return n }
      function work(count) { let sum = 0; for (let i = 0; i < count; i++) sum += step(i); return sum }
      export async function loops(count) { for (let n = 0; n < 5_000; n++) work(count) }`,
    },
  })
  onTestFinished(() => t.stop())
  const endless: number[] = []
  for (let count = 100; count < 300; count++) {
    const pid = t.spawn('m', 'loops', count)
    t.scheduler.run(0)
    if (!t.scheduler.core.processes.has(pid)) endless.push(count)
    t.scheduler.kill(pid, 'operator', '')
  }
  expect(endless).toEqual([])
})
