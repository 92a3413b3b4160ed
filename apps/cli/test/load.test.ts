import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { json, loadDogs, refusal, room, rooms, server, strata, serveRooms } from './rooms.ts'
import { roomSource } from './rooms-system.ts'
import { writeFiles } from './running-server.ts'

serveRooms()

test('GEN2 refuses while old generations exist, names them, and keep goes on', async () => {
  const old = await loadDogs()
  const file = `generations/${room}/3-birds.ts`
  expect(await refusal('load', file)).toEqual({
    code: 1,
    fault: { code: 'not_purged', module: room, generations: [{ number: 1, pins: 4 }] },
  })
  expect((await strata(['load', file])).err).toContain(`\n  ${room}@1: pinned by 4 processes\nLoad with --old keep`)
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
  expect(await json('modules')).toContainEqual(expect.objectContaining({ name: room, current: 2, generations: [2, 1], pins: 4 }))
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
  expect(await json('modules')).toContainEqual(expect.objectContaining({ name: room, current: 1, generations: [1], pins: 0 }))
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
