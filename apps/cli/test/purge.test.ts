import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { json, loadDogs, refusal, room, type Row, rooms, server, strata, serveRooms } from './rooms.ts'

serveRooms()

test('PIN4 soft-purge takes what is drained; what is pinned stays, is named, and the exit code says partly', async () => {
  const old = await loadDogs()
  const { code, out } = await strata(['soft-purge', room, '--json'])
  expect(code).toBe(1)
  const { purged, pinned } = JSON.parse(out) as { purged: unknown[]; pinned: { module: string; number: number; pids: string[] }[] }
  expect([purged, pinned.map(({ number, pids }) => [number, [...pids].sort()])]).toEqual([[], [[1, [...old].sort()]]])
  for (const pid of old) await json('send', pid, '{"type":"close"}')
  await expect.poll(async () => (await json<unknown[]>('pins', `${room}@1`)).length).toBe(0)
  expect(await json('soft-purge', `${room}@1`)).toEqual({ purged: [{ module: room, number: 1 }], pinned: [] })
})

test('PIN1 PIN5 what another generation was built with is held by that one: pins names it, and no purge takes it', async () => {
  const [base, shapes] = [`base-${room}`, `shapes-${room}`]
  await writeFile(join(server.folder, `${base}.ts`), 'export class Base {}\n')
  await writeFile(join(server.folder, `${shapes}.ts`), `import { Base } from './${base}.ts'\nexport class Circle extends Base {}\n`)
  await json('load', `${base}.ts`)
  await json('load', `${shapes}.ts`)
  await json('load', `${base}.ts`, '--again', '--note', 'again')
  const holder = { module: shapes, number: 1 }
  expect(await json('pins', base)).toMatchObject([
    { pid: null, holder, generation: 1, reason: 'generation', function: 'Base', at: `${shapes}.ts:2` },
  ])
  expect((await strata(['pins', base])).out).toMatch(new RegExp(`^${shapes}@1 +${base}@1 +generation +Base`, 'm'))
  expect(await json('generations', base)).toMatchObject([{ number: 2 }, { number: 1, pins: 0, drained: false, readBy: [holder] }])
  const soft = await strata(['soft-purge', base])
  expect([soft.code, soft.out]).toEqual([1, `${base}@1 stays: ${shapes}@1 was built with it\n`])
  expect(await refusal('purge', `${base}@1`, '--yes', '--reason', 'x')).toMatchObject({ fault: { code: 'still_read', by: [holder] } })
  await json('load', `${shapes}.ts`, '--again', '--note', 'again')
  await json('soft-purge', shapes)
  expect(await json('soft-purge', base)).toEqual({ purged: [{ module: base, number: 1 }], pinned: [] })
})

test('PIN6 PIN7 after a purge generations tells of its memory and of calls into its code, and retainers who keeps it', async () => {
  const [lib, keeper] = [`lib-${room}`, `keeper-${room}`]
  await writeFile(join(server.folder, `${lib}.ts`), `export function make() { return () => 'called' }\n`)
  await writeFile(
    join(server.folder, `${keeper}.ts`),
    `import { receive } from '@strata/runtime/process'
import { make } from './${lib}.ts'
const handlers = new Map()
handlers.set('x', make())
export async function start() { const { pid } = await receive(); try { handlers.get('x')() } catch {} return start() }
`,
  )
  await json('load', `${lib}.ts`)
  await json('load', `${keeper}.ts`)
  await json('load', `${lib}.ts`, '--again', '--note', 'again')
  expect(await json('soft-purge', lib)).toMatchObject({ purged: [{ module: lib, number: 1 }] })
  expect(await json('generations', lib)).toMatchObject([
    { number: 2 },
    { number: 1, purge: { kind: 'soft' }, reclaimed: { status: 'pending' } },
  ])
  const [opener] = (await json<{ rows: Row[] }>('ps', '--module', 'opener')).rows
  await json('send', opener?.pid ?? '', JSON.stringify({ module: keeper, names: [keeper] }))
  await expect.poll(async () => (await json<{ total: number }>('ps', '--module', keeper)).total).toBe(1)
  const [kept] = (await json<{ rows: Row[] }>('ps', '--module', keeper)).rows
  await json('send', kept?.pid ?? '', '{}')
  await expect
    .poll(() => json('generations', lib))
    .toMatchObject([{}, { reached: { count: 1, at: `${keeper}.ts:5`, from: `${keeper}@1` } }])
  expect((await strata(['generations', lib])).out).toMatch(
    new RegExp(`memory not collected yet; reached 1 time, last from ${keeper}.ts:5 \\(${keeper}@1\\)`),
  )
  const found = await json<{ holders: unknown[] }>('retainers', `${lib}@1`, '--reason', 'why')
  expect(found.holders).toMatchObject([{ by: `module state of ${keeper}@1`, functions: 2 }])
  expect((await strata(['retainers', `${lib}@1`])).out).toContain(
    `module state of ${keeper}@1 keeps 2 functions of ${lib}@1\n  variable handlers: Map`,
  )
  expect(await refusal('retainers', `${lib}@2`)).toMatchObject({ fault: { code: 'nothing_to_do' } })
  expect((await strata(['events'])).out).toContain(`the heap was read for who keeps ${lib}@1: 1 holder`)
})

test('PLAN1 purge shows its plan, does nothing unasked, and ends exactly its victims and those linked to them', async () => {
  const old = await loadDogs()
  await json('send', old[0] as string, '{"type":"guard"}')
  await expect.poll(async () => (await json<{ total: number }>('ps', '--module', 'guard')).total).toBe(1)
  const [guard] = (await json<{ rows: Row[] }>('ps', '--module', 'guard')).rows

  const unasked = await strata(['purge', `${room}@1`])
  expect(unasked.code).toBe(2)
  expect(unasked.out).toContain('4 processes end, 1 more fall with them')
  expect(await rooms()).toHaveLength(5)

  const plan = await json<{ plan: string; status: string; killed: string[]; alsoEnded: string[] }>('purge', `${room}@1`, '--dry-run')
  expect(plan).toMatchObject({ status: 'planned', generations: [1], alsoEnded: [guard?.pid], skipped: [], pending: [] })
  expect((await refusal('purge', `${room}@2`, '--plan', plan.plan, '--yes')).code).toBe(2)

  await json('kill', old[3] as string)
  const receipt = await json<{ killed: string[]; skipped: string[]; alsoEnded: string[] }>(
    'purge',
    `${room}@1`,
    '--plan',
    plan.plan,
    '--yes',
  )
  expect(receipt).toMatchObject({
    plan: plan.plan,
    status: 'purged',
    generations: [1],
    skipped: [old[3]],
    alsoEnded: [guard?.pid],
    pending: [],
  })
  expect([...receipt.killed].sort()).toEqual(old.slice(0, 3).toSorted())
  expect((await rooms()).map(({ generation }) => generation)).toEqual([2])
  expect((await refusal('purge', `${room}@1`, '--plan', plan.plan, '--yes')).fault).toEqual({ code: 'plan_used', plan: plan.plan })
})

test('on a terminal the name of the generation has to be typed', async () => {
  await loadDogs()
  const questions: string[] = []
  const declined = await strata(['purge', `${room}@1`], { types: (question) => (questions.push(question), 'yes') })
  expect([declined.code, declined.err]).toEqual([1, 'Nothing was done.\n'])
  expect(questions).toEqual([`Type ${room}@1 to go on: `])
  expect(await rooms()).toHaveLength(5)
  const done = await strata(['purge', `${room}@1`], { types: () => `${room}@1` })
  expect(done.code).toBe(0)
  expect(done.out).toMatch(new RegExp(`${room}@1 purged: 4 processes ended\\.\\n$`))
})

test('the current generation is not purged', async () => {
  expect(await refusal('purge', `${room}@1`, '--yes')).toEqual({
    code: 1,
    fault: { code: 'current_generation', module: room, number: 1 },
  })
})

test('GEN5 delete makes the current generation old', async () => {
  expect((await strata(['delete', room])).code).toBe(2)
  expect(await json('delete', room, '--yes')).toMatchObject({ status: 'deleted', module: room, number: 1, staying: 4 })
  expect(await json('modules')).toContainEqual({ name: room, current: null, generations: [1], pins: 4 })
})
