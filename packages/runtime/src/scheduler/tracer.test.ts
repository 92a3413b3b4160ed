import { expect, onTestFinished, test } from 'vitest'
import type { Pid } from '../ids.ts'
import type { TraceEntry } from '../inspect/trace-view.ts'
import { createTestFleet } from '../testing/test-fleet.ts'
import { createTestScheduler, type TestScheduler } from '../testing/test-scheduler.ts'
import { beginTrace, endTrace } from './tracer.ts'

const PEER = `import { call, exit, link, monitor, receive, reply, self, send, spawn, trapExit } from '@strata/runtime/process'
export const redact = ['iban']
export async function start(): Promise<void> {
  for (;;) {
    const message = await receive<any>()
    switch (message.do) {
      case 'send': send(message.to, { hello: self(), iban: 'CH93', password: 'p' }); break
      case 'ask': await call(message.to, { do: 'answer' }); break
      case 'answer': reply(message, { answered: true }); break
      case 'link': link(message.to); break
      case 'monitor': monitor(message.to); break
      case 'trap': trapExit(true); break
      case 'exit': exit(message.to, { shutdown: 'late', iban: 'CH93' }); break
      case 'kill': exit(message.to, 'kill'); break
      case 'end': return
      case 'flood': for (let i = 0; i < message.times; i++) send(message.to, i); break
    }
  }
}
`

function one(): TestScheduler {
  const t = createTestScheduler({ modules: { peer: PEER } })
  onTestFinished(() => t.stop())
  return t
}

function seen(t: TestScheduler): readonly TraceEntry[] {
  return t.events.flatMap((event) => (event.type === 'traced' ? event.entry : []))
}

function told(entries: readonly TraceEntry[]): readonly string[] {
  return entries.map(({ pid, direction, kind, from, to }) => `${pid} ${direction} ${kind} ${from} ${to}`)
}

test('TRACE1 messages, calls, answers, exit signals and downs are seen from the traced side, with whom', async () => {
  const t = one()
  const [a, b, c] = [t.spawn('peer', 'start'), t.spawn('peer', 'start'), t.spawn('peer', 'start')] as [Pid, Pid, Pid]
  await t.runUntilIdle()
  expect(beginTrace(t.scheduler.core, 't', [a, '1.999' as Pid], 100, []).map(({ pid }) => pid)).toEqual([a])
  for (const order of [
    { do: 'trap' },
    { do: 'monitor', to: c },
    { do: 'send', to: b },
    { do: 'send', to: '1.999' },
    { do: 'ask', to: b },
  ]) {
    t.send(a, order)
    await t.runUntilIdle()
  }
  t.send(b, { do: 'exit', to: a })
  t.send(b, { do: 'kill', to: c })
  await t.runUntilIdle()
  t.send(a, { do: 'end' })
  await t.runUntilIdle()
  t.send(b, { do: 'send', to: c })
  await t.runUntilIdle()
  expect(told(seen(t))).toEqual([
    `${a} received message 0.0 ${a}`,
    `${a} received message 0.0 ${a}`,
    `${a} received message 0.0 ${a}`,
    `${a} sent message ${a} ${b}`,
    `${a} received message 0.0 ${a}`,
    `${a} sent message ${a} 1.999`,
    `${a} received message 0.0 ${a}`,
    `${a} sent call ${a} ${b}`,
    `${a} received reply ${b} ${a}`,
    `${a} received exit ${b} ${a}`,
    `${a} received down ${c} ${a}`,
    `${a} received message 0.0 ${a}`,
    `${a} ended ended null ${a}`,
  ])
  expect(endTrace(t.scheduler.core, 't')).toBe(0)
  expect(t.scheduler.core.tracer).toBeNull()
})

test('TRACE1 exit signals that are no messages, of both ends: two entries', async () => {
  const t = one()
  const [a, b] = [t.spawn('peer', 'start'), t.spawn('peer', 'start')] as [Pid, Pid]
  t.send(a, { do: 'link', to: b })
  await t.runUntilIdle()
  beginTrace(t.scheduler.core, 't', [a, b], 100, [])
  t.send(a, { do: 'exit', to: b })
  await t.runUntilIdle()
  expect(told(seen(t))).toEqual([
    `${a} received message 0.0 ${a}`,
    `${a} sent exit ${a} ${b}`,
    `${b} received exit ${a} ${b}`,
    `${b} sent exit ${b} ${a}`,
    `${a} received exit ${b} ${a}`,
    `${b} ended ended null ${b}`,
    `${a} ended ended null ${a}`,
  ])
})

test('TRACE2 it tells no more entries than it may, counts what follows, and still tells the end', async () => {
  const t = one()
  const [a, b] = [t.spawn('peer', 'start'), t.spawn('peer', 'start')] as [Pid, Pid]
  await t.runUntilIdle()
  beginTrace(t.scheduler.core, 't', [b], 5, [])
  t.send(a, { do: 'flood', to: b, times: 50 })
  await t.runUntilIdle()
  expect(seen(t)).toHaveLength(5)
  t.send(b, { do: 'end' })
  await t.runUntilIdle()
  expect(told(seen(t)).at(-1)).toBe(`${b} ended ended null ${b}`)
  expect(endTrace(t.scheduler.core, 't')).toBe(46)
})

test('TRACE3 content is text without what is named like a secret, what a module marks, and what was asked for', async () => {
  const t = one()
  const [a, b] = [t.spawn('peer', 'start'), t.spawn('peer', 'start')] as [Pid, Pid]
  await t.runUntilIdle()
  beginTrace(t.scheduler.core, 't', [b], 100, ['hello'])
  t.send(a, { do: 'send', to: b })
  t.send(a, { do: 'exit', to: b })
  await t.runUntilIdle()
  const [message, exit, end] = seen(t).map(({ preview }) => preview.text)
  expect(message).toBe('{\n  hello: «redacted»,\n  iban: «redacted»,\n  password: «redacted»\n}')
  expect(exit).toBe('{\n  shutdown: "late",\n  iban: «redacted»\n}')
  expect(end).toBe(exit)
  t.send(a, { x: 'y'.repeat(100_000) })
  beginTrace(t.scheduler.core, 'u', [a], 1, [])
  t.send(a, { x: ['y'.repeat(1_900)] })
  await t.runUntilIdle()
  const last = seen(t).at(-1)?.preview
  expect([last?.isCut, last?.text.length]).toEqual([true, 501])
})

test('TRACE1 a sender on another scheduler is named, and a reply from there', async () => {
  const fleet = createTestFleet(2, { peer: PEER })
  onTestFinished(() => fleet.stop())
  const [first, second] = fleet.schedulers as [TestScheduler, TestScheduler]
  const a = first.spawn('peer', 'start')
  const b = second.spawn('peer', 'start')
  await fleet.settle()
  // Under way before the trace began: nobody knows who sent it.
  first.send(a, { do: 'send', to: b })
  await first.runUntilIdle()
  for (const t of [first, second]) beginTrace(t.scheduler.core, 't', [b], 100, [])
  first.scheduler.core.peers?.flush()
  await fleet.settle()
  first.send(a, { do: 'send', to: b })
  await fleet.settle()
  second.send(b, { do: 'ask', to: a })
  await fleet.settle()
  first.send(a, { do: 'ask', to: b })
  await fleet.settle()
  expect(told(seen(first))).toEqual([])
  expect(told(seen(second))).toEqual([
    `${b} received message null ${b}`,
    `${b} received message ${a} ${b}`,
    `${b} received message 0.0 ${b}`,
    `${b} sent call ${b} ${a}`,
    `${b} received reply ${a} ${b}`,
    `${b} received call ${a} ${b}`,
    `${b} sent reply ${b} ${a}`,
  ])
})
