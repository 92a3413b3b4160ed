import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { TinyDriver } from '../../test/tiny-driver.ts'
import type { Counter, PackageRecord } from '../abi.ts'
import { findPackage, PackageBundler } from './bundle-package.ts'
import { instrumentPackage } from './instrument-package.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '../../../../examples/scribe')
const nodeRequire = createRequire(import.meta.url)

interface Evaluated {
  readonly exports: any
  readonly driver: TinyDriver
  readonly counter: Counter
}

function evaluate(code: string, globals: Record<string, unknown> = {}): Evaluated {
  const driver = new TinyDriver()
  const counter = { r: 4_000 }
  const module = { exports: {} as any }
  const factory = (0, eval)(code) as (
    record: PackageRecord,
    module: { exports: unknown },
    exports: unknown,
    require: NodeJS.Require,
  ) => void
  factory({ s: driver, c: counter, globals }, module, module.exports, nodeRequire)
  return { exports: module.exports, driver, counter }
}

function instrument(text: string, globals?: Record<string, unknown>): Evaluated {
  const outcome = instrumentPackage(text, '/system/node_modules/p/i.js')
  if (outcome.status === 'rejected') throw new Error(outcome.message)
  return evaluate(outcome.code, globals)
}

const document = `# Title\n\nSome *text* with [a link](#title) and \`code\`.\n\n${'- item **bold**\n'.repeat(300)}\n| a | b |\n|---|---|\n| 1 | 2 |\n`

test.each(['marked-4', 'marked-18'])('COMP1 %s renders as without us, with checks', async (specifier) => {
  const importer = join(root, 'session.ts')
  const folder = findPackage(specifier, root) as string
  const outcome = await new PackageBundler([]).bundle(specifier, importer, folder)
  if (outcome.status !== 'compiled') throw new Error(JSON.stringify(outcome))
  const { exports, driver } = evaluate(outcome.compiled.code)
  const native = (await import(/* @vite-ignore */ nodeRequire.resolve(specifier))) as { marked: { parse(text: string): string } }
  expect(exports.marked.parse(document)).toBe(native.marked.parse(document))
  expect(driver.checks).toBeGreaterThan(0)
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
