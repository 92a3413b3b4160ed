import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { createTestScheduler } from '../testing/index.ts'
import type { TestScheduler } from '../testing/index.ts'

const API = `import * as api from '@strata/runtime/process'
import { TIMEOUT, call, demonitor, exit, link, monitor, receive, register, registered, reply, self, send, sleep, spawn, trapExit, unlink, unregister, whereis } from '@strata/runtime/process'
`
let t: TestScheduler
afterEach(() => t.stop())

function start(text: string): TestScheduler {
  t = createTestScheduler({ modules: { m: API + text } })
  return t
}

async function valueOf(text: string, ...args: unknown[]): Promise<unknown> {
  start(text)
  const answer = await t.apply('m', 'main', ...args)
  if (answer?.status !== 'answered') throw new Error(`no answer: ${JSON.stringify(answer)} ${JSON.stringify(t.events)}`)
  return answer.value
}

test('MSG1 a message is copied when it is sent', async () => {
  expect(
    await valueOf(`export async function main() {
      const other = spawn(echo, [self()])
      const message = { list: [1] }
      send(other, message)
      message.list.push(2)
      const back = await receive()
      return [back, message]
    }
    async function echo(to) { const m = await receive(); m.list.push(3); send(to, m); m.list.push(4) }`),
  ).toEqual([{ list: [1, 3] }, { list: [1, 2] }])
})

test('MSG1 a literal that is sent is a value of its own at each send, evaluated in order, whatever its leaves are', async () => {
  expect(
    await valueOf(`const out = []
    function leaf(value) { out.push(value); return value }
    export async function main() {
      const shared = { n: 1 }
      for (let i = 0; i < 2; i++) {
        const type = 'plain'
        send(leaf(self()), { type, i: leaf(i), list: [leaf('a'), 'b', { deep: null, no: undefined, f: -1.5 }], 'odd key': \`\${i}\` })
        const m = await receive()
        m.list.push('mine')
        m.list[2].deep = 1
        out.push(m)
        send(self(), m)
        m.i = 'later'
        out.push(await receive())
      }
      send(self(), { a: shared, b: [shared], c: 1 })
      shared.n = 2
      const m = await receive()
      out.push(m, m.a === m.b[0], m.a !== shared)
      send(self(), { nothing: null, ...shared, get x() { return 1 }, ['y']: 2 })
      out.push(await receive())
      send(self(), {})
      send(self(), [])
      send(self(), { n: await echo({ n: 1 }) })
      out.push(await receive(), await receive(), await receive())
      send(...[self()], { spread: 1 })
      send(self(), shared, {})
      shared.n = 3
      out.push(await receive(), await receive())
      out.push(await call(spawn(answer), { question: await echo(6), by: 7 }))
      for (const bad of [() => 1, Symbol('s')]) try { send(self(), { ok: 1, at: [leaf(0), bad] }) } catch (e) { out.push([e.code, e.path]) }
      try { send(self(), { ok: 1, named: () => 1 }) } catch (e) { out.push([e.code, e.path, e.why]) }
      return out.filter((item) => item !== self())
    }
    async function echo(value) { send(self(), { inner: 1 }); await receive({ match: (m) => m.inner === 1 }); return value }
    async function answer() { const m = await receive(); reply(m, { answer: m.question * m.by, again: [m.by] }) }`),
  ).toEqual([
    ...[0, 1].flatMap((i) => {
      const message = { type: 'plain', list: ['a', 'b', { deep: 1, f: -1.5 }, 'mine'], 'odd key': `${i}` }
      return [i, 'a', { ...message, i: 'later' }, { ...message, i }]
    }),
    { a: { n: 1 }, b: [{ n: 1 }], c: 1 },
    true,
    true,
    { nothing: null, n: 2, x: 1, y: 2 },
    {},
    [],
    { n: { n: 1 } },
    { spread: 1 },
    { n: 2 },
    { answer: 42, again: [7] },
    0,
    ['invalid_message', '$.at[1]'],
    0,
    ['invalid_message', '$.at[1]'],
    ['invalid_message', '$.named', 'a function is no value (named)'],
  ])
})

test('MSG2 what cannot be copied is refused at send, and nothing is sent', async () => {
  expect(
    await valueOf(`export async function main() {
      const seen = []
      try { send(self(), { user: { socket: () => 1 } }) } catch (error) { seen.push(error.code, error.path) }
      seen.push(await receive({ after: 0 }) === TIMEOUT)
      return seen
    }`),
  ).toEqual(['invalid_message', '$.user.socket', true])
})

test('MSG3 messages of each sender arrive in the order sent (X23)', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 5, max: 400 }),
      async (counts, reductionsPerTurn) => {
        const test = createTestScheduler({
          modules: {
            m: `${API}
          export async function main(counts) {
            for (let s = 0; s < counts.length; s++) spawn(sender, [self(), s, counts[s]])
            const seen = counts.map(() => [])
            for (let left = counts.reduce((a, b) => a + b, 0); left > 0; left--) { const { s, i } = await receive(); seen[s].push(i) }
            return seen
          }
          async function sender(to, s, count) { for (let i = 0; i < count; i++) send(to, { s, i }) }`,
          },
          reductionsPerTurn,
        })
        const answer = await test.apply('m', 'main', counts)
        test.stop()
        expect(answer).toEqual({ status: 'answered', value: counts.map((count) => Array.from({ length: count }, (_, i) => i)) })
      },
    ),
    { numRuns: 25 },
  )
  start('export async function main() {}')
})

test('MSG3 a message to an ended process is dropped, one to a name that nobody has throws badarg (X17, X36)', async () => {
  expect(
    await valueOf(`export async function main() {
      const dead = spawn(nothing)
      monitor(dead)
      await receive()
      send(dead, 'gone')
      try { send('nobody-has-this', 1) } catch (error) { return error.code }
    }
    async function nothing() {}`),
  ).toBe('badarg')
})

test('MSG4 receive with match takes the first that matches in arrival order and leaves the others queued (X21)', async () => {
  expect(
    await valueOf(`export async function main() {
      for (const m of ['a', 'b', 'c', 'd']) send(self(), m)
      const picked = await receive({ match: (m) => m === 'c' })
      const none = await receive({ match: (m) => m === 'z', after: 0 })
      const either = await receive({ match: (m) => m === 'd' || m === 'a' })
      return [picked, none === TIMEOUT, either, await receive(), await receive()]
    }`),
  ).toEqual(['c', true, 'a', 'b', 'd'])
})

test('MSG4 match also sees what arrives while it waits', async () => {
  start(`export async function main() { const m = await receive({ match: (m) => m.n === 2 }); return [m, await receive()] }`)
  const answers: unknown[] = []
  const pid = t.scheduler.apply('m', 'main', [], (answer) => answers.push(answer))
  await t.runUntilIdle()
  for (const n of [1, 3, 2]) t.send(pid, { n })
  await t.runUntilIdle()
  expect(answers).toEqual([{ status: 'answered', value: [{ n: 2 }, { n: 1 }] }])
})

test('MSG4 an error in match is the error of that receive', async () => {
  expect(
    await valueOf(`export async function main() {
      try {
        setTimeout(() => send(self(), 1), 5)
        const p = receive({ match: () => { throw new Error('in match') } })
        send(self(), 0)
        await p
      } catch (error) { return [error.message, await receive()] }
    }`),
  ).toEqual(['in match', 0])
})

test('MSG4 after runs from the call, messages that do not match do not restart it (X33)', async () => {
  start(`export async function main() { return (await receive({ match: (m) => m === 'x', after: 200 })) === TIMEOUT }`)
  const answers: unknown[] = []
  const pid = t.scheduler.apply('m', 'main', [], (answer) => answers.push(answer))
  await t.runUntilIdle()
  for (let step = 0; step < 2; step++) {
    t.clock.advance(99)
    t.send(pid, 'junk')
    await t.runUntilIdle()
  }
  expect(answers).toEqual([])
  t.clock.advance(2)
  await t.runUntilIdle()
  expect(answers).toEqual([{ status: 'answered', value: true }])
})

test.each(['-1', 'NaN', '"soon"'])('MSG4 after: %s is refused (X22)', async (after) => {
  expect(
    await valueOf(`export async function main() { try { await receive({ after: ${after} }) } catch (error) { return error.code } }`),
  ).toBe('timeout_value')
})

test('CALL1 call settles with the reply, once, and a late reply is dropped', async () => {
  start(`export async function main() {
      const server = spawn(serve)
      const answer = await call(server, { ask: 20 })
      let late
      try { await call(server, { silent: true }, 50) } catch (error) { late = error.code }
      const queue = await receive({ after: 0 })
      let ended
      try { await call(server, { stop: true }) } catch (error) { ended = [error.code, error.reason] }
      let gone
      try { await call(server, {}) } catch (error) { gone = error.code }
      return [answer, late, queue === TIMEOUT, ended, gone]
    }
    async function serve() {
      const m = await receive()
      if (m.stop) exit('bye')
      if (m.silent) { await sleep(100); reply(m, 'late'); return serve() }
      reply(m, m.ask + 1)
      reply(m, 'again')
      return serve()
    }`)
  const answers: any[] = []
  t.scheduler.apply('m', 'main', [], (answer) => answers.push(answer))
  for (let i = 0; i < 4; i++) {
    await t.runUntilIdle()
    t.clock.advance(50)
  }
  await t.runUntilIdle()
  expect(answers).toEqual([{ status: 'answered', value: [21, 'timeout', true, ['exited', { type: 'exit', value: 'bye' }], 'noproc'] }])
})

test('CALL1 the host is answered too, and told when the process ends instead', async () => {
  start(
    `export async function main() { const m = await receive(); if (m.stop) throw new RangeError('no'); reply(m, { got: m }); return main() }`,
  )
  const pid = t.spawn('m', 'main')
  const answers: any[] = []
  t.scheduler.callFromHost(pid, { n: 1 }, (answer) => answers.push(answer))
  t.scheduler.callFromHost(pid, { stop: true }, (answer) => answers.push(answer))
  await t.runUntilIdle()
  t.scheduler.callFromHost(pid, { n: 1 }, (answer) => answers.push(answer))
  expect(answers[0]).toEqual({ status: 'answered', value: { got: { n: 1 } } })
  expect(answers[1]).toMatchObject({ status: 'ended', reason: { type: 'error', name: 'RangeError' } })
  expect(answers[2]).toEqual({ status: 'ended', reason: { type: 'noproc' } })
})

test('SPAWN1 a late-bound entry enters what is current when the process first runs, a local function stays', async () => {
  const source = (n: number): string => `${API}
    export async function main() { await receive(); spawn(local, [self()]); spawn({ module: 'm', export: 'version' }, [self()]); return [await receive(), await receive()] }
    export async function version(to) { send(to, ['current', ${n}]) }
    async function local(to) { send(to, ['local', ${n}]) }`
  t = createTestScheduler({ modules: { m: source(1) } })
  const answers: any[] = []
  const pid = t.scheduler.apply('m', 'main', [], (answer) => answers.push(answer))
  await t.runUntilIdle()
  t.load({ m: source(2) })
  t.send(pid, 'go')
  await t.runUntilIdle()
  expect(Object.fromEntries(answers[0].value)).toEqual({ current: 2, local: 1 })
})

test('SPAWN1 an entry that does not exist ends the process with undef (X27)', async () => {
  start('')
  const pid = t.spawn('m', 'nothing')
  await t.runUntilIdle()
  expect(t.events).toMatchObject([{ type: 'crashed', crash: { pid, reason: { type: 'undef', module: 'm', export: 'nothing' } } }])
})

test('SPAWN1 plain functions, bound ones and forwarders run in their own process, not in the spawner', async () => {
  expect(
    await valueOf(`
    const log = []
    export async function main() {
      const me = self()
      const pids = [
        spawn((to) => { send(to, ['plain', self()]) }, [me]),
        spawn(async (to) => { send(to, ['arrow', self()]) }, [me]),
        spawn(worker.bind(null, me)),
        spawn([].forEach.bind([me], worker)),
        spawn((to) => worker(to), [me]),
        spawn(function (to) { let n = 0; for (let i = 0; i < 10; i++) n += i; send(to, ['loop', self()]) }, [me]),
      ]
      const got = []
      for (let i = 0; i < pids.length; i++) got.push((await receive())[1])
      return [new Set(got).size === 6, got.every((pid) => pids.includes(pid) && pid !== me)]
    }
    async function worker(to) { send(to, ['worker', self()]) }`),
  ).toEqual([true, true])
})

test('NAME1 one name a process, one process a name (X17, X18)', async () => {
  expect(
    await valueOf(`export async function main() {
      const codes = []
      const attempt = (run) => { try { run(); codes.push('ok') } catch (error) { codes.push(error.code) } }
      const other = spawn(waits)
      attempt(() => register('a'))
      attempt(() => register('a', other))
      attempt(() => register('b'))
      attempt(() => register('1.7', other))
      attempt(() => register('b', other))
      attempt(() => unregister('zz'))
      const names = registered()
      const mine = whereis('a') === self()
      const ref = monitor('b')
      send('b', 'end')
      const down = await receive()
      attempt(() => register('c', other))
      return [codes, names, mine, down.ref.ref === ref.ref, whereis('b') === undefined]
    }
    async function waits() { await receive() }`),
  ).toEqual([['ok', 'badarg', 'badarg', 'badarg', 'ok', 'badarg', 'badarg'], ['a', 'b'], true, true, true])
})
