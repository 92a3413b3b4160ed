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
