import { expect, test } from 'vitest'
import type { Pid } from '../src/index.ts'
import { BY, eventThat, faultOf, startSchedulers } from './system.ts'

/** Does what it is told, on whichever scheduler. */
const WORKER = `import { call, link, monitor, receive, register, reply, self, send, spawn, trapExit, whereis, exit, sleep, unlink } from '@strata/runtime/process'
import { version } from './code.ts'

export async function start(): Promise<void> {
  trapExit(true)
  const told: any[] = []
  return loop(told)
}

function spin(told: any[]): void { while (true) told.length }

async function loop(told: any[]): Promise<void> {
  const message = await receive<any>()
  switch (message.type) {
    case 'self': reply(message, self()); return loop(told)
    case 'version': reply(message, version()); return loop(told)
    case 'spawn': reply(message, spawn({ module: 'worker', export: 'start' }, [], message.options)); return loop(told)
    case 'send': send(message.to, message.message); reply(message, true); return loop(told)
    case 'call':
      try { reply(message, await call(message.to, message.message)) } catch (error: any) { reply(message, { failed: error.code }) }
      return loop(told)
    case 'link': link(message.to); reply(message, true); return loop(told)
    case 'unlink': unlink(message.to); reply(message, true); return loop(told)
    case 'monitor': reply(message, monitor(message.to)); return loop(told)
    case 'signal': exit(message.to, message.reason); reply(message, true); return loop(told)
    case 'register': try { register(message.name, message.pid); reply(message, true) } catch (error: any) { reply(message, error.code) } return loop(told)
    case 'whereis': reply(message, whereis(message.name) ?? null); return loop(told)
    case 'told': reply(message, told); return loop(told)
    case 'spin': return spin(told)
    case 'end': return
    case 'crash': throw new Error('boom')
  }
  told.push(message)
  return loop(told)
}
`

const code = (version: number): string => `export function version(): number { return ${version} }\n`

test('SCHED3 a process is started on another scheduler and answers the host and a message from the first', async () => {
  const engine = await startSchedulers(2, { 'worker.ts': WORKER, 'code.ts': code(1) })
  const first = await engine.spawn({ module: 'worker', export: 'start' }, BY)
  const second = (await engine.call(first, { type: 'spawn', options: { scheduler: 2 } }, 5_000)) as Pid
  expect(first).toMatch(/^1\./)
  expect(second).toMatch(/^2\./)
  expect(await engine.call(first, { type: 'call', to: second, message: { type: 'self' } }, 5_000)).toBe(second)
  expect(await engine.call(second, { type: 'self' }, 5_000)).toBe(second)
  expect(await engine.call(second, { type: 'version' }, 5_000)).toBe(1)
  await engine.load({ sources: [{ module: 'code', text: code(2) }], old: 'keep', note: '' }, BY)
  expect(await engine.call(first, { type: 'call', to: second, message: { type: 'version' } }, 5_000)).toBe(2)
  expect(await engine.call(first, { type: 'version' }, 5_000)).toBe(2)
})

/** Two processes on schedulers of their own, and their ways to be told. */
async function two() {
  const engine = await startSchedulers(2, { 'worker.ts': WORKER, 'code.ts': code(1) })
  const [a, b] = (await Promise.all([1, 2].map((scheduler) => engine.spawn({ module: 'worker', export: 'start', scheduler }, BY)))) as [
    Pid,
    Pid,
  ]
  const ask = (pid: Pid, message: object): Promise<unknown> => engine.call(pid, message, 20_000)
  /** What it was told, once it was told `count` things. */
  const told = async (pid: Pid, count: number): Promise<any[]> => {
    for (;;) {
      const messages = (await ask(pid, { type: 'told' })) as any[]
      if (messages.length >= count) return messages
    }
  }
  return { engine, a, b, ask, told }
}

test('SCHED3 NAME2 a process that is named, linked and monitored elsewhere ends, and everybody is told in order', async () => {
  const { a, b, ask, told } = await two()
  expect(await ask(a, { type: 'register', name: 'bee', pid: b })).toBe(true)
  expect(await ask(b, { type: 'whereis', name: 'bee' })).toBe(b)
  expect(await ask(b, { type: 'register', name: 'other' })).toBe('badarg')
  await ask(a, { type: 'link', to: b })
  const ref = await ask(a, { type: 'monitor', to: 'bee' })
  await ask(b, { type: 'send', to: a, message: 'first' })
  await ask(a, { type: 'send', to: 'bee', message: { type: 'crash' } })
  const [first, exit, down] = await told(a, 3)
  expect(first).toBe('first')
  expect(exit).toMatchObject({ type: 'exit', pid: b, reason: { type: 'error', message: 'boom' } })
  expect(down).toMatchObject({ type: 'down', ref, pid: b, reason: { type: 'error', message: 'boom' } })
  expect(await ask(a, { type: 'whereis', name: 'bee' })).toBe(null)
})

test('LINK2 MON1 CALL1 what does not exist on another scheduler is noproc', async () => {
  const { a, ask, told } = await two()
  await ask(a, { type: 'link', to: '2.999' })
  const ref = await ask(a, { type: 'monitor', to: '2.999' })
  expect(await told(a, 2)).toEqual([
    { type: 'exit', pid: '2.999', reason: { type: 'noproc' } },
    { type: 'down', ref, pid: '2.999', reason: { type: 'noproc' } },
  ])
  expect(await ask(a, { type: 'call', to: '2.999', message: { type: 'self' } })).toEqual({ failed: 'noproc' })
  expect(await ask(a, { type: 'send', to: '2.999', message: 'nobody' })).toBe(true)
})

test('KILL1 a process is killed from another scheduler while it is in a synchronous loop', async () => {
  const { engine, a, b, ask, told } = await two()
  const ref = await ask(a, { type: 'monitor', to: b })
  await engine.send(b, { type: 'spin' }, BY)
  await eventThat(engine, (event) => event.type === 'holding' && event.pid === b)
  await ask(a, { type: 'signal', to: b, reason: 'kill' })
  expect(await told(a, 1)).toMatchObject([{ type: 'down', ref, pid: b, reason: { type: 'killed', by: 'signal' } }])
})

test('SCHED4 a scheduler that is restarted takes only its own processes; links, monitors and calls elsewhere are told', async () => {
  const { engine, a, b, ask, told } = await two()
  await ask(b, { type: 'register', name: 'bee' })
  await ask(a, { type: 'link', to: b })
  const ref = await ask(a, { type: 'monitor', to: b })
  const calling = ask(a, { type: 'call', to: b, message: { type: 'spin' } })
  await eventThat(engine, (event) => event.type === 'holding' && event.pid === b)
  expect(await engine.restartScheduler(await engine.planRestart(2), BY)).toMatchObject({ scheduler: 2, holder: b, roots: 0 })
  expect(await calling).toEqual({ failed: 'exited' })
  expect(await told(a, 2)).toEqual(
    expect.arrayContaining([
      { type: 'exit', pid: b, reason: { type: 'scheduler_restarted' } },
      { type: 'down', ref, pid: b, reason: { type: 'scheduler_restarted' } },
    ]),
  )
  expect(await ask(a, { type: 'whereis', name: 'bee' })).toBe(null)
  const again = (await ask(a, { type: 'spawn', options: { scheduler: 2, name: 'bee' } })) as Pid
  expect(Number(again.split('.')[1])).toBeGreaterThan(Number(b.split('.')[1]))
  expect(await ask(a, { type: 'call', to: 'bee', message: { type: 'version' } })).toBe(1)
})

test('GEN12 a load that waits for one held scheduler is refused without holding the others, or published late', async () => {
  const { engine, a, b, ask } = await two()
  await engine.send(b, { type: 'spin' }, BY)
  await eventThat(engine, (event) => event.type === 'holding' && event.pid === b)
  const refused = faultOf(engine.load({ sources: [{ module: 'code', text: code(2) }], old: 'keep', note: '' }, BY))
  expect(await ask(a, { type: 'version' })).toBe(1)
  expect(await refused).toMatchObject({ code: 'scheduler_held', pid: b })
  expect(await ask(a, { type: 'version' })).toBe(1)
  const late = await engine.load({ sources: [{ module: 'code', text: code(2) }], old: 'keep', note: '', late: true }, BY)
  expect(late.loaded).toEqual([{ module: 'code', number: 2 }])
  expect(await ask(a, { type: 'version' })).toBe(2)
  await engine.kill(b, BY)
  const after = await engine.spawn({ module: 'worker', export: 'start', scheduler: 2 }, BY)
  expect(await ask(after, { type: 'version' })).toBe(2)
}, 30_000)
