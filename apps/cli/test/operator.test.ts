import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { json, loadDogs, refusal, room, type Row, rooms, server, strata, serveRooms } from './rooms.ts'
import { EVIL_NAME } from './rooms-system.ts'
import { run } from './terminal.ts'

serveRooms()

describe('looking', () => {
  test('modules, generations, ps and pins print exactly what cli.md says', async () => {
    const old = await loadDogs()
    const modules = await json<unknown[]>('modules')
    expect(modules).toContainEqual({ name: 'guard', current: 1, generations: [1], pins: 0 })
    expect(modules).toContainEqual(expect.objectContaining({ name: room, current: 2, generations: [2, 1], pins: 4 }))
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
    // `null` until it has been watched for a second, which a busy machine may have done by now.
    const rate = expect.toSatisfy((value: unknown) => value === null || (typeof value === 'number' && value >= 0))
    for (const row of page.rows) {
      expect(row).toEqual({
        pid: expect.stringMatching(/^\d+\.\d+$/),
        name: expect.any(String),
        module: room,
        generation: 1,
        function: 'loop',
        at: place,
        status: 'waiting',
        load: null,
        queueLength: 0,
        reductions: expect.any(Number),
        reductionsPerSecond: rate,
        behaviour: null,
        messagesPerSecond: rate,
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
    expect((await strata(['modules'])).out).toMatch(/^MODULE +CURRENT +LOADED +OLD PINNED BY +ON DISK\n/)
    expect((await strata(['generations', room])).out).toMatch(new RegExp(`\\n${room}@1 +current +4 `))
    expect((await strata(['pins', room])).out).toMatch(new RegExp(` ${room}@1 +frame +loop +${room}\\.ts:\\d+ `))
  })

  test('what is unknown is refused with 1', async () => {
    expect(await refusal('generations', 'nothing')).toEqual({ code: 1, fault: { code: 'unknown_module', module: 'nothing' } })
    expect(await refusal('pins', `${room}@7`)).toEqual({ code: 1, fault: { code: 'unknown_generation', module: room, number: 7 } })
    expect(await refusal('send', '1.999999', '{}')).toEqual({ code: 1, fault: { code: 'unknown_pid', pid: '1.999999' } })
    expect((await strata(['generations', 'nothing'])).err).toBe('strata: There is no module "nothing". ./strata modules lists them.\n')
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
    expect(await json('modules')).toContainEqual(expect.objectContaining({ name: room, current: 1, generations: [2, 1], pins: 1 }))
    // Samples are taken each second: there may be none yet.
    const sampled = expect.toSatisfy((pins) => pins === null || Number.isInteger(pins))
    expect(await json('drain', room)).toEqual([
      { number: 2, status: 'old', pins: 1, before: sampled, estimate: { status: 'unknown' } },
      { number: 1, status: 'current', pins: expect.any(Number), before: sampled, estimate: null },
    ])
    expect((await strata(['drain', room])).out).toMatch(/2 +old +1 .*watched for less than a minute\n/)
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
    expect(await json('modules')).toContainEqual(expect.objectContaining({ name: room, current: 3, generations: [3, 2], pins: 0 }))
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
    expect(out).toMatch(/^MODULE +CURRENT +LOADED +OLD PINNED BY +ON DISK +HELD\n/)
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
    expect((await strata(['kill', '--matching', '--yes'])).code).toBe(2)
    expect((await strata(['kill', second, '--matching', '--module', 'x', '--yes'])).code).toBe(2)
    expect((await strata(['kill', second, '--module', 'x'])).code).toBe(2)
    expect((await strata(['kill', '--matching', '--search', 'nobody is called that', '--yes'])).code).toBe(1)
    expect(await json('kill', second, third, '--yes')).toEqual([
      { pid: second, status: 'killed' },
      { pid: third, status: 'killed' },
    ])
    expect((await rooms()).map(({ pid }) => pid)).toEqual([fourth])
    const [act] = await json<{ id: string }[]>('acts')
    expect(act).toMatchObject({ verb: 'kill', status: 'done', total: 2 })
    expect(await json('acts', act?.id ?? '')).toMatchObject({ items: [{ pid: second, outcome: 'killed' }, { pid: third }] })
    expect((await strata(['acts', act?.id ?? ''])).out).toContain(`kill 2 processes (act ${act?.id}): done, 2 of 2 processes done\n`)
    expect(await refusal('acts', act?.id ?? '', '--cancel')).toMatchObject({ code: 1, fault: { code: 'act_cannot', status: 'done' } })
    expect((await strata(['acts', '--cancel'])).code).toBe(2)
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
  expect(JSON.parse(stdout)).toContainEqual(expect.objectContaining({ name: room, current: 1, generations: [1], pins: 0 }))
  await expect(promisify(execFile)(launcher, ['kill', '1.99999'], { env: { ...process.env, ...server.env } })).rejects.toMatchObject({
    code: 1,
  })
})
