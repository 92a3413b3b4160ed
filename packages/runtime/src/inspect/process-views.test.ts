import { afterEach, expect, test } from 'vitest'
import type { Pid } from '../ids.ts'
import type { ProcessFilter } from './views.ts'
import { createTestScheduler } from '../testing/index.ts'
import type { TestScheduler, TestSchedulerOptions } from '../testing/index.ts'
import {
  describeProcess,
  fallingVictims,
  listProcesses,
  matchingPids,
  pinCounts,
  pinRows,
  sampleScheduler,
  whereabouts,
} from './process-views.ts'

const API = `import { exit, link, receive, register, reply, self, send, sleep, spawn, trapExit } from '@strata/runtime/process'
`
let t: TestScheduler
afterEach(() => t.stop())

function start(modules: Record<string, string>, options: Omit<TestSchedulerOptions, 'modules'> = {}): TestScheduler {
  t = createTestScheduler({ modules: Object.fromEntries(Object.entries(modules).map(([name, text]) => [name, API + text])), ...options })
  return t
}

const LOOP = `export const upgrade = { type: 'upgrade' }
import * as current from './m.ts'
export async function start(n) {
  return loop({ n })
}
async function loop(state) {
  const m = await receive()
  if (m === 'upgrade' || m.type === 'upgrade') return current.resume(state)
  if (m === 'nested') { await current.inner(); return loop(state) }
  if (m === 'timer') { setTimeout(function tick() {}, 1_000); return loop(state) }
  if (m === 'match') return receive({ match: (x) => x === 'go' })
  if (m === 'spawn') { spawn(loop, [state]); return loop(state) }
  if (m === 'end') return
  return loop(state)
}
export async function resume(state) { return loop(state) }
export async function inner() { await receive() }
`

test('PIN1 a frame pins its generation, with function, line and since when', async () => {
  start({ m: LOOP })
  t.clock.advance(5_000)
  const pid = t.spawn('m', 'start', 1)
  await t.runUntilIdle()
  const rows = pinRows(t.scheduler, 'm')
  expect(rows).toEqual([
    { pid, generation: 1, reason: 'frame', function: 'loop', at: 'm.ts:8', since: new Date(t.clock.now()).toISOString() },
  ])
  t.clock.advance(60_000)
  t.send(pid, 'again')
  await t.runUntilIdle()
  expect(pinRows(t.scheduler, 'm', 1)).toEqual(rows)
})

test('PIN1 a new generation is entered by the fully qualified tail call, which lets the old one go (C6)', async () => {
  start({ m: LOOP })
  const [a, b] = [t.spawn('m', 'start', 1), t.spawn('m', 'start', 2)]
  await t.runUntilIdle()
  t.load({ m: API + LOOP })
  expect(t.scheduler.askUpgrade(a)).toBe('asked')
  await t.runUntilIdle()
  expect(whereabouts(t.scheduler, a)).toEqual({ pid: a, alive: true, generation: 2, pins: [{ module: 'm', number: 2 }] })
  expect(whereabouts(t.scheduler, b).generation).toBe(1)
  expect(pinCounts(t.scheduler).map(({ number, pins }) => [number, pins])).toEqual([
    [1, 1],
    [2, 1],
  ])
  t.send(b, 'end')
  await t.runUntilIdle()
  expect(pinCounts(t.scheduler).map(({ number, pins, oldestAt }) => [number, pins, oldestAt === null])).toEqual([
    [1, 0, true],
    [2, 1, false],
  ])
  expect(whereabouts(t.scheduler, b).alive).toBe(false)
})

test('AGE1 ages are what has passed, whatever the machine clock is set to meanwhile', async () => {
  start({ m: LOOP })
  const pid = t.spawn('m', 'start', 1)
  await t.runUntilIdle()
  const ages = () => {
    const { startedAt, pins } = describeProcess(t.scheduler, pid)!
    return [startedAt, pins[0]!.since].map((at) => t.clock.now() - Date.parse(at))
  }
  t.clock.advance(60_000)
  for (const setMs of [0, 3 * 3_600_000, -9 * 3_600_000]) {
    t.clock.setBy(setMs)
    expect(ages()).toEqual([60_000, 60_000])
  }
  // A clock that is only adjusted moves no beginning: rows do not change their place for it.
  const { startedAt } = describeProcess(t.scheduler, pid)!
  t.clock.setBy(500)
  expect(describeProcess(t.scheduler, pid)!.startedAt).toBe(startedAt)
})

test('PIN1 a frame of an old generation below one of the current pins both (C7)', async () => {
  start({ m: LOOP })
  const pid = t.spawn('m', 'start', 1)
  await t.runUntilIdle()
  t.load({ m: API + LOOP })
  t.send(pid, 'nested')
  await t.runUntilIdle()
  const detail = describeProcess(t.scheduler, pid)
  expect(detail?.generation).toBe(2)
  expect(detail?.stack.map(({ function: name, generation }) => [name, generation])).toEqual([
    ['inner', 2],
    ['loop', 1],
  ])
  expect(detail?.pins.map(({ generation, reason }) => [generation, reason])).toEqual([
    [2, 'frame'],
    [1, 'frame'],
  ])
})

test('PIN1 a timer pins the generation that set it, and no longer once it has run', async () => {
  start({ m: LOOP })
  const pid = t.spawn('m', 'start', 1)
  t.send(pid, 'timer')
  await t.runUntilIdle()
  t.load({ m: API + LOOP })
  t.send(pid, 'upgrade')
  await t.runUntilIdle()
  expect(pinRows(t.scheduler, 'm', 1)).toMatchObject([{ pid, reason: 'timer', function: 'tick', at: 'm.ts:8' }])
  expect(describeProcess(t.scheduler, pid)?.timers).toBe(1)
  t.clock.advance(1_000)
  await t.runUntilIdle()
  expect(pinRows(t.scheduler, 'm', 1)).toEqual([])
  expect([1, 2].map((n) => t.pins('m', n))).toEqual([0, 1])
})

test('PIN1 the match of a receive pins without a frame', async () => {
  start({ m: LOOP })
  const pid = t.spawn('m', 'start', 1)
  t.send(pid, 'match')
  await t.runUntilIdle()
  expect(pinRows(t.scheduler, 'm')).toMatchObject([{ pid, reason: 'callback', function: 'match' }])
  t.send(pid, 'go')
  await t.runUntilIdle()
  expect(t.pins('m', 1)).toBe(0)
})

test('PIN1 a spawn under way pins: by a local function its generation, by module and export none (C30)', async () => {
  start({
    m: `export async function main(how) { const pid = how === 'local' ? spawn(child) : spawn({ module: 'm', export: 'child' }); globalThis.seen = globalThis.lookAt(pid); }
    export async function child() { await receive() }`,
  })
  Object.assign(globalThis, { lookAt: (pid: Pid) => describeProcess(t.scheduler, pid)?.pins })
  t.spawn('m', 'main', 'local')
  await t.runUntilIdle()
  expect((globalThis as any).seen).toMatchObject([{ module: 'm', generation: 1, reason: 'in_flight', function: 'child' }])
  t.spawn('m', 'main', 'late')
  await t.runUntilIdle()
  expect((globalThis as any).seen).toEqual([])
})

test('PIN2 a loop of tail calls keeps one frame, a call inside try keeps the caller', async () => {
  start({
    m: `export async function main(n) { return n === 0 ? inTry() : main(n - 1) }
    async function inTry() { try { return await waits() } finally {} }
    async function waits() { await receive() }`,
  })
  const pid = t.spawn('m', 'main', 10_000)
  await t.runUntilIdle()
  expect(describeProcess(t.scheduler, pid)?.stack.map((frame) => frame.function)).toEqual(['waits', 'inTry'])
})

test('ENG2 pins, processes and counts agree', async () => {
  start({ m: LOOP })
  const pids = [1, 2, 3].map((n) => t.spawn('m', 'start', n))
  await t.runUntilIdle()
  t.load({ m: API + LOOP })
  t.send(pids[0] as Pid, 'nested')
  t.send(pids[1] as Pid, 'upgrade')
  await t.runUntilIdle()
  for (const number of [1, 2]) {
    const count = pinCounts(t.scheduler).find((entry) => entry.number === number)?.pins
    const page = listProcesses(t.scheduler, { module: 'm', generation: number })
    expect(new Set(pinRows(t.scheduler, 'm', number).map(({ pid }) => pid)).size).toBe(count)
    expect(page.total).toBe(count)
    expect(sampleScheduler(t.scheduler).generations.find(({ generation }) => generation === number)?.pins).toBe(count)
  }
})

test('KILL4 while a process is in synchronous code its function and line are those of right now', async () => {
  let detail: ReturnType<typeof describeProcess>
  start(
    {
      m: `export async function main() {
      await work()
    }
    async function work() {
      spin(1)
    }
    function spin(n) {
      while (!globalThis.stopSpin) {
        n++
      }
    }`,
    },
    {
      serve: (test) => {
        if (!test.scheduler.inTurn) return
        ;(globalThis as any).stopSpin = true
        const [process] = test.scheduler.core.processes.values()
        detail = describeProcess(test.scheduler, process?.pid as Pid)
      },
    },
  )
  t.spawn('m', 'main')
  const enter = t.scheduler.core.enter.bind(t.scheduler.core)
  t.scheduler.core.enter = (process) => {
    enter(process)
    t.interrupt()
  }
  await t.runUntilIdle()
  expect(detail).toMatchObject({ function: 'spin', at: 'm.ts:9', module: 'm', generation: 1, status: 'running' })
})

test('PLAN1 who falls along with chosen processes: over links, as far as nobody traps', async () => {
  start({ m: `export async function main(to, traps) { trapExit(traps); if (to) link(to); for (;;) await receive() }` })
  const a = t.spawn('m', 'main', null, false)
  const b = t.spawn('m', 'main', a, false)
  const c = t.spawn('m', 'main', b, true)
  const d = t.spawn('m', 'main', c, false)
  await t.runUntilIdle()
  expect(fallingVictims(t.scheduler, [a], ['1.999' as Pid]).victims.map(({ pid, because }) => [pid, because])).toEqual([
    [a, 'pins'],
    [b, 'link'],
  ])
  expect(fallingVictims(t.scheduler, [], [d]).victims.map(({ pid, because }) => [pid, because])).toEqual([[d, 'chosen']])
  t.scheduler.kill(a, 'purge', '')
  await t.runUntilIdle()
  expect([...t.scheduler.core.processes.values()].map(({ pid }) => pid)).toEqual([c, d])
})

test('LIM3 100,000 processes are filtered, sorted and cut quickly; pages have 500 rows at most', async () => {
  start({
    m: `export async function main(n) { for (let i = 0; i < n; i++) spawn(waits, [i]); for (;;) await receive() }
    async function waits(i) { await receive() }`,
  })
  const first = t.spawn('m', 'main', 100_000)
  await t.runUntilIdle()
  const slowest = Math.max(
    ...[
      { sort: 'pid', descending: true, limit: 500 } as const,
      { search: 'WAITS', sort: 'reductions', offset: 1_000 } as const,
      { module: 'm', generation: 1, sort: 'function' } as const,
      { search: '1.100', sort: 'startedAt', limit: 10_000 } as const,
      { sort: 'messagesPerSecond', descending: true, queueMin: 0 } as const,
      { module: 'm', pinnedMinSeconds: 0, sort: 'reductionsPerSecond' } as const,
    ].map((query) => {
      let best = Number.POSITIVE_INFINITY
      for (let run = 0; run < 5; run++) {
        const before = performance.now()
        const page = listProcesses(t.scheduler, query)
        best = Math.min(best, performance.now() - before)
        expect(page.rows.length).toBeLessThanOrEqual(500)
        expect(page.rows.length).toBeGreaterThan(0)
      }
      return best
    }),
  )
  // 50 ms is the goal on a quiet machine; a busy one is slower by ten times, and what compares all with all by a thousand.
  expect(slowest).toBeLessThan(1_000)
  expect(listProcesses(t.scheduler, { sort: 'pid', descending: true, limit: 2 }).rows.map(({ pid }) => pid)).toEqual([
    '1.100001',
    '1.100000',
  ])
  expect(listProcesses(t.scheduler, { search: 'main' }).rows.map(({ pid }) => pid)).toEqual([first])
  expect(listProcesses(t.scheduler, { sort: 'function', limit: 1 }).rows[0]?.pid).toBe(first)
  expect(sampleScheduler(t.scheduler)).toMatchObject({ processes: 100_001, generations: [{ pins: 100_001 }] })
})

test('RATE1 rates are unknown at first, then over the last seconds, and nothing is kept once nobody looks', async () => {
  start({
    m: `export async function busy() { for (;;) { const m = await receive(); let n = 0; for (let i = 0; i < m; i++) n += i } }
    export async function idle() { await receive() }`,
  })
  const idle = t.spawn('m', 'idle')
  const busy = t.spawn('m', 'busy')
  await t.runUntilIdle()
  const rates = () =>
    listProcesses(t.scheduler, { sort: 'reductionsPerSecond', descending: true }).rows.map((row) => [
      row.pid,
      row.reductionsPerSecond,
      row.messagesPerSecond,
    ])
  expect(rates().map(([, ...rest]) => rest)).toEqual([
    [null, null],
    [null, null],
  ])
  for (let n = 0; n < 10; n++) t.send(busy, 1_000)
  await t.runUntilIdle()
  t.clock.advance(2_000)
  const [first, second] = rates()
  expect(second).toEqual([idle, 0, 0])
  expect(first).toEqual([busy, expect.any(Number), 5])
  expect(first?.[1]).toBeGreaterThan(5_000)
  expect(first?.[1]).toBeLessThan(6_000)
  // A process that came since has no rate yet, and sorts last.
  const young = t.spawn('m', 'idle')
  await t.runUntilIdle()
  expect(rates().at(-1)).toEqual([young, null, null])
  t.clock.advance(11_000)
  sampleScheduler(t.scheduler)
  expect(rates().every(([, reductions]) => reductions === null)).toBe(true)
})

test('QUEUE1 a sample tells each module’s backlog: what waits for those whom the list of that module has', async () => {
  start({
    m: `export async function main() { await receive({ match: (x) => x === 'go' }) }`,
    n: `import { main } from './m.ts'
    export async function both() { await main() }`,
  })
  const [alone, both] = [t.spawn('m', 'main'), t.spawn('n', 'both')]
  await t.runUntilIdle()
  const send = (pid: Pid, times: number) => {
    for (let sent = 0; sent < times; sent++) t.send(pid, 'wait')
  }
  send(alone, 20)
  await t.runUntilIdle()
  expect(sampleScheduler(t.scheduler)).toMatchObject({ queued: 20, queues: [] })
  send(both, 30)
  await t.runUntilIdle()
  const { queued, queues } = sampleScheduler(t.scheduler)
  expect([queued, new Map(queues.map(({ module, queued: own }) => [module, own]))]).toEqual([
    50,
    new Map([
      ['m', 50],
      ['n', 30],
    ]),
  ])
  for (const { module, queued: own } of queues) {
    const { rows } = listProcesses(t.scheduler, { module, queueMin: 1 })
    expect(rows.reduce((sum, { queueLength }) => sum + queueLength, 0)).toBe(own)
  }
})

test('LIST1 BULK1 conditions on queue, age and age of a pin are met by exactly those that are counted, listed and matched', async () => {
  start({ m: LOOP })
  const old = t.spawn('m', 'start', 1)
  await t.runUntilIdle()
  t.clock.advance(60_000)
  t.load({ m: API + LOOP })
  const young = t.spawn('m', 'start', 2)
  await t.runUntilIdle()
  t.send(young, 'match')
  await t.runUntilIdle()
  for (let n = 0; n < 3; n++) t.send(young, 'queued')
  await t.runUntilIdle()
  const found = (filter: ProcessFilter) => {
    const { total, rows } = listProcesses(t.scheduler, filter)
    expect([total, matchingPids(t.scheduler, filter)]).toEqual([rows.length, rows.map(({ pid }) => pid)])
    return rows.map(({ pid }) => pid)
  }
  expect(found({})).toEqual([old, young])
  expect([found({ queueMin: 3 }), found({ queueMin: 4 })]).toEqual([[young], []])
  expect([found({ ageMinSeconds: 60 }), found({ ageMinSeconds: 61 })]).toEqual([[old], []])
  expect(found({ module: 'm', generation: 1, pinnedMinSeconds: 60 })).toEqual([old])
  expect(found({ module: 'm', pinnedMinSeconds: 61 })).toEqual([])
  expect(found({ module: 'm', generation: 2, pinnedMinSeconds: 1 })).toEqual([])
})

test('EXIT2 a crash is counted where it happened, not where it ended', async () => {
  start({
    m: `import * as other from './other.ts'
    export async function main() { try { await other.fails() } finally { await sleep(0) } }
    export async function leaves() { exit('on purpose') }`,
    other: 'export async function fails() { await sleep(0); throw new Error("here") }',
  })
  t.spawn('m', 'main')
  t.spawn('m', 'leaves')
  await t.runUntilIdle()
  await t.runUntilIdle()
  expect(sampleScheduler(t.scheduler).generations.map(({ module, crashes }) => [module, crashes])).toEqual([
    ['other', 1],
    ['m', 0],
  ])
  expect(t.events).toMatchObject([{ type: 'crashed', crash: { module: 'other', generation: 1 } }])
})

test('PIN6 code of a purged generation throws at its next entry', async () => {
  start({
    m: `export async function main() { for (;;) { try { await receive(); work() } catch (error) { globalThis.purgeSeen = error.code } } }
    function work() { return 1 }
    export async function other() { await receive(); kept() }
    const kept = () => 1`,
  })
  const pid = t.spawn('m', 'main')
  const other = t.spawn('m', 'other')
  await t.runUntilIdle()
  t.load({ m: API })
  t.table.remove({ module: 'm', number: 1 })
  t.send(pid, 1)
  t.send(other, 1)
  await t.runUntilIdle()
  expect((globalThis as any).purgeSeen).toBe('purged_code')
  const purged = { name: 'PurgedCodeError' }
  expect(t.events).toMatchObject([
    { type: 'purged_reached', module: 'm', generation: 1 },
    { crash: { pid, reason: purged } },
    { crash: { pid: other, reason: purged } },
  ])
})

test('LIST2 of a process that has to do with many, a hundred are named and all are counted', async () => {
  start({
    m: `import { monitor } from '@strata/runtime/process'
export async function hub() { for (let n = 0; n < 130; n++) { const pid = spawn(child, [self()]); monitor(pid); if (n < 120) link(pid) } return wait() }
async function child(hub) { monitor(hub); return wait() }
async function wait() { await receive(); return wait() }`,
  })
  const pid = t.spawn('m', 'hub')
  await t.runUntilIdle()
  const view = describeProcess(t.scheduler, pid)
  expect(view?.related).toEqual({ links: 120, monitors: 130, monitoredBy: 130 })
  expect([view?.links.length, view?.monitors.length, view?.monitoredBy.length]).toEqual([100, 100, 100])
})
