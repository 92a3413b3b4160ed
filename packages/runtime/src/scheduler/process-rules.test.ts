import { afterEach, expect, test } from 'vitest'
import { createTestScheduler } from '../testing/index.ts'
import type { TestScheduler } from '../testing/index.ts'

const API = `import * as api from '@strata/runtime/process'
import { TIMEOUT, call, demonitor, exit, exitWith, link, monitor, processInfo, receive, register, reply, replyAddress, self, send, sleep, spawn, trapExit, unlink, whereis } from '@strata/runtime/process'
`
let t: TestScheduler
afterEach(() => t.stop())

async function valueOf(text: string, ...args: unknown[]): Promise<any> {
  t = createTestScheduler({ modules: { m: API + text } })
  const answer = await t.apply('m', 'main', ...args)
  if (answer?.status !== 'answered') throw new Error(`no answer: ${JSON.stringify(answer)} ${JSON.stringify(t.events)}`)
  return answer.value
}

test('REPLY1 a call is answered by whoever has its address, once', async () => {
  expect(
    await valueOf(`export async function main() {
      const clerk = spawn(answering)
      const desk = spawn(forwarding, [clerk])
      return [await call(desk, { type: 'ask' }), replyAddress({}), replyAddress(5)]
    }
    async function forwarding(clerk) { const m = await receive(); send(clerk, replyAddress(m)); await receive() }
    async function answering() { const address = await receive(); reply(address, 'first'); reply(address, 'second') }`),
  ).toEqual(['first', undefined, undefined])
})

/** Runs `main` with the clock moved on, a step at a time, until it answers. */
async function valueInTime(text: string, stepMs: number): Promise<any> {
  t = createTestScheduler({ modules: { m: API + text } })
  let value: unknown
  t.scheduler.apply('m', 'main', [], (answer) => (value = answer))
  for (let round = 0; round < 20 && value === undefined; round++) {
    await t.runUntilIdle()
    t.clock.advance(stepMs)
  }
  return (value as { value: unknown } | undefined)?.value
}

test('REPLY1 an answer after the time ran out, or after the called process has ended, reaches nobody (X15, X16, G32)', async () => {
  expect(
    await valueInTime(
      `export async function main() {
      const keeper = spawn(keep)
      const pid = spawn(silent, [keeper])
      const codes = []
      for (const type of ['wait', 'end']) {
        try { await call(pid, { type }, 50) } catch (error) { codes.push(error.code) }
      }
      for (const address of await call(keeper, { type: 'take' })) reply(address, 'late')
      await sleep(1)
      return [codes, processInfo().queueLength]
    }
    async function silent(keeper) {
      send(keeper, replyAddress(await receive()))
      send(keeper, replyAddress(await receive()))
    }
    async function keep() { const addresses = [await receive(), await receive()]; reply(await receive(), addresses) }`,
      50,
    ),
  ).toEqual([['timeout', 'exited'], 0])
})

test('INFO1 processInfo tells what a process is, of itself and of another; undefined of one that has ended (X20)', async () => {
  const [info, own, dead] = await valueOf(`export async function main() {
      const pid = spawn(idle, [self()], { name: 'x20', link: true })
      send(pid, 'a')
      send(pid, 'b')
      await receive()
      const info = processInfo(pid)
      const own = processInfo()
      const gone = spawn(ending)
      await sleep(0)
      return [info, own, processInfo(gone)]
    }
    async function ending() {}
    async function idle(to) { trapExit(true); monitor(to); send(to, 'ready'); await receive({ match: () => false }) }`)
  const main = own.pid
  expect(info).toMatchObject({
    name: 'x20',
    status: 'waiting',
    parent: main,
    entry: 'idle',
    queueLength: 2,
    links: [main],
    monitors: [main],
    monitoredBy: [],
    trapExit: true,
    behaviour: null,
  })
  expect(own).toMatchObject({ status: 'running', parent: null, links: [info.pid], monitoredBy: [info.pid] })
  expect(dead).toBeUndefined()
})

test.each([
  ['drop-newest', { max: 3, whenFull: 'drop-newest', dropped: 2 }, [1, 2, 3, 'note'], 'queue_full', { type: 'normal' }],
  ['drop-oldest', { max: 3, whenFull: 'drop-oldest', dropped: 2 }, [3, 'call', 'note', 4], 'exited', { type: 'normal' }],
  ['exit', { max: 3, whenFull: 'exit', dropped: 0 }, null, 'queue_full', { type: 'exit', value: { queueLimit: 3 } }],
] as const)(
  'QUEUE1 a full queue with %s: what is dropped, that a caller is told at once, and that exit messages come in',
  async (whenFull, info, all, told, reason) => {
    const outcome = await valueOf(
      `export async function main(whenFull) {
      const pid = spawn(slow, [self()], { queueLimit: { max: 3, whenFull }, monitor: true })
      await receive({ match: (m) => m === 'ready' })
      for (const n of [1, 2, 3]) send(pid, n)
      const told = call(pid, { type: 'call' }).catch((error) => error.code)
      exit(pid, 'note')
      send(pid, 4)
      const info = processInfo(pid)?.queueLimit ?? null
      exit(pid, 'look')
      const all = whenFull === 'exit' ? null : await receive({ match: (m) => Array.isArray(m) })
      return { info, told: await told, all, reason: (await receive({ match: (m) => m.type === 'down' })).reason }
    }
    async function slow(to) {
      trapExit(true)
      send(to, 'ready')
      await receive({ match: (m) => m.type === 'exit' && m.reason.value === 'look' })
      const all = []
      for (let m = await receive({ after: 0 }); m !== TIMEOUT; m = await receive({ after: 0 })) all.push(m.type === 'exit' ? m.reason.value : (m.type ?? m))
      send(to, all)
    }`,
      whenFull,
    )
    expect(outcome).toEqual({ info, told, all, reason })
  },
)

test('QUEUE1 a limit that is none is refused', async () => {
  expect(
    await valueOf(`export async function main() {
      const codes = []
      for (const queueLimit of [{ max: 0, whenFull: 'exit' }, { max: 1, whenFull: 'x' }, { max: 1.5, whenFull: 'exit' }])
        try { spawn(main, [], { queueLimit }) } catch (error) { codes.push(error.code) }
      return codes
    }`),
  ).toEqual(['badarg', 'badarg', 'badarg'])
})

test('SPAWN1 a process is linked and watched from its first moment; what cannot be entered ends it, and who is linked and traps not (X29)', async () => {
  expect(
    await valueOf(`export async function main() {
      const parent = spawn(parenting, [], { monitor: true })
      const outer = (await receive({ match: (m) => m.type === 'down' && m.pid === parent })).reason
      trapExit(true)
      const pid = spawn({ module: 'm', export: 'nothing' }, [], { link: true, monitor: true })
      const told = [await receive(), await receive()]
      return [outer.type, told.map(({ type, pid: who, reason }) => [type, who === pid, reason.type])]
    }
    async function parenting() { spawn({ module: 'm', export: 'nothing' }, [], { link: true }); await receive() }`),
  ).toEqual([
    'undef',
    [
      ['exit', true, 'undef'],
      ['down', true, 'undef'],
    ],
  ])
})

test('EXIT1 the reasons of an orderly end, and one that is named killed, are told as they were given (X38)', async () => {
  const reasons = await valueOf(`export async function main() {
      const reasons = []
      for (const reason of ['shutdown', { shutdown: 'x' }, 'killed', 'kill']) {
        const pid = spawn(wait)
        monitor(pid)
        exit(pid, reason)
        reasons.push((await receive()).reason)
      }
      return reasons
    }
    async function wait() { await receive() }`)
  expect(reasons).toMatchObject([
    { type: 'exit', value: 'shutdown' },
    { type: 'exit', value: { shutdown: 'x' } },
    { type: 'exit', value: 'killed' },
    { type: 'killed', by: 'signal' },
  ])
})

test('REPLY1 CALL1 a hundred calls that wait at once are each answered by their own address, in any order, from other processes', async () => {
  expect(
    await valueInTime(
      `export async function main() {
      const holder = spawn(hold)
      const asked = Array.from({ length: 100 }, (_, n) => call(holder, { n }, n % 10 === 3 ? 5 : undefined).catch((error) => error.code))
      await sleep(10)
      send(holder, 'give')
      return Promise.all(asked)
    }
    async function hold() {
      const held = []
      for (;;) {
        const m = await receive()
        if (m === 'give') break
        held.push([m.n, replyAddress(m)])
      }
      held.sort(([a], [b]) => (a * 37) % 100 - (b * 37) % 100)
      for (const [n, address] of held) {
        spawn(answer, [address, n])
        if (n % 5 === 0) reply(address, 'second')
      }
      await receive()
    }
    async function answer(address, n) { reply(address, n) }`,
      10,
    ),
  ).toEqual(Array.from({ length: 100 }, (_, n) => (n % 10 === 3 ? 'timeout' : n % 5 === 0 ? 'second' : n)))
})

for (const whenFull of ['drop-newest', 'exit'])
  test(`QUEUE1 CALL1 an awaited call that finds no room is told at once (${whenFull})`, async () => {
    expect(
      await valueOf(
        `export async function main(whenFull) {
          const pid = spawn(idle, [], { queueLimit: { max: 1, whenFull } })
          await api.sleep(0)
          send(pid, 1)
          try { await call(pid, { type: 'x' }) } catch (error) { return [error.code, await Promise.resolve('goes on')] }
        }
        async function idle() { await receive({ match: (message) => message === 'go' }) }`,
        whenFull,
      ),
    ).toEqual(['queue_full', 'goes on'])
  })

test('CALL1 MSG1 one shared buffer is the message of several calls', async () => {
  expect(
    await valueOf(`export async function main() {
      const pid = spawn(answering)
      const shared = new SharedArrayBuffer(8)
      return [await call(pid, shared), await call(pid, shared), new Uint8Array(shared)[0]]
    }
    async function answering() { for (;;) { const m = await receive(); new Uint8Array(m)[0]++; reply(m, m.byteLength) } }`),
  ).toEqual([8, 8, 2])
})

test('REPLY1 a second answer vanishes, whatever it is', async () => {
  expect(
    await valueOf(`export async function main() {
      const pid = spawn(answering, [], { monitor: true })
      return [await call(pid, { type: 'x' }), (await receive()).reason.type]
    }
    async function answering() { const m = await receive(); reply(m, 1); reply(m, () => {}) }`),
  ).toEqual([1, 'normal'])
})

test('NAME1 a name that the arguments of a spawn take is taken', async () => {
  expect(
    await valueOf(`export async function main() {
      try { spawn(idle, [{ get x() { register('n'); return 1 } }], { name: 'n' }) } catch (error) { return [error.code, whereis('n') === self()] }
    }
    async function idle() { await receive() }`),
  ).toEqual(['badarg', true])
})

test('PIN1 a native function that is bound to an async one of a module is spawned as any other', async () => {
  expect(
    await valueOf(`export async function main() {
      const me = self()
      spawn([1].forEach.bind([1], async (n) => { send(me, n) }), [], { monitor: true })
      return [await receive(), (await receive()).reason]
    }`),
  ).toEqual([1, { type: 'normal' }])
})
