import { existsSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { answeringSystem, loadSet, mainOf, natively, runMain } from './answering.ts'
import { faultOf, openRoom, portrait, versionOf, writeSystem } from './system.ts'

/** Bodies that a load is refused for, each with what the refusal says; nobody else notices. */
const REFUSED: readonly [title: string, body: string, code: string, error?: string][] = [
  ['allocates buffers without end', 'const all: unknown[] = []\nfor (;;) all.push(Buffer.alloc(4_000_000, 1))', 'body_failed', 'memory'],
  ['fills one array without end', 'const all: unknown[] = []\nfor (;;) all.push(all.length, {})', 'body_failed', 'memory'],
  [
    'allocates without end after a wait',
    'await 0\nlet all = ""\nconst kept: unknown[] = []\nfor (;;) { all += "x".repeat(1e6); kept.push(Buffer.from(all)) }',
    'body_failed',
    'memory',
  ],
  ['calls process.exit', 'process.exit(0)', 'body_failed', 'exit'],
  ['throws a string', 'throw "a string"', 'body_failed', 'a string'],
  ['throws nothing', 'throw undefined', 'body_failed', 'undefined'],
  ['throws a symbol', 'throw Symbol("s")', 'body_failed', ''],
  [
    'throws what throws when it is read',
    'throw { get stack() { throw 1 }, get message() { throw 2 }, toString() { throw 3 } }',
    'body_failed',
    '',
  ],
  ['recurses without end', 'function f(): number { return f() + 1 }\nf()', 'body_failed', 'RangeError'],
  ['starts strands without end', 'async function f(): Promise<void> { f() }\nf()\nawait f()', 'body_failed', 'RangeError'],
  ['swallows every exception in a loop', 'for (;;) { try { for (;;) {} } catch {} finally {} }', 'body_timeout'],
  ['swallows every exception in a loop that waits', 'for (;;) { try { for (;;) await 0 } catch {} finally { await 0 } }', 'body_timeout'],
]

test.each(REFUSED)('GEN11 a body that %s is refused, and nothing has changed', async (_title, body, code, error = '') => {
  const engine = await answeringSystem()
  const pid = await openRoom(engine)
  const before = await portrait(engine)
  const fault = await faultOf(loadSet(engine, { main: `${body}\nexport function main() {}` }))
  // A busy machine may need more than the time of a body to fill the memory of one.
  const codes = error === 'memory' ? [code, 'body_timeout'] : [code]
  expect(fault).toMatchObject({ code: expect.toBeOneOf(codes), module: 'main' })
  if (fault.code === 'body_failed') expect(fault.error).toContain(error)
  expect(await portrait(engine)).toEqual(before)
  expect(await versionOf(engine, pid)).toBe(1)
})

test('GEN11 a body that fills memory while nobody can look at it is refused all the same', async () => {
  const engine = await answeringSystem()
  const folder = await writeSystem({})
  const [begun, looking, filled] = ['begun', 'looking', 'filled'].map((name) => join(folder, name)) as [string, string, string]
  const main = `import { existsSync, writeFileSync } from 'node:fs'
writeFileSync(${JSON.stringify(begun)}, '')
while (!existsSync(${JSON.stringify(looking)})) {}
const all: unknown[] = []
while (all.length < 60) all.push(new Array(1_000_000).fill(0))
writeFileSync(${JSON.stringify(filled)}, '')
for (;;) all.push(new Array(1_000_000).fill(0))
export function main() {}`
  const refused = faultOf(loadSet(engine, { main }))
  await expect.poll(() => existsSync(begun)).toBe(true)
  writeFileSync(looking, '')
  // Holds this thread, which is the one that looks.
  const giveUpAt = Date.now() + 30_000
  while (!existsSync(filled) && Date.now() < giveUpAt) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
  expect(existsSync(filled)).toBe(true)
  const fault = await refused
  expect(fault).toMatchObject({ code: expect.toBeOneOf(['body_failed', 'body_timeout']), module: 'main' })
  if (fault.code === 'body_failed') expect(fault.error).toContain('it used more than')
  await rm(folder, { recursive: true })
})

test('GEN11 two bodies that recurse through each other’s imports are refused', async () => {
  const engine = await answeringSystem()
  const set = {
    main: `import { g } from './other.ts'\nexport function main(): number { return g() + 1 }\nmain()`,
    other: `import { main } from './main.ts'\nexport function g(): number { return main() + 1 }`,
  }
  expect(await faultOf(loadSet(engine, set))).toMatchObject({ code: 'body_failed', error: expect.stringContaining('RangeError') })
})

test('STR5 a body that replaces Promise and its prototype is alone with that', async () => {
  const engine = await answeringSystem()
  const pid = await openRoom(engine)
  const main = `const Native = Promise
const then = Promise.prototype.then
Promise.prototype.then = function () { throw new Error('replaced') } as never
Promise.resolve = Promise.all = Promise.reject = (() => { throw new Error('replaced') }) as never
globalThis.Promise = class { constructor() { throw new Error('replaced') } } as never
await null
async function f(): Promise<number> { await null; return 1 }
export async function main() { const strand = f(); return [await f(), await strand, globalThis.Promise !== Native] }`
  expect(await mainOf(engine, { main })).toEqual([1, 1, true])
  expect(await versionOf(engine, pid)).toBe(1)
  await loadSet(engine, { main: 'await null\nexport function main() { return 2 }' })
  expect(await runMain(engine)).toBe(2)
})

test('COMP1 a source may use the names that compiled code introduces', async () => {
  const engine = await answeringSystem()
  const main = `const $$ = 1, $$s = 2, $$c = 3, $$0_ = 4, $$t = 5, $ = 6
async function $$f($$n: number): Promise<number> { for (let $$e = 0; $$e < 2; $$e++) $$n += await $$g($$n); return $$n }
async function $$g($$p0: number) { return $$p0 }
export async function main() { return [$$, $$s, $$c, $$0_, $$t, $, await $$f(1)] }`
  expect(await mainOf(engine, { main })).toEqual([1, 2, 3, 4, 5, 6, 4])
})

test('COMP1 exports named then and __proto__ are as in Node: in namespaces, awaited, renamed and passed on', async () => {
  const engine = await answeringSystem()
  const set = {
    main: `import * as odd from './odd.ts'
import * as hub from './hub.ts'
import { then, __proto__ as proto } from './odd.ts'
async function give() { return odd }
export async function main() {
  const dynamic = await import('./odd.ts')
  const computed = await import('./' + 'odd.ts')
  return [Object.keys(odd).sort(), Object.keys(hub).sort(), dynamic, computed, await odd, await give(), proto, odd.__proto__, hub.__proto__, typeof then, Object.getPrototypeOf(odd) === null, 'toString' in odd]
}`,
    odd: `const value = { a: 1 }
export function then(resolve: (value: string) => void) { resolve('from then') }
export { value as __proto__, value as constructor, value as hasOwnProperty }`,
    hub: `export * from './odd.ts'\nexport { then as __defineGetter__ } from './odd.ts'`,
  }
  expect(await mainOf(engine, set)).toEqual(await natively(set))
})

test('COMP1 assigning what a head holds with using, which crashes or hangs V8 itself, throws', async () => {
  const engine = await answeringSystem()
  const main = `export async function main() {
  const failed: string[] = []
  try { for (await using i = null as any; i === null; i = 1 as any) {} } catch (error) { failed.push((error as Error).name) }
  const plain = () => { for (using i = null as any; i === null; i = 1 as any) {} }
  try { plain() } catch (error) { failed.push((error as Error).name) }
  return failed
}`
  expect(await mainOf(engine, { main })).toEqual(['TypeError', 'TypeError'])
})
