import { expect, onTestFinished, test } from 'vitest'
import { describeProcess, exitVictims } from '../inspect/process-views.ts'
import type { Pid } from '../ids.ts'
import { createTestScheduler } from '../testing/index.ts'

const MODULE = `import { receive, reply, send, self, sleep, spawn, trapExit, link, call } from '@strata/runtime/process'
export async function counter(to) {
  for (let n = 1; ; n++) {
    const message = await receive()
    send(to, { got: message.n, as: n })
  }
}
export async function patient(to) {
  send(to, await receive({ after: 50 }) === Symbol.for('strata.timeout') ? 'timeout' : 'message')
}
export async function picky(to) {
  send(to, await receive({ match: (message) => message.n > 1 }))
}
export async function sleeper(to) {
  await sleep(10)
  send(to, 'awake')
}
export async function ticking(to) {
  setInterval(() => send(to, 'tick'), 10)
  await receive()
}
export async function settling(to) {
  await Promise.resolve()
  await new Promise((resolve) => setTimeout(resolve, 5))
  send(to, 'settled')
}
export async function spinning(to) {
  for (let n = 0; ; n++) if (n === 1_000_000) send(to, 'there')
}
export async function careful(to) {
  try { await receive() } finally { send(to, 'finally') }
}
export async function trapping(to) {
  trapExit(true)
  send(to, await receive())
}
export async function inbox() {
  const all = []
  for (;;) {
    const message = await receive()
    if (message?.type === 'all') reply(message, all)
    else all.push(message)
  }
}
export async function asking(pid) { return call(pid, { type: 'all' }) }
export async function linked(to) { const pid = spawn(async () => receive(), []); link(pid); await receive() }
`

async function start(entry: string) {
  const t = createTestScheduler({ modules: { m: MODULE } })
  onTestFinished(() => t.stop())
  const box = t.spawn('m', 'inbox')
  const pid = t.spawn('m', entry, box)
  await t.runUntilIdle()
  const told = async () => {
    const answer = await t.apply('m', 'asking', box)
    return answer?.status === 'answered' ? answer.value : answer
  }
  return { t, pid, told }
}

const statusOf = (t: ReturnType<typeof createTestScheduler>, pid: Pid) => describeProcess(t.scheduler, pid)?.status

test('SUSP1 a suspended process gets no turns, its queue grows, and it goes on where it stood', async () => {
  const { t, pid, told } = await start('counter')
  t.send(pid, { n: 1 })
  await t.runUntilIdle()
  expect(t.scheduler.suspend([pid])).toEqual(['suspended'])
  for (const n of [2, 3, 4]) t.send(pid, { n })
  await t.runUntilIdle()
  expect(describeProcess(t.scheduler, pid)).toMatchObject({ status: 'suspended', queueLength: 3, function: 'counter' })
  expect(await told()).toEqual([{ got: 1, as: 1 }])
  expect(t.scheduler.resume(pid)).toBe('resumed')
  await t.runUntilIdle()
  expect(await told()).toEqual([1, 2, 3, 4].map((n) => ({ got: n, as: n })))
  expect(describeProcess(t.scheduler, pid)).toMatchObject({ status: 'waiting', queueLength: 0 })
})

test('SUSP1 what is runnable leaves the run queue, before its first turn too, and the others keep their order', async () => {
  const { t, told } = await start('sleeper')
  const pids = ['counter', 'counter', 'counter'].map((entry) => t.spawn('m', entry, 'nobody'))
  expect(pids.map((pid) => statusOf(t, pid))).toEqual(['runnable', 'runnable', 'runnable'])
  const [first, second, third] = pids as [Pid, Pid, Pid]
  t.scheduler.suspend([first, third])
  expect(t.scheduler.core.queue.size).toBe(1)
  await t.runUntilIdle()
  expect([first, second, third].map((pid) => statusOf(t, pid))).toEqual(['suspended', 'waiting', 'suspended'])
  const fourth = t.spawn('m', 'counter', 'nobody')
  await t.runUntilIdle()
  expect(statusOf(t, fourth)).toBe('waiting')
  t.scheduler.resume(third)
  await t.runUntilIdle()
  expect(describeProcess(t.scheduler, third)).toMatchObject({ status: 'waiting', function: 'counter' })
  expect(describeProcess(t.scheduler, first)?.function).toBeNull()
  expect(await told()).toEqual([])
})

test('SUSP1 time goes on: what fell due meanwhile is seen when it is resumed', async () => {
  for (const [entry, before, after] of [
    ['patient', [], ['timeout']],
    ['sleeper', [], ['awake']],
    ['settling', [], ['settled']],
  ] as const) {
    const { t, pid, told } = await start(entry)
    t.scheduler.suspend([pid])
    t.clock.advance(100)
    await t.runUntilIdle()
    expect(await told()).toEqual(before)
    t.scheduler.resume(pid)
    await t.runUntilIdle()
    expect(await told()).toEqual(after)
  }
})

test('SUSP1 a message that came before the time was over is taken when it is resumed (X33)', async () => {
  const { t, pid, told } = await start('patient')
  t.scheduler.suspend([pid])
  t.send(pid, 'hello')
  t.clock.advance(100)
  t.scheduler.resume(pid)
  await t.runUntilIdle()
  expect(await told()).toEqual(['message'])
})

test('SUSP1 a selective receive looks at what came meanwhile when it is resumed', async () => {
  const { t, pid, told } = await start('picky')
  t.scheduler.suspend([pid])
  for (const n of [1, 2, 3]) t.send(pid, { n })
  await t.runUntilIdle()
  expect(await told()).toEqual([])
  t.scheduler.resume(pid)
  await t.runUntilIdle()
  expect(await told()).toEqual([{ n: 2 }])
})

test('SUSP1 its timers call back when it is resumed, each once', async () => {
  const { t, pid, told } = await start('ticking')
  t.clock.advance(10)
  await t.runUntilIdle()
  t.scheduler.suspend([pid])
  for (let round = 0; round < 3; round++) t.clock.advance(10)
  await t.runUntilIdle()
  expect(await told()).toEqual(['tick'])
  t.scheduler.resume(pid)
  await t.runUntilIdle()
  // As Node's after the event loop was held: an interval that was due three times calls back once, and goes on.
  expect(await told()).toEqual(['tick', 'tick'])
  t.clock.advance(10)
  await t.runUntilIdle()
  expect(await told()).toEqual(['tick', 'tick', 'tick'])
})

test('SUSP1 suspending twice and resuming once resumes, as with OTP’s behaviours (G10); who has ended is not there', async () => {
  const { t, pid } = await start('counter')
  expect(t.scheduler.suspend([pid, '1.999' as Pid])).toEqual(['suspended', 'not_found'])
  expect(t.scheduler.suspend([pid])).toEqual(['already'])
  expect(t.scheduler.resume(pid)).toBe('resumed')
  expect(t.scheduler.resume(pid)).toBe('not_suspended')
  expect(t.scheduler.resume('1.999' as Pid)).toBe('not_found')
})

test('SUSP1 its pins stay, also of one suspended before its first step; it then enters what is current (C30, C39, P45)', async () => {
  const { t, pid } = await start('counter')
  const fresh = t.spawn('m', 'counter', 'nobody')
  t.scheduler.suspend([pid, fresh])
  t.load({ m: MODULE })
  expect(describeProcess(t.scheduler, pid)?.pins).toMatchObject([{ module: 'm', generation: 1, reason: 'frame' }])
  t.scheduler.resume(fresh)
  await t.runUntilIdle()
  expect(describeProcess(t.scheduler, fresh)?.generation).toBe(2)
})

test('SUSP1 kill ends a suspended process, and an exit signal does, whose finally runs (X34)', async () => {
  const { t, pid, told } = await start('careful')
  const other = t.spawn('m', 'careful', 'nobody')
  await t.runUntilIdle()
  t.scheduler.suspend([pid, other])
  expect(t.scheduler.kill(other, 'operator', '')).toBe('killed')
  expect(t.scheduler.signalExit(pid, { type: 'exit', value: 'enough' })).toBe('exiting')
  await t.runUntilIdle()
  expect([pid, other].map((one) => statusOf(t, one))).toEqual([undefined, undefined])
  expect(await told()).toEqual(['finally'])
  expect(t.scheduler.core.suspended.size).toBe(0)
})

test('SUSP1 one that traps exits keeps the signal as a message until it is resumed (X34)', async () => {
  const { t, pid, told } = await start('trapping')
  t.scheduler.suspend([pid])
  expect(t.scheduler.signalExit(pid, { type: 'exit', value: 'enough' })).toBe('trapped')
  await t.runUntilIdle()
  expect(describeProcess(t.scheduler, pid)).toMatchObject({ status: 'suspended', queueLength: 1 })
  t.scheduler.resume(pid)
  await t.runUntilIdle()
  expect(await told()).toEqual([{ type: 'exit', pid: '0.0', reason: { type: 'exit', value: 'enough' } }])
})

test('EXIT3 normal ends nobody who does not trap it, and who falls is known before', async () => {
  const { t, pid } = await start('linked')
  expect(t.scheduler.signalExit(pid, { type: 'normal' })).toBe('ignored')
  expect(exitVictims(t.scheduler, [pid], 'normal', []).victims).toHaveLength(1)
  const { victims, trapping } = exitVictims(t.scheduler, [pid], 'enough', [])
  expect(victims.map(({ because }) => because)).toEqual(['chosen', 'link'])
  expect(trapping).toEqual([])
  expect(t.scheduler.signalExit(pid, { type: 'exit', value: 'enough' })).toBe('exiting')
  await t.runUntilIdle()
  expect(victims.map((victim) => statusOf(t, victim.pid))).toEqual([undefined, undefined])
  expect(t.scheduler.signalExit(pid, { type: 'normal' })).toBe('not_found')
})

test('EXIT3 who traps exits is told apart, and nobody falls with it', async () => {
  const { t, pid } = await start('trapping')
  expect(exitVictims(t.scheduler, [pid], 'enough', [])).toMatchObject({ victims: [{ pid, because: 'chosen' }], trapping: [pid] })
})
