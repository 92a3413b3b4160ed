import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { PackageRoom } from '../../test/packages.ts'
import { TinyDriver } from '../../test/tiny-driver.ts'
import { INTRINSICS, type Counter, type PackageRecord } from '../abi.ts'
import { instrumentPackage } from './instrument-package.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '../../../../examples/scribe')
const nodeRequire = createRequire(import.meta.url)

interface Evaluated {
  readonly exports: any
  readonly driver: TinyDriver
  readonly counter: Counter
}

function instrument(text: string, globals: Record<string, unknown> = {}): Evaluated {
  const file = '/system/node_modules/p/i.js'
  const outcome = instrumentPackage({ text, format: 'commonjs', file })
  if (outcome.status === 'rejected') throw new Error(outcome.message)
  const driver = new TinyDriver()
  const counter = { r: 4_000, m: 0 }
  const module = { exports: {} as any }
  const factory = (0, eval)(outcome.code) as (record: PackageRecord) => (...rest: readonly unknown[]) => void
  const record = { s: driver, c: counter, own: INTRINSICS, globals, import: () => Promise.reject(new Error('none')), meta: {}, links: [] }
  factory(record).call(module.exports, module.exports, nodeRequire, module, file, dirname(file))
  return { exports: module.exports, driver, counter }
}

const document = `# Title\n\nSome *text* with [a link](#title) and \`code\`.\n\n${'- item **bold**\n'.repeat(300)}\n| a | b |\n|---|---|\n| 1 | 2 |\n`

test.each(['marked-4', 'marked-18'])('COMP1 %s renders as without us, with checks', async (specifier) => {
  const room = new PackageRoom(root)
  const [exports] = room.load(specifier).namespaces
  const native = (await import(/* @vite-ignore */ nodeRequire.resolve(specifier))) as { marked: { parse(text: string): string } }
  expect(exports.marked.parse(document)).toBe(native.marked.parse(document))
  expect(room.driver.checks).toBeGreaterThan(0)
})

test('KILL1 an endless loop in a package is ended by its check, whatever it catches', () => {
  const { exports, driver } = instrument('exports.spin = function () { for (;;) { try { while (true) {} } catch { } finally { } } }')
  driver.onCheck = () => {
    driver.ending = 2
    throw driver.exit
  }
  expect(() => exports.spin()).toThrow(expect.objectContaining({ exit: true }))
})

test('TIMER1 timers of a package are the calling process’s', () => {
  const started: unknown[] = []
  const { exports } = instrument(
    'exports.later = (f) => [setTimeout(f, 5), { setTimeout }, (function (setTimeout) { return setTimeout })(1)]',
    {
      setTimeout: (...args: unknown[]) => started.push(args),
    },
  )
  const [id, { setTimeout }, shadowed] = exports.later('f')
  expect([id, started, shadowed, typeof setTimeout]).toEqual([1, [['f', 5]], 1, 'function'])
})

test('COMP1 strictness, hoisting, generators and native async functions of a package stay as they are', async () => {
  const { exports } = instrument(`exports.sloppy = function () { return this === globalThis }
exports.strict = function () { 'use strict'
return this === undefined }
exports.hoisted = early(); function early() { return 'early' }
exports.list = [...(function* () { for (let i = 0; i < 3; i++) yield i })()]
exports.wait = async (x) => { for await (const y of [x]) return await y }
exports.legacy = function (a) { arguments[0] = 2; return a }
exports.caught = (() => { try { null.x } catch ({ name }) { return name } })()
exports.file = __filename`)
  expect([
    exports.sloppy.call(undefined),
    exports.strict.call(undefined),
    exports.hoisted,
    exports.list,
    await exports.wait(Promise.resolve(4)),
    exports.legacy(1),
    exports.caught,
    exports.file,
  ]).toEqual([true, true, 'early', [0, 1, 2], 4, 2, 'TypeError', '/system/node_modules/p/i.js'])
})

test('COMP1 a package may write the names that are put into it with escapes, and brackets into comments', () => {
  const { exports } = instrument(`var \\u0024\\u0024s = 5, \\u{24}\\u{0024}c = 6
class S { static v = 0; static /* { */ { for (const x of [1, 2]) S.v += x } }
exports.f = (n) => { for (let i = 0; i < 3; i++) n += \\u0024\\u0024s; return n + $$c + S.v }`)
  expect(exports.f(1)).toBe(25)
  const module = instrumentPackage({ text: 'export default function* /* ( */ (a) { yield a }', format: 'module', file: 'i.js' })
  expect(module).toMatchObject({ status: 'instrumented', code: expect.stringContaining('function* /* ( */  $$default(a)') })
})

test('GEN16 a package whose loop assigns what its head holds, which ends Node itself, is refused with its line', () => {
  const crash = `exports.f = async function () {
  for (await using i = null; i === null; i = { [Symbol.asyncDispose]() {} }) {}
}`
  expect(instrumentPackage({ text: crash, format: 'commonjs', file: 'i.js' })).toMatchObject({ status: 'rejected', line: 2 })
  const plain = crash.replace('i = {', '({').replace('}) {}', '})) {}')
  expect(instrumentPackage({ text: plain, format: 'commonjs', file: 'i.js' })).toMatchObject({ status: 'instrumented' })
})
