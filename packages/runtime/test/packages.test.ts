import { createHash } from 'node:crypto'
import { readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, onTestFinished, test } from 'vitest'
import { createEngine, type Engine } from '../src/index.ts'
import { MemoryJournal } from '../src/host/journal/memory-journal.ts'
import { joinReleases } from '../src/code/join-releases.ts'
import { recordPackages } from '../src/code/package-record.ts'
import { installPackages, manifest, PackageRoom, writeFiles } from './packages.ts'
import { BY, faultOf } from './system.ts'

const esm = (name: string, version: string, files: Record<string, string>, more: object = {}, folder = name) => ({
  [`node_modules/${folder}/package.json`]: manifest(name, version, {
    type: 'module',
    exports: { '.': './index.js', './*': './*.js' },
    ...more,
  }),
  ...Object.fromEntries(Object.entries(files).map(([path, text]) => [`node_modules/${folder}/${path}`, text])),
})

const CLASS = `export class C {}\nexport const made = []`

const DIAMOND_A = `import { C } from 'c'\nexport const make = () => new C()`

/** `a` and `b` both import `c`. */
const DIAMOND = {
  ...esm('a', '1.0.0', { 'index.js': DIAMOND_A }),
  ...esm('b', '1.0.0', { 'index.js': `import { C } from 'c'\nexport const is = (x) => x instanceof C` }),
  ...esm('c', '1.0.0', { 'index.js': CLASS }),
}

/** A module that answers what it makes of its packages when it is asked. */
const asking = (imports: string, answer: string): string => `import { receive, reply } from '@strata/runtime/process'
${imports}
export async function start() {
  for (;;) { const message = await receive<any>(); reply(message, ${answer}) }
}`

async function startOver(files: Record<string, string | object>): Promise<{ engine: Engine; root: string }> {
  const root = await installPackages(files)
  const engine = await createEngine({ folder: root, isolation: 'thread' })
  onTestFinished(() => engine.stop())
  return { engine, root }
}

async function load(engine: Engine, module: string, text: string): Promise<void> {
  await engine.load({ sources: [{ module, text }], old: 'keep', note: '' }, BY)
}

async function ask(engine: Engine, module: string): Promise<{ answer: unknown; again: () => Promise<unknown> }> {
  const pid = await engine.spawn({ module, export: 'start' }, BY)
  const again = (): Promise<unknown> => engine.call(pid, { type: 'ask' }, 60_000)
  return { answer: await again(), again }
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

async function hashOnDisk(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
}

/** The heap in use once everything unreachable is gone: weak references are cleared after a turn of the event loop. */
async function settledHeapBytes(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    await new Promise((resolve) => setImmediate(resolve))
    collect()
  }
  return process.memoryUsage().heapUsed
}

test('GEN14 packages that import the same release share its one instance, and entries of one release its inner files', async () => {
  const root = await installPackages({
    ...DIAMOND,
    ...esm('pkg', '1.0.0', {
      'index.js': `export { C as Main } from './inner.js'`,
      'sub.js': `export { C as Sub } from './inner.js'`,
      'inner.js': CLASS,
    }),
  })
  const room = new PackageRoom(root)
  const [a, b, main] = room.load('a', 'b', 'pkg').namespaces
  expect(b.is(a.make())).toBe(true)
  const [later] = room.load('pkg/sub').namespaces
  expect(room.table.loaded().map(({ name }) => name)).toEqual(['a', 'c', 'b', 'pkg', 'pkg'])
  expect(later.Sub).not.toBe(main.Main)
})

test('GEN14 an entry that is asked for later shares with those asked for earlier', async () => {
  const { engine } = await startOver({
    ...esm('pkg', '1.0.0', {
      'index.js': `import { made } from './inner.js'\nexport const add = (x) => made.push(x)`,
      'sub.js': `export { made } from './inner.js'`,
      'inner.js': CLASS,
    }),
  })
  await load(engine, 'first', asking(`import { add } from 'pkg'`, `add('first')`))
  const first = await ask(engine, 'first')
  await load(engine, 'second', asking(`import { made } from 'pkg/sub'`, '[...made]'))
  const second = await ask(engine, 'second')
  expect([first.answer, second.answer, await first.again(), await second.again()]).toEqual([1, ['first'], 2, ['first', 'first']])
})

test('GEN14 an old generation keeps the release that it was loaded with, and what imports another release below is an instance of its own', async () => {
  const { engine, root } = await startOver(DIAMOND)
  const text = asking(
    `import { make } from 'a'\nimport { is } from 'b'\nimport { version } from 'c/version'`,
    `[is(make()), version, is.name]`,
  )
  await writeFiles(root, esm('c', '1.0.0', { 'index.js': CLASS, 'version.js': `export const version = 1` }))
  await load(engine, 'user', text)
  const old = await ask(engine, 'user')
  await writeFiles(root, esm('c', '2.0.0', { 'index.js': CLASS, 'version.js': `export const version = 2` }))
  await load(engine, 'user', text)
  const current = await ask(engine, 'user')
  expect([old.answer, current.answer, await old.again()]).toEqual([
    [true, 1, 'is'],
    [true, 2, 'is'],
    [true, 1, 'is'],
  ])
  expect((await engine.generations('user')).map(({ packages }) => packages.find(({ name }) => name === 'c')?.release)).toEqual([
    '2.0.0',
    '1.0.0',
  ])
})

test('GEN14 a release below, or a file edited without a new release, is new content; one that is only touched is not', async () => {
  const { engine, root } = await startOver({
    ...DIAMOND,
    'node_modules/c/readme.md': 'never read',
    'node_modules/c/unused.js': 'never imported',
  })
  const text = asking(`import { make } from 'a'`, 'typeof make')
  const status = async (): Promise<string> => (await engine.load({ sources: [{ module: 'user', text }], old: 'keep', note: '' }, BY)).status
  expect(await status()).toBe('loaded')
  expect(await status()).toBe('unchanged')
  const file = join(root, 'node_modules/c/index.js')
  const { atime, mtime } = await stat(file)
  await utimes(file, atime, new Date(mtime.getTime() + 5_000))
  await writeFile(join(root, 'node_modules/c/unused.js'), 'still never imported')
  expect(await status()).toBe('unchanged')
  // The same length, within the same package release.
  await writeFile(file, CLASS.replace('made', 'mode'))
  expect(await status()).toBe('loaded')
  await writeFiles(root, { 'node_modules/c/package.json': manifest('c', '1.0.1', { type: 'module', exports: './index.js' }) })
  expect(await status()).toBe('loaded')
  await writeFiles(root, esm('c', '3.0.0', { 'index.js': CLASS }, {}, 'a/node_modules/c'))
  expect(await status()).toBe('loaded')
})

test('GEN14 packages that import each other in a circle keep their one instance', async () => {
  const root = await installPackages({
    ...esm('left', '1.0.0', {
      'index.js': `import { right } from 'right'\nexport function left() { return 'left' }\nexport const both = () => left() + right()`,
    }),
    ...esm('right', '1.0.0', { 'index.js': `import { left } from 'left'\nexport function right() { return left() + 'right' }` }),
  })
  const room = new PackageRoom(root)
  const { hashes, packages } = room.compile('left', 'right')
  const joined = joinReleases(packages, recordPackages(packages))
  expect(joined.map(({ id }) => id)).toEqual(packages.map(({ id }) => id))
  const [left] = room.place(hashes, joined).namespaces
  expect(left.both()).toBe('leftleftright')
})

test('GEN14 a release whose releases below are others is not the loaded one', async () => {
  const root = await installPackages(DIAMOND)
  const room = new PackageRoom(root)
  const before = room.compile('a')
  await writeFiles(root, esm('c', '1.0.0', { 'index.js': `${CLASS}\nexport const more = 1` }))
  const after = room.compile('a', 'b')
  const joined = joinReleases(after.packages, recordPackages(before.packages))
  const idOf = (packages: typeof joined, name: string): string | undefined => packages.find((entry) => entry.name === name)?.id
  expect(idOf(joined, 'a')).not.toBe(idOf(before.packages, 'a'))
  expect(idOf(joined, 'c')).not.toBe(idOf(before.packages, 'c'))
  const link = joined.find(({ name }) => name === 'b')?.files[0]?.links[0]?.[1]
  expect(link).toMatchObject({ kind: 'file', package: idOf(joined, 'c') })
})

test('GEN14 the last generation that was loaded with a release takes it along, and what others still use stays', async () => {
  const root = await installPackages({
    ...esm('pkg', '1.0.0', {
      'index.js': `export { C } from './inner.js'\nexport const held = new Array(1e4).fill(1)`,
      'sub.js': `export * from './inner.js'`,
      'inner.js': CLASS,
    }),
  })
  const room = new PackageRoom(root)
  const all = room.compile('pkg', 'pkg/sub')
  const main = room.place(all.hashes.slice(0, 1), all.packages)
  const both = room.place(all.hashes, all.packages)
  const inner = both.namespaces[1].C
  main.release()
  expect(room.table.loaded().map(({ paths }) => [...paths].sort())).toEqual([['index.js', 'inner.js', 'sub.js']])
  const sub = room.place(all.hashes.slice(1), all.packages)
  both.release()
  expect(room.table.loaded().map(({ paths }) => [...paths].sort())).toEqual([['inner.js', 'sub.js']])
  expect(sub.namespaces[0].C).toBe(inner)
  sub.release()
  expect(room.table.loaded()).toEqual([])
  const [fresh] = room.place(all.hashes.slice(1), all.packages).namespaces
  expect(fresh.C).not.toBe(inner)
})

test('GEN14 two hundred loads that alternate between releases leave nothing behind', async () => {
  const filler = `export const table = ${JSON.stringify(Array.from({ length: 5_000 }, (_, index) => `entry ${index}`))}`
  const room = new PackageRoom(
    await installPackages({
      ...esm('a', '1.0.0', { 'index.js': `import { table } from 'c'\nexport const make = () => table.length` }),
      ...esm('c', '1.0.0', { 'index.js': filler }),
    }),
  )
  const first = room.compile('a')
  await writeFiles(room.root, esm('c', '2.0.0', { 'index.js': `${filler}\nexport const two = 2` }))
  const second = room.compile('a')
  const texts = [JSON.stringify(first), JSON.stringify(second)]
  const seen: WeakRef<object>[] = []
  const loadAndDrop = (count: number): void => {
    for (let index = 0; index < count; index++) {
      const { hashes, packages } = JSON.parse(texts[index % 2] as string) as typeof first
      const { namespaces, release } = room.place(hashes, packages)
      if (namespaces[0].make() !== 5_000) throw new Error('it does not work')
      seen.push(new WeakRef(namespaces[0] as object))
      release()
    }
  }
  loadAndDrop(20)
  const before = await settledHeapBytes()
  loadAndDrop(200)
  expect((await settledHeapBytes()) - before).toBeLessThan(1_000_000)
  expect(seen.filter((reference) => reference.deref() !== undefined)).toEqual([])
  expect(room.table.loaded()).toEqual([])
})

test('GEN14 a load that fails leaves no file of its packages behind', async () => {
  const root = await installPackages({
    ...esm('pkg', '1.0.0', {
      'index.js': `export { C } from './inner.js'`,
      'bad.js': `import './inner.js'\nthrow new Error('as it is loaded')`,
      'inner.js': CLASS,
    }),
  })
  const room = new PackageRoom(root)
  const all = room.compile('pkg', 'pkg/bad')
  const good = room.place(all.hashes.slice(0, 1), all.packages)
  expect(() => room.place(all.hashes.slice(1), all.packages)).toThrow('as it is loaded')
  expect(room.table.loaded().map(({ paths }) => [...paths].sort())).toEqual([['index.js', 'inner.js']])
  good.release()
  expect(room.table.loaded()).toEqual([])
})

test('GEN14 another life over the same journal has the same instances, and shares them with what is loaded then', async () => {
  const root = await installPackages(
    esm('pkg', '1.0.0', {
      'index.js': `import { made } from './inner.js'\nexport const add = (x) => made.push(x)`,
      'sub.js': `export { made } from './inner.js'`,
      'third.js': `export { made } from './inner.js'`,
      'inner.js': CLASS,
    }),
  )
  const journal = new MemoryJournal()
  const first = await createEngine({ folder: root, isolation: 'thread', journal })
  await load(first, 'first', asking(`import { add } from 'pkg'`, `add('first')`))
  await load(first, 'second', asking(`import { made } from 'pkg/sub'`, '[...made]'))
  const before = await first.manifest('second', 1)
  await first.stop()
  const engine = await createEngine({ folder: root, isolation: 'thread', journal })
  onTestFinished(() => engine.stop())
  expect(await engine.manifest('second', 1)).toEqual(before)
  await load(engine, 'third', asking(`import { made } from 'pkg/third'`, 'made.length'))
  expect([(await ask(engine, 'first')).answer, (await ask(engine, 'second')).answer, (await ask(engine, 'third')).answer]).toEqual([
    1,
    ['first'],
    1,
  ])
})

test('GEN16 a shared package is one object for all generations, imported once, and needs no checks', async () => {
  const { engine, root } = await startOver({
    'strata.config.ts': `export default { shared: ['pool'] }`,
    'node_modules/pool/package.json': manifest('pool', '1.0.0', { main: 'index.js' }),
    'node_modules/pool/index.js': `exports.loads = globalThis.__poolLoads = (globalThis.__poolLoads ?? 0) + 1; exports.seen = []`,
    ...esm('user-of-pool', '1.0.0', {
      'index.js': `import pool from 'pool'\nexport const push = (x) => { pool.seen.push(x); return pool.seen.length }`,
    }),
  })
  const text = (version: number): string =>
    asking(
      `import pool, { seen } from 'pool'\nimport { push } from 'user-of-pool'`,
      `[push(${version}), pool.loads, seen === pool.seen, [...seen]]`,
    )
  await load(engine, 'm', text(1))
  const first = await ask(engine, 'm')
  await writeFiles(root, { 'node_modules/pool/index.js': `throw new Error('imported again')` })
  await load(engine, 'm', text(2)).catch(() => {})
  await load(engine, 'other', asking(`import { seen } from 'pool'`, 'seen.length')).catch(() => {})
  expect([first.answer, await first.again()]).toEqual([
    [1, 1, true, [1]],
    [2, 1, true, [1, 1]],
  ])
})

test('GEN16 a native addon, WebAssembly and top-level await in a package are refused with the way out', async () => {
  const { engine } = await startOver({
    'node_modules/addon/package.json': manifest('addon', '1.0.0', { main: 'index.js' }),
    'node_modules/addon/index.js': `module.exports = require('./build/it.node')`,
    'node_modules/addon/build/it.node': 'binary',
    'node_modules/tries/package.json': manifest('tries', '1.0.0', { main: 'index.js' }),
    'node_modules/tries/index.js': `try { module.exports = require('./it.node') } catch (error) { module.exports = error.message }`,
    'node_modules/tries/it.node': 'binary',
    'node_modules/waits/package.json': manifest('waits', '1.0.0', { type: 'module', exports: './index.js' }),
    'node_modules/waits/index.js': `\nexport const x = await 1`,
  })
  const fault = await faultOf(load(engine, 'm', `import a from 'addon'\nexport const x = a`))
  expect(fault).toMatchObject({
    code: 'unresolved_import',
    diagnostics: [
      { line: 1, message: expect.stringContaining('native addon'), hint: expect.stringContaining('`shared` of strata.config.ts') },
    ],
  })
  await load(engine, 'm', asking(`import a from 'tries'`, 'a'))
  expect((await ask(engine, 'm')).answer).toMatch(/native addon \(it\.node\).*shared/)
  const waits = await faultOf(load(engine, 'm', `import { x } from 'waits'\nexport const y = x`))
  expect(waits).toMatchObject({ code: 'unresolved_import', diagnostics: [{ message: expect.stringMatching(/await.*line 2/) }] })
})

test('GEN16 a computed name is looked up among what the package names, and says what to do', async () => {
  const root = await installPackages({
    'node_modules/computed/package.json': manifest('computed', '1.0.0', { main: 'index.js' }),
    'node_modules/computed/index.js': `const one = './one', path = 'node:path'
exports.load = (name) => require(name)
exports.there = () => [require(one), require(path).sep, require('./one')]`,
    'node_modules/computed/one.js': `module.exports = 'one'`,
    'node_modules/computed/two.js': `module.exports = 'two'`,
  })
  const [computed] = new PackageRoom(root).load('computed').namespaces
  expect(computed.there()).toEqual(['one', '/', 'one'])
  expect(() => computed.load('./two')).toThrow(/computed name.*List `computed` in `shared`/)
})

test('COMP3 a package that is a link out of the installation is refused, a workspace’s own is not', async () => {
  const outside = await installPackages({ 'package.json': manifest('outside', '1.0.0', { main: 'i.js' }), 'i.js': '' })
  const root = await installPackages({
    'node_modules/plain/package.json': manifest('plain', '1.0.0', { main: 'i.js' }),
    'node_modules/plain/i.js': `exports.plain = 1`,
    'packages/own/package.json': manifest('own', '0.0.0', { type: 'module', exports: './index.ts' }),
    'packages/own/index.ts': `import { plain } from 'plain'\ninterface Gone { x: number }\nexport const own: number = plain + 1`,
    'node_modules/escape/package.json': manifest('escape', '1.0.0', { main: 'i.js' }),
    'node_modules/escape/i.js': `require('../../secret.js')`,
    'secret.js': '',
  })
  await symlink(outside, join(root, 'node_modules/outside'))
  await symlink(join(root, 'packages/own'), join(root, 'node_modules/own'))
  const room = new PackageRoom(root)
  expect(() => room.load('outside')).toThrow('link out of the installation')
  expect(() => room.load('escape')).toThrow('leads out of its package')
  expect(room.load('own').namespaces[0].own).toBe(2)
})

test('LIM1 the packages of one module count together, not those of the set', async () => {
  const filler = `/* ${'x'.repeat(6_000_000)} */`
  const { engine } = await startOver({
    ...esm('six', '1.0.0', { 'index.js': `export const six = 1 ${filler}` }),
    ...esm('seven', '1.0.0', { 'index.js': `export const seven = 1 ${filler}` }),
  })
  const one = { module: 'one', text: `import { six } from 'six'\nexport const x = six` }
  const two = { module: 'two', text: `import { seven } from 'seven'\nexport const x = seven` }
  const both = { module: 'both', text: `import { six } from 'six'\nimport { seven } from 'seven'\nexport const x = six + seven` }
  expect((await engine.load({ sources: [one, two], old: 'keep', note: '' }, BY)).status).toBe('loaded')
  expect(await faultOf(engine.load({ sources: [both], old: 'keep', note: '' }, BY))).toMatchObject({
    code: 'too_large',
    what: 'bundle',
    limit: 10_000_000,
  })
})

test('COMP4 a trace through packages shows their own files, lines and columns, and nothing of ours', async () => {
  const { engine } = await startOver({
    ...esm('outer', '2.1.0', {
      'index.js': `import { inner as call } from 'deep'
import { notice } from './lib/notice.js'

export function outer(f) {
  for (let i = 0; i < 1; i++) notice(i)
  return [1].map(() => call(f))[0]
}
throwAtLoad: { break throwAtLoad }
`,
      'lib/notice.js': `export const notice = () => {}`,
    }),
    'node_modules/deep/package.json': manifest('deep', '1.0.0', { main: 'lib/x.js' }),
    'node_modules/deep/lib/x.js': `'use strict'
exports.inner = function inner(f) { while (f) {
    try { return f(), fail('deep') } finally { f = null }
} }
const fail = (what) => { if (what) { const error = new TypeError(what); throw error } }
`,
    'm.ts': `import { receive, reply } from '@strata/runtime/process'
import { outer } from 'outer'

export async function start() {
  outer(() => {})
}
`,
  })
  const seen: string[] = []
  const done = Promise.withResolvers<void>()
  engine.subscribe((event) => {
    if (event.type !== 'crashed') return
    seen.push(JSON.stringify(event.crash.reason))
    done.resolve()
  })
  await engine.spawn({ module: 'm', export: 'start' }, BY)
  await done.promise
  const { stack } = JSON.parse(seen[0] as string) as { stack: string }
  expect(stack.split('\n')).toEqual([
    'TypeError: deep',
    '    at fail (deep@1.0.0 lib/x.js:5:52)',
    '    at inner (deep@1.0.0 lib/x.js:3:23)',
    expect.stringMatching(/^ {4}at \(outer@2\.1\.0 index\.js:6:2\d\)$/),
    expect.stringMatching(/^ {4}at (Module\.)?outer \(outer@2\.1\.0 index\.js:6:14\)$/),
    '    at start (m.ts:5:3 m@1)',
  ])
})

test('COMP4 a package that throws as it is loaded shows where', async () => {
  const { engine } = await startOver({
    ...esm('bad', '1.0.0', {
      'index.js': `import { x } from './lib/x.js'\n\nx()`,
      'lib/x.js': `export function x() {\n  throw new Error('no')\n}`,
    }),
  })
  const fault = await faultOf(load(engine, 'm', `import 'bad'\nexport const x = 1`))
  expect(fault.code === 'body_failed' && fault.error.split('\n')).toEqual([
    'Error: no',
    '    at x (bad@1.0.0 lib/x.js:2:9)',
    '    at (bad@1.0.0 index.js:3:1)',
  ])
})

test('GEN15 a generation’s manifest lists every file of its packages with package, release and hash, also once it is purged', async () => {
  const { engine, root } = await startOver(DIAMOND)
  // Not UTF-8: what counts is the file as it lies there.
  await writeFile(
    join(root, 'node_modules/a/index.js'),
    Buffer.concat([Buffer.from(DIAMOND_A), Buffer.from([0x20, 0x2f, 0x2f, 0xff, 0xfe])]),
  )
  const text = asking(`import { make } from 'a'`, 'typeof make')
  await load(engine, 'm', text)
  const first = await engine.manifest('m', 1)
  expect(first).toMatchObject({
    module: 'm',
    number: 1,
    total: 2,
    releases: [
      { name: 'a', release: '1.0.0', files: 1 },
      { name: 'c', release: '1.0.0', files: 1 },
    ],
    files: [
      { package: 'a', release: '1.0.0', path: 'index.js', hash: await hashOnDisk(join(root, 'node_modules/a/index.js')) },
      { package: 'c', release: '1.0.0', path: 'index.js' },
    ],
  })
  await writeFiles(root, esm('c', '2.0.0', { 'index.js': `${CLASS}\nexport * from './more.js'`, 'more.js': 'export const more = 1' }))
  await load(engine, 'm', text)
  expect(await engine.compareManifests('m', 1, 2)).toMatchObject({
    releases: [{ name: 'c', from: ['1.0.0'], to: ['2.0.0'], changed: 2 }],
    total: 2,
    files: [
      { package: 'c', path: 'index.js', from: { release: '1.0.0' }, to: { release: '2.0.0' } },
      { package: 'c', path: 'more.js', from: null, to: { release: '2.0.0' } },
    ],
  })
  expect((await engine.manifest('m', 2, { offset: 1, limit: 1 })).files.map(({ path }) => path)).toEqual(['index.js'])
  expect(await faultOf(engine.manifest('m', 1, { limit: 501 }))).toMatchObject({ code: 'too_large', what: 'page' })
  expect(await faultOf(engine.manifest('m', 9))).toMatchObject({ code: 'unknown_generation' })
  await engine.softPurge('m', 1, BY)
  expect(await engine.manifest('m', 1)).toEqual(first)
  await rm(join(root, 'node_modules'), { recursive: true })
  expect((await engine.manifest('m', 2)).total).toBe(3)
})
