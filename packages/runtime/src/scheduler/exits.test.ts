import { afterEach, expect, test } from 'vitest'
import { pinRows } from '../inspect/pin-rows.ts'
import { createTestScheduler } from '../testing/index.ts'
import type { TestScheduler } from '../testing/index.ts'

const API = `import { TIMEOUT, call, demonitor, exit, link, monitor, receive, register, reply, self, send, sleep, spawn, trapExit, unlink, whereis } from '@strata/runtime/process'
`
let t: TestScheduler
afterEach(() => t.stop())

function start(text: string, options: { serve?: (test: TestScheduler) => void; reductionsPerTurn?: number } = {}): TestScheduler {
  t = createTestScheduler({ modules: { m: API + text }, ...options })
  return t
}

async function valueOf(text: string, ...args: unknown[]): Promise<any> {
  start(text)
  const answer = await t.apply('m', 'main', ...args)
  if (answer?.status !== 'answered') throw new Error(`no answer: ${JSON.stringify(answer)} ${JSON.stringify(t.events)}`)
  return answer.value
}

/** The reason in the \`Down\` of a process that runs \`body\`. */
async function endOf(body: string): Promise<unknown> {
  const down = await valueOf(`export async function main() { const pid = spawn(child); monitor(pid); return (await receive()).reason }
    async function child() { ${body} }`)
  return down
}

test.each([
  ['a return', 'return 1', { type: 'normal' }],
  ['exit(normal)', "exit('normal')", { type: 'normal' }],
  ['exit(r)', "exit({ shutdown: 'x' })", { type: 'exit', value: { shutdown: 'x' } }],
  ['exit(kill)', "exit('kill')", { type: 'exit', value: 'kill' }],
  ['exit(self, kill)', "exit(self(), 'kill')", { type: 'killed', by: 'signal', reason: '' }],
  ['exit(self, normal)', "exit(self(), 'normal'); await sleep(1000)", { type: 'normal' }],
  ['exit(self, r)', "exit(self(), 'r'); await sleep(1000)", { type: 'exit', value: 'r' }],
  [
    'a thrown string',
    "throw 'word'",
    { type: 'error', name: 'nocatch', message: 'word', stack: 'Uncaught word\n    at async child (m.ts:3:5 m@1)' },
  ],
])('EXIT2 the reason after %s (X1)', async (_what, body, reason) => {
  expect(await endOf(body)).toEqual(reason)
})

test('EXIT2 an error is rendered with the source line and the generation', async () => {
  const reason = (await endOf(`await sleep(0)
    throw new TypeError('bad')`)) as { type: string; name: string; message: string; stack: string }
  t.clock.advance(1)
  expect(reason).toMatchObject({ type: 'error', name: 'TypeError', message: 'bad' })
  expect(reason.stack).toMatch(/m\.ts:4:\d+ m@1/)
  expect(reason.stack).not.toContain('driver')
})

test.each([
  [
    'a cause, and its cause',
    `try { try { await inner() } catch (cause) { throw new TypeError('middle', { cause }) } } catch (cause) { throw new Error('outer', { cause }) }`,
    ['Error: outer', 'at child', 'Caused by TypeError: middle', 'at child', 'Caused by Error: inner', 'at inner', 'at async child'],
  ],
  ['what is no error as a cause', `throw new Error('outer', { cause: 'text' })`, ['Error: outer', 'at child', 'Caused by text']],
  [
    'all of several',
    `await Promise.any([inner(), inner()])`,
    ['AggregateError', 'at async child', '1 of 2: Error: inner', 'at inner', '2 of 2: Error: inner', 'at inner'],
  ],
  [
    'what the process that was called ended with',
    `await call(spawn(async () => { await receive(); await inner() }), {})`,
    ['CallError: process', 'at async child', 'In 1.3: Error: inner', 'at inner', 'at async'],
  ],
  [
    'causes in a circle',
    `const error = new Error('first'); error.cause = new Error('second', { cause: error }); throw error`,
    ['Error: first', 'at child', 'Caused by Error: second', 'at child'],
  ],
  [
    'a cause that cannot be read',
    `throw Object.defineProperty(new Error('mine'), 'cause', { get() { throw 1 } })`,
    ['Error: mine', 'at child'],
  ],
])('EXIT2 the stack of an error tells of %s', async (_what, body, told) => {
  const { stack } = (await endOf(`await 0; ${body} } async function inner() { await 0; throw new Error('inner')`)) as { stack: string }
  const lines = stack.split('\n').filter((line) => !line.includes('at async start') && !line.includes('at main'))
  expect(lines).toEqual(told.map((line) => expect.stringContaining(line)))
})

test('EXIT2 what is thrown may be hostile', async () => {
  for (const body of [
    'throw { get name() { throw 1 }, get message() { throw 2 }, get stack() { throw 3 }, get code() { throw 4 } }',
    'throw new Proxy({}, { get() { throw 1 }, getPrototypeOf() { throw 2 } })',
    'throw Symbol("s")',
    'throw null',
    'throw Object.create(null)',
  ]) {
    expect(await endOf(body)).toMatchObject({ type: 'error' })
    t.stop()
  }
  start('')
})

test('EXIT1 exit signals: normal is ignored, others end who does not trap, kill cannot be trapped (X5, X6)', async () => {
  expect(
    await valueOf(`export async function main() {
      const plain = spawn(waits), trapping = spawn(traps, [self()])
      await receive()
      exit(plain, 'normal'); exit(trapping, 'normal'); exit(trapping, 'r')
      const seen = [await receive(), await receive()]
      send(plain, self())
      seen.push(await receive())
      monitor(plain); exit(plain, 'r'); seen.push((await receive()).reason)
      monitor(trapping); exit(trapping, 'kill'); seen.push((await receive()).reason)
      try { exit('zz', 'r') } catch (error) { seen.push(error.code) }
      return seen
    }
    async function waits() { send(await receive(), 'alive'); return waits() }
    async function traps(to) { trapExit(true); send(to, 'ready'); for (;;) send(to, (await receive()).reason) }`),
  ).toEqual([
    { type: 'normal' },
    { type: 'exit', value: 'r' },
    'alive',
    { type: 'exit', value: 'r' },
    { type: 'killed', by: 'signal', reason: '' },
    'badarg',
  ])
})

test('LINK1 an abnormal exit runs along the chain with the same reason, normal does not (X3, X7)', async () => {
  expect(
    await valueOf(`export async function main() {
      trapExit(true)
      const a = spawn(waits, [])
      const b = spawn(linked, [a, self()], { link: true })
      await receive()
      const ended = spawn(ends)
      exit(a, { boom: 1 })
      const got = await receive()
      return [got.type, got.pid === b, got.reason]
    }
    async function ends() {}
    async function waits() { await receive() }
    async function linked(a, to) { link(a); send(to, 'linked'); await receive() }`),
  ).toEqual(['exit', true, { type: 'exit', value: { boom: 1 } }])
})

test('LINK1 links do not stack; a link to oneself is none (X9, X11)', async () => {
  expect(
    await valueOf(`export async function main() {
      const p = spawn(waits)
      link(self()); link(p); link(p); unlink(p)
      monitor(p)
      exit(p, 'r')
      return (await receive()).reason
    }
    async function waits() { await receive() }`),
  ).toEqual({ type: 'exit', value: 'r' })
})

test('LINK2 a link to what has ended is noproc: an error, or a message when trapping (X8)', async () => {
  expect(
    await valueOf(`export async function main() {
      const dead = spawn(ends)
      monitor(dead); await receive()
      const seen = []
      try { link(dead) } catch (error) { seen.push(error.code) }
      trapExit(true); link(dead)
      const m = await receive()
      seen.push(m.type, m.pid === dead, m.reason.type, trapExit(false))
      return seen
    }
    async function ends() {}`),
  ).toEqual(['noproc', 'exit', true, 'noproc', true])
})

test('MON1 two monitors give two messages in the order set, after the exit message of a link (X13, X25)', async () => {
  expect(
    await valueOf(`export async function main() {
      trapExit(true)
      const p = spawn(waits)
      const first = monitor(p); link(p); const second = monitor(p)
      exit(p, 'r')
      const got = [await receive(), await receive(), await receive()]
      return [got.map((m) => m.type), got[1].ref.ref === first.ref, got[2].ref.ref === second.ref, (await receive({ after: 0 })) === TIMEOUT]
    }
    async function waits() { await receive() }`),
  ).toEqual([['exit', 'down', 'down'], true, true, true])
})

test('MON1 a monitor of what is not there answers noproc at once (X12)', async () => {
  expect(
    await valueOf(`export async function main() {
      monitor('no-such-name'); const one = await receive()
      const dead = spawn(ends); monitor(dead); await receive(); monitor(dead)
      const two = await receive()
      return [one.reason.type, two.reason.type, two.pid === dead]
    }
    async function ends() {}`),
  ).toEqual(['noproc', 'noproc', true])
})

test('MON1 a monitor of oneself is none: nobody could be told', async () => {
  const value = await valueOf(`export async function main() {
      const mine = monitor(self())
      return [typeof mine.ref, demonitor(mine)]
    }`)
  expect(value).toEqual(['string', false])
})

test('MON2 only flush removes a message that is queued already (X14)', async () => {
  expect(
    await valueOf(`export async function main() {
      const p = spawn(waits)
      const a = monitor(p), b = monitor(p), c = monitor(p)
      const active = demonitor(c)
      exit(p, 'r'); await sleep(0)
      demonitor(a); demonitor(b, { flush: true })
      const left = await receive()
      return [active, left.ref.ref === a.ref, (await receive({ after: 0 })) === TIMEOUT]
    }
    async function waits() { await receive() }`),
  ).toEqual([true, true, true])
})

test('KILL1 a waiting process ends at once, with its frames, name and timers', async () => {
  start(`export async function main() { register('held'); setInterval(() => {}, 10); try { await nested() } catch {} finally { console.error('finally ran'); globalThis.ranFinally = true } }
    async function nested() { try { await receive() } finally { globalThis.ranFinally = true } }`)
  const pid = t.spawn('m', 'main')
  await t.runUntilIdle()
  expect(pinRows(t.scheduler, 'm').map(({ reason }) => reason)).toEqual(['frame', 'timer'])
  expect(t.scheduler.kill(pid, 'operator', 'test')).toBe('killed')
  expect(t.scheduler.kill(pid, 'operator', 'test')).toBe('not_found')
  expect(t.pins('m', 1)).toBe(0)
  expect(t.scheduler.core.timers.size).toBe(0)
  expect((globalThis as { ranFinally?: boolean }).ranFinally).toBeUndefined()
})

test('KILL1 a synchronous loop that catches everything is ended at a check, the others live on', async () => {
  let victim = ''
  start(
    `export async function main() { for (;;) { try { spin() } catch (error) { globalThis.caught = error } finally { globalThis.ranFinally = true } } }
    function spin() { try { while (true) {} } catch { globalThis.caught = 1 } }
    export async function other() { const m = await receive(); reply(m, 'alive'); return other() }`,
    { serve: ({ scheduler }) => void (scheduler.core.current !== null && scheduler.kill(victim as never, 'operator', 'stuck')) },
  )
  const other = t.spawn('m', 'other')
  await t.runUntilIdle()
  victim = t.spawn('m', 'main')
  t.interrupt()
  // What comes before the first turn is served before it; the request that counts arrives during it.
  const words = t.scheduler.core.words
  const enter = t.scheduler.core.enter.bind(t.scheduler.core)
  t.scheduler.core.enter = (process) => {
    enter(process)
    Atomics.store(words, 1, 1)
  }
  await t.runUntilIdle()
  expect(t.scheduler.core.processes.has(victim as never)).toBe(false)
  expect((globalThis as { caught?: unknown }).caught).toBeUndefined()
  expect((globalThis as { ranFinally?: boolean }).ranFinally).toBeUndefined()
  const answers: any[] = []
  t.scheduler.callFromHost(other, {}, (answer) => answers.push(answer))
  await t.runUntilIdle()
  expect(answers).toEqual([{ status: 'answered', value: 'alive' }])
})

test('KILL2 nothing of a killed process runs when a promise that it waited for settles later', async () => {
  const log: string[] = []
  Object.assign(globalThis, { killLog: log })
  start(`let settle
    export async function main() {
      const p = new Promise((resolve) => { globalThis.settleLater = resolve })
      p.then(() => { killLog.push('then ran in ' + self()) })
      bare(p)
      try { await p; killLog.push('went on') } finally { killLog.push('finally') }
    }
    async function bare(p) { try { await p; killLog.push('strand went on') } finally { killLog.push('strand finally') } }`)
  const pid = t.spawn('m', 'main')
  await t.runUntilIdle()
  t.scheduler.kill(pid, 'operator', '')
  ;(globalThis as any).settleLater(1)
  await t.runUntilIdle()
  expect(log).toEqual([])
})

test('KILL2 a kill skips disposals and iterator closes of lowered and synchronous code', async () => {
  start(`const ran = []
    export const seen = () => ran
    const disposable = (name) => ({ [Symbol.dispose]() { ran.push(name) }, async [Symbol.asyncDispose]() { ran.push(name) } })
    const iterator = (name) => ({ [Symbol.asyncIterator]() { return this }, async next() { return { value: 1, done: false } }, async return() { ran.push(name); return {} } })
    export async function main() { using a = disposable('a'); await using b = disposable('b'); for await (const x of iterator('i')) exit(self(), 'kill') }
    export async function plain() { loop() }
    function loop() { using c = disposable('c'); exit(self(), 'kill'); for (;;); }
    export async function iterating() { for await (const x of iterator('j')) loop() }`)
  for (const entry of ['main', 'plain', 'iterating']) t.spawn('m', entry)
  await t.runUntilIdle()
  expect(t.scheduler.core.processes.size).toBe(0)
  expect(await t.apply('m', 'seen')).toEqual({ status: 'answered', value: [] })
})

test('KILL2 links and monitors are told of a kill', async () => {
  expect(
    await valueOf(`export async function main() {
      trapExit(true)
      const p = spawn(waits, [], { link: true, monitor: true })
      exit(p, 'kill')
      return [(await receive()).type, (await receive()).type]
    }
    async function waits() { await receive() }`),
  ).toEqual(['exit', 'down'])
})

test('KILL3 an exit signal runs finally blocks from the top, catch does not see it, a return in finally brings nothing back', async () => {
  expect(
    await valueOf(`export async function main() {
      const p = spawn(outer, [self()])
      monitor(p)
      await receive()
      exit(p, 'stop')
      const seen = []
      for (;;) { const m = await receive(); if (m.type === 'down') return [...seen, m.reason.value]; seen.push(m) }
    }
    async function outer(to) {
      try { await inner(to); send(to, 'went on') } catch { send(to, 'caught') } finally { await tidy(to); send(to, 'outer finally') }
      send(to, 'after')
    }
    async function inner(to) {
      try { send(to, 'ready'); await receive() } catch { send(to, 'caught') } finally { send(to, 'inner finally'); return 1 }
    }
    async function tidy(to) { try { throw new Error('x') } catch { send(to, 'tidy catches its own') } await sleep(0) }`).catch(
      (error) => error,
    ),
  ).toEqual(['inner finally', 'tidy catches its own', 'outer finally', 'stop'])
})

test('KILL3 what a finally or a disposal awaits of async functions settles while it unwinds, failures too', async () => {
  const { left, reason } = await valueOf(`const left = []
    const later = async (name, fails = false) => { await null; left.push(name); if (fails) throw new Error(name); return name }
    class Held { constructor(name) { this.name = name } async [Symbol.asyncDispose]() { await later('disposed ' + this.name) } [Symbol.dispose]() { left.push('closed ' + this.name) } }
    async function child(to) {
      try {
        using a = new Held('a')
        await using b = new Held('b')
        send(to, 'ready')
        await receive()
      } catch { left.push('caught') } finally {
        const started = later('started')
        left.push((await Promise.all([later('one'), later('two')])).join(), await started)
        try { await Promise.all([later('failing', true)]) } catch (error) { left.push('failed ' + error.message) }
      }
      left.push('after')
    }
    export async function main() {
      const pid = spawn(child, [self()]); monitor(pid); await receive()
      exit(pid, 'stop')
      const down = await receive()
      return { left, reason: down.reason }
    }`)
  expect(left).toEqual(['disposed b', 'closed a', 'started', 'one', 'two', 'one,two', 'started', 'failing', 'failed failing'])
  expect(reason).toEqual({ type: 'exit', value: 'stop' })
})

test('KILL3 exit in synchronous code unwinds and cannot be caught', async () => {
  expect(
    await valueOf(`export async function main() {
      const p = spawn(child, [self()])
      monitor(p)
      const seen = []
      for (;;) { const m = await receive(); if (m.type === 'down') return [...seen, m.reason.value]; seen.push(m) }
    }
    async function child(to) {
      try { [1].forEach(() => { try { hold(to) } catch (error) { send(to, 'caught') } }); send(to, 'on') } catch { send(to, 'caught') } finally { send(to, 'finally') }
    }
    function hold(to) { try { exit('here') } catch { send(to, 'caught') } finally { return 'kept' } }`),
  ).toEqual(['finally', 'here'])
})

test('KILL3 unwinding has one budget: a finally that never ends is killed, in reductions and in time', async () => {
  start(`export async function spins() { try { await receive() } finally { for (;;) {} } }
    export async function paces() { try { await receive() } finally { for (;;) await Promise.resolve() } }
    export async function waits() { try { await receive() } finally { await sleep(100_000) } }`)
  const pids = ['spins', 'paces', 'waits'].map((name) => t.spawn('m', name))
  await t.runUntilIdle()
  for (const pid of pids) t.scheduler.exitSignal(pid, pid, { type: 'exit', value: 'stop' })
  await t.runUntilIdle()
  expect(t.scheduler.core.processes.size).toBe(1)
  t.clock.advance(1_001)
  await t.runUntilIdle()
  expect(t.scheduler.core.processes.size).toBe(0)
  expect(t.pins('m', 1)).toBe(0)
})

test('LINK1 a chain of 20,000 linked processes falls without a deep stack', async () => {
  start(`export async function main(n) { const pids = []; for (let i = 0; i < n; i++) pids.push(spawn(waits)); for (let i = 1; i < n; i++) send(pids[i], { link: pids[i - 1] }); return pids[0] }
    async function waits() { const m = await receive(); if (m.link) link(m.link); return waits() }`)
  const answer: any = await t.apply('m', 'main', 20_000)
  expect(t.scheduler.core.processes.size).toBe(20_000)
  t.scheduler.kill(answer.value, 'operator', '')
  await t.runUntilIdle()
  expect(t.scheduler.core.processes.size).toBe(0)
})

test('KILL1 a turn that was terminated from outside is forgotten, and its process ends at the next run', async () => {
  start(`export async function main() { register('cut'); globalThis.terminate() }
    export async function other() { const m = await receive(); reply(m, 'alive') }`)
  const other = t.spawn('m', 'other')
  await t.runUntilIdle()
  // What termination does to the scheduler: control is gone in the middle of a turn, and no handler has run.
  const pid = t.spawn('m', 'main')
  const { core } = t.scheduler
  const process = core.processes.get(pid)
  if (process === undefined) throw new Error('not spawned')
  core.queue.shift()
  core.running = true
  core.enter(process)
  t.scheduler.recoverCut()
  expect([core.current, core.running, core.words[2]]).toEqual([null, false, 0])
  const answers: any[] = []
  t.scheduler.callFromHost(other, {}, (answer) => answers.push(answer))
  await t.runUntilIdle()
  expect(core.processes.has(pid)).toBe(false)
  expect(answers).toEqual([{ status: 'answered', value: 'alive' }])
  t.scheduler.recoverCut()
})
