import { expect, test } from 'vitest'
import { BY, faultOf, startSystem } from './system.ts'

const BASE = `export class Base { area() { return 0 } }\nexport const unit = 'm'`
const SHAPES = `import { Base } from './base.ts'
export class Circle extends Base { area() { return super.area() + 3 } }
export function area() { return new Circle().area() }`

function source(module: string, text: string, version: number) {
  return { module, text: `${text}\n// version ${version}` }
}

async function builtOnBase() {
  const engine = await startSystem({ 'base.ts': BASE, 'shapes.ts': SHAPES })
  await engine.load({ sources: [source('base', BASE, 2)], old: 'keep', note: '' }, BY)
  return engine
}

test('PIN1 a generation that another was built with is held by that one, in every view', async () => {
  const engine = await builtOnBase()
  const holder = { module: 'shapes', number: 1 }
  expect(await engine.pins('base', 1)).toMatchObject([
    { pid: null, holder, generation: 1, reason: 'generation', function: 'Base', at: 'shapes.ts:2' },
  ])
  expect((await engine.generations('base'))[1]).toMatchObject({ number: 1, status: 'old', drained: false, pins: 0, readBy: [holder] })
  expect((await engine.generations('shapes'))[0]).toMatchObject({ readBy: [] })
})

test('PIN4 soft purge leaves it and names the generation that holds it; once that is gone it goes', async () => {
  const engine = await builtOnBase()
  const holder = { module: 'shapes', number: 1 }
  expect(await engine.softPurge('base', undefined, BY)).toEqual({
    purged: [],
    pinned: [{ module: 'base', number: 1, pids: [], readBy: [holder] }],
    kept: [],
  })
  await engine.load({ sources: [source('shapes', SHAPES, 2)], old: 'keep', note: '' }, BY)
  expect(await engine.softPurge('base', 1, BY)).toMatchObject({ purged: [] })
  expect(await engine.softPurge('shapes', 1, BY)).toMatchObject({ purged: [holder] })
  expect(await engine.softPurge('base', 1, BY)).toMatchObject({ purged: [{ module: 'base', number: 1 }] })
})

test('PIN5 a purge that would take code from under a generation that stays is refused, and names it', async () => {
  const engine = await builtOnBase()
  const fault = { code: 'still_read', module: 'base', number: 1, by: [{ module: 'shapes', number: 1 }] }
  expect(await faultOf(engine.planPurge('base', 1))).toEqual(fault)
  const plan = { verb: 'purge', module: 'base', generations: [1], current: 2, victims: [] } as const
  expect(await faultOf(engine.purge(plan, BY))).toEqual(fault)
  expect((await engine.generations('base'))[1]).toMatchObject({ status: 'old' })
})

test('GEN2 a load that purges counts what goes with it: a set may take a generation and the one that was built with it', async () => {
  const engine = await builtOnBase()
  const alone = { sources: [source('base', BASE, 3)], note: '' }
  expect(await faultOf(engine.load({ ...alone, old: 'purge' }, BY))).toMatchObject({ code: 'still_read', module: 'base', number: 1 })
  expect(await faultOf(engine.load({ ...alone, old: 'soft-purge' }, BY))).toEqual({
    code: 'not_purged',
    module: 'base',
    generations: [{ number: 1, pins: 0, readBy: [{ module: 'shapes', number: 1 }] }],
  })
  await engine.load({ sources: [source('shapes', SHAPES, 2)], old: 'keep', note: '' }, BY)
  const both = { sources: [source('base', BASE, 3), source('shapes', SHAPES, 3)], note: '' }
  expect(
    (await engine.check(both.sources)).modules.map(({ policies }) => policies.find(({ policy }) => policy === 'soft-purge')?.status),
  ).toEqual(['loads', 'loads'])
  expect(await engine.load({ ...both, old: 'soft-purge' }, BY)).toMatchObject({
    purged: [
      { module: 'base', number: 1 },
      { module: 'shapes', number: 1 },
    ],
  })
})

const LIB = `export function make() { return { call: () => 'called' } }`
const KEEPER = `import { receive, reply } from '@strata/runtime/process'
import { make } from './lib.ts'
let kept = make()
export async function main() {
  let called = 0, lost = 0
  for (;;) {
    const m = await receive({ after: 0 })
    if (m?.type === 'count') reply(m, { called, lost })
    if (m?.type === 'again') { kept = make(); reply(m, true) }
    try { kept.call(); called++ } catch (error) { if (error.name !== 'PurgedCodeError') throw error; lost++ }
  }
}`

test('PIN3 soft purges beside a process that calls a kept function all the time: each wins or loses, and nothing is cut (C31)', async () => {
  const engine = await startSystem({ 'lib.ts': LIB, 'keeper.ts': KEEPER })
  const pid = await engine.spawn({ module: 'keeper', export: 'main' }, BY)
  const outcomes = { purged: 0, pinned: 0 }
  for (let version = 2; version < 14; version++) {
    const policy = version % 3 === 0 ? 'soft-purge' : 'keep'
    const load = engine.load({ sources: [source('lib', LIB, version)], old: policy, note: '' }, BY)
    if (policy === 'soft-purge') {
      const outcome = await load.then(
        () => 'purged' as const,
        () => 'pinned' as const,
      )
      outcomes[outcome]++
      continue
    }
    await load
    const { purged, pinned } = await engine.softPurge('lib', undefined, BY)
    outcomes.purged += purged.length
    outcomes.pinned += pinned.length
    // Who stopped it is named.
    for (const { pids } of pinned) expect(pids).toEqual([pid])
    if (purged.length > 0) await engine.call(pid, { type: 'again' }, 30_000)
  }
  const { called, lost } = (await engine.call(pid, { type: 'count' }, 30_000)) as { called: number; lost: number }
  expect(called).toBeGreaterThan(0)
  expect(outcomes.purged + outcomes.pinned).toBeGreaterThan(10)
  if (lost > 0) expect(outcomes.purged).toBeGreaterThan(0)
})
