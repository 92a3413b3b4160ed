import { afterEach, expect, test } from 'vitest'
import { createTestScheduler } from '../testing/index.ts'
import type { Pid } from '../ids.ts'
import type { TestScheduler, TestSchedulerOptions } from '../testing/index.ts'

const API = `import { TIMEOUT, call, exit, monitor, receive, register, reply, self, send, sleep, spawn, trapExit } from '@strata/runtime/process'
`
let t: TestScheduler
afterEach(() => t.stop())

function start(text: string, options: Omit<TestSchedulerOptions, 'modules'> = {}): TestScheduler {
  t = createTestScheduler({ modules: { m: API + text }, ...options })
  return t
}

async function valueOf(text: string, ...args: unknown[]): Promise<any> {
  start(text)
  const answer = await t.apply('m', 'main', ...args)
  if (answer?.status !== 'answered') throw new Error(`no answer: ${JSON.stringify(answer)} ${JSON.stringify(t.events)}`)
  return answer.value
}

// Each program logs through \`log\`; it must log the same when JavaScript runs it by itself.
const PROGRAMS: Record<string, string> = {
  'bare calls start at once': `async function main(log) { log('a'); const p = f(log, 1); log('b'); const q = f(log, 2); await p; log('c'); await q; log('d') }
    async function f(log, n) { log('f' + n); await null; log('g' + n); await null; log('h' + n) }`,
  'Promise.all of calls': `async function main(log) { log(await Promise.all([f(log, 1), f(log, 2), 3])) }
    async function f(log, n) { for (let i = 0; i < n; i++) { log(n + ':' + i); await i } return n }`,
  'a rejection caught later': `async function main(log) { const p = fails(log); log('started'); try { await p } catch (e) { log(e.message) } finally { log('f') } }
    async function fails(log) { log('in'); await 0; throw new Error('no') }`,
  'allSettled, race and any': `async function main(log) { log(await Promise.allSettled([ok(1), bad(2)])); log(await Promise.race([ok(3), ok(4)])); log(await Promise.any([bad(5), ok(6)])) }
    async function ok(n) { await 0; return n }
    async function bad(n) { await 0; throw n }`,
  'returned promises are adopted': `async function main(log) { log(await f()); log(await g()); try { await h() } catch (e) { log('caught ' + e) } }
    async function f() { return Promise.resolve(1) }
    async function g() { return f() }
    async function h() { return Promise.reject('no') }`,
  thenables: `async function main(log) { log(await { then(ok) { ok('thenable') } }); try { await { get then() { throw 'hostile' } } } catch (e) { log(e) } }`,
  'callbacks of natives': `async function main(log) { const xs = [3, 1, 2]; log(await Promise.all(xs.map(double))); log(await Promise.all(xs.map(async (x) => { await 0; return x * 3 }))) }
    async function double(x) { await 0; return x * 2 }`,
  'try, catch and finally over awaits': `async function main(log) { for (const n of [0, 1, 2]) { try { log(await f(n, log)) } catch (e) { log('c' + e) } finally { await 0; log('fin') } } }
    async function f(n, log) { try { if (n === 1) throw 1; await 0; if (n === 2) throw 2; return 'r' } finally { log('inner') } }`,
  'deep awaits': `async function main(log) { log(await down(500)) }
    async function down(n) { return n === 0 ? 0 : 1 + (await down(n - 1)) }`,
  'interleaved loops': `async function main(log) { await Promise.all([loop('a', log), loop('b', log), loop('c', log)]) }
    async function loop(name, log) { for (let i = 0; i < 3; i++) { log(name + i); await step(name, log) } }
    async function step(name, log) { await 0; log(name) }`,
  'then callbacks': `async function main(log) { const p = f(log); const q = p.then((x) => { log('then ' + x); return f(log) }); log('sync'); log(await q) }
    async function f(log) { await 0; log('f'); return 1 }`,
}

test.each(Object.entries(PROGRAMS))('COMP1 what JavaScript does, the scheduler does: %s', async (_name, program) => {
  const expected: unknown[] = []
  await new Function(`${program}\nreturn main`)()((entry: unknown) => expected.push(entry))
  const got: unknown[] = await valueOf(`const out = []\n${program.replace('async function main(log)', 'async function program(log)')}
    export async function main() { await program((entry) => { out.push(entry) }); return out }`)
  expect(got).toEqual(structuredClone(expected))
})

test.each(Object.entries(PROGRAMS))('STR6 in the same order when the turn ends at every check: %s', async (_name, program) => {
  const expected: unknown[] = []
  await new Function(`${program}\nreturn main`)()((entry: unknown) => expected.push(entry))
  start(
    `const out = []\n${program.replace('async function main(log)', 'async function program(log)')}
    export async function main() { await program((entry) => { out.push(entry) }); return out }`,
    { reductionsPerTurn: 0 },
  )
  expect(await t.apply('m', 'main')).toEqual({ status: 'answered', value: structuredClone(expected) })
})

test('STR6 what a bare call starts runs to its first wait before its caller goes on, is charged for it, and can be killed there', async () => {
  start(
    `const out = []
    export async function main() { out.push('call'); const p = f(3); out.push('called'); await p; return out }
    async function f(n) { out.push('f'); for (let i = 0; i < n * 1000; i++) if (i % 1000 === 0) out.push(i); await g(); out.push('end') }
    async function g() { out.push('g'); for (let i = 0; i < 1000; i++); out.push('g waits'); await null }
    export async function held() { void endless() }
    async function endless() { for (;;) try { for (;;) nothing() } catch {} finally {} }
    function nothing() {}`,
    {
      reductionsPerTurn: 10,
      serve({ scheduler, interrupt }) {
        const { current } = scheduler.core
        if (current === null) interrupt()
        else scheduler.kill(current.pid, 'operator', 'held')
      },
    },
  )
  const answer = await t.apply('m', 'main')
  expect(answer).toEqual({ status: 'answered', value: ['call', 'f', 0, 1000, 2000, 'g', 'g waits', 'called', 'end'] })
  expect(t.scheduler.core.overrun).toBeGreaterThan(3_500)
  t.interrupt()
  expect(await t.apply('m', 'held')).toEqual({ status: 'ended', reason: { type: 'killed', by: 'operator', reason: 'held' } })
})

test('STR6 a message that is there is taken in its order: after what was queued before it where somebody could tell', async () => {
  const program = (queued: string): string => `export async function main() {
      const out = []
      for (const n of [1, 2]) send(self(), n)
      ${queued}
      out.push(await receive(), 'on', await receive())
      return out
    }
    async function aside(out) { await null; out.push('aside') }`
  expect(await valueOf(program(''))).toEqual([1, 'on', 2])
  expect(await valueOf(program('void aside(out)'))).toEqual(['aside', 1, 'on', 2])
  expect(await valueOf(program("void Promise.resolve().then(() => out.push('then'))"))).toEqual(['then', 1, 'on', 2])
  expect(await valueOf(program("queueMicrotask(() => out.push('microtask'))"))).toEqual(['microtask', 1, 'on', 2])
})

test('STR1 when the first strand ends, the others end with it, their finally blocks run', async () => {
  expect(
    await valueOf(`export async function main() {
      const p = spawn(child, [self()])
      monitor(p)
      return [await receive(), (await receive()).reason.type]
    }
    async function child(to) { aside(to); return 1 }
    async function aside(to) { try { await sleep(10_000); send(to, 'went on') } finally { send(to, 'aside ended') } }`),
  ).toEqual(['aside ended', 'normal'])
})

test('STR2 a strand that fails unhandled ends the process with that error', async () => {
  expect(
    await valueOf(`export async function main() {
      const p = spawn(child)
      monitor(p)
      return (await receive()).reason
    }
    async function child() { aside(); await receive() }
    async function aside() { await 0; throw new RangeError('aside') }`),
  ).toMatchObject({ type: 'error', name: 'RangeError', message: 'aside' })
})

test('STR2 a rejection that is handled in time ends nobody', async () => {
  expect(
    await valueOf(`export async function main() {
      const p = fails()
      p.catch(() => {})
      const q = fails()
      try { await q } catch {}
      await 0
      return 'alive'
    }
    async function fails() { throw new Error('no') }`),
  ).toBe('alive')
})

test('STR2 a promise that the process itself left rejected ends it, too', async () => {
  start('export async function main() { Promise.reject(new Error("mine")); await receive() }')
  const pid = t.spawn('m', 'main')
  await t.runUntilIdle()
  expect(t.events).toMatchObject([{ type: 'crashed', crash: { pid, reason: { message: 'mine' } } }])
})

test('STR3 one strand at a time waits in receive', async () => {
  expect(
    await valueOf(`export async function main() {
      const first = receive()
      let code
      try { await receive() } catch (error) { code = error.code }
      send(self(), 'late')
      return [code, await first]
    }`),
  ).toEqual(['concurrent_receive', 'late'])
})

test('STR3 receive may stand in a race, and its strand keeps its place', async () => {
  expect(
    await valueOf(`export async function main() {
      const r = receive()
      const first = await Promise.race([r, Promise.resolve('other')])
      send(self(), 'm')
      return [first, await r]
    }`),
  ).toEqual(['other', 'm'])
})

test('STR4 native code enters outside a turn: it runs for the process that its context names', async () => {
  start(
    `import { setImmediate as nativeImmediate } from 'node:timers'
    export async function main() {
      const me = self()
      nativeImmediate(() => { send(me, ['self', self() === me]); aside(me) })
      return [await receive(), await receive()]
    }
    async function aside(me) { await 0; send(me, ['aside', self() === me]) }`,
    { natives: ['node:timers'] },
  )
  expect(await t.apply('m', 'main')).toEqual({
    status: 'answered',
    value: [
      ['self', true],
      ['aside', true],
    ],
  })
})

test('STR4 self and receive outside any process throw no_process, STR5 and an error there is an event', async () => {
  start('export async function main() { self() }')
  const main = t.table.entry('m', 'main') as () => Promise<unknown>
  void main()
  await t.runUntilIdle()
  expect(t.events).toMatchObject([{ type: 'error' }])
})

test('STR5 an error that no process owns is an event', async () => {
  start('export async function main() { await receive() }')
  const pid = t.spawn('m', 'main')
  await t.runUntilIdle()
  t.scheduler.uncaught(new Error('from nowhere'))
  expect(t.events).toMatchObject([{ type: 'error', message: expect.stringContaining('from nowhere') }])
  expect(t.scheduler.core.processes.has(pid)).toBe(true)
})

test('SCHED1 a loop that never awaits shares the scheduler', async () => {
  start(
    `export async function spins() { let n = 0; for (;;) n++ }
    export async function counts(to) { for (let i = 0; i < 3; i++) await sleep(0); return 'done' }
    export async function main() { return 'ran' }`,
  )
  const pid = t.spawn('m', 'spins')
  const answers: unknown[] = []
  t.scheduler.apply('m', 'main', [], (answer) => answers.push(answer))
  t.scheduler.run(0)
  expect(answers).toEqual([{ status: 'answered', value: 'ran' }])
  const process = t.scheduler.core.processes.get(pid)
  expect(process?.reductions).toBeGreaterThan(3_900)
  expect(t.scheduler.run(0)).toBe(true)
  expect(process?.fullTurns).toBeGreaterThan(2)
  t.scheduler.kill(pid, 'operator', '')
})

test('SCHED1 tail calls between functions use the turn up, too', async () => {
  start(
    `export async function main() { return other() }
    async function other() { return main() }`,
    { reductionsPerTurn: 100 },
  )
  const pid = t.spawn('m', 'main')
  expect(t.scheduler.run(0)).toBe(true)
  expect(t.scheduler.core.processes.get(pid)?.reductions).toBeLessThan(100 * 40)
  t.scheduler.kill(pid, 'operator', '')
})

test('SCHED1 a synchronous overrun is charged', async () => {
  start(
    'export async function main() { sum(20_000); await receive() }\nfunction sum(n) { let s = 0; for (let i = 0; i < n; i++) s += i; return s }',
  )
  const pid = t.spawn('m', 'main')
  await t.runUntilIdle()
  expect(t.scheduler.core.processes.get(pid)?.reductions).toBeGreaterThan(19_000)
  expect(t.scheduler.core.overrun).toBeGreaterThan(15_000)
})

test('SCHED2 the control plane is served from synchronous code', async () => {
  const seen: unknown[] = []
  start('export async function main() { spin() }\nfunction spin() { while (!globalThis.released) {} }', {
    serve: (test) => {
      const [process] = test.scheduler.core.processes.values()
      if (test.scheduler.inTurn) (globalThis as any).released = true
      seen.push([test.scheduler.inTurn, process?.pid])
    },
  })
  const pid = t.spawn('m', 'main')
  const enter = t.scheduler.core.enter.bind(t.scheduler.core)
  t.scheduler.core.enter = (process) => {
    enter(process)
    t.interrupt()
  }
  await t.runUntilIdle()
  expect(seen[0]).toEqual([true, pid])
  expect(t.scheduler.core.processes.size).toBe(0)
})

test('TIMER1 timers end with their process and run in its turns', async () => {
  start(`export async function main() {
      const me = self()
      let ticks = 0
      const every = setInterval(() => { ticks++; if (ticks === 3) { clearInterval(every); send(me, ['ticks', ticks, self() === me]) } }, 10)
      setTimeout((a, b) => { send(me, [a, b]) }, 15, 1, 2)
      const never = setTimeout(() => { send(me, 'never') }, 5)
      clearTimeout(never)
      setImmediate(() => { send(me, 'immediate') })
      queueMicrotask(() => { send(me, 'microtask') })
      return [await receive(), await receive(), await receive(), await receive()]
    }
    export async function leaves() { setInterval(() => { globalThis.leftTicking = true }, 10) }`)
  const answers: any[] = []
  t.scheduler.apply('m', 'main', [], (answer) => answers.push(answer))
  t.spawn('m', 'leaves')
  for (let i = 0; i < 10; i++) {
    await t.runUntilIdle()
    t.clock.advance(5)
  }
  await t.runUntilIdle()
  expect(new Set(answers[0].value)).toEqual(new Set(['immediate', 'microtask', [1, 2], ['ticks', 3, true]]))
  expect((globalThis as any).leftTicking).toBeUndefined()
  expect(t.scheduler.core.timers.size).toBe(0)
  expect(t.pins('m', 1)).toBe(0)
})

test('TIMER1 a timer that is cleared does not run, though it has fallen due', async () => {
  start(`export async function main() {
      const me = self()
      const later = [() => setTimeout(() => { send(me, 'cleared') }, 10), () => setInterval(() => { send(me, 'cleared') }, 10)]
      setTimeout(() => { for (const timer of timers) clearTimeout(timer) }, 10)
      const timers = later.map((set) => set())
      setTimeout(() => { send(me, 'last') }, 10)
      return await receive()
    }`)
  const answers: any[] = []
  t.scheduler.apply('m', 'main', [], (answer) => answers.push(answer))
  await t.runUntilIdle()
  t.clock.advance(10)
  await t.runUntilIdle()
  expect(answers).toEqual([{ status: 'answered', value: 'last' }])
  expect(t.pins('m', 1)).toBe(0)
})

test('TIMER1 an interval does not pile up while its process cannot run', async () => {
  start(`export async function main() {
      let ticks = 0
      setInterval(() => { ticks++ }, 10)
      for (;;) reply(await receive(), ticks)
    }
    export async function ask(pid) { return call(pid, {}) }`)
  const pid = t.spawn('m', 'main')
  await t.runUntilIdle()
  for (let i = 0; i < 5; i++) t.clock.advance(10)
  expect(await t.apply('m', 'ask', pid)).toEqual({ status: 'answered', value: 1 })
  t.clock.advance(10)
  expect(await t.apply('m', 'ask', pid)).toEqual({ status: 'answered', value: 2 })
})

test('TIMER1 an error in a timer ends its process', async () => {
  start('export async function main() { setTimeout(() => { throw new Error("tick") }, 1); await receive() }')
  const pid = t.spawn('m', 'main')
  await t.runUntilIdle()
  t.clock.advance(1)
  await t.runUntilIdle()
  expect(t.events).toMatchObject([{ crash: { pid, reason: { message: 'tick' } } }])
})

test('GEN11 in a body spawn, register, send and receive throw not_in_body, and what it starts is ended (P36)', async () => {
  start(`export const codes = []
    for (const run of [() => spawn(main), () => register('x'), () => receive(), () => send('x', 1), () => self()]) try { run() } catch (error) { codes.push(error.code) }
    setTimeout(() => { globalThis.bodyTicked = true }, 1)
    main()
    export async function main() { await new Promise(() => {}) }
    export async function read() { return codes }`)
  expect(await t.apply('m', 'read')).toEqual({ status: 'answered', value: Array.from({ length: 5 }, () => 'not_in_body') })
  t.clock.advance(10)
  await t.runUntilIdle()
  expect((globalThis as any).bodyTicked).toBeUndefined()
  expect(t.events).toMatchObject([{ type: 'error', message: expect.stringContaining('1 timers and 1 unfinished') }])
  expect(t.pins('m', 1)).toBe(0)
})

test('GEN11 an interval that a body leaves behind is one timer, also when it has just fallen due', async () => {
  start('')
  ;(globalThis as any).advanceBody = () => t.clock.advance(1)
  t.load({
    m: `setInterval(() => {}, 1)
    globalThis.advanceBody()`,
  })
  delete (globalThis as any).advanceBody
  await t.runUntilIdle()
  expect(t.events).toMatchObject([{ type: 'error', message: expect.stringContaining('1 timers and 0 unfinished') }])
  expect([1, 2].map((n) => t.pins('m', n))).toEqual([0, 0])
})

// What one process began and others wait for, as caches do with what is on its way.
const SHARED = `let pending
  export async function lead() { pending = slow(); await receive() }
  export async function guess() { pending = Promise.resolve().then(() => 'guessed') }
  export async function main() { try { return await pending } catch (error) { return [error.name, error.code, error.pid ?? null, error.message] } finally { await 0 } }
  async function slow() { await new Promise(() => {}) }`

test.each([
  ['killed', (pid: Pid) => t.scheduler.kill(pid, 'operator', 'mad'), 'killed by operator: mad'],
  ['ended by a signal', (pid: Pid) => t.scheduler.signalExit(pid, { type: 'exit', value: 'bye' }), 'exit: bye'],
  ['done', (pid: Pid) => t.send(pid, 'go home'), 'normal'],
])('STR8 who waits for a call of a process that is %s hears of its end', async (_how, end, why) => {
  start(SHARED)
  const lead = t.spawn('m', 'lead')
  await t.runUntilIdle()
  const answers: unknown[] = []
  for (let n = 0; n < 2; n++) t.scheduler.apply('m', 'main', [], (answer) => answers.push(answer))
  await t.runUntilIdle()
  expect(answers).toEqual([])
  end(lead)
  await t.runUntilIdle()
  const told = { status: 'answered', value: ['OrphanError', 'exited', lead, `process ${lead} ended before this was done: ${why}`] }
  expect(answers).toEqual([told, told])
  // So does who comes later.
  expect(await t.apply('m', 'main')).toEqual(told)
  expect(t.events).toEqual([])
  expect(t.pins('m', 1)).toBe(0)
})

test('STR8 a callback that its process did not live to see fails the promise for others, and ends none of them', async () => {
  start(SHARED)
  t.spawn('m', 'guess')
  await t.runUntilIdle()
  expect(await t.apply('m', 'main')).toMatchObject({ status: 'answered', value: ['OrphanError', 'exited', null, expect.any(String)] })
})

test('STR8 what a body called and did not wait for fails where it is awaited, and is told once', async () => {
  start(`export const ready = connect().then((x) => x)
    connect().then((x) => x)
    async function connect() { await new Promise(() => {}) }
    export async function main() { try { await ready } catch (error) { return error.message } }`)
  expect(await t.apply('m', 'main')).toEqual({ status: 'answered', value: expect.stringContaining("await it in the module's body") })
  await new Promise(setImmediate)
  expect(t.events).toMatchObject([{ type: 'error', message: expect.stringContaining('2 unfinished async calls') }])
})
