import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Pid } from '../src/index.ts'
import { BY, eventThat, faultOf, startSchedulers } from './system.ts'

/** Does what it is told, on whichever scheduler. */
const WORKER = `import { pbkdf2Sync } from 'node:crypto'
import { call, link, monitor, receive, register, reply, replyAddress, self, send, spawn, trapExit, whereis, exit, sleep, unlink } from '@strata/runtime/process'
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
    case 'hand': send(message.to, { type: 'answer', address: replyAddress(message) }); return loop(told)
    case 'answer': reply(message.address, self()); return loop(told)
    case 'link': link(message.to); reply(message, true); return loop(told)
    case 'unlink': unlink(message.to); reply(message, true); return loop(told)
    case 'monitor': reply(message, monitor(message.to)); return loop(told)
    case 'signal': exit(message.to, message.reason); reply(message, true); return loop(told)
    case 'register': try { register(message.name, message.pid); reply(message, true) } catch (error: any) { reply(message, error.code) } return loop(told)
    case 'whereis': reply(message, whereis(message.name) ?? null); return loop(told)
    case 'told': reply(message, told); return loop(told)
    case 'spin': return spin(told)
    case 'native': pbkdf2Sync('a', 'b', 20_000_000, 64, 'sha512'); return loop(told)
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
  const second = (await engine.call(first, { type: 'spawn', options: { scheduler: 2 } }, 60_000)) as Pid
  expect(first).toMatch(/^1\./)
  expect(second).toMatch(/^2\./)
  expect(await engine.call(first, { type: 'call', to: second, message: { type: 'self' } }, 60_000)).toBe(second)
  expect(await engine.call(second, { type: 'self' }, 60_000)).toBe(second)
  expect(await engine.call(second, { type: 'version' }, 60_000)).toBe(1)
  await engine.load({ sources: [{ module: 'code', text: code(2) }], old: 'keep', note: '' }, BY)
  expect(await engine.call(first, { type: 'call', to: second, message: { type: 'version' } }, 60_000)).toBe(2)
  expect(await engine.call(first, { type: 'version' }, 60_000)).toBe(2)
})

test('REPLY1 a call is answered by a process of another scheduler that was given its address', async () => {
  const engine = await startSchedulers(2, { 'worker.ts': WORKER, 'code.ts': code(1) })
  const first = await engine.spawn({ module: 'worker', export: 'start' }, BY)
  const second = (await engine.call(first, { type: 'spawn', options: { scheduler: 2 } }, 60_000)) as Pid
  expect(await engine.call(first, { type: 'hand', to: second }, 60_000)).toBe(second)
})

/** Two processes on schedulers of their own, and their ways to be told. */
async function two() {
  const engine = await startSchedulers(2, { 'worker.ts': WORKER, 'code.ts': code(1) })
  const [a, b] = (await Promise.all([1, 2].map((scheduler) => engine.spawn({ module: 'worker', export: 'start', scheduler }, BY)))) as [
    Pid,
    Pid,
  ]
  const ask = (pid: Pid, message: object): Promise<unknown> => engine.call(pid, message, 60_000)
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
})

test('GEN3 no message overtakes a load: not from the host, not from another scheduler, not through a third', async () => {
  const go = new Int32Array(new SharedArrayBuffer(4))
  const engine = await startSchedulers(3, {
    'worker.ts': WORKER,
    'code.ts': code(1),
    'held.ts': `import { processInfo, receive, reply, send } from '@strata/runtime/process'
import { version } from './code.ts'
function wait(go: Int32Array): void { while (Atomics.load(go, 0) === 0) {} }
/** In the turn in which it was held: whatever has arrived by then. */
function rush(): { message: Promise<any>, version: number }[] {
  const taken: { message: Promise<any>, version: number }[] = []
  while ((processInfo()?.queueLength ?? 0) > 0) taken.push({ message: receive<any>(), version: version() })
  return taken
}
export async function start(go: Int32Array): Promise<void> {
  const message = await receive<any>()
  reply(message, true)
  wait(go)
  const seen: unknown[] = []
  let asked: object | undefined
  for (const taken of rush()) seen.push({ from: (await taken.message).from, version: taken.version })
  while (seen.length < 3 || asked === undefined) {
    const message = await receive<any>()
    if (message.type === 'seen') asked = message
    else seen.push({ from: message.from, version: version() })
  }
  reply(asked, seen)
}
export async function relay(to: string): Promise<void> {
  const { from } = await receive<any>()
  send(to, { from, version: version() })
}
`,
  })
  const held = await engine.spawn({ module: 'held', export: 'start', args: [go], scheduler: 2 }, BY)
  const sender = await engine.spawn({ module: 'worker', export: 'start', scheduler: 1 }, BY)
  const relay = await engine.spawn({ module: 'held', export: 'relay', args: [held], scheduler: 3 }, BY)
  await engine.call(held, { type: 'go' }, 60_000)
  await eventThat(engine, (event) => event.type === 'holding' && event.pid === held)
  await engine.load({ sources: [{ module: 'code', text: code(2) }], old: 'keep', note: '', late: true }, BY)
  expect(await engine.call(sender, { type: 'version' }, 60_000)).toBe(2)
  await engine.send(held, { from: 'host' }, BY)
  await engine.call(sender, { type: 'send', to: held, message: { from: 'neighbour' } }, 60_000)
  await engine.call(sender, { type: 'send', to: relay, message: { from: 'third' } }, 60_000)
  while ((await engine.processes({ search: relay })).total > 0);
  Atomics.store(go, 0, 1)
  const seen = engine.call(held, { type: 'seen' }, 60_000)
  expect(((await seen) as { from: string }[]).toSorted((a, b) => a.from.localeCompare(b.from))).toEqual([
    { from: 'host', version: 2 },
    { from: 'neighbour', version: 2 },
    { from: 'third', version: 2 },
  ])
})

test('GEN3 under a stream of messages over three schedulers each sees what its sender had seen, or newer', async () => {
  const engine = await startSchedulers(3, {
    'code.ts': code(1),
    'chain.ts': `import { receive, reply, send, sleep } from '@strata/runtime/process'
import { version } from './code.ts'
const seen = { messages: 0, older: 0, newest: 0 }
export async function source(next: string): Promise<void> {
  for (let round = 0; ; round++) {
    send(next, { version: version() })
    if (round % 50 === 0) await sleep(1)
  }
}
export async function hop(next: string | null): Promise<void> {
  for (;;) {
    const message = await receive<any>()
    if (message.type === 'seen') { reply(message, seen); continue }
    const own = version()
    seen.messages++
    if (own < message.version) seen.older++
    seen.newest = own
    if (next !== null) send(next, { version: own })
  }
}
`,
  })
  const sink = await engine.spawn({ module: 'chain', export: 'hop', args: [null], scheduler: 2 }, BY)
  const hop = await engine.spawn({ module: 'chain', export: 'hop', args: [sink], scheduler: 3 }, BY)
  await engine.spawn({ module: 'chain', export: 'source', args: [hop], scheduler: 1 }, BY)
  for (let number = 2; number <= 8; number++) {
    await engine.load({ sources: [{ module: 'code', text: code(number) }], old: 'keep', note: '' }, BY)
    for (const pid of [hop, sink]) expect(await engine.call(pid, { type: 'seen' }, 60_000)).toMatchObject({ older: 0 })
  }
  for (;;) {
    const { newest, messages, older } = (await engine.call(sink, { type: 'seen' }, 60_000)) as Record<string, number>
    expect(older).toBe(0)
    if (newest === 8 && (messages ?? 0) > 100) break
  }
})

test('GEN6 GEN5 rollback and delete are published on all schedulers', async () => {
  const { engine, a, b, ask } = await two()
  await engine.load({ sources: [{ module: 'code', text: code(2) }], old: 'keep', note: '' }, BY)
  await engine.rollback(await engine.planRollback('code', 1), BY)
  for (const pid of [a, b]) expect(await ask(pid, { type: 'version' })).toBe(1)
  expect(await engine.softPurge('code', 2, BY)).toMatchObject({ purged: [{ module: 'code', number: 2 }] })
  await engine.restartScheduler(await engine.planRestart(2), BY)
  const again = await engine.spawn({ module: 'worker', export: 'start', scheduler: 2 }, BY)
  expect(await ask(again, { type: 'version' })).toBe(1)
  await engine.load({ sources: [{ module: 'code', text: code(3) }], old: 'keep', note: '' }, BY)
  await engine.restartScheduler(await engine.planRestart(2), BY)
  // The new thread has only what was current: the older one comes when it is needed.
  await engine.rollback(await engine.planRollback('code', 1), BY)
  const third = await engine.spawn({ module: 'worker', export: 'start', scheduler: 2 }, BY)
  for (const pid of [a, third]) expect(await ask(pid, { type: 'version' })).toBe(1)
})

test('PIN3 PIN4 what is pinned on one scheduler is soft-purged on none; what nobody pins goes from all', async () => {
  const { engine, a, b } = await two()
  await engine.load({ sources: [{ module: 'worker', text: `${WORKER}// 2\n` }], old: 'keep', note: '' }, BY)
  const sorted = (pids: readonly Pid[]): Pid[] => pids.toSorted()
  const refused = await engine.softPurge('worker', 1, BY)
  expect(sorted(refused.pinned[0]?.pids ?? [])).toEqual(sorted([a, b]))
  await engine.kill(a, BY)
  expect((await engine.softPurge('worker', 1, BY)).pinned).toMatchObject([{ pids: [b] }])
  await engine.kill(b, BY)
  expect(await engine.softPurge('worker', 1, BY)).toMatchObject({ purged: [{ module: 'worker', number: 1 }], pinned: [] })
})

test('PIN5 PLAN1 a purge ends who pins on every scheduler, and the plan names who falls by links from one to another', async () => {
  const { engine, a, b, ask } = await two()
  const current = `${WORKER}// 2\n`.replace('trapExit(true)', '')
  await engine.load({ sources: [{ module: 'worker', text: current }], old: 'keep', note: '' }, BY)
  const [near, far] = (await Promise.all(
    [1, 2].map((scheduler) => engine.spawn({ module: 'worker', export: 'start', scheduler }, BY)),
  )) as [Pid, Pid]
  await ask(near, { type: 'link', to: b })
  await ask(far, { type: 'link', to: near })
  const plan = await engine.planPurge('worker', 1)
  expect(plan.victims.map(({ pid, because }) => [pid, because]).toSorted()).toEqual(
    [
      [a, 'pins'],
      [b, 'pins'],
      [far, 'link'],
      [near, 'link'],
    ].toSorted(),
  )
  const late = await engine.spawn({ module: 'worker', export: 'start', scheduler: 2 }, BY)
  await ask(late, { type: 'link', to: a })
  expect(await faultOf(engine.purge(plan, BY))).toMatchObject({
    code: 'changed_meanwhile',
    changes: [{ type: 'one_more', victim: { pid: late } }],
  })
  expect(await ask(a, { type: 'version' })).toBe(1)
  const outcome = await engine.purge(await engine.planPurge('worker', 1), BY)
  expect(outcome.killed.toSorted()).toEqual([a, b].toSorted())
  expect(outcome.alsoEnded.toSorted()).toEqual([near, far, late].toSorted())
  while ((await engine.processes({})).total > 0);
  expect((await engine.generations('worker')).map(({ number, status }) => [number, status])).toEqual([
    [2, 'current'],
    [1, 'purged'],
  ])
})

test('ENG2 LIM3 a page of processes is sorted over all schedulers, with true totals, deep pages too', async () => {
  const { engine, a } = await two()
  const spawned: Pid[] = [a, ...((await engine.processes({})).rows.map(({ pid }) => pid) as Pid[])]
  for (let i = 0; i < 1_200; i++) spawned.push(await engine.spawn({ module: 'worker', export: 'start', scheduler: (i % 2) + 1 }, BY))
  const all = [...new Set(spawned)].toSorted((x, y) => {
    const [xs, xn] = x.split('.').map(Number) as [number, number]
    const [ys, yn] = y.split('.').map(Number) as [number, number]
    return xs - ys || xn - yn
  })
  for (const offset of [0, 590, 1_100]) {
    const page = await engine.processes({ sort: 'pid', offset, limit: 100 })
    expect(page.total).toBe(1_202)
    expect(page.rows.map(({ pid }) => pid)).toEqual(all.slice(offset, offset + 100))
  }
  // Two schedulers may start a process in the same millisecond.
  const times = (await engine.processes({ sort: 'startedAt', descending: true, limit: 500 })).rows.map(({ startedAt }) => startedAt)
  expect(times).toEqual(times.toSorted().toReversed())
})

test('SCHED4 GEN12 a scheduler that is lost while a load is staged refuses the load, and nothing has changed', async () => {
  const { engine, a, ask } = await two()
  const folder = await mkdtemp(join(tmpdir(), 'strata-stage-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const [log, gate] = [join(folder, 'bodies'), join(folder, 'gate')]
  // On trial it is quick; on the schedulers it waits for the gate.
  const slow = `import { appendFileSync, existsSync, readFileSync } from 'node:fs'
appendFileSync(${JSON.stringify(log)}, 'x')
if (readFileSync(${JSON.stringify(log)}, 'utf8').length > 1) while (!existsSync(${JSON.stringify(gate)})) {}
export function version(): number { return 2 }
`
  const restart = await engine.planRestart(2)
  const refused = faultOf(engine.load({ sources: [{ module: 'code', text: slow }], old: 'keep', note: '' }, BY))
  await expect.poll(() => existsSync(log) && readFileSync(log, 'utf8').length, { interval: 5 }).toBe(3)
  await engine.restartScheduler(restart, BY)
  await writeFile(gate, '')
  expect(await refused).toMatchObject({ code: 'runtime_down' })
  expect((await engine.generations('code')).map(({ number, status }) => [number, status])).toEqual([[1, 'current']])
  const again = await engine.spawn({ module: 'worker', export: 'start', scheduler: 2 }, BY)
  for (const pid of [a, again]) expect(await ask(pid, { type: 'version' })).toBe(1)
  expect((await engine.load({ sources: [{ module: 'code', text: slow }], old: 'keep', note: '' }, BY)).loaded).toEqual([
    { module: 'code', number: 2 },
  ])
  for (const pid of [a, again]) expect(await ask(pid, { type: 'version' })).toBe(2)
})

test('SCHED4 a scheduler that is lost while a purge is executed has ended its own: they are skipped, and the purge is done', async () => {
  const { engine, a, b } = await two()
  await engine.load({ sources: [{ module: 'worker', text: `${WORKER}// 2\n` }], old: 'keep', note: '' }, BY)
  const plan = await engine.planPurge('worker', 1)
  const restart = await engine.planRestart(2)
  await engine.send(b, { type: 'native' }, BY)
  await eventThat(engine, (event) => event.type === 'holding' && event.pid === b)
  const [purged] = await Promise.all([engine.purge(plan, BY), engine.restartScheduler(restart, BY)])
  expect(purged).toMatchObject({ generations: [1], killed: [a], skipped: [b] })
  expect((await engine.generations('worker')).map(({ number, status }) => [number, status])).toEqual([
    [2, 'current'],
    [1, 'purged'],
  ])
})

const LETTERS = `import { call, receive, reply, send, spawn } from '@strata/runtime/process'
class Own { constructor(public n = 1) {} }
const cyclic = () => { const a: any = { list: [1], map: new Map() }; a.self = a; a.again = a.list; a.map.set('a', a); return a }
const deep = (levels: number) => { let at: any = 'end'; for (let i = 0; i < levels; i++) at = { at }; return at }
const MADE: Record<string, () => unknown> = {
  cyclic,
  text: () => 'x'.repeat(24 * 2 ** 20),
  numbers: () => Array.from({ length: 300_000 }, (_, i) => i),
  bytes: () => new Uint8Array(24 * 2 ** 20).fill(7),
  deep: () => deep(200),
  deeper: () => deep(200_000),
  function: () => ({ a: [{ f: () => 1 }] }),
  symbol: () => ({ s: Symbol('s') }),
  own: () => [new Own()],
  promise: () => ({ p: Promise.resolve(1) }),
  weak: () => new WeakMap(),
}
const seen: Record<string, (value: any) => unknown> = {
  cyclic: (a) => [a.self === a, a.again === a.list, a.map.get('a') === a],
  text: (text) => text.length,
  numbers: (list) => [list.length, list[299_999]],
  bytes: (bytes) => [bytes.length, bytes.at(-1)],
  deep: (at) => { let levels = 0; for (; at !== 'end'; at = at.at) levels++; return levels },
}
export async function reads(): Promise<void> {
  const message = await receive<any>()
  reply(message, message.kind === undefined ? 'in order' : (seen[message.kind] ?? (() => 'arrived'))(message.value))
  return reads()
}
export async function writes(): Promise<void> {
  const message = await receive<any>()
  const told: Record<string, unknown> = {}
  for (const kind of Object.keys(MADE)) {
    try { told[kind] = await call(message.to, { kind, value: MADE[kind]!() }, 30_000) }
    catch (error: any) { told[kind] = [error.code, error.path ?? ''] }
  }
  reply(message, [told, await call(message.to, { kind: undefined }, 30_000)])
  return writes()
}
`

test('MSG1 MSG2 cyclic and enormous messages arrive on another scheduler as they are, and what cannot be copied is refused where it is sent', async () => {
  const engine = await startSchedulers(2, { 'letters.ts': LETTERS })
  const to = await engine.spawn({ module: 'letters', export: 'reads', scheduler: 2 }, BY)
  const beside = await engine.spawn({ module: 'letters', export: 'reads', scheduler: 1 }, BY)
  const writer = await engine.spawn({ module: 'letters', export: 'writes', scheduler: 1 }, BY)
  const [away, here] = [await engine.call(writer, { to }, 60_000), await engine.call(writer, { to: beside }, 60_000)]
  expect(away).toEqual(here)
  expect(away).toEqual([
    {
      cyclic: [true, true, true],
      text: 24 * 2 ** 20,
      numbers: [300_000, 299_999],
      bytes: [24 * 2 ** 20, 7],
      deep: 200,
      deeper: ['invalid_message', expect.stringContaining('.at.at')],
      function: ['invalid_message', '$.value.a[0].f'],
      symbol: ['invalid_message', '$.value.s'],
      own: ['invalid_message', '$.value[0]'],
      promise: ['invalid_message', '$.value.p'],
      weak: ['invalid_message', '$.value'],
    },
    'in order',
  ])
  // Nothing was lost on the way either.
  expect((await engine.eventsAfter(0)).events.filter(({ type }) => type === 'error')).toEqual([])
})
