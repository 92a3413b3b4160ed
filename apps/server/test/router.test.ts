import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ActView } from '../src/acts/act-registry.ts'
import { counterSource } from './counter-system.ts'
import { startServer, type StrataServer } from './strata-server.ts'

let server: StrataServer
let browser: Record<string, string>

beforeAll(async () => {
  server = await startServer()
  browser = { cookie: await server.signIn(), origin: server.origin }
})
afterAll(() => server.stop())

/** A call by the owner, in a browser; the answer's data. */
async function ask(path: string, input?: unknown): Promise<any> {
  const answer = await server.call(path, input, browser)
  expect(answer.fault).toBeUndefined()
  return answer.data
}

async function refused(path: string, input: unknown, headers = browser) {
  const answer = await server.call(path, input, headers)
  return { status: answer.status, fault: answer.fault }
}

async function load(generation: number, old = 'keep') {
  return ask('modules.load', { sources: [{ module: 'counter', text: counterSource(generation) }], old, note: `n${generation}` })
}

async function livePids(): Promise<readonly string[]> {
  return (await ask('processes.list', {})).rows.map(({ pid }: { pid: string }) => pid)
}

async function spawnCounter(): Promise<string> {
  return server.engine.spawn({ module: 'counter', export: 'start' }, { actor: 'test', reason: '' })
}

describe('reading', () => {
  test('tells what runs', async () => {
    expect(await ask('system.info')).toMatchObject({
      name: 'counters',
      environment: null,
      runtime: { status: 'running' },
      actor: 'owner',
      publicUrl: server.origin,
    })
    expect(await ask('modules.list')).toMatchObject([{ name: 'counter', current: 1 }])
    expect(await ask('modules.generations', { module: 'counter' })).toMatchObject([{ number: 1, status: 'current' }])
    expect(await ask('modules.pins', { module: 'counter' })).toHaveLength(3)
    expect(await ask('modules.source', { module: 'counter', number: 1 })).toMatchObject({ text: counterSource(1) })
    expect(await ask('modules.candidates')).toMatchObject([{ path: 'counter.ts', state: 'current' }])
    expect((await ask('schedulers.list')).length).toBeGreaterThan(0)
    expect(Array.isArray(await ask('metrics.samples', {}))).toBe(true)
    const { rows, total } = await ask('processes.list', { sort: 'name', search: 'counter-' })
    expect([total, rows.map(({ name }: { name: string }) => name)]).toEqual([3, ['counter-1', 'counter-2', 'counter-3']])
    expect(await ask('processes.get', { pid: rows[0].pid })).toMatchObject({ name: 'counter-1', canUpgrade: false })
  })

  test('LIM4 DOOR12 names and pids that cannot be one are refused before the engine sees them', async () => {
    for (const module of ['..', '../x', '__proto__', 'A', '', 'x'.repeat(10_000)]) {
      const { status, fault } = await refused('modules.pins', { module })
      expect([status, fault?.code]).toEqual([400, 'invalid_name'])
      expect(JSON.stringify(fault).length).toBeLessThan(400)
    }
    for (const pid of ['9.9', 'x', '1.2.3', '', '9'.repeat(10_000)]) {
      expect(await refused('processes.get', { pid })).toMatchObject({ status: 404, fault: { code: 'unknown_pid' } })
    }
    expect(await refused('modules.source', { module: 'counter', number: 99 })).toMatchObject({
      status: 404,
      fault: { code: 'unknown_generation' },
    })
    expect(await refused('modules.generations', { module: 'nothing' })).toMatchObject({ status: 404, fault: { code: 'unknown_module' } })
    expect(await refused('modules.candidate', { path: '../../etc/passwd' })).toMatchObject({ status: 404 })
  })

  test('LIM1 a source, a set and a number of files beyond the limit are refused with what, limit and size', async () => {
    const source = (module: string, size: number) => ({ module, text: `export const x = '${'x'.repeat(size)}'` })
    const sets = [
      [[source('big', 1_100_000)], 'source', 1_000_000],
      [Array.from({ length: 6 }, (_, index) => source(`m${index}`, 900_000)), 'set', 5_000_000],
      [Array.from({ length: 51 }, (_, index) => source(`m${index}`, 1)), 'files', 50],
    ] as const
    for (const [sources, what, limit] of sets) {
      expect(await refused('modules.check', { sources })).toMatchObject({ status: 413, fault: { code: 'too_large', what, limit } })
      expect(await refused('modules.load', { sources, old: 'keep', note: '' })).toMatchObject({
        status: 413,
        fault: { code: 'too_large', what, limit },
      })
    }
    expect((await ask('modules.list')).map(({ name }: { name: string }) => name)).toEqual(['counter'])
  })

  test('LIM3 long filters and pages are refused with their limit', async () => {
    expect(await refused('processes.list', { search: 'x'.repeat(201) })).toMatchObject({
      status: 413,
      fault: { code: 'too_large', what: 'filter', limit: 200, size: 201 },
    })
    expect(await refused('processes.list', { limit: 501 })).toMatchObject({
      status: 413,
      fault: { code: 'too_large', what: 'page', limit: 500, size: 501 },
    })
  })
})

describe('acts', () => {
  test('GEN15 a manifest comes in pages, of generations that there are', async () => {
    expect(await ask('modules.manifest', { module: 'counter', number: 1 })).toEqual({
      module: 'counter',
      number: 1,
      releases: [],
      total: 0,
      files: [],
    })
    expect(await ask('modules.compareManifests', { module: 'counter', from: 1, to: 1 })).toMatchObject({
      releases: [],
      total: 0,
      files: [],
    })
    expect(await refused('modules.manifest', { module: 'counter', number: 1, limit: 501 })).toMatchObject({
      fault: { code: 'too_large', what: 'page', limit: 500, size: 501 },
    })
    expect(await refused('modules.manifest', { module: 'counter', number: 9 })).toMatchObject({ fault: { code: 'unknown_generation' } })
    expect(await refused('modules.compareManifests', { module: 'counter', from: 1, to: 9 })).toMatchObject({ status: 404 })
  })

  test('GEN2 refuse names what is pinned, keep loads, and Activity tells who', async () => {
    await load(2)
    expect(await refused('modules.load', { sources: [{ module: 'counter', text: counterSource(3) }], old: 'refuse', note: '' })).toEqual({
      status: 409,
      fault: { code: 'not_purged', module: 'counter', generations: [{ number: 1, pins: 3 }] },
    })
    const { lines } = await ask('activity.list', { limit: 20, types: ['loaded', 'load_refused'] })
    expect(lines.map(({ type }: { type: string }) => type).slice(0, 2)).toEqual(['load_refused', 'loaded'])
    expect(lines[1]).toMatchObject({ by: { actor: 'owner', reason: 'n2' } })
    expect((await ask('activity.list', { limit: 1, before: lines[1].id })).lines[0].id).toBeLessThan(lines[1].id)
  })

  test('PLAN1 a purge ends exactly its plan, and its receipt stays', async () => {
    const victim = await spawnCounter()
    await load(3)
    const before = await livePids()
    const plan = await ask('plans.make', { verb: 'purge', module: 'counter', generation: 2 })
    expect(plan).toMatchObject({
      owner: 'owner',
      state: 'open',
      command: './strata purge counter@2',
      plan: { victims: [{ pid: victim, because: 'pins' }] },
    })
    expect(await ask('plans.listOpen', { module: 'counter' })).toMatchObject([{ id: plan.id, verb: 'purge', mine: true, generations: [2] }])
    expect(await refused('acts.get', { id: plan.id })).toMatchObject({ status: 404, fault: { code: 'unknown_act' } })
    const act: ActView = await ask('plans.execute', { id: plan.id, reason: 'bad output' })
    expect(act).toMatchObject({
      id: plan.id,
      status: 'done',
      reason: 'bad output',
      actor: 'owner',
      title: 'purge counter@2',
      total: 1,
      done: 1,
      counts: { killed: 1 },
    })
    expect(act.items).toMatchObject([{ pid: victim, outcome: 'killed', known: { module: 'counter', generation: 2, function: 'loop' } }])
    expect(await ask('acts.get', { id: plan.id })).toEqual(act)
    expect((await ask('acts.list', { module: 'counter' }))[0]).toMatchObject({ id: plan.id, status: 'done' })
    expect(await livePids()).toEqual(before.filter((pid) => pid !== victim))
    expect(await refused('plans.execute', { id: plan.id, reason: '' })).toEqual({
      status: 409,
      fault: { code: 'plan_used', plan: plan.id },
    })
  })

  test('PLAN1 one more pinning process refuses a purge, with the difference and a new plan', async () => {
    const first = await spawnCounter()
    const plan = await ask('plans.make', { verb: 'purge', module: 'counter', generation: 1 })
    await load(4)
    const planned = await ask('plans.make', { verb: 'purge', module: 'counter', generation: 3 })
    expect(planned.plan.victims.map(({ pid }: { pid: string }) => pid)).toEqual([first])
    await load(5)
    const { status, fault } = await refused('plans.execute', { id: plan.id, reason: '' })
    expect([status, fault]).toMatchObject([
      409,
      { code: 'changed_meanwhile', changes: [{ type: 'current', was: 3, is: 5 }], plan: { state: 'open', plan: { current: 5 } } },
    ])
    expect(await ask('acts.get', { id: plan.id })).toMatchObject({ status: 'refused', counts: { untouched: 3 } })
    expect(await livePids()).toContain(first)
    const fresh = fault?.code === 'changed_meanwhile' ? fault.plan : null
    expect(await ask('plans.execute', { id: fresh?.id, reason: '' })).toMatchObject({ status: 'done', counts: { killed: 3 } })
  })

  test("PLAN2 somebody else's, an unknown and an expired plan are refused and touch nobody", async () => {
    const pid = await spawnCounter()
    const { id } = await ask('plans.make', { verb: 'kill', pids: [pid] })
    const token = { authorization: 'Bearer token-of-the-tests-0123456789abcdef' }
    expect(await refused('plans.execute', { id, reason: '' }, token)).toEqual({
      status: 403,
      fault: { code: 'forbidden', why: 'not_your_plan', plan: id, owner: 'owner' },
    })
    expect(await refused('plans.execute', { id: 'nothing', reason: '' })).toEqual({
      status: 404,
      fault: { code: 'unknown_plan', plan: 'nothing' },
    })
    server.clock.advance(5 * 60_000)
    expect(await refused('plans.execute', { id, reason: '' })).toMatchObject({ status: 412, fault: { code: 'plan_expired', plan: id } })
    expect(await livePids()).toContain(pid)
    const renewed = await ask('plans.renew', { id })
    expect(renewed).toMatchObject({ plan: { id, state: 'open' }, changes: [], gone: [] })
    expect(await ask('plans.execute', { id, reason: '' })).toMatchObject({ counts: { killed: 1 } })
    expect(await livePids()).not.toContain(pid)
  })

  test('PLAN1 two are killed, one that ended before is skipped, the rest lives', async () => {
    const [first, second, third, fourth] = [await spawnCounter(), await spawnCounter(), await spawnCounter(), await spawnCounter()] as [
      string,
      string,
      string,
      string,
    ]
    const { id } = await ask('plans.make', { verb: 'kill', pids: [first, second, third] })
    expect(await ask('processes.kill', { pid: third, reason: 'before' })).toEqual({ pid: third, status: 'killed' })
    const act: ActView = await ask('plans.execute', { id, reason: '' })
    expect(act.items.map(({ pid, outcome }) => [pid, outcome])).toEqual([
      [first, 'killed'],
      [second, 'killed'],
      [third, 'skipped'],
    ])
    const alive = await livePids()
    expect([first, second, third, fourth].map((pid) => alive.includes(pid))).toEqual([false, false, false, true])
  })

  test('BULK1 all that match are planned by the server, renewed with who matches then, and only those planned are ended', async () => {
    const matching = { module: 'counter', search: 'bulk-' }
    const spawnBulk = (n: number) =>
      server.engine.spawn({ module: 'counter', export: 'start', name: `bulk-${n}` }, { actor: 'test', reason: '' })
    const outside = await spawnCounter()
    const first = await Promise.all([1, 2, 3].map(spawnBulk))
    const matched = (count: number) => expect.poll(async () => (await ask('processes.list', matching)).total).toBe(count)
    await matched(3)
    const plan = await ask('plans.make', { verb: 'kill', matching })
    expect(plan.counts).toEqual({ chosen: 3, fallen: 0, able: 0 })
    expect(plan.plan.victims.map(({ pid }: { pid: string }) => pid).sort()).toEqual([...first].sort())
    expect(plan.command).toBe('./strata kill --matching --module counter --search bulk-')
    const fourth = await spawnBulk(4)
    await matched(4)
    const renewed = await ask('plans.renew', { id: plan.id })
    expect(renewed).toMatchObject({ plan: { counts: { chosen: 4 } }, changes: [{ type: 'one_more', victim: { pid: fourth } }] })
    const fifth = await spawnBulk(5)
    expect(await ask('plans.execute', { id: plan.id, reason: 'all of them' })).toMatchObject({ total: 4, counts: { killed: 4 } })
    const alive = await livePids()
    expect([...first, fourth, fifth, outside].map((pid) => alive.includes(pid))).toEqual([false, false, false, false, true, true])
    expect(await refused('plans.make', { verb: 'kill', matching: { search: 'nobody' } })).toMatchObject({
      fault: { code: 'nothing_to_do' },
    })
    for (const wrong of [{}, { pids: [fifth], matching }, { matching: { search: 'x'.repeat(201) } }, { matching: { everything: true } }])
      expect((await refused('plans.make', { verb: 'kill', ...wrong })).status).toBeGreaterThanOrEqual(400)
    expect(await livePids()).toContain(fifth)
    const { loaded } = await load(20)
    const upgrade = await ask('plans.make', { verb: 'upgrade', targets: { matching: { search: 'bulk-' } } })
    expect(upgrade.counts).toEqual({ chosen: 1, fallen: 0, able: 1 })
    expect(await ask('plans.execute', { id: upgrade.id, reason: '' })).toMatchObject({
      outcome: { outcomes: [{ pid: fifth, status: 'moved', generation: loaded[0].number }] },
    })
  })

  test('CANCEL1 a kill waits 5 s at the server, can be taken back until then, and need not be waited for', async () => {
    const [kept, waited, hurried] = [await spawnCounter(), await spawnCounter(), await spawnCounter()]
    const soon = async (pid: string): Promise<ActView> => ask('processes.killSoon', { pid, reason: 'mad' })
    const [first, second, third] = [await soon(kept), await soon(waited), await soon(hurried)]
    expect(first).toMatchObject({ status: 'delayed', title: `kill ${kept}`, total: 1, done: 0, items: [{ pid: kept, outcome: 'waiting' }] })
    expect(Date.parse(first.startsAt ?? '') - Date.parse(first.startedAt)).toBe(5_000)
    expect(await ask('acts.cancel', { id: first.id, reason: 'wrong one' })).toMatchObject({ status: 'cancelled', counts: { untouched: 1 } })
    await ask('acts.now', { id: third.id })
    await expect.poll(async () => (await ask('acts.get', { id: third.id })).status).toBe('done')
    server.clock.advance(4_999)
    expect((await livePids()).filter((pid) => [kept, waited, hurried].includes(pid))).toEqual([kept, waited])
    server.clock.advance(1)
    await expect.poll(async () => (await ask('acts.get', { id: second.id })).status).toBe('done')
    expect(await ask('acts.get', { id: second.id })).toMatchObject({ counts: { killed: 1 }, items: [{ pid: waited, outcome: 'killed' }] })
    expect((await livePids()).filter((pid) => [kept, waited, hurried].includes(pid))).toEqual([kept])
    for (const [wanted, id] of [
      ['cancel', second.id],
      ['now', first.id],
      ['stop', second.id],
    ] as const)
      expect(await refused(`acts.${wanted}`, { id })).toMatchObject({ status: 409, fault: { code: 'act_cannot', act: id, wanted } })
    expect(await refused('acts.cancel', { id: 'nothing' })).toMatchObject({ fault: { code: 'unknown_act' } })
    const { lines } = await ask('activity.list', { types: ['act_cancelled'] })
    expect(lines).toMatchObject([{ actor: 'owner', act: first.id, title: `kill ${kept}`, reason: 'wrong one' }])
  })

  test('CANCEL1 a kill by its plan waits as long, when it is of one process', async () => {
    const [one, other] = [await spawnCounter(), await spawnCounter()]
    const planOf = async (...pids: string[]): Promise<string> => (await ask('plans.make', { verb: 'kill', pids })).id
    const act: ActView = await ask('plans.execute', { id: await planOf(one), reason: 'mad', soon: true })
    expect(act).toMatchObject({ status: 'delayed', title: `kill ${one}`, items: [{ pid: one, outcome: 'waiting' }] })
    const both = await planOf(one, other)
    expect(await refused('plans.execute', { id: both, soon: true })).toMatchObject({ status: 400, fault: { code: 'invalid_input' } })
    server.clock.advance(4_999)
    expect(await livePids()).toContain(one)
    server.clock.advance(1)
    await expect.poll(async () => (await ask('acts.get', { id: act.id })).status).toBe('done')
    expect(await livePids()).not.toContain(one)
    // What was refused has not used the plan up.
    expect(await ask('plans.execute', { id: both })).toMatchObject({ status: 'done', counts: { killed: 1, skipped: 1 } })
  })

  test('CANCEL2 what a plan was made on is looked at when its time has come', async () => {
    const pid = await spawnCounter()
    const act: ActView = await ask('processes.killSoon', { pid })
    await ask('processes.kill', { pid })
    server.clock.advance(5_000)
    await expect.poll(async () => (await ask('acts.get', { id: act.id })).status).toBe('done')
    expect(await ask('acts.get', { id: act.id })).toMatchObject({ counts: { skipped: 1 } })
    expect(await refused('processes.killSoon', { pid })).toMatchObject({ status: 404, fault: { code: 'unknown_pid' } })
  })

  test('UPG1 an upgrade moves its targets', async () => {
    const pid = await spawnCounter()
    const { loaded } = await load(6)
    const { id } = await ask('plans.make', { verb: 'upgrade', targets: { pids: [pid] } })
    const act: ActView = await ask('plans.execute', { id, reason: '' })
    expect(act.outcome).toMatchObject({ verb: 'upgrade', outcomes: [{ pid, status: 'moved', generation: loaded[0].number }] })
    expect(act.items).toMatchObject([{ pid, outcome: 'moved' }])
  })

  test('PLAN1 a load under purge needs its plan', async () => {
    const pid = await spawnCounter()
    await load(7)
    const request = { sources: [{ module: 'counter', text: counterSource(8) }], old: 'purge', note: 'fix' }
    expect(await refused('modules.load', request)).toEqual({ status: 428, fault: { code: 'plan_required', verb: 'load' } })
    const plan = await ask('plans.make', { verb: 'load', ...request })
    expect(plan.plan.victims.map(({ pid }: { pid: string }) => pid)).toContain(pid)
    const loaded = await ask('modules.load', { ...request, planId: plan.id })
    expect(loaded).toMatchObject({ status: 'loaded', loaded: [{ module: 'counter' }] })
    expect(loaded.killed).toContain(pid)
    expect(await livePids()).not.toContain(pid)
    expect(await ask('acts.get', { id: plan.id })).toMatchObject({ status: 'done', verb: 'load', reason: 'fix' })
  })

  test('PIN4 soft purge of what is drained purges it', async () => {
    await spawnCounter()
    await load(9)
    await ask('modules.softPurge', { module: 'counter' })
    const {
      purged,
      pinned: [pinned],
    } = await ask('modules.softPurge', { module: 'counter' })
    expect([purged, pinned]).toMatchObject([[], { module: 'counter' }])
    for (const pid of pinned.pids) await ask('processes.send', { pid, message: { type: 'stop' } })
    await expect.poll(async () => (await ask('modules.softPurge', { module: 'counter' })).purged.length).toBe(1)
  })

  test('GEN5 delete makes current old, under a plan', async () => {
    const { id, plan } = await ask('plans.make', { verb: 'delete', module: 'counter' })
    expect(await ask('plans.execute', { id, reason: '' })).toMatchObject({
      outcome: { verb: 'delete', module: 'counter', number: plan.current },
      total: 0,
    })
    expect(await ask('modules.list')).toMatchObject([{ name: 'counter', current: null }])
  })

  test('a source that does not parse changes nothing', async () => {
    const before = await ask('modules.list')
    expect(
      await refused('modules.load', { sources: [{ module: 'counter', text: 'export const = 1' }], old: 'keep', note: '' }),
    ).toMatchObject({
      status: 422,
      fault: { code: 'invalid_source', diagnostics: [{ severity: 'error', line: 1 }] },
    })
    expect(await ask('modules.list')).toEqual(before)
  })
})
