import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { counterSource, writeCounterSystem } from './counter-system.ts'
import { type RunningMain, startMain } from './running-main.ts'

/** Starts servers one after the other over one system and one data folder. */
async function place() {
  const [data, folder] = [await mkdtemp(join(tmpdir(), 'strata-data-')), await writeCounterSystem()]
  const started: RunningMain[] = []
  onTestFinished(async () => {
    for (const { child, exit } of started) {
      child.kill('SIGKILL')
      await exit
    }
    await Promise.all([data, folder].map((path) => rm(path, { recursive: true, force: true })))
  })
  return {
    folder,
    async start(env: Record<string, string> = {}): Promise<RunningMain> {
      const main = startMain({ data, folder, env })
      started.push(main)
      return main
    },
  }
}

function load(server: RunningMain, generation: number, note = `note ${generation}`) {
  return server.call('modules.load', { sources: [{ module: 'counter', text: counterSource(generation) }], old: 'keep', note })
}

async function generations(server: RunningMain) {
  const { data } = await server.call('modules.generations', { module: 'counter' })
  return data.map(
    ({ pins: _, oldestPinAt: _since, drained: _drained, crashesPerMinute: _crashes, reclaimed: _memory, ...facts }: any) => facts,
  )
}

async function signIn(server: RunningMain): Promise<Record<string, string>> {
  const link = new URL(await server.link)
  const response = await fetch(new URL('/trpc/session.signIn', link), {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: link.origin },
    body: JSON.stringify({ code: link.hash.slice(1) }),
  })
  return { cookie: (response.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '' }
}

/** A process that is asked to upgrade and does not, so that the act lasts two seconds. */
const SLOW = `import { receive } from '@strata/runtime/process'
export const upgrade = { type: 'upgrade' }
export async function start() { await receive({ match: (message) => message.type === 'never' }) }
`

async function startSlowUpgrade(server: RunningMain): Promise<{ id: string; answer: ReturnType<RunningMain['call']> }> {
  const { data: plan } = await server.call('plans.make', { verb: 'upgrade', targets: { module: 'slow', generation: 1 } })
  const answer = server.call('plans.execute', { id: plan.id, reason: 'move on' })
  answer.catch(() => undefined)
  await expect.poll(async () => (await server.call('acts.get', { id: plan.id })).data?.status).toBe('running')
  return { id: plan.id, answer }
}

async function writeSlowSystem(folder: string): Promise<void> {
  await writeFile(join(folder, 'slow.ts'), SLOW)
  await writeFile(
    join(folder, 'strata.config.ts'),
    `export default { start: [{ module: 'slow', export: 'start' }, { module: 'counter', export: 'start', name: 'c' }] }\n`,
  )
}

async function loadSlowAgain(server: RunningMain): Promise<void> {
  await server.call('modules.load', { sources: [{ module: 'slow', text: `${SLOW}// 2` }], old: 'keep', note: '' })
}

test('RESTART1 after a crash the same generations are current, history, receipts, marks, holds and sessions are there', async () => {
  const { folder, start } = await place()
  const first = await start()
  const port = new URL(await first.link).port
  const session = await signIn(first)
  for (const number of [2, 3, 4]) expect((await load(first, number)).data).toMatchObject({ status: 'loaded' })
  const { data: plan } = await first.call('plans.make', { verb: 'purge', module: 'counter', generation: 1 })
  const { data: receipt } = await first.call('plans.execute', { id: plan.id, reason: 'make room' })
  expect(receipt).toMatchObject({ status: 'done', counts: { killed: 3 } })
  const { data: back } = await first.call('plans.make', { verb: 'rollback', module: 'counter', number: 3 })
  await first.call('plans.execute', { id: back.id, reason: 'back' })
  await first.call('modules.mark', { module: 'counter', number: 2, kind: 'bad', on: true, reason: 'wrong' })
  await first.call('modules.hold', { module: 'counter', reason: 'night' })
  expect((await load(first, 2)).fault).toMatchObject({ code: 'marked_bad' })
  expect((await first.call('modules.hold', { module: 'nothing', reason: 'x' })).fault).toMatchObject({ code: 'unknown_module' })
  const before = await generations(first)
  const trail = (await first.call('activity.list', { limit: 500 })).data.lines
  const { data: verified } = await first.call('activity.verify')
  await first.kill()
  await writeFile(join(folder, 'counter.ts'), counterSource(99))

  const second = await start({ PORT: port })
  expect((await second.call('session.whoami', {}, { ...session, origin: new URL(await second.link).origin })).data).toMatchObject({
    actor: 'owner',
    kind: 'session',
  })
  expect(await generations(second)).toEqual(before)
  const { data: modules } = await second.call('modules.list')
  expect(modules).toMatchObject([{ name: 'counter', current: 3, differsOnDisk: true, hold: { by: 'token', reason: 'night' } }])
  expect((await second.call('processes.list')).data).toMatchObject({
    total: 3,
    rows: [{ generation: 3 }, { generation: 3 }, { generation: 3 }],
  })
  expect((await second.call('acts.get', { id: plan.id })).data).toEqual(receipt)
  expect((await second.call('acts.list')).data.map(({ id }: any) => id)).toEqual([back.id, plan.id])
  expect((await second.call('plans.get', { id: plan.id })).data).toMatchObject({ state: 'used' })
  const { lines } = (await second.call('activity.list', { limit: 500 })).data
  expect(lines.slice(-trail.length)).toEqual(trail)
  expect(lines.find(({ type }: any) => type === 'server_restarted')).toMatchObject({ after: 'crash', interrupted: [], safe: false })
  expect(lines.find(({ type }: any) => type === 'act_refused')).toMatchObject({
    actor: 'token',
    call: 'modules.hold',
    code: 'unknown_module',
    modules: ['nothing'],
  })
  expect((await second.call('activity.verify', { head: verified.head })).data).toMatchObject({ status: 'intact', containsHead: true })
  expect((await second.call('modules.source', { module: 'counter', number: 1 })).data.text).toBe(counterSource(1))
  expect((await load(second, 5)).data).toMatchObject({ loaded: [{ number: 5 }] })
  await expect.poll(async () => (await second.call('metrics.samples')).data.length).toBeGreaterThan(1)
})

test('RESTART1 an act that was running when the server was killed is interrupted, and says so for each of its processes', async () => {
  const { folder, start } = await place()
  await writeSlowSystem(folder)
  const first = await start()
  await loadSlowAgain(first)
  const { id } = await startSlowUpgrade(first)
  await first.kill()
  const second = await start()
  expect((await second.call('acts.get', { id })).data).toMatchObject({
    status: 'interrupted',
    reason: 'move on',
    fault: { code: 'interrupted', done: [] },
    items: [{ outcome: 'interrupted', known: { module: 'slow' } }],
  })
  const { lines } = (await second.call('activity.list', { types: ['server_restarted'] })).data
  expect(lines).toMatchObject([{ after: 'crash', interrupted: [id] }])
  expect((await second.call('plans.execute', { id })).fault).toMatchObject({ code: 'plan_used' })
})

test('RESTART3 a stop waits for the act that is under way, takes no further one, and is told', async () => {
  const { folder, start } = await place()
  await writeSlowSystem(folder)
  const first = await start()
  await loadSlowAgain(first)
  const { id, answer } = await startSlowUpgrade(first)
  first.child.kill('SIGTERM')
  // What is current already: a load that comes before the signal does makes no generation.
  await expect.poll(async () => (await load(first, 1)).fault?.code).toBe('stopping')
  expect((await answer).data).toMatchObject({ id, status: 'done', counts: { not_yet: 1 } })
  expect([await first.exit, first.output.err]).toEqual([0, ''])

  const second = await start()
  expect((await second.call('acts.get', { id })).data).toMatchObject({ status: 'done' })
  const { lines } = (await second.call('activity.list', { types: ['server_restarted', 'server_stopped'] })).data
  expect(lines).toMatchObject([{ type: 'server_restarted', after: 'stop', interrupted: [] }, { type: 'server_stopped' }])
  expect(await generations(second)).toHaveLength(1)
})

test('STORE4 a second server on the same folder is refused in one sentence, and the first goes on', async () => {
  const { start } = await place()
  const first = await start()
  await first.link
  const second = await start()
  expect(await second.exit).toBe(1)
  expect(second.output.err).toMatch(
    new RegExp(
      `^strata: The store in \\S+ is used by another server \\(pid ${first.child.pid}, since \\S+\\): stop that one, or name another folder with STRATA_DATA=…\\n$`,
    ),
  )
  expect((await load(first, 2)).data).toMatchObject({ status: 'loaded' })
})

test('SAFE1 after three crashes at start the server comes up without any process, and a rollback brings it out', async () => {
  const { start } = await place()
  const first = await start()
  await first.link
  await load(first, 2, 'the last one')
  await first.kill()
  for (const _ of [2, 3]) {
    const again = await start()
    await again.link
    expect(again.output.out).not.toContain('Safe mode')
    await again.kill()
  }
  const safe = await start()
  await safe.link
  expect(safe.output.out).toContain('Safe mode (the server ended 3 times at its start within five minutes): no process of the system runs.')
  expect((await safe.call('system.info')).data.runtime.safeMode).toMatch(/ended 3 times/)
  expect((await safe.call('processes.list')).data.total).toBe(0)
  const { data: plan } = await safe.call('plans.make', { verb: 'rollback', module: 'counter', number: 1 })
  expect((await safe.call('plans.execute', { id: plan.id })).data).toMatchObject({ status: 'done' })
  expect((await safe.call('system.leaveSafeMode', { reason: 'rolled back' })).data).toEqual({ left: true })
  expect((await safe.call('processes.list')).data).toMatchObject({ total: 3, rows: [{ generation: 1 }, {}, {}] })
  const { lines } = (await safe.call('activity.list', { types: ['safe_mode', 'server_restarted'], limit: 3 })).data
  expect(lines).toMatchObject([
    { type: 'safe_mode', on: false, actor: 'token', by: { actor: 'token', origin: { address: '127.0.0.1' } } },
    { type: 'server_restarted', safe: true },
    { type: 'safe_mode', on: true },
  ])
})
