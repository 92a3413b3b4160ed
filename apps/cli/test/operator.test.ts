import { execFile } from 'node:child_process'
import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { EVIL_NAME, nextRoomSource, ROOMS, roomSource } from './rooms-system.ts'
import { type RunningServer, startServer, writeFiles } from './running-server.ts'
import { run, type TerminalOptions } from './terminal.ts'

interface Row {
  readonly pid: string
  readonly name: string | null
  readonly module: string
  readonly generation: number
}

let server: RunningServer
/** Each test has a module of its own, with four processes in its generation 1. */
let room = ''
let tests = 0

beforeAll(async () => {
  server = await startServer(await writeFiles(ROOMS))
})
afterAll(async () => {
  await server.stop()
  await rm(server.folder, { recursive: true, force: true })
})
beforeEach(async () => {
  room = `room${++tests}`
  await mkdir(join(server.folder, 'generations', room), { recursive: true })
  await writeFile(join(server.folder, `${room}.ts`), roomSource(room, 'cats'))
  await writeFile(join(server.folder, 'generations', room, '2-dogs.ts'), nextRoomSource(room, 'dogs'))
  await writeFile(join(server.folder, 'generations', room, '3-birds.ts'), nextRoomSource(room, 'birds'))
  await json('load', `${room}.ts`)
  const [opener] = (await json<{ rows: Row[] }>('ps', '--module', 'opener')).rows
  await json(
    'send',
    opener?.pid ?? '',
    JSON.stringify({ module: room, names: [1, 2, 3].map((n) => `${room}-${n}`).concat(`${EVIL_NAME} of ${room}`) }),
  )
  await expect.poll(async () => (await rooms()).length).toBe(4)
})

function strata(args: readonly string[], options: TerminalOptions = {}) {
  return run(args, { cwd: server.folder, env: server.env, ...options })
}

async function json<T>(...args: string[]): Promise<T> {
  const { code, out, err } = await strata([...args, '--json'])
  expect([code, err], args.join(' ')).toEqual([0, ''])
  return JSON.parse(out) as T
}

async function refusal(...args: string[]): Promise<{ code: number; fault: { code: string } & Record<string, unknown> }> {
  const { code, out, err } = await strata([...args, '--json'])
  expect(out).toBe('')
  return { code, fault: (JSON.parse(err) as { fault: { code: string } }).fault }
}

async function rooms(): Promise<readonly Row[]> {
  return (await json<{ rows: Row[] }>('ps', '--module', room, '--sort', 'pid')).rows
}

/** Generation 2 is loaded over four rooms that stay in generation 1, and a fifth is opened in it. */
async function loadDogs(): Promise<readonly string[]> {
  const old = (await rooms()).map(({ pid }) => pid)
  expect(old).toHaveLength(4)
  await json('load', `generations/${room}/2-dogs.ts`, '--note', 'dogs')
  await json('send', old[0] as string, '{"type":"open"}')
  await expect.poll(async () => (await rooms()).length).toBe(5)
  return old
}

describe('looking', () => {
  test('modules, generations, ps and pins print exactly what cli.md says', async () => {
    const old = await loadDogs()
    const modules = await json<unknown[]>('modules')
    expect(modules).toContainEqual({ name: 'guard', current: 1, generations: [1], pins: 0 })
    expect(modules).toContainEqual({ name: room, current: 2, generations: [2, 1], pins: 4 })
    const generations = await json<Record<string, unknown>[]>('generations', room)
    expect(
      generations.map(({ number, status, drained, pins, note, packages }) => ({ number, status, drained, pins, note, packages })),
    ).toEqual([
      { number: 2, status: 'current', drained: false, pins: 1, note: 'dogs', packages: [] },
      { number: 1, status: 'old', drained: false, pins: 4, note: expect.any(String), packages: [] },
    ])
    for (const one of generations) {
      expect(Object.keys(one)).toEqual([
        'number',
        'status',
        'drained',
        'pins',
        'hash',
        'codeBytes',
        'packages',
        'loadedAt',
        'loadedBy',
        'note',
      ])
    }
    const page = await json<{ total: number; rows: Record<string, unknown>[] }>('ps', '--module', room, '--generation', '1', '--limit', '3')
    expect([page.total, page.rows.length]).toEqual([4, 3])
    const place = expect.stringMatching(`^${room}\\.ts:\\d+$`)
    for (const row of page.rows) {
      expect(row).toEqual({
        pid: expect.stringMatching(/^\d+\.\d+$/),
        name: expect.any(String),
        module: room,
        generation: 1,
        function: 'loop',
        at: place,
        status: 'waiting',
        queueLength: 0,
        reductions: expect.any(Number),
        startedAt: expect.stringMatching(/Z$/),
        pins: [
          {
            module: room,
            generation: 1,
            reason: 'frame',
            function: 'loop',
            at: place,
            since: expect.stringMatching(/Z$/),
          },
        ],
      })
    }
    const pins = await json<{ pid: string }[]>('pins', `${room}@1`)
    expect(pins.map(({ pid }) => pid).sort()).toEqual([...old].sort())
    expect(Object.keys(pins[0] as object)).toEqual(['pid', 'generation', 'reason', 'function', 'at', 'since'])
  })

  test('for people there are tables, and a hostile name is harmless in them and in JSON', async () => {
    const table = await strata(['ps', '--module', room])
    expect(table.code).toBe(0)
    expect(table.out).toMatch(/^PID +NAME +IN +FUNCTION +AT +STATUS +QUEUE +REDUCTIONS +AGE +PINS\n/)
    expect(table.out).toContain('evil\\u001b[31m\\u202eroom')
    expect(table.out).toMatch(/\n4 processes\n$/)
    const machine = await strata(['ps', '--module', room, '--search', 'evil', '--json'])
    expect(`${table.out}${machine.out}`).not.toMatch(/[\u001b\u202e]/)
    expect((JSON.parse(machine.out) as { rows: Row[] }).rows.map(({ name }) => name)).toEqual([`${EVIL_NAME} of ${room}`])
    expect((await strata(['modules'])).out).toMatch(/^MODULE +CURRENT +LOADED +OLD PINNED BY\n/)
    expect((await strata(['generations', room])).out).toMatch(new RegExp(`\\n${room}@1 +current +4 `))
    expect((await strata(['pins', room])).out).toMatch(new RegExp(` ${room}@1 +frame +loop +${room}\\.ts:\\d+ `))
  })

  test('what is unknown is refused with 1', async () => {
    expect(await refusal('generations', 'nothing')).toEqual({ code: 1, fault: { code: 'unknown_module', module: 'nothing' } })
    expect(await refusal('pins', `${room}@7`)).toEqual({ code: 1, fault: { code: 'unknown_generation', module: room, number: 7 } })
    expect(await refusal('send', '1.999999', '{}')).toEqual({ code: 1, fault: { code: 'unknown_pid', pid: '1.999999' } })
    expect((await strata(['generations', 'nothing'])).err).toBe('strata: There is no module nothing. ./strata modules lists them.\n')
  })
})

describe('load', () => {
  test('GEN2 refuses while old generations exist, names them, and keep goes on', async () => {
    const old = await loadDogs()
    const file = `generations/${room}/3-birds.ts`
    expect(await refusal('load', file)).toEqual({
      code: 1,
      fault: { code: 'not_purged', module: room, generations: [{ number: 1, pins: 4 }] },
    })
    expect((await strata(['load', file])).err).toContain(`${room}@1 (pinned by 4 processes). Load with --old keep`)
    expect(await json('load', file, '--old', 'keep')).toEqual({
      status: 'loaded',
      loaded: [{ module: room, number: 3 }],
      purged: [],
      killed: [],
      diagnostics: [],
    })
    expect((await rooms()).map(({ pid }) => pid)).toEqual(expect.arrayContaining([...old]))
    expect(await json('load', file, '--old', 'keep')).toMatchObject({ status: 'unchanged', loaded: [{ module: room, number: 3 }] })
    expect(await json('load', file, '--old', 'keep', '--again')).toMatchObject({
      status: 'loaded',
      loaded: [{ module: room, number: 4 }],
    })
  })

  test('checks without loading, and tells what each policy would do', async () => {
    await loadDogs()
    expect(await json('load', `generations/${room}/3-birds.ts`, '--check')).toMatchObject({
      status: 'checked',
      loaded: [{ module: room, number: 3 }],
    })
    const { out } = await strata(['load', `generations/${room}/3-birds.ts`, '--check'])
    expect(out).toContain(`${room}@3 would follow ${room}@2`)
    expect(out).toMatch(new RegExp(`--old refuse: +refused: ${room}@1 is pinned by 4`))
    expect(out).toMatch(/--old keep: +loads, ends 0 processes/)
    expect((await strata(['load', `generations/${room}/3-birds.ts`, '--dry-run'])).code).toBe(1)
    expect((await strata(['load', `generations/${room}/3-birds.ts`, '--dry-run', '--old', 'keep'])).code).toBe(0)
    expect(await json('modules')).toContainEqual({ name: room, current: 2, generations: [2, 1], pins: 4 })
  })

  test('finds a file below the system’s folder from anywhere, as the console names it', async () => {
    const elsewhere = await writeFiles({ 'fix.ts': roomSource(room, 'fish') })
    try {
      const { code, out } = await strata(['load', `generations/${room}/2-dogs.ts`, '--json'], { cwd: elsewhere })
      expect([code, JSON.parse(out)]).toMatchObject([0, { loaded: [{ module: room, number: 2 }] }])
      expect(await strata(['load', 'fix.ts', '--as', room, '--old', 'keep'], { cwd: elsewhere })).toMatchObject({ code: 0 })
      expect(await strata(['load', 'nope.ts'], { cwd: elsewhere })).toMatchObject({
        code: 2,
        err: expect.stringContaining('there is no file nope.ts'),
      })
      expect((await strata(['load', 'generations'], { cwd: server.folder })).err).toContain('it is a folder')
    } finally {
      await rm(elsewhere, { recursive: true, force: true })
    }
  })

  test('names the module by the file’s place, or by --as for a file elsewhere', async () => {
    const elsewhere = await writeFiles({ 'fix.ts': roomSource(room, 'fish') })
    try {
      expect((await refusal('load', join(elsewhere, 'fix.ts'))).code).toBe(2)
      expect(await json('load', join(elsewhere, 'fix.ts'), '--as', room)).toMatchObject({ loaded: [{ module: room, number: 2 }] })
      await writeFile(join(server.folder, `${room}.ts`), roomSource(room, 'frogs'))
      expect(await json('load', `${room}.ts`, '--old', 'keep')).toMatchObject({ loaded: [{ module: room, number: 3 }] })
      expect((await refusal('load', 'missing.ts')).code).toBe(2)
    } finally {
      await rm(elsewhere, { recursive: true })
    }
  })

  test('GEN1 a source that does not parse is refused with its lines, and nothing is loaded', async () => {
    await writeFile(join(server.folder, `${room}.ts`), 'export const = 1\n')
    const { code, fault } = await refusal('load', `${room}.ts`)
    expect([code, fault.code]).toEqual([1, 'invalid_source'])
    expect((await strata(['load', `${room}.ts`])).err).toMatch(new RegExp(`${room}\\.ts:1:\\d+: error: `))
    expect(await json('modules')).toContainEqual({ name: room, current: 1, generations: [1], pins: 0 })
  })

  test('GEN8 --expect-current refuses a load that was decided on another state', async () => {
    await loadDogs()
    const { code, fault } = await refusal('load', `generations/${room}/3-birds.ts`, '--old', 'keep', '--expect-current', '1')
    expect([code, fault.code]).toEqual([1, 'changed_meanwhile'])
  })

  test('PLAN1 --old purge plans first, and ends exactly those of the plan', async () => {
    const old = await loadDogs()
    const file = `generations/${room}/3-birds.ts`
    const refused = await refusal('load', file, '--old', 'purge')
    expect([refused.code, refused.fault.code]).toEqual([2, 'confirmation_required'])
    expect(await rooms()).toHaveLength(5)
    const done = await json<{ killed: string[] }>('load', file, '--old', 'purge', '--yes')
    expect(done).toMatchObject({ status: 'loaded', loaded: [{ module: room, number: 3 }], purged: [{ module: room, number: 1 }] })
    expect([...done.killed].sort()).toEqual([...old].sort())
  })
})

describe('purging', () => {
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
    expect(unasked.out).toContain('4 processes end, 1 more fall with them by links')
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
})

describe('rolling back', () => {
  test('GEN6 rollback shows its plan and makes the same generation current again; nobody ends', async () => {
    await loadDogs()
    const before = (await rooms()).map(({ pid }) => pid)
    const unasked = await strata(['rollback', `${room}@1`])
    expect([unasked.code, unasked.out]).toEqual([
      2,
      expect.stringContaining(`Roll back to ${room}@1: it becomes current again, and 1 process stays in ${room}@2; nobody ends.`),
    ])
    const plan = await json<{ plan: string }>('rollback', `${room}@1`, '--dry-run')
    const facts = { module: room, from: 2, to: 1, current: 1, how: 'rebind', staying: 1 }
    expect(plan).toEqual({ plan: plan.plan, status: 'planned', ...facts })
    expect((await refusal('rollback', `${room}@2`, '--plan', plan.plan, '--yes')).code).toBe(2)
    expect(await json('rollback', `${room}@1`, '--plan', plan.plan, '--yes')).toEqual({ plan: plan.plan, status: 'rolled_back', ...facts })
    expect(await json('modules')).toContainEqual({ name: room, current: 1, generations: [2, 1], pins: 1 })
    expect((await rooms()).map(({ pid }) => pid)).toEqual(before)
    expect(await refusal('rollback', `${room}@1`, '--yes')).toMatchObject({ code: 1, fault: { code: 'nothing_to_do' } })
    expect((await strata(['events'])).out).toContain(`${room} rolled back to ${room}@1 · `)
  })

  test('GEN6 a purged generation comes back as the next number', async () => {
    await json('load', `generations/${room}/2-dogs.ts`)
    await json('purge', `${room}@1`, '--yes')
    const done = await strata(['rollback', `${room}@1`], { types: (question) => (question.includes(`${room}@1 `) ? `${room}@1` : '') })
    expect([done.code, done.out]).toEqual([
      0,
      expect.stringMatching(new RegExp(`\\n${room}@3 is current, with the source of ${room}@1; 0 processes live on in ${room}@2\\.\\n$`)),
    ])
    expect(await json('modules')).toContainEqual({ name: room, current: 3, generations: [3, 2], pins: 0 })
  })
})

describe('holds and marks', () => {
  test('GEN9 a hold stands in modules until it is released', async () => {
    const until = new Date(Date.now() + 3_600_000).toISOString()
    expect(await json('hold', room, '--until', until, '--reason', 'freeze\u202e')).toEqual({ module: room, status: 'held', until })
    expect(await json<{ name: string }[]>('modules')).toContainEqual(
      expect.objectContaining({ name: room, hold: { by: 'token', reason: 'freeze\u202e', since: expect.any(String), until } }),
    )
    const { out } = await strata(['modules'])
    expect(out).toMatch(/^MODULE +CURRENT +LOADED +OLD PINNED BY +HELD\n/)
    expect(out).toContain(`by token until ${until}: freeze\\u202e`)
    // The command line's own hold does not stop it.
    expect(await json('load', `generations/${room}/2-dogs.ts`)).toMatchObject({ status: 'loaded' })
    expect(await json('release', room, '--reason', 'done')).toEqual({ module: room, status: 'released' })
    expect(await refusal('release', room)).toMatchObject({ code: 1, fault: { code: 'nothing_to_do' } })
    expect((await strata(['modules'])).out).not.toContain('HELD')
    const held = await strata(['hold', room, '--for', '2h', '--reason', 'again'])
    expect([held.code, held.out]).toEqual([0, expect.stringMatching(new RegExp(`^${room} is held until \\S+Z\\.\\n$`))])
    await json('release', room)
    const { out: events } = await strata(['events'])
    expect(events).toContain(`${room} held until ${until} · token: freeze`)
    expect(events).toContain(`${room} released`)
  })

  test('GEN9 content marked bad is refused, what is marked keep stays at a soft purge', async () => {
    await json('load', `generations/${room}/2-dogs.ts`)
    await json('load', `generations/${room}/3-birds.ts`, '--old', 'keep')
    const mark = { module: room, number: 2, kind: 'bad' }
    expect(await json('mark', `${room}@2`, 'bad', '--reason', 'they bite')).toEqual({ ...mark, status: 'marked' })
    expect(await json('mark', `${room}@2`, 'keep', '--reason', 'evidence')).toMatchObject({ kind: 'keep', status: 'marked' })
    const fault = { code: 'marked_bad', module: room, number: 2, by: 'token', reason: 'they bite' }
    expect(await refusal('load', `generations/${room}/2-dogs.ts`, '--old', 'keep')).toEqual({ code: 1, fault })
    expect(await refusal('rollback', `${room}@2`, '--yes')).toEqual({ code: 1, fault })
    const checked = await strata(['load', `generations/${room}/2-dogs.ts`, '--check'])
    expect([checked.code, checked.out]).toEqual([
      1,
      expect.stringContaining(`refused: token marked this content bad at ${room}@2: they bite`),
    ])
    const { out } = await strata(['generations', room])
    expect(out).toMatch(/ NOTE +MARKED\n/)
    expect(out).toMatch(/bad by token: they bite; keep by token: evidence\n/)
    const [, second] = await json<Record<string, unknown>[]>('generations', room)
    expect(second).toMatchObject({ markedBad: { by: 'token', reason: 'they bite' }, markedKeep: { reason: 'evidence' } })

    for (const { pid, generation } of await rooms()) if (generation === 1) await json('kill', pid)
    const kept = [{ module: room, number: 2 }]
    expect(await json('soft-purge', room)).toEqual({ purged: [{ module: room, number: 1 }], pinned: [], kept })
    expect((await strata(['soft-purge', room])).out).toBe(`${room}@2 stays: it is marked keep\n`)

    expect(await json('mark', `${room}@2`, 'bad', '--off', '--reason', 'it was the dog next door')).toEqual({ ...mark, status: 'unmarked' })
    expect(await json('rollback', `${room}@2`, '--yes')).toMatchObject({ status: 'rolled_back', current: 2 })
  })
})

describe('processes', () => {
  test('kill ends one at once, several by a plan, and says who is not there', async () => {
    const [first, second, third, fourth] = (await rooms()).map(({ pid }) => pid) as [string, string, string, string]
    expect(await json('kill', first, '--reason', 'mad')).toEqual([{ pid: first, status: 'killed' }])
    const gone = await strata(['kill', first, '--json'])
    expect([gone.code, JSON.parse(gone.out)]).toEqual([1, [{ pid: first, status: 'not_found' }]])
    expect((await strata(['kill', second, third])).code).toBe(2)
    expect(await rooms()).toHaveLength(3)
    expect(await json('kill', second, third, '--yes')).toEqual([
      { pid: second, status: 'killed' },
      { pid: third, status: 'killed' },
    ])
    expect((await rooms()).map(({ pid }) => pid)).toEqual([fourth])
  })

  test('upgrade moves one at once, a generation by a plan, each with its state', async () => {
    const [first, ...others] = (await loadDogs()) as [string, ...string[]]
    expect(await json('upgrade', first)).toEqual([{ pid: first, status: 'moved', generation: 2 }])
    expect((await strata(['upgrade', `${room}@1`])).code).toBe(2)
    const moved = await json<{ pid: string; status: string; generation: number }[]>('upgrade', `${room}@1`, '--yes')
    expect(moved.map(({ pid }) => pid).sort()).toEqual([...others].sort())
    expect(new Set(moved.map(({ status, generation }) => `${status} ${generation}`))).toEqual(new Set(['moved 2']))
    expect(await json('soft-purge', `${room}@1`)).toEqual({ purged: [{ module: room, number: 1 }], pinned: [] })
  })

  test('send puts a message into the queue', async () => {
    const [first] = await rooms()
    expect(await json('send', first?.pid as string, '{"type":"close"}')).toEqual({ pid: first?.pid, status: 'sent' })
    await expect.poll(async () => (await rooms()).length).toBe(3)
  })
})

describe('the door', () => {
  test('sign-in prints a link that works once', async () => {
    const { url } = await json<{ url: string; expiresAt: string }>('sign-in')
    expect(url).toMatch(new RegExp(`^${server.url}/sign-in#[\\w-]+$`))
  })

  test('without the token, or with another one, it ends with 3', async () => {
    const wrong = { STRATA_URL: server.url, STRATA_TOKEN: 'x'.repeat(40) }
    expect((await run(['modules'], { env: wrong })).code).toBe(3)
    const none = await run(['modules', '--json'], { env: { STRATA_URL: server.url, STRATA_DATA: server.folder } })
    expect([none.code, none.out]).toEqual([3, ''])
    expect(JSON.parse(none.err)).toMatchObject({ fault: { code: 'unauthenticated' } })
  })

  test('DOOR8 the token stands in a file for its owner alone, and is never printed', async () => {
    const file = join(server.env['STRATA_DATA'] as string, 'token')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  })
})

test('GEN15 a generation’s packages are listed file by file, and against another generation', async () => {
  const pack = async (version: string, more: Record<string, string>): Promise<void> => {
    const folder = join(server.folder, 'node_modules/tiny')
    await mkdir(folder, { recursive: true })
    const files = { 'package.json': JSON.stringify({ name: 'tiny', version, type: 'module', exports: './index.js' }), ...more }
    for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text)
  }
  const file = join(server.folder, `${room}-user.ts`)
  await writeFile(file, `import { size } from 'tiny'\nexport const twice = () => size * 2\n`)
  await pack('1.0.0', { 'index.js': 'export const size = 1' })
  await json('load', `${room}-user.ts`)
  await pack('2.0.0', { 'index.js': `export { size } from './size.js'`, 'size.js': 'export const size = 2' })
  await json('load', `${room}-user.ts`)

  const user = `${room}-user`
  const hash = expect.stringMatching(/^[0-9a-f]{64}$/)
  expect(await json('manifest', `${user}@1`)).toEqual({
    module: user,
    number: 1,
    releases: [{ name: 'tiny', release: '1.0.0', files: 1 }],
    total: 1,
    files: [{ package: 'tiny', release: '1.0.0', path: 'index.js', hash }],
  })
  expect(await json('manifest', `${user}@2`, '--against', '1')).toEqual({
    module: user,
    from: 1,
    to: 2,
    releases: [{ name: 'tiny', from: ['1.0.0'], to: ['2.0.0'], changed: 2 }],
    total: 2,
    files: [
      { package: 'tiny', path: 'index.js', from: { release: '1.0.0', hash }, to: { release: '2.0.0', hash } },
      { package: 'tiny', path: 'size.js', from: null, to: { release: '2.0.0', hash } },
    ],
  })
  const shown = await strata(['manifest', `${user}@2`, '--against', '1'])
  expect(shown.out).toMatch(/tiny +size\.js +– +2\.0\.0 [0-9a-f]{16}\n/)
  expect(shown.out).toContain('2 files that differ: tiny 1.0.0 → 2.0.0')
  expect((await strata(['manifest', `${room}@1`])).out).toContain('uses no npm package')
  expect(await refusal('manifest', `${user}@2`, '--limit', '501')).toMatchObject({ code: 1, fault: { code: 'too_large', what: 'page' } })
  expect((await strata(['manifest', user])).code).toBe(2)
})

describe('events', () => {
  test('tell what was done, by whom and why, and go on with --follow', async () => {
    await loadDogs()
    const events = await json<{ type: string; at: string }[]>('events')
    expect(events.map(({ type }) => type)).toContain('loaded')
    expect((await strata(['events'])).out).toMatch(new RegExp(`Z {2}${room}@2 loaded \\(refuse\\) · .+: dogs\\n`))

    const stop = new AbortController()
    const seen = Promise.withResolvers<string>()
    const following = strata(['events', '--follow', '--json', '--limit', '1'], {
      signal: stop.signal,
      onOut: (text) => {
        if (text.includes('"soft_purged"')) seen.resolve(text)
      },
    })
    await strata(['soft-purge', room])
    expect(JSON.parse(await seen.promise)).toMatchObject({ type: 'soft_purged', module: room, pinned: [{ number: 1, pins: 4 }] })
    stop.abort()
    expect((await following).code).toBe(0)
  })
})

test('the launcher runs it on the right Node, and a pipe gets the exit code', async () => {
  const launcher = join(import.meta.dirname, '../../../strata')
  const { stdout } = await promisify(execFile)(launcher, ['modules', '--json'], { env: { ...process.env, ...server.env } })
  expect(JSON.parse(stdout)).toContainEqual({ name: room, current: 1, generations: [1], pins: 0 })
  await expect(promisify(execFile)(launcher, ['kill', '1.99999'], { env: { ...process.env, ...server.env } })).rejects.toMatchObject({
    code: 1,
  })
})
