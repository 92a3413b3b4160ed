import { expect, test } from 'vitest'
import type { Pid } from '../src/index.ts'
import { BY, startSystem } from './system.ts'

const HOUSE = `import { run } from '@strata/runtime/supervisor'
export async function start() { return run('house') }
export function init() { return { intensity: 10, children: [{ id: 'doorman', start: { behaviour: 'server', module: 'doorman', name: 'doorman' } }] } }
`
const DOORMAN = `export const init = () => 0
export const handleCast = {
  async trip(message, state) {
    throw new Error('the carpet')
  },
}
`
const RAW = `import { receive, link } from '@strata/runtime/process'
export async function start(other) { if (other) link(other); await receive(); await receive({ match: (message) => message === 'go' }); throw new TypeError('raw') }
`

test('CRASH1 a report has the line with its generation, the message without secrets, links, queue and restarts', async () => {
  const engine = await startSystem({ 'house.ts': HOUSE, 'doorman.ts': DOORMAN, 'strata.config.ts': "export default { redact: ['iban'] }" })
  const house = await engine.spawn({ module: 'house', export: 'start' }, BY)
  const trip = async () => {
    await expect.poll(() => engine.whereis('doorman')).not.toBeNull()
    const pid = (await engine.whereis('doorman')) as Pid
    await engine.suspend(pid, BY)
    await engine.send(pid, { $cast: { type: 'trip', password: 'p1', iban: 'p2', over: 'carpet' } }, BY)
    await engine.send(pid, { $cast: { type: 'later' } }, BY)
    await engine.resume(pid, BY)
    await expect.poll(async () => (await engine.crashes())[0]?.pid).toBe(pid)
  }
  await trip()
  await trip()
  const [latest, first] = await engine.crashes()
  await expect.poll(() => engine.whereis('doorman')).not.toBeNull()
  const { startedAt, entry } = await engine.process((await engine.whereis('doorman')) as Pid)
  expect(entry).toBe('server doorman')
  // CRASH3 finds a predecessor by these times.
  const times = [first?.startedAt, first?.at, latest?.startedAt, latest?.at, startedAt].map((time) => Date.parse(time ?? ''))
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  expect(first).toMatchObject({
    name: 'doorman',
    module: 'doorman',
    generation: 1,
    entry: 'server doorman',
    parent: house,
    linked: 1,
    queueLength: 1,
    restarts: 0,
    reason: { type: 'error', message: 'the carpet', stack: expect.stringContaining('doorman.ts:4:') },
  })
  expect(first?.reason).toMatchObject({ stack: expect.stringContaining('doorman@1') })
  expect(first?.links).toEqual([house])
  expect(latest?.restarts).toBe(1)
  expect(latest?.lastMessage?.text).toContain('over: "carpet"')
  expect(latest?.lastMessage?.text).not.toMatch(/p[12]/)
})

test('CRASH1 a child that crashes before its supervisor has heard that it started counts its restarts too', async () => {
  const hasty = `import { self, send } from '@strata/runtime/process'
export function init() { send(self(), { $cast: { type: 'trip' } }); return 0 }
export const handleCast = { trip() { throw new Error('the stairs') } }
`
  const engine = await startSystem({ 'house.ts': HOUSE.replace('intensity: 10', 'intensity: 2'), 'doorman.ts': hasty })
  const house = await engine.spawn({ module: 'house', export: 'start' }, BY)
  await engine.ended(house)
  const restarts = async () => (await engine.crashes()).flatMap((crash) => (crash.name === 'doorman' ? [crash.restarts] : []))
  await expect.poll(restarts).toEqual([2, 1, 0])
})

test('CRASH1 of a state machine the report has the message that its handler failed on', async () => {
  const door = `import { run } from '@strata/runtime/state-machine'
export async function start() { return run('door') }
export const init = () => ({ state: 'shut', data: 0 })
export const states = { shut({ message }) { throw new Error('no ' + message.type) } }
`
  const engine = await startSystem({ 'door.ts': door })
  const pid = await engine.spawn({ module: 'door', export: 'start' }, BY)
  await engine.send(pid, { $cast: { type: 'knock', token: 'p1' } }, BY)
  await expect.poll(async () => (await engine.crashes()).length).toBe(1)
  const [crash] = await engine.crashes()
  expect(crash).toMatchObject({
    pid,
    entry: 'door.start',
    restarts: null,
    lastMessage: { text: expect.stringContaining('type: "knock"') },
  })
  expect(crash?.lastMessage?.text).not.toContain('p1')
})

test('CRASH1 of a raw loop the message is not known, and it says so', async () => {
  const engine = await startSystem({ 'raw.ts': RAW })
  const pid = await engine.spawn({ module: 'raw', export: 'start' }, BY)
  for (const message of ['one', 'two', 'go']) await engine.send(pid, message, BY)
  await expect.poll(async () => (await engine.crashes()).length).toBe(1)
  expect(await engine.crashes()).toMatchObject([{ pid, entry: 'raw.start', lastMessage: null, queueLength: 1, restarts: null, linked: 0 }])
})
