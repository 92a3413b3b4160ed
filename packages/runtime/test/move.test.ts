import { expect, test } from 'vitest'
import { type Clock, systemClock } from '../src/clock.ts'
import type { Engine, MoveOutcome, Pid } from '../src/index.ts'
import { counter as soaked, moveUnderTraffic } from '../soak/move-under-traffic.ts'
import { BY, eventThat, faultOf, room, startSystem } from './system.ts'

/** A counter as a server, whose state has another shape in each generation. */
function counter(version: number, codeChange: string, more = ''): string {
  return `// version ${version}
import { run } from '@strata/runtime/server'
${more}
export async function start(name: string) { return run('counter', [name]) }
export function init(name: string) { return { name, ${version === 1 ? 'count: 0' : 'total: { count: 0 }'}, made: ${version} } }
export const handleCall = {
  add(message: { n: number }, state: any) {
    ${version === 1 ? 'state.count += message.n; return { reply: { v: 1, count: state.count }, state }' : `state.total.count += message.n; return { reply: { v: ${version}, count: state.total.count }, state }`}
  },
  ${version === 1 ? 'old(message: object, state: any) { return { reply: 1, state } },' : ''}
}
export async function codeChange(from: number, state: any) {
  ${codeChange}
}
`
}

const MIGRATE = "return 'total' in state ? state : { name: state.name, total: { count: state.count }, made: state.made, cameFrom: from }"

async function startCounters(count: number, files: Record<string, string> = {}, more = ''): Promise<{ engine: Engine; pids: Pid[] }> {
  const engine = await startSystem({ 'counter.ts': counter(1, 'return state', more), ...files })
  const pids: Pid[] = []
  for (let n = 0; n < count; n++) pids.push(await engine.spawn({ module: 'counter', export: 'start', args: [`c${n}`] }, BY))
  for (const pid of pids) expect(await add(engine, pid, 1)).toEqual({ v: 1, count: 1 })
  return { engine, pids }
}

const add = (engine: Engine, pid: Pid, n: number) => engine.call(pid, { type: 'add', n }, 60_000)

async function load(engine: Engine, text: string, module = 'counter'): Promise<void> {
  await engine.load({ sources: [{ module, text }], old: 'keep', note: '' }, BY)
}

test('MOVE1 a server is suspended, its state changed, and it goes on in current with what was queued (R8)', async () => {
  const { engine, pids } = await startCounters(2)
  await load(engine, counter(2, MIGRATE))
  const plan = await engine.planMove({ module: 'counter', generation: 1 })
  expect(plan.targets.map(({ pid, how, from, to }) => [pid, how, from, to])).toEqual(pids.map((pid) => [pid, 'code_change', 1, 2]))
  expect(await engine.move(plan, BY)).toEqual(pids.map((pid) => ({ pid, status: 'moved', from: 1, to: 2 })))
  expect(await add(engine, pids[0]!, 4)).toEqual({ v: 2, count: 5 })
  expect(await engine.state(pids[0]!, BY)).toMatchObject({
    status: 'shown',
    kind: 'server',
    generation: 2,
    state: { text: expect.stringContaining('cameFrom: 1') },
  })
  expect(await eventThat(engine, ({ type }) => type === 'moved')).toMatchObject({
    moved: 2,
    failed: [],
    skipped: [],
    stopped: false,
    by: BY,
  })
  expect((await engine.planMove({ pids })).targets.map(({ obstacle }) => obstacle)).toEqual(['already_there', 'already_there'])
})

test('MOVE1 a pinned module’s processes move, to a named generation too, and back (R15)', async () => {
  const { engine, pids } = await startCounters(1, {}, 'export const pinned = true')
  const [pid] = pids as [Pid]
  await load(engine, counter(2, MIGRATE, 'export const pinned = true'))
  await load(engine, counter(3, MIGRATE, 'export const pinned = true'))
  expect(await add(engine, pid, 1)).toEqual({ v: 1, count: 2 })
  expect(await engine.pins('counter', 1)).toMatchObject([{ pid, reason: 'declared' }])
  expect(await engine.move(await engine.planMove({ module: 'counter', generation: 1 }, 2), BY)).toEqual([
    { pid, status: 'moved', from: 1, to: 2 },
  ])
  expect(await add(engine, pid, 1)).toEqual({ v: 2, count: 3 })
  expect(await engine.pins('counter', 2)).toMatchObject([{ pid, reason: 'declared' }])
  expect(await engine.softPurge('counter', 1, BY)).toMatchObject({ purged: [{ number: 1 }] })
  expect(await engine.move(await engine.planMove({ pids }), BY)).toEqual([{ pid, status: 'moved', from: 2, to: 3 }])
  expect(await faultOf(engine.planMove({ pids }, 1))).toEqual({ code: 'unknown_generation', module: 'counter', number: 1 })
  expect(await faultOf(engine.planMove({ pids }, 9))).toMatchObject({ code: 'unknown_generation' })
})

test('MOVE1 a supervisor takes the spec that the other generation’s init makes; a table has no generation to move to (R16)', async () => {
  const house = (intensity: string) => `import { run } from '@strata/runtime/supervisor'
import * as table from '@strata/runtime/table'
export async function start() { return run('house') }
export async function keep() { return table.run('kept') }
export function init() { return { intensity: ${intensity}, children: [{ id: 'kept', start: { module: 'house', export: 'keep', name: 'kept' } }] } }`
  const engine = await startSystem({ 'house.ts': house('1') })
  const pid = await engine.spawn({ module: 'house', export: 'start' }, BY)
  await expect.poll(async () => engine.whereis('kept')).not.toBeNull()
  const kept = await engine.whereis('kept')
  await load(engine, house('7'), 'house')
  const plan = await engine.planMove({ pids: [pid, kept!] })
  expect(plan.targets).toMatchObject([
    { pid, how: 'init', from: 1, to: 2 },
    { pid: kept, how: 'cannot', obstacle: 'no_module' },
  ])
  expect(await engine.tryMove(pid, undefined, BY)).toMatchObject({
    status: 'would_move',
    after: { text: expect.stringContaining('intensity: 7') },
  })
  expect(await engine.move(plan, BY)).toMatchObject([{ status: 'moved', from: 1, to: 2 }, { status: 'skipped' }])
  expect((await engine.supervisors()).rows).toMatchObject([{ pid, intensity: 7, children: [{ pid: kept, restarts: 0 }] }])
  await load(engine, house('-1'), 'house')
  expect(await engine.move(await engine.planMove({ pids: [pid] }), BY)).toMatchObject([
    { status: 'failed', why: { code: 'init', reason: { message: 'intensity is a whole number, 0 or more' } } },
  ])
})

test('MOVE2 each codeChange that goes wrong leaves its process working where it was, and the others move (R10)', async () => {
  const { engine, pids } = await startCounters(6)
  await load(
    engine,
    counter(
      2,
      `switch (state.name) {
        case 'c0': throw new Error('no way')
        case 'c1': return new Promise(() => {})
        case 'c2': return { shape: () => 1 }
        case 'c3': state.count = 'spoilt'; throw new TypeError('half-way')
      }
      ${MIGRATE}`,
    ),
  )
  const progress: MoveOutcome[] = []
  const outcomes = await engine.move(await engine.planMove({ pids }), BY, { onProgress: (some) => progress.push(...some) })
  expect(progress).toEqual(outcomes)
  expect(outcomes.map(({ status }) => status)).toEqual(['failed', 'failed', 'failed', 'failed', 'moved', 'moved'])
  expect(outcomes.slice(0, 4).map((one) => ('why' in one ? one.why : null))).toMatchObject([
    { code: 'code_change', reason: { type: 'error', message: 'no way', stack: expect.stringContaining('counter@2') } },
    { code: 'code_change', reason: { type: 'error', message: 'it did not return within 1000 ms' } },
    {
      code: 'code_change',
      reason: { type: 'error', message: 'it returned what cannot be copied: $.shape: a function is no value (shape)' },
    },
    { code: 'code_change', reason: { type: 'error', name: 'TypeError' } },
  ])
  expect(await engine.state(pids[3]!, BY)).toMatchObject({ state: { text: expect.stringContaining('count: 1') } })
  expect((await engine.processes({ module: 'counter' })).total).toBe(6)
  expect(await eventThat(engine, ({ type }) => type === 'moved')).toMatchObject({
    moved: 2,
    failed: pids.slice(0, 4),
    total: { failed: 4, skipped: 0 },
  })
})

test('MOVE2 a pinned one whose move failed goes on answering from its generation', async () => {
  const { engine, pids } = await startCounters(1, {}, 'export const pinned = true')
  await load(engine, counter(2, "throw new Error('no')"))
  expect(await engine.move(await engine.planMove({ pids }), BY)).toMatchObject([{ status: 'failed' }])
  expect(await add(engine, pids[0]!, 1)).toEqual({ v: 1, count: 2 })
})

test('MOVE2 who ended before its turn is skipped, who is suspended or has no codeChange too, and nobody is held up', async () => {
  const { engine, pids } = await startCounters(3)
  await load(engine, counter(2, MIGRATE))
  const plan = await engine.planMove({ pids })
  await engine.kill(pids[0]!, BY)
  expect(await engine.move(plan, BY)).toMatchObject([
    { status: 'skipped', why: { code: 'ended' } },
    { status: 'moved' },
    { status: 'moved' },
  ])
  await load(engine, counter(3, MIGRATE).replace('codeChange', 'noSuchThing'))
  await engine.suspend(pids[1]!, BY)
  expect((await engine.planMove({ pids })).targets.map(({ obstacle }) => obstacle)).toEqual(['suspended', 'no_code_change'])
  expect(await engine.move(await engine.planMove({ pids }), BY)).toMatchObject([
    { why: { code: 'suspended' } },
    { why: { code: 'no_code_change' } },
  ])
})

test('MOVE2 one that takes no message in time is skipped, and works on where it was when it does (R20)', async () => {
  const desk = `import { receive } from '@strata/runtime/process'
import { run } from '@strata/runtime/server'
export async function start() { return run('desk') }
export const init = () => 0
export const codeChange = (from: number, state: number) => state
export const handleCall = {
  async wait(_: object, state: number) {
    await receive({ match: (message) => message === 'go' })
    return { reply: 'done', state: state + 1 }
  },
}`
  // While it is hurried, the five seconds that a process has are over at once.
  let hurried = false
  const clock: Clock = { ...systemClock, schedule: (ms, callback) => systemClock.schedule(hurried && ms === 5_000 ? 0 : ms, callback) }
  const engine = await startSystem({ 'desk.ts': desk }, 'thread', undefined, clock)
  const pid = await engine.spawn({ module: 'desk', export: 'start' }, BY)
  const answer = engine.call(pid, { type: 'wait' }, 60_000)
  await load(engine, `${desk}\n// 2`, 'desk')
  const plan = await engine.planMove({ pids: [pid] })
  hurried = true
  expect(await engine.move(plan, BY)).toEqual([{ pid, status: 'skipped', why: { code: 'busy', limitMs: 5_000 } }])
  hurried = false
  await engine.send(pid, 'go', BY)
  expect(await answer).toBe('done')
  expect(await engine.state(pid, BY)).toMatchObject({ generation: 2, state: { text: '1' } })
  expect((await engine.planMove({ pids: [pid] })).targets).toMatchObject([{ how: 'code_change', from: 1 }])
})

test('MOVE2 one that ends while its code is changed is skipped', async () => {
  // Its own codeChange calls for its end, so that this comes in the middle on any machine.
  const reaper = `import { exit, receive } from '@strata/runtime/process'
export async function start(pid: string) { await receive(); exit(pid as never, 'kill') }`
  const { engine, pids } = await startCounters(2, { 'reaper.ts': reaper })
  await engine.spawn({ module: 'reaper', export: 'start', name: 'reaper', args: [pids[0]] }, BY)
  const api = `import { send, whereis } from '@strata/runtime/process'`
  const asks = `if (state.name === 'c0') { send(whereis('reaper')!, {}); await new Promise(() => {}) }`
  await load(engine, counter(2, `${asks}\n${MIGRATE}`, api))
  expect(await engine.move(await engine.planMove({ pids }), BY)).toMatchObject([
    { status: 'skipped', why: { code: 'ended' } },
    { status: 'moved' },
  ])
})

test('MOVE2 a codeChange that loops without end is ended, its process works on, and the move stops there', async () => {
  const { engine, pids } = await startCounters(3)
  await load(engine, counter(2, "if (state.name === 'c1') spin(); " + MIGRATE, 'function spin() { for (;;) {} }'))
  const outcomes = await engine.move(await engine.planMove({ pids }), BY, { ratePerSecond: 10 })
  expect(outcomes).toMatchObject([
    { status: 'moved' },
    { status: 'failed', why: { code: 'held' } },
    { status: 'skipped', why: { code: 'stopped' } },
  ])
  expect(await eventThat(engine, ({ type }) => type === 'moved')).toMatchObject({ stopped: true, moved: 1 })
  expect(await engine.state(pids[1]!, BY)).toMatchObject({ state: { text: expect.stringContaining('count: 1') } })
})

test('MOVE2 a move is stopped between two processes, and keeps to its rate', async () => {
  const { engine, pids } = await startCounters(4)
  await load(engine, counter(2, MIGRATE))
  const stop = new AbortController()
  const began = performance.now()
  const outcomes = await engine.move(await engine.planMove({ pids }), BY, {
    ratePerSecond: 5,
    signal: stop.signal,
    onProgress: (some) => {
      if (some.some(({ pid }) => pid === pids[1])) stop.abort()
    },
  })
  expect(performance.now() - began).toBeGreaterThan(190)
  expect(outcomes.map(({ status }) => status)).toEqual(['moved', 'moved', 'skipped', 'skipped'])
})

test('MOVE2 a plan over another current generation is refused, and nobody is touched', async () => {
  const { engine, pids } = await startCounters(1)
  await load(engine, counter(2, MIGRATE))
  const plan = await engine.planMove({ pids })
  await load(engine, counter(3, MIGRATE))
  expect(await faultOf(engine.move(plan, BY))).toEqual({
    code: 'changed_meanwhile',
    changes: [{ type: 'current', module: 'counter', was: 2, is: 3 }],
  })
  expect(await engine.state(pids[0]!, BY)).toMatchObject({ state: { text: expect.stringContaining('count: 1') } })
})

test('MOVE3 a trial shows the state before and after, and changes nothing', async () => {
  const { engine, pids } = await startCounters(1)
  await load(engine, counter(2, MIGRATE))
  const [pid] = pids as [Pid]
  expect(await engine.tryMove(pid, undefined, BY)).toEqual({
    status: 'would_move',
    from: 1,
    to: 2,
    before: { text: '{\n  name: "c0",\n  count: 1,\n  made: 1\n}', isCut: false },
    after: { text: '{\n  name: "c0",\n  total: {\n    count: 1\n  },\n  made: 1,\n  cameFrom: 1\n}', isCut: false },
  })
  expect(await engine.state(pid, BY)).toMatchObject({ state: { text: '{\n  name: "c0",\n  count: 1,\n  made: 1\n}' } })
  expect(await eventThat(engine, (event) => event.type === 'looked' && event.what === 'move')).toMatchObject({
    pid,
    module: 'counter',
    by: BY,
  })
})

test('MOVE4 a raw loop moves by its upgrade message, and is told what holds it where it cannot', async () => {
  const engine = await startSystem({
    'room.ts': room(1),
    'stay.ts': room(1).replaceAll('room.ts', 'stay.ts').replace('export const upgrade', 'const upgrade'),
  })
  const pids = await Promise.all(['room', 'stay'].map((module) => engine.spawn({ module, export: 'start' }, BY)))
  await Promise.all(pids.map((pid) => engine.call(pid, { type: 'version' }, 60_000)))
  await load(engine, room(2), 'room')
  await load(engine, room(2).replaceAll('room.ts', 'stay.ts'), 'stay')
  const plan = await engine.planMove({ pids })
  expect(plan.targets).toMatchObject([
    { how: 'upgrade', from: 1, to: 2 },
    { how: 'cannot', obstacle: 'no_upgrade' },
  ])
  expect(await engine.move(plan, BY)).toEqual([
    { pid: pids[0], status: 'moved', from: 1, to: 2 },
    { pid: pids[1], status: 'skipped', why: { code: 'no_upgrade' } },
  ])
  expect(await faultOf(engine.planMove({ pids }, 2))).toMatchObject({ code: 'nothing_to_do' })
})

test('MOVE5 a message that is no longer understood after a move ends the process with its name, and its caller is told', async () => {
  const { engine, pids } = await startCounters(1)
  await load(engine, counter(2, MIGRATE))
  await engine.move(await engine.planMove({ pids }), BY)
  const crashed = eventThat(engine, ({ type }) => type === 'crashed')
  await expect(engine.call(pids[0]!, { type: 'old' }, 60_000)).rejects.toMatchObject({ fault: { pid: pids[0] } })
  expect(await crashed).toMatchObject({ crash: { pid: pids[0], reason: { type: 'undef', export: 'handleCall.old' } } })
})

test('MOVE2 many are moved under traffic with a fault in 1 %: the report is exact, and no request is unanswered or counted wrong', async () => {
  const engine = await startSystem({ 'counter.ts': soaked(1) })
  const { outcomes, faulty, requests, wrong } = await moveUnderTraffic(engine, 300, 6)
  expect(wrong).toEqual([])
  expect(requests).toBeGreaterThan(300)
  expect(faulty).toHaveLength(3)
  expect(outcomes.filter(({ status }) => status === 'failed').map(({ pid }) => pid)).toEqual(expect.arrayContaining([...faulty]))
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual([...Array(3).fill('failed'), ...Array(297).fill('moved')])
})
