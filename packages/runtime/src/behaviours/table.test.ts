import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import type { Pid } from '../ids.ts'
import { createTestScheduler, type TestScheduler } from '../testing/test-scheduler.ts'

let scheduler: TestScheduler
afterEach(() => scheduler.stop())

const MAIN = `
import { exit, monitor, receive, register, reply, self, send, sleep, spawn, whereis } from '@strata/runtime/process'
import * as table from '@strata/runtime/table'
import { create, get, set, has, insert, remove, update, entries, size, subscribe, unsubscribe, setOwner, drop } from '@strata/runtime/table'
`

async function value(body: string): Promise<any> {
  scheduler = createTestScheduler({
    modules: { main: `${MAIN}export async function main() {${body}}\nexport async function read(key: string) { return get('t', key) }` },
  })
  const answer = await scheduler.apply('main', 'main')
  return answer?.status === 'answered' ? answer.value : answer
}

test('TAB1 values are set, read, inserted and removed by key; copies go in and come out', async () => {
  expect(
    await value(`
    create('t')
    const list = [1]
    await set('t', 'a', list)
    list.push(2)
    const read = await get<number[]>('t', 'a')
    read!.push(3)
    return [await get('t', 'a'), await get('t', 'b'), await has('t', 'b'), await insert('t', 'a', 0), await insert('t', 'b', undefined), await has('t', 'b'),
      await remove('t', 'a'), await remove('t', 'a'), await size('t')]`),
  ).toEqual([[1], undefined, false, false, true, true, true, false, 1])
})

test('TAB1 a table outlives who made it and every generation, and goes when it is dropped', async () => {
  await value(`create('t'); await set('t', 'a', { deep: [1] })`)
  scheduler.load({
    main: `${MAIN}export async function read(key: string) { return get('t', key) }\nexport async function end() { await drop('t') }`,
  })
  expect(scheduler.pins('main', 1)).toBe(0)
  expect(await scheduler.apply('main', 'read', 'a')).toMatchObject({ value: { deep: [1] } })
  await scheduler.apply('main', 'end')
  expect(await scheduler.apply('main', 'read', 'a')).toMatchObject({
    status: 'ended',
    reason: { type: 'error', message: expect.stringContaining('no process is registered as t') },
  })
})

test('TAB2 update of one key loses nobody’s change, however many change it at once', async () => {
  expect(
    await value(`
    create('t')
    const add = async (to: string) => { for (let n = 0; n < 20; n++) await update<number>('t', 'n', async (old = 0) => { await size('t'); return old + 1 }); send(to as never, 'done') }
    for (let n = 0; n < 10; n++) spawn(add, [self()])
    for (let n = 0; n < 10; n++) await receive()
    return [await get('t', 'n'), await update('t', 'n', () => undefined), await has('t', 'n')]`),
  ).toEqual([200, undefined, false])
})

test('TAB3 subscribers hear of each change, of one key or of all, until they end or leave', async () => {
  expect(
    await value(`
    create('t')
    await subscribe('t', 'a')
    await set('t', 'b', 1)
    await set('t', 'a', 1)
    await remove('t', 'a')
    await subscribe('t')
    await set('t', 'b', 2)
    await unsubscribe('t')
    await set('t', 'b', 3)
    const pid = spawn(async () => { await subscribe('t') })
    monitor(pid)
    const heard = []
    for (let n = 0; n < 4; n++) heard.push(await receive<any>())
    await sleep(0)
    return heard.map((event) => [event.type, event.table, event.event, event.key, event.value])`),
  ).toEqual([
    ['table', 't', 'set', 'a', 1],
    ['table', 't', 'removed', 'a', undefined],
    ['table', 't', 'set', 'b', 2],
    ['down', undefined, undefined, undefined, undefined],
  ])
  const table = scheduler.scheduler.core.names.get('t')
  expect(table?.relations?.monitors.size).toBe(0)
})

test('TAB3 a subscriber may ask for several keys, one by one', async () => {
  expect(
    await value(`
    create('t')
    await subscribe('t', 'a')
    await subscribe('t', 'b')
    for (const key of ['a', 'b', 'c']) await set('t', key, 1)
    await unsubscribe('t')
    await set('t', 'a', 2)
    await subscribe('t')
    await subscribe('t', 'a')
    await set('t', 'c', 3)
    const heard = []
    for (let n = 0; n < 3; n++) heard.push(await receive<any>())
    return heard.map(({ key, value }) => [key, value])`),
  ).toEqual([
    ['a', 1],
    ['b', 1],
    ['c', 3],
  ])
})

test('TAB4 a table with an owner ends with it, or goes to its heir, who is told; an heir that is gone inherits nothing', async () => {
  expect(
    await value(`
    const owner = spawn(async () => { await receive() })
    create('t', { owner, heir: self() })
    await set('t', 'a', 1)
    send(owner, 'end')
    const told = await receive<any>()
    const kept = await get('t', 'a')
    await setOwner('t', null)
    const second = spawn(async () => { await receive() })
    const gone = spawn(async () => {})
    create('u', { owner: second, heir: gone })
    await size('u')
    monitor('u' as never)
    send(second, 'end')
    const down = await receive<any>()
    return [told.event, told.from === owner, kept, down.type, whereis('u') ?? null, whereis('t') !== undefined]`),
  ).toEqual(['inherited', true, 1, 'down', null, true])
})

test('TAB5 entries come in pages, in the order in which their keys came', async () => {
  expect(
    await value(`
    create('t')
    for (let n = 0; n < 7; n++) await set('t', n, n * n)
    return [await entries('t', { limit: 3 }), await entries('t', { after: 2, limit: 2 }), (await entries('t')).length, await entries('t', { limit: 0 }), await entries('t', { after: 99 }).catch((error: any) => error.code)]`),
  ).toEqual([
    [
      [0, 0],
      [1, 1],
      [2, 4],
    ],
    [
      [3, 9],
      [4, 16],
    ],
    7,
    [],
    'badarg',
  ])
})

test('TAB6 what is no request, no key and no value is refused where it is asked, and the table lives on', async () => {
  expect(
    await value(`
    const pid = create('t')
    await set('t', 'a', 1)
    const faults: string[] = []
    for (const act of [() => set('t', {} as never, 1), () => set('t', 'f', () => 1), () => create('t') as never])
      try { await act() } catch (error: any) { faults.push(error.code ?? error.name) }
    for (const junk of [5, null, { $table: 1 }, { $table: null }, { $table: { type: 'nothing' } }, { $table: { type: 'set', key: {}, value: 1 } }, { $table: { type: 'subscribe', pid: 'x' } }, { $table: { type: 'subscribe', pid: 7 } }, { $table: { type: 'own', owner: 7, heir: null } }, { $table: { type: 'entries', limit: 'all' } }, { $cast: 1 }, { $system: { type: 'suspend' } }, { $system: { type: 'resume' } }]) send(pid, junk)
    return [faults, await get('t', 'a'), await size('t')]`),
  ).toEqual([['TypeError', 'invalid_message', 'badarg'], 1, 1])
})

test('TAB2 any interleaving of changes leaves what a map would hold', async () => {
  const key = fc.constantFrom('a', 'b', 'c')
  const step = fc.oneof(
    fc.record({ do: fc.constant('set' as const), key, value: fc.integer() }),
    fc.record({ do: fc.constant('remove' as const), key }),
    fc.record({ do: fc.constant('insert' as const), key, value: fc.integer() }),
    fc.record({ do: fc.constant('update' as const), key, value: fc.integer() }),
  )
  scheduler = createTestScheduler({
    modules: {
      main: `${MAIN}
export async function play(name: string, steps: any[]) {
  create(name)
  const answers = []
  for (const step of steps) {
    if (step.do === 'set') answers.push(await set(name, step.key, step.value))
    else if (step.do === 'remove') answers.push(await remove(name, step.key))
    else if (step.do === 'insert') answers.push(await insert(name, step.key, step.value))
    else answers.push(await update<number>(name, step.key, (old = 0) => ((old + step.value) % 3 === 0 ? undefined : old + step.value)))
  }
  return [answers, await entries(name)]
}`,
    },
  })
  let run = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const model = new Map<string, number>()
      const answers = steps.map((one) => {
        if (one.do === 'set') return void model.set(one.key, one.value)
        if (one.do === 'remove') return model.delete(one.key)
        if (one.do === 'insert') return model.has(one.key) ? false : Boolean(model.set(one.key, one.value))
        const next = (model.get(one.key) ?? 0) + one.value
        if (next % 3 === 0) return void model.delete(one.key)
        model.set(one.key, next)
        return next
      })
      const played = (await scheduler.apply('main', 'play', `t${++run}`, steps)) as { value: [unknown[], [string, number][]] }
      expect(played.value[0].map((answer) => answer ?? undefined)).toEqual(answers.map((answer) => answer ?? undefined))
      expect(new Map(played.value[1])).toEqual(model)
    }),
    { seed: 5, numRuns: 60 },
  )
})

test('TAB1 run makes the calling process a table', async () => {
  expect(
    await value(
      `const pid = spawn(async () => { register('t'); await table.run('t') }); await sleep(0); await set(pid, 'a', 1); return get('t', 'a')`,
    ),
  ).toBe(1)
  expect(scheduler.scheduler.core.names.get('t')?.pid).toMatch(/^1\./)
  expect((scheduler.scheduler.core.names.get('t') as { pid: Pid }).pid).toBeDefined()
})
