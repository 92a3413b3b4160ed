import { expect, test } from 'vitest'
import type { Engine, GenerationView } from '../src/index.ts'
import { BY, eventThat, faultOf, startSystem } from './system.ts'

const LIB = `export function make() { return () => 'called' }`
const KEEPER = `import { receive, reply } from '@strata/runtime/process'
import { make } from './lib.ts'
const handlers = new Map<string, () => string>()
export async function main(): Promise<void> {
  const message = await receive<any>()
  try {
    if (message.type === 'keep') handlers.set('x', make())
    if (message.type === 'drop') handlers.clear()
    reply(message, message.type === 'call' ? handlers.get('x')?.() : true)
  } catch (error: any) {
    reply(message, error.name)
  }
  return main()
}`
/** Fills the heap again and again, so that V8 collects. */
const CHURN = `export async function main() {
  for (let round = 0; ; round++) {
    const kept = []
    for (let n = 0; n < 2_000; n++) kept.push({ n, text: 'x'.repeat(50) + n, more: [n, round] })
    await null
  }
}`

async function purgedLib() {
  const engine = await startSystem({ 'lib.ts': LIB, 'keeper.ts': KEEPER, 'churn.ts': CHURN }, 'thread', 64 * 2 ** 20)
  const pid = await engine.spawn({ module: 'keeper', export: 'main' }, BY)
  const ask = (type: string): Promise<unknown> => engine.call(pid, { type }, 60_000)
  await ask('keep')
  await engine.load({ sources: [{ module: 'lib', text: `${LIB}\n// 2` }], old: 'keep', note: '' }, BY)
  expect(await engine.softPurge('lib', 1, BY)).toMatchObject({ purged: [{ number: 1 }] })
  return { engine, ask }
}

async function first(engine: Engine): Promise<GenerationView | undefined> {
  return (await engine.generations('lib')).find(({ number }) => number === 1)
}

test('PIN7 after a purge the history tells that memory is pending, and once V8 has collected it that it is free', async () => {
  const { engine, ask } = await purgedLib()
  expect((await first(engine))?.reclaimed).toMatchObject({ status: 'pending' })
  expect((await engine.generations('lib'))[0]?.reclaimed).toBeNull()
  await ask('drop')
  await engine.spawn({ module: 'churn', export: 'main' }, BY)
  await expect.poll(async () => (await first(engine))?.reclaimed).toEqual({ status: 'confirmed', tookMs: expect.any(Number) })
})

test('PIN7 retainers names who keeps a purged generation, tells how long the scheduler stood still, and is in the activity', async () => {
  const { engine, ask } = await purgedLib()
  const found = await engine.retainers('lib', 1, BY)
  expect(found).toMatchObject({
    module: 'lib',
    number: 1,
    holders: [{ by: 'module state of keeper@1', functions: 2, steps: ['variable handlers: Map', expect.stringContaining('of lib@1')] }],
  })
  expect(found.heldMs).toBeGreaterThan(0)
  expect(await eventThat(engine, ({ type }) => type === 'retainers_read')).toMatchObject({ module: 'lib', number: 1, found: 1, by: BY })
  await ask('drop')
  expect((await engine.retainers('lib', 1, BY)).holders).toEqual([])
  expect(await faultOf(engine.retainers('lib', 2, BY))).toMatchObject({ code: 'nothing_to_do' })
  expect(await faultOf(engine.retainers('lib', 9, BY))).toMatchObject({ code: 'unknown_generation' })
})

test('PIN6 the history counts each time purged code is reached, with the line and generation of the caller', async () => {
  const { engine, ask } = await purgedLib()
  expect((await first(engine))?.reached).toBeNull()
  for (let n = 0; n < 3; n++) expect(await ask('call')).toBe('PurgedCodeError')
  await expect.poll(async () => (await first(engine))?.reached).toMatchObject({ count: 3, at: 'keeper.ts:9', from: 'keeper@1' })
  expect(await eventThat(engine, ({ type }) => type === 'purged_code_reached')).toMatchObject({
    module: 'lib',
    number: 1,
    count: 1,
    place: 'keeper.ts:9',
    from: 'keeper@1',
  })
})
