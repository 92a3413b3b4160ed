import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, expect, test } from 'vitest'
import { PurgeDesk } from '../host/thread/purge-desk.ts'
import { closeGate } from '../code/purge-gate.ts'
import { decideRound, gateEach } from '../code/purge-round.ts'
import { createTestScheduler } from '../testing/index.ts'
import type { TestScheduler } from '../testing/index.ts'
import { describeProcess, pinRows, pinsOfGenerations } from './process-views.ts'

const API = `import { receive, reply, send, spawn } from '@strata/runtime/process'
`
let t: TestScheduler
afterEach(() => t.stop())

function start(modules: Record<string, string>, natives: readonly string[] = []): TestScheduler {
  t = createTestScheduler({ modules: Object.fromEntries(Object.entries(modules).map(([name, text]) => [name, API + text])), natives })
  return t
}

function load(modules: Record<string, string>): void {
  t.load(Object.fromEntries(Object.entries(modules).map(([name, text]) => [name, API + text])))
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

test('PIN1 a queued microtask pins until it has run, and goes with its process', async () => {
  start({
    m: `const seen = []
    export async function main() { queueMicrotask(function later() { seen.push('later') }); globalThis.look(); await null; globalThis.look(); return seen }
    export async function dies() { queueMicrotask(function never() { globalThis.ran = true }); throw new Error('no') }`,
  })
  const looks: unknown[] = []
  Object.assign(globalThis, {
    look: () => looks.push(pinRows(t.scheduler, 'm').filter(({ reason }) => reason === 'timer')),
    ran: false,
  })
  expect(await t.apply('m', 'main')).toEqual({ status: 'answered', value: ['later'] })
  expect(looks).toMatchObject([[{ generation: 1, reason: 'timer', function: 'later', at: 'm.ts:3' }], []])
  t.spawn('m', 'dies')
  await t.runUntilIdle()
  expect([(globalThis as { ran?: boolean }).ran, t.pins('m', 1)]).toEqual([false, 0])
})

const ITERATE = `let kept
async function* count() { try { for (let n = 0; ; n++) { await null; yield n } } finally { await null } }
export async function main() {
  kept = count()
  const first = await kept.next()
  for (;;) {
    const m = await receive()
    if (m === 'next') reply(m, (await kept.next()).value)
    if (m === 'end') await kept.return()
    if (m === 'drop') { kept = undefined; return wait() }
  }
}
async function wait() { for (;;) await receive() }
`

test('PIN1 an async generator that was begun pins, with its line, until it has finished', async () => {
  start({
    gen: ITERATE.replace('async function wait', 'export async function wait'),
    m: `import { main } from './gen.ts'\nexport async function go() { return main() }`,
  })
  const pid = t.spawn('m', 'go')
  await t.runUntilIdle()
  expect(describeProcess(t.scheduler, pid)?.pins).toMatchObject([
    { module: 'gen', reason: 'frame' },
    { module: 'gen', reason: 'iterator', function: 'count', at: 'gen.ts:3' },
  ])
  t.send(pid, 'end')
  await t.runUntilIdle()
  expect(describeProcess(t.scheduler, pid)?.pins.map(({ reason }) => reason)).toEqual(['frame'])
  expect(t.pins('gen', 1)).toBe(1)
})

test('PIN1 one that nobody holds any more pins until the next collection, and then no longer', async () => {
  start({ gen: ITERATE, m: `import { main } from './gen.ts'\nexport async function go() { return main() }` })
  const pid = t.spawn('m', 'go')
  t.send(pid, 'drop')
  await t.runUntilIdle()
  for (let turn = 0; turn < 50 && describeProcess(t.scheduler, pid)?.pins.length === 2; turn++) {
    // Looking at it keeps it until the end of the job.
    await t.runUntilIdle()
    collect()
    await t.runUntilIdle()
  }
  expect(describeProcess(t.scheduler, pid)?.pins.map(({ reason }) => reason)).toEqual(['frame'])
  await expect.poll(() => t.pins('gen', 1)).toBe(1)
})

test('PIN1 one whose process has ended pins for the next process that goes on with it', async () => {
  start({
    m: `let kept
    async function* count() { yield 1; globalThis.look(); yield 2 }
    export async function begin() { kept = count(); return (await kept.next()).value }
    export async function goOn() { return (await kept.next()).value }`,
  })
  const looks: unknown[] = []
  Object.assign(globalThis, { look: () => looks.push(pinRows(t.scheduler, 'm').map(({ reason }) => reason)) })
  expect(await t.apply('m', 'begin')).toEqual({ status: 'answered', value: 1 })
  expect(t.pins('m', 1)).toBe(0)
  expect(await t.apply('m', 'goOn')).toEqual({ status: 'answered', value: 2 })
  expect(looks).toEqual([expect.arrayContaining(['iterator'])])
  expect(t.pins('m', 1)).toBe(0)
})

test('PIN1 a spawn under way of a synchronous function pins the generation of that function, not of who spawns it', async () => {
  start({
    lib: `export function make() { return function job() { return 'done' } }`,
    m: `import { make } from './lib.ts'
    const job = make()
    export async function main() { spawn(job); globalThis.look(); await receive() }`,
  })
  const looks: unknown[] = []
  Object.assign(globalThis, { look: () => looks.push(pinRows(t.scheduler, 'lib')) })
  t.spawn('m', 'main')
  await t.runUntilIdle()
  expect(looks).toMatchObject([[{ generation: 1, reason: 'in_flight', function: 'job' }]])
  expect(t.pins('lib', 1)).toBe(0)
})

test('PIN1 code that native code entered outside any turn is seen while it runs', async () => {
  start(
    {
      m: `import { EventEmitter } from 'node:events'
    export const emitter = new EventEmitter()
    export function listen() { emitter.on('tick', function onTick() { for (let i = 0; i < 1_000_000; i++) if (i === 500) globalThis.interrupt() }) }
    export async function main() { listen(); globalThis.emitter = emitter }`,
    },
    ['node:events'],
  )
  t.stop()
  let seen: unknown[] = []
  t = createTestScheduler({
    modules: {
      m: `${API}export async function main() { globalThis.onTick = function onTick() { for (let i = 0; i < 1_000_000; i++) if (i === 500) globalThis.interrupt() } }`,
    },
    serve: ({ scheduler }) => {
      seen = pinsOfGenerations(scheduler, [{ module: 'm', number: 1 }])
    },
  })
  Object.assign(globalThis, { interrupt: () => t.interrupt() })
  t.spawn('m', 'main')
  await t.runUntilIdle()
  ;(globalThis as unknown as { onTick(): void }).onTick()
  expect(seen).toEqual([{ module: 'm', number: 1, pids: ['1.0'], readBy: [] }])
})

const SHAPES = {
  base: `export class Base { area() { return 0 } }
export const unit = 'm'
export function plain() { return unit }
export default class Other {}`,
  shapes: `import { Base, unit, plain } from './base.ts'
export class Circle extends Base { area() { return 3 } }
export const label = 'circle in ' + unit
const made = plain()
export async function start() { await receive() }`,
}

test('PIN1 a generation whose body read a class or a constant of another pins it until it is gone itself', async () => {
  start(SHAPES)
  const rows = () => pinRows(t.scheduler, 'base')
  expect(rows()).toMatchObject([
    { pid: null, holder: { module: 'shapes', number: 1 }, reason: 'generation', generation: 1, function: 'Base', at: 'shapes.ts:3' },
  ])
  load({ base: SHAPES.base })
  expect(rows()).toMatchObject([{ generation: 1 }])
  load({ shapes: SHAPES.shapes })
  expect(rows().map(({ generation, ...row }) => [generation, 'holder' in row && row.holder.number])).toEqual([
    [1, 1],
    [2, 2],
  ])
  t.table.remove({ module: 'shapes', number: 1 })
  expect(rows().map(({ generation }) => generation)).toEqual([2])
})

test('PIN1 a body that only calls functions of another pins nothing of it, and a re-export pins what it leads to', async () => {
  start({
    base: `export class Base {}\nexport function plain() { return 1 }`,
    calls: `import { plain } from './base.ts'\nexport const n = plain()\nexport const kept = plain`,
    again: `export { Base } from './base.ts'`,
    reads: `import { Base } from './again.ts'\nexport class Sub extends Base {}`,
  })
  expect(pinRows(t.scheduler, 'again')).toEqual([])
  expect(pinRows(t.scheduler, 'base')).toMatchObject([{ holder: { module: 'reads', number: 1 } }])
})

test('PIN1 what code reads after its body has run pins nothing', async () => {
  start({ base: `export const unit = 'm'`, reads: `import { unit } from './base.ts'\nexport async function main() { return unit }` })
  expect(await t.apply('reads', 'main')).toEqual({ status: 'answered', value: 'm' })
  expect(pinRows(t.scheduler, 'base')).toEqual([])
})

test('PIN4 of two generations that go together the one that was built with the other does not hold it', () => {
  const old = [
    { module: 'base', number: 1 },
    { module: 'shapes', number: 1 },
  ]
  const [base, shapes] = old as [(typeof old)[0], (typeof old)[0]]
  const pins = [
    { ...base, pids: [], readBy: [shapes] },
    { ...shapes, pids: [], readBy: [] },
  ]
  expect(decideRound(gateEach(old), pins)).toEqual({ purged: [shapes, base], open: [] })
  expect(decideRound(gateEach([base]), pins)).toEqual({ purged: [], open: [base] })
  expect(decideRound(gateEach(old), [pins[0] as never, { ...shapes, pids: ['1.1' as never], readBy: [] }])).toEqual({
    purged: [],
    open: [base, shapes],
  })
})

/** A process with a function of `lib@1` in its hands, and `lib@2` current. */
async function keeper() {
  start({
    lib: `export function make() { return { call: () => 'called', wait: async () => { await new Promise(() => {}) }, run: async () => 'ran', job() { return 1 }, *steps() { yield 1; return 'end' }, async *many() { yield 1; yield 2 } } }`,
    m: `import { make } from './lib.ts'
    const kept = make()
    const steps = kept.steps()
    const many = kept.many()
    export async function main() {
      for (;;) {
        const m = await receive()
        try {
          if (m.how === 'call') reply(m, kept.call())
          if (m.how === 'run') reply(m, await kept.run())
          if (m.how === 'wait') void kept.wait()
          if (m.how === 'spawn') reply(m, spawn(kept.wait))
          if (m.how === 'spawn sync') reply(m, spawn(kept.job))
          if (m.how === 'step') reply(m, steps.next().value)
          if (m.how === 'many') reply(m, (await many.next()).value)
          if (m.how === 'new') reply(m, new kept.job())
        } catch (error) { reply(m, error.name) }
      }
    }`,
  })
  const pid = t.spawn('m', 'main')
  await t.runUntilIdle()
  load({ lib: 'export const other = 1' })
  const desk = new PurgeDesk(t.table, t.scheduler)
  const generation = { module: 'lib', number: 1 }
  async function ask(how: string): Promise<unknown> {
    let answer: unknown = 'nothing'
    t.scheduler.callFromHost(pid, { how }, (given) => {
      answer = given.status === 'answered' ? given.value : given
    })
    await t.runUntilIdle()
    return answer
  }
  return { pid, desk, generation, ask }
}

test.each(['call', 'run', 'spawn', 'spawn sync', 'step', 'many'])(
  'PIN3 a kept function that is entered while its generation is being purged wins: %s',
  async (how) => {
    const { pid, desk, generation, ask } = await keeper()
    // A generator that has been begun and is not at its end: nothing of it checks before it goes on.
    if (how === 'step') await ask('step')
    const gated = { ...generation, gate: closeGate() }
    expect(desk.close({ generations: [gated] })).toEqual([{ ...generation, pids: [], readBy: [] }])
    const answer = await ask(how)
    expect(answer).not.toBe('PurgedCodeError')
    expect(decideRound([gated], [{ ...generation, pids: [], readBy: [] }])).toEqual({ purged: [], open: [generation] })
    expect(desk.settle({ purged: [], open: [generation] })).toEqual([{ ...generation, pid }])
    // It is entered as before.
    expect(await ask('call')).toBe('called')
  },
)

test.each(['call', 'run', 'step', 'many'])('PIN3 one that is entered after the decision loses: %s', async (how) => {
  const { desk, generation, ask } = await keeper()
  if (how === 'step') await ask('step')
  const gated = { ...generation, gate: closeGate() }
  const pins = desk.close({ generations: [gated] })
  expect(decideRound([gated], pins)).toEqual({ purged: [generation], open: [] })
  // The scheduler has not been told yet.
  expect(await ask(how)).toBe('PurgedCodeError')
  expect(desk.settle({ purged: [generation], open: [] })).toEqual([])
  expect(await ask('call')).toBe('PurgedCodeError')
})

test('PIN3 an entry that still stands is among the pins of the next soft purge', async () => {
  const { pid, desk, generation, ask } = await keeper()
  desk.close({ generations: [{ ...generation, gate: closeGate() }] })
  await ask('wait')
  desk.settle({ purged: [], open: [generation] })
  expect(desk.close({ generations: [{ ...generation, gate: closeGate() }] })).toEqual([{ ...generation, pids: [pid], readBy: [] }])
  desk.settle({ purged: [], open: [generation] })
})
