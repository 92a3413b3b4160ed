import { expect, test } from 'vitest'
import { answeringSystem, loadSet, mainOf, natively, runMain } from './answering.ts'
import { BY, faultOf } from './system.ts'

/** What a failed import tells. */
const ATTEMPT = `async function attempt(act) {
  try { return Object.keys(await act()) } catch (error) { return [error.name, error.code ?? '', error.specifier ?? ''] }
}`

test('GEN13 import(x) resolves when it is called, to the namespace of what is current', async () => {
  const engine = await answeringSystem({
    'parts/one.ts': `export const value = 1\nexport function f() { return 'one' }`,
    'parts/two/index.ts': `export default 2`,
  })
  const main = `import * as fixed from './parts/one.ts'
export async function main() {
  let steps = ''
  const name = () => (steps += 'n', { toString() { steps += 's'; return './parts/one.ts' } })
  const one = await import(name())
  const pending = import('./parts/' + 'one.js')
  steps += 'a'
  const [again, two, self, text] = await Promise.all([pending, import('./parts/' + 'two'), import(\`./\${'main'}.ts\`), import('./parts/one.ts')])
  return { steps, one: { ...one, f: one.f() }, same: one === again && one === text && one === fixed, two: two.default, self: Object.keys(self) }
}`
  const answer = { steps: 'nsa', same: true, two: 2, self: ['main'] }
  expect(await mainOf(engine, { main })).toEqual({ ...answer, one: { value: 1, f: 'one' } })
  await loadSet(engine, { 'parts/one': `export const value = 2\nexport function f() { return 'new' }` })
  expect(await runMain(engine)).toEqual({ ...answer, one: { value: 2, f: 'new' } })
})

test('COMP3 import(x) reaches loaded modules, Node, and packages that a loaded generation imports; anything else rejects with unresolved_import', async () => {
  const engine = await answeringSystem({
    'node_modules/loaded/package.json': '{"name": "loaded", "version": "1.0.0", "type": "module", "exports": "./index.js"}',
    'node_modules/loaded/index.js': 'export const loaded = 1',
    'node_modules/other/package.json': '{"name": "other", "version": "1.0.0", "type": "module", "exports": "./index.js"}',
    'node_modules/other/index.js': 'export const other = 1',
    'user.ts': `import { loaded } from 'loaded'\nexport const used = loaded`,
  })
  const main = `${ATTEMPT}
const names = ['loaded', 'other', './user', './nowhere.ts', '../outside.ts', '/etc/passwd', 'file:///etc/passwd', 'data:text/javascript,export%20default%201', 'http://127.0.0.1/x.js', './user.json', '', '#x', '@strata/runtime', './__proto__', './constructor.ts']
export async function main() {
  const found = {}
  for (const name of names) found[name] = await attempt(() => import(name))
  found.node = (await attempt(() => import('node:' + 'path'))).includes('join')
  found.api = (await attempt(() => import('@strata/runtime/' + 'process'))).includes('receive')
  found.symbol = await attempt(() => import(Symbol('x')))
  found.throws = await attempt(() => import({ toString() { throw new RangeError('own') } }))
  found.attributes = await attempt(() => import('./user.ts', { with: { type: 'json' } }))
  found.options = await attempt(() => import('./user.ts', 7))
  found.empty = await attempt(() => import('./user.ts', {}))
  return found
}`
  const unresolved = (name: string): string[] => ['ImportError', 'unresolved_import', name]
  const refused = [
    'other',
    './nowhere.ts',
    '../outside.ts',
    '/etc/passwd',
    'file:///etc/passwd',
    'data:text/javascript,export%20default%201',
  ]
  const more = ['http://127.0.0.1/x.js', './user.json', '', '#x', '@strata/runtime', './__proto__', './constructor.ts']
  expect(await mainOf(engine, { main })).toEqual({
    ...Object.fromEntries([...refused, ...more].map((name) => [name, unresolved(name)])),
    loaded: ['loaded'],
    './user': ['used'],
    node: true,
    api: true,
    symbol: ['TypeError', '', ''],
    throws: ['RangeError', '', ''],
    attributes: unresolved('./user.ts'),
    options: ['TypeError', '', ''],
    empty: ['used'],
  })
  await engine.delete(await engine.planDelete('user'), BY)
  expect(await runMain(engine)).toMatchObject({ './user': unresolved('./user') })
})

test('GEN4 a body that imports a member of its set waits until that is evaluated, as in Node', async () => {
  const engine = await answeringSystem()
  const set = {
    log: 'export const order: string[] = []',
    main: `import { order } from './log.ts'
const name = './late.ts'
order.push('main')
const { late } = await import(name)
order.push(late)
const literal = await import('./later.ts')
order.push(literal.later)
await import('./failing.ts').then((ns) => ns.fail()).catch((error) => order.push('caught ' + error.message))
export function main() { return order }`,
    late: `import { order } from './log.ts'\norder.push('late begins'); await 0; export const late = 'late'`,
    later: `import './deep.ts'\nimport { order } from './log.ts'\norder.push('later begins'); export const later = 'later'`,
    failing: `await 0; export function fail() { throw new Error('own') }`,
    deep: `import { order } from './log.ts'\norder.push('deep'); await 0; order.push('deep ends')`,
  }
  expect(await mainOf(engine, set)).toEqual(await natively(set))
  expect(await runMain(engine)).toEqual(['main', 'late begins', 'deep', 'deep ends', 'later begins', 'late', 'later', 'caught own'])
  // In a load a member that fails fails the set, whoever catches it.
  expect(await faultOf(loadSet(engine, { ...set, failing: `await 0; throw new Error('own')` }))).toMatchObject({ code: 'body_failed' })
})

test('COMP1 export * passes on what a package, a built-in or the process API exports, but for default', async () => {
  const engine = await answeringSystem({
    'node_modules/esm/package.json': '{"name": "esm", "version": "1.0.0", "type": "module", "exports": "./index.js"}',
    'node_modules/esm/index.js':
      'export let live = 1; export function next() { return ++live } export default 7; export const own = "esm"; export const both = {}',
    'node_modules/cjs/package.json': '{"name": "cjs", "version": "1.0.0"}',
    'node_modules/cjs/index.js': 'exports.from = "cjs"; exports.own = "cjs"; exports.both = {}',
  })
  const hub = `export * from 'esm'\nexport * from 'cjs'\nexport * from 'node:path/posix'\nexport * from '@strata/runtime/process'\nexport const own = 'hub'`
  const main = `import * as hub from './hub.ts'
import { live, next, own, from, join, self } from './hub.ts'
export async function main() {
  const before = live
  return { before, next: next(), live, own, from, join: join('a', 'b'), self: self() === hub.self(), kinds: [typeof hub.receive, 'default' in hub, 'both' in hub, 'module.exports' in hub] }
}`
  expect(await mainOf(engine, { hub, main })).toEqual({
    before: 1,
    next: 2,
    live: 2,
    own: 'hub',
    from: 'cjs',
    join: 'a/b',
    self: true,
    kinds: ['function', false, false, true],
  })
})
