import { assert, asyncProperty, constantFrom, integer, oneof, record, tuple, array, type Arbitrary } from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { schedulerOf, type Pid } from '../ids.ts'
import { listProcesses } from '../inspect/process-views.ts'
import { createTestFleet, type TestFleet } from '../testing/test-fleet.ts'
import type { TestScheduler } from '../testing/test-scheduler.ts'
import type { Process } from '../process/process.ts'

/** Does what it is told and keeps what else it gets. */
const ACTOR = `import { demonitor, exit, link, monitor, receive, register, send, trapExit, unlink, unregister, self } from '@strata/runtime/process'
export const got = new Map<string, any[]>()
export const refs = new Map<string, { ref: { ref: string }, of: string }[]>()
export async function start(traps: boolean): Promise<void> {
  trapExit(traps)
  got.set(self(), [])
  refs.set(self(), [])
  for (;;) {
    const message = await receive<any>()
    switch (message.do) {
      case 'send': send(message.to, { from: self(), number: message.number }); break
      case 'link': try { link(message.to) } catch {} break
      case 'unlink': unlink(message.to); break
      case 'monitor': refs.get(self())!.push({ ref: monitor(message.to), of: message.to }); break
      case 'demonitor': { const known = refs.get(self())!.pop(); if (known !== undefined) demonitor(known.ref, { flush: true }); break }
      case 'register': try { register(message.name) } catch {} break
      case 'unregister': try { unregister(message.name) } catch {} break
      case 'end': return
      case 'crash': exit('crash')
      case 'kill': exit(message.to, 'kill'); break
      default: got.get(self())!.push(message)
    }
  }
}
`
const SCHEDULERS = 3
const ACTORS = 6
const RUNS = { numRuns: 60, seed: 20_261_130 }

interface Step {
  readonly do: string
  readonly who: number
  readonly to: number
  readonly name: string
}

function fleetOf(): TestFleet {
  const fleet = createTestFleet(SCHEDULERS, { actor: ACTOR })
  onTestFinished(() => fleet.stop())
  return fleet
}

async function startActors(fleet: TestFleet, traps: (index: number) => boolean): Promise<Pid[]> {
  const pids = Array.from({ length: ACTORS }, (_, index) => {
    const pid = fleet.schedulers[index % SCHEDULERS]?.spawn('actor', 'start', traps(index))
    return pid as Pid
  })
  await fleet.settle()
  return pids
}

const at = (fleet: TestFleet, pid: Pid) => fleet.schedulers[schedulerOf(pid) - 1] as TestFleet['schedulers'][number]
const alive = (fleet: TestFleet, pid: Pid): Process | undefined => at(fleet, pid).scheduler.core.processes.get(pid)
const gotBy = (fleet: TestFleet, pid: Pid): any[] =>
  (at(fleet, pid).table.current('actor')?.instance.exports['got'] as Map<string, any[]> | undefined)?.get(pid) ?? []
const refsOf = (fleet: TestFleet, pid: Pid): { ref: { ref: string }; of: string }[] =>
  (at(fleet, pid).table.current('actor')?.instance.exports['refs'] as Map<string, any[]> | undefined)?.get(pid) ?? []

const step = (verbs: readonly string[], actors: number): Arbitrary<Step> =>
  record({
    do: constantFrom(...verbs),
    who: integer({ min: 0, max: actors - 1 }),
    to: integer({ min: 0, max: actors - 1 }),
    name: constantFrom('a', 'b', 'c'),
  })
/** Between steps: a scheduler runs, or a batch arrives. */
const motion = (schedulers: number) =>
  tuple(constantFrom('run', 'arrive'), integer({ min: 1, max: schedulers }), integer({ min: 1, max: schedulers }))
const script = (verbs: readonly string[], actors = ACTORS) =>
  array(oneof(step(verbs, actors), motion(Math.min(actors, SCHEDULERS))), { minLength: 5, maxLength: 60 })

async function play(fleet: TestFleet, pids: readonly Pid[], steps: readonly (Step | [string, number, number])[]): Promise<void> {
  let number = 0
  for (const one of steps) {
    if (!Array.isArray(one)) {
      const [who, to] = [pids[one.who], pids[one.to]] as [Pid, Pid]
      at(fleet, who).send(who, { do: one.do, to, name: one.name, number: ++number })
    } else if (one[0] === 'run') await at(fleet, `${one[1]}.0` as Pid).runUntilIdle()
    else if (one[1] !== one[2]) fleet.arrive(one[1], one[2])
  }
  await fleet.settle()
}

test('MSG3 SCHED3 messages between two processes arrive in order, whichever schedulers they are on and however batches interleave', async () => {
  await assert(
    asyncProperty(script(['send']), async (steps) => {
      const fleet = createTestFleet(SCHEDULERS, { actor: ACTOR })
      const pids = await startActors(fleet, () => false)
      await play(fleet, pids, steps as never)
      const sent = steps.filter((one) => !Array.isArray(one)).length
      let arrived = 0
      for (const pid of pids) {
        const last = new Map<string, number>()
        for (const { from, number } of gotBy(fleet, pid)) {
          expect(number).toBeGreaterThan(last.get(from) ?? 0)
          last.set(from, number)
          arrived++
        }
      }
      expect(arrived).toBe(sent)
      fleet.stop()
    }),
    RUNS,
  )
})

test('LINK1 MON1 NAME2 links, monitors and names of processes on several schedulers agree once everything has arrived, whatever crosses on the way', async () => {
  const verbs = ['link', 'link', 'unlink', 'monitor', 'monitor', 'demonitor', 'register', 'unregister', 'end', 'crash', 'kill']
  await assert(
    asyncProperty(script(verbs), async (steps) => {
      const fleet = createTestFleet(SCHEDULERS, { actor: ACTOR })
      const pids = await startActors(fleet, (index) => index % 2 === 0)
      await play(fleet, pids, steps as never)
      for (const pid of pids) {
        const process = alive(fleet, pid)
        const linked = linksOf(process)
        // Both halves of a link are there, and neither leads to what has ended.
        for (const other of linked) expect(linksOf(alive(fleet, other))).toContain(pid)
        const { peers } = at(fleet, pid).scheduler.core
        if (process === undefined) continue
        expect(process.relations?.away?.unlinking.size ?? 0).toBe(0)
        expect(peers?.tied.has(process) ?? false).toBe((process.relations?.away ?? null) !== null)
        // Exactly one Down for each monitor of what has ended, none for what lives.
        const downs = gotBy(fleet, pid).filter(({ type }) => type === 'down')
        for (const { ref, of } of refsOf(fleet, pid)) {
          const told = downs.filter((down) => down.ref.ref === ref.ref).length
          expect(told).toBe(alive(fleet, of as Pid) === undefined ? 1 : 0)
        }
      }
      for (const name of ['a', 'b', 'c']) {
        const owner = fleet.names.find(name)
        const holders = pids.filter((pid) => alive(fleet, pid)?.name === name)
        expect(holders).toEqual(owner === undefined ? [] : [owner])
      }
      fleet.stop()
    }),
    RUNS,
  )
})

test('LINK1 a link and an unlink that cross on the way leave both sides agreed', async () => {
  await assert(
    asyncProperty(script(['link', 'unlink'], 2), async (steps) => {
      const fleet = createTestFleet(2, { actor: ACTOR })
      const [a, b] = [fleet.schedulers[0]?.spawn('actor', 'start', true), fleet.schedulers[1]?.spawn('actor', 'start', true)] as [Pid, Pid]
      await fleet.settle()
      await play(fleet, [a, b], steps as never)
      expect(linksOf(alive(fleet, a))).toEqual(linksOf(alive(fleet, b)).length === 0 ? [] : [b])
      fleet.stop()
    }),
    { ...RUNS, numRuns: 150 },
  )
})

function linksOf(process: Process | undefined): Pid[] {
  if (process === undefined || process.relations === null) return []
  return [...[...process.relations.links].map((other) => other.pid), ...(process.relations.away?.links ?? [])]
}

test('SCHED4 a scheduler that is lost while it holds half of a link tells the other half, once, after what it had sent', async () => {
  const fleet = fleetOf()
  const [a, b] = (await startActors(fleet, () => true)) as [Pid, Pid]
  // B's half is not there yet.
  at(fleet, a).send(a, { do: 'link', to: b })
  at(fleet, a).send(a, { do: 'monitor', to: b })
  await at(fleet, a).runUntilIdle()
  at(fleet, b).send(b, { do: 'send', to: a, number: 1 })
  at(fleet, b).send(b, { do: 'link', to: a })
  await at(fleet, b).runUntilIdle()
  fleet.lose(2)
  await fleet.settle()
  expect(gotBy(fleet, a)).toEqual([
    { from: b, number: 1 },
    { type: 'exit', pid: b, reason: { type: 'scheduler_restarted' } },
    { type: 'down', ref: expect.anything(), pid: b, reason: { type: 'scheduler_restarted' } },
  ])
  expect(linksOf(alive(fleet, a))).toEqual([])
})

test('MSG5 a flood to a slow process elsewhere slows its senders, and lets them go on when its queue is short', async () => {
  const fleet = createTestFleet(2, {
    flood: `import { receive, send } from '@strata/runtime/process'
export const sent = { count: 0 }
export async function pour(to: string, count: number) { for (let i = 0; i < count; i++) { send(to, i); sent.count++ } }
export async function slow() { await receive({ match: (message: unknown) => message === 'go' }); for (;;) await receive() }`,
  })
  onTestFinished(() => fleet.stop())
  const [first, second] = fleet.schedulers as [TestFleet['schedulers'][number], TestFleet['schedulers'][number]]
  const slow = second.spawn('flood', 'slow')
  const pouring = first.spawn('flood', 'pour', slow, 100_000)
  await fleet.settle()
  const sent = first.table.current('flood')?.instance.exports['sent'] as { readonly count: number } | undefined
  const count = sent?.count
  expect(second.scheduler.core.processes.get(slow)?.queueLength).toBeGreaterThan(10_000)
  expect(count).toBeLessThan(20_000)
  expect(first.scheduler.core.peers?.slowed.has(first.scheduler.core.processes.get(pouring) as Process)).toBe(true)
  const statuses = listProcesses(first.scheduler, { status: 'slowed' })
  expect(statuses.rows.map(({ pid, status }) => [pid, status])).toEqual([[pouring, 'slowed']])
  // Suspended and resumed meanwhile, it goes on waiting for room.
  first.scheduler.suspend([pouring])
  expect(first.scheduler.resume(pouring)).toBe('resumed')
  await fleet.settle()
  expect(sent?.count).toBe(count)
  second.send(slow, 'go')
  await fleet.settle()
  expect(listProcesses(first.scheduler, { status: 'slowed' }).total).toBe(0)
  expect(sent?.count).toBe(100_000)
  expect(second.scheduler.core.processes.get(slow)?.queueLength).toBe(0)
})

test('MSG5 a flood of large messages slows its senders by the bytes that wait', async () => {
  const fleet = createTestFleet(2, {
    flood: `import { receive, send } from '@strata/runtime/process'
export const sent = { count: 0 }
const text = 'x'.repeat(20_000)
export async function pour(to: string, count: number) { for (let i = 0; i < count; i++) { send(to, { i, text }); sent.count++ } }
export async function slow() { await receive({ match: (message: unknown) => message === 'go' }); for (;;) await receive() }`,
  })
  onTestFinished(() => fleet.stop())
  const [first, second] = fleet.schedulers as [TestFleet['schedulers'][number], TestFleet['schedulers'][number]]
  const slow = second.spawn('flood', 'slow')
  first.spawn('flood', 'pour', slow, 20_000)
  await fleet.settle()
  const sent = first.table.current('flood')?.instance.exports['sent'] as { readonly count: number } | undefined
  expect(sent?.count).toBeLessThan(10_000)
  expect(listProcesses(first.scheduler, { status: 'slowed' }).total).toBe(1)
  second.send(slow, 'go')
  await fleet.settle()
  expect(sent?.count).toBe(20_000)
  expect([listProcesses(first.scheduler, { status: 'slowed' }).total, second.scheduler.core.processes.get(slow)?.queueLength]).toEqual([
    0, 0,
  ])
})

test('MSG5 small messages between the large ones hide no flood, and two large ones are none', async () => {
  const fleet = createTestFleet(2, {
    flood: `import { receive, send } from '@strata/runtime/process'
export const sent = { count: 0 }
const text = 'x'.repeat(50_000)
export async function pairs(to: string, count: number) { for (let i = 0; i < count; i++) { send(to, { text }); send(to, { i }); sent.count++ } }
export async function few(to: string) { for (let i = 1; i <= 40; i++) send(to, { i, text: i === 16 || i === 17 ? text.repeat(50) : '' }) }
export async function some(to: string) { for (let i = 0; i < 2_000; i++) { send(to, { i }); sent.count++ } }
export async function slow() { await receive({ match: (message: unknown) => message === 'go' }); for (;;) await receive() }`,
  })
  onTestFinished(() => fleet.stop())
  const [first, second] = fleet.schedulers as [TestFleet['schedulers'][number], TestFleet['schedulers'][number]]
  const sent = first.table.current('flood')?.instance.exports['sent'] as { count: number }
  const slowed = () => listProcesses(first.scheduler, { status: 'slowed' }).total
  const slow = second.spawn('flood', 'slow')
  first.spawn('flood', 'few', slow)
  await fleet.settle()
  first.spawn('flood', 'some', slow)
  await fleet.settle()
  expect([slowed(), sent.count]).toEqual([0, 2_000])
  sent.count = 0
  first.spawn('flood', 'pairs', second.spawn('flood', 'slow'), 4_000)
  await fleet.settle()
  expect(slowed()).toBe(1)
  expect(sent.count).toBeLessThan(3_000)
})

test('MSG5 a call by name waits while the called process is slowed, although its scheduler is idle; who sends nothing there answers at once', async () => {
  const fleet = createTestFleet(2, {
    m: `import { call, receive, reply, send } from '@strata/runtime/process'
export async function pours(to: string) { for (let i = 0; i < 20_000; i++) send(to, i); for (;;) reply(await receive(), 'poured') }
export async function answers() { for (;;) reply(await receive(), 'here') }
export async function asks(name: string) { return call(name, {}, 60_000) }
export async function idle() { for (;;) await receive() }`,
  })
  onTestFinished(() => fleet.stop())
  const [first, second] = fleet.schedulers as [TestFleet['schedulers'][number], TestFleet['schedulers'][number]]
  const held = second.spawn('m', 'idle')
  first.scheduler.spawn({ module: 'm', export: 'pours' }, [held], { name: 'pours' })
  first.scheduler.spawn({ module: 'm', export: 'answers' }, [], { name: 'answers' })
  const answers = new Map<string, unknown>()
  // The second scheduler takes nothing meanwhile.
  await first.runUntilIdle()
  for (const name of ['pours', 'answers']) first.scheduler.apply('m', 'asks', [name], (answer) => answers.set(name, answer))
  await first.runUntilIdle()
  expect([first.scheduler.core.queue.size, [...answers]]).toEqual([0, [['answers', { status: 'answered', value: 'here' }]]])
  expect(listProcesses(first.scheduler, { status: 'slowed' }).rows.map(({ name }) => name)).toEqual(['pours'])
  await fleet.settle()
  expect(answers.get('pours')).toEqual({ status: 'answered', value: 'poured' })
  expect(listProcesses(first.scheduler, { status: 'slowed' }).total).toBe(0)
})

test('INFO1 SCHED3 infoOf tells what a process is, on whichever scheduler; undefined of one that has ended, and the process itself is not asked', async () => {
  const fleet = createTestFleet(2, {
    m: `import { infoOf, processInfo, receive, self, spawn } from '@strata/runtime/process'
export async function main(elsewhere: string) {
  let refused
  try { processInfo(elsewhere as never) } catch (error) { refused = error.code }
  const here = await infoOf(self())
  const there = await infoOf(elsewhere as never)
  const [again, gone] = await Promise.all([infoOf(elsewhere as never), infoOf('2.999' as never)])
  return { refused, here: here?.status, there, same: again?.pid === there?.pid, gone: gone === undefined }
}
export async function deaf() { await receive({ match: (m: unknown) => m === 'go' }) }`,
  })
  onTestFinished(() => fleet.stop())
  const [first, second] = fleet.schedulers as [TestFleet['schedulers'][number], TestFleet['schedulers'][number]]
  const deaf = second.scheduler.spawn({ module: 'm', export: 'deaf' }, [], { name: 'deaf' })
  second.send(deaf, 'unread')
  await fleet.settle()
  let answer: unknown
  first.scheduler.apply('m', 'main', [deaf], (given) => {
    answer = given
  })
  await fleet.settle()
  expect(answer).toEqual({
    status: 'answered',
    value: {
      refused: 'badarg',
      here: 'running',
      there: expect.objectContaining({ pid: deaf, name: 'deaf', status: 'waiting', queueLength: 1 }),
      same: true,
      gone: true,
    },
  })
})

const STARTER = `import { call, receive, reply, send, spawn, unregister } from '@strata/runtime/process'
export async function answering() { for (;;) { const message = await receive(); reply(message, 'here') } }
export async function idle() { await receive({ match: (message) => message === 'go' }) }
export async function starter(third: string) { send(third, spawn({ module: 'starter', export: 'answering' }, [], { scheduler: 2, name: 'n' })); await receive() }
export async function asker(what: string, known?: string) {
  const pid = known ?? await receive<any>()
  if (what === 'unregister') return unregister('n')
  try { return await call(pid, { type: 'x' }, Infinity) } catch (error: any) { return error.code }
}
`

/** On scheduler 1 somebody is told by 3 which process it started on 2; what 1 does about it is under way to 2 before its spawn has arrived. */
async function startAndAsk(what: string) {
  const fleet = createTestFleet(SCHEDULERS, { starter: STARTER })
  onTestFinished(() => fleet.stop())
  const [one, two, three] = fleet.schedulers as [TestScheduler, TestScheduler, TestScheduler]
  let answer: unknown
  const asker = one.scheduler.apply('starter', 'asker', [what], (given) => (answer = given)) as Pid
  await fleet.settle()
  three.spawn('starter', 'starter', asker)
  await three.runUntilIdle()
  three.scheduler.core.peers?.flush()
  fleet.arrive(3, 1)
  await one.runUntilIdle()
  one.scheduler.core.peers?.flush()
  return { fleet, two, answer: () => answer }
}

test('SCHED3 whoever was told of a process on a third scheduler reaches it, though its start has not been taken there', async () => {
  const { fleet, answer } = await startAndAsk('call')
  fleet.arriveAll(2)
  await fleet.settle()
  expect(answer()).toEqual({ status: 'answered', value: 'here' })
})

test('NAME2 a name that was taken away before its process has started is nobody’s', async () => {
  const { fleet, two } = await startAndAsk('unregister')
  fleet.arrive(1, 2)
  await fleet.settle()
  expect([fleet.names.find('n'), two.scheduler.core.names.has('n'), two.scheduler.core.processes.size]).toEqual([undefined, false, 1])
})

test('SCHED4 a call of a process of a scheduler that is down fails at once', async () => {
  const fleet = createTestFleet(2, { starter: STARTER })
  onTestFinished(() => fleet.stop())
  const [one, two] = fleet.schedulers as [TestScheduler, TestScheduler]
  const pid = two.spawn('starter', 'idle')
  await fleet.settle()
  fleet.lose(2)
  await fleet.settle()
  let answer: unknown
  one.scheduler.apply('starter', 'asker', ['call', pid], (given) => (answer = given))
  await fleet.settle()
  expect(answer).toEqual({ status: 'answered', value: 'noproc' })
})

test('NAME2 a name that another scheduler takes in the moment of a spawn leaves no process', async () => {
  const fleet = createTestFleet(2, {
    m: `import { receive, spawn } from '@strata/runtime/process'
export async function idle() { await receive() }
export async function main() {
  try { spawn({ module: 'm', export: 'idle' }, [{ get x() { (globalThis as any).takeName(); return 1 } }], { name: 'leader', link: true }) } catch (error: any) { return error.code }
}
`,
  })
  onTestFinished(() => fleet.stop())
  Object.assign(globalThis, { takeName: () => fleet.names.add('leader', 2, 7) })
  const [one] = fleet.schedulers as [TestScheduler]
  expect(await one.apply('m', 'main')).toEqual({ status: 'answered', value: 'badarg' })
  expect(one.scheduler.core.processes.size).toBe(0)
})
