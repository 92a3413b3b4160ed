import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { installPackages, manifest, PackageRoom } from './packages.ts'

const run = promisify(execFile)

/** What `result` of the package `probe` is, natively: in a Node of its own. */
async function natively(root: string): Promise<unknown> {
  const script = `import { result } from 'probe'; console.log(JSON.stringify(await result))`
  const { stdout } = await run(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script], {
    cwd: root,
  })
  return JSON.parse(stdout)
}

async function throughUs(root: string): Promise<unknown> {
  const [probe] = new PackageRoom(root).load('probe').namespaces
  return JSON.parse(JSON.stringify(await probe.result))
}

const esm = (name: string, index: string, rest: Record<string, string> = {}, more: object = {}): Record<string, string | object> => ({
  [`node_modules/${name}/package.json`]: manifest(name, '1.0.0', { type: 'module', exports: { '.': './index.js', './*': './*' }, ...more }),
  [`node_modules/${name}/index.js`]: index,
  ...Object.fromEntries(Object.entries(rest).map(([path, text]) => [`node_modules/${name}/${path}`, text])),
})

const cjs = (name: string, index: string, rest: Record<string, string> = {}, more: object = {}): Record<string, string | object> => ({
  [`node_modules/${name}/package.json`]: manifest(name, '1.0.0', more),
  [`node_modules/${name}/index.js`]: index,
  ...Object.fromEntries(Object.entries(rest).map(([path, text]) => [`node_modules/${name}/${path}`, text])),
})

const PROGRAMS: readonly (readonly [what: string, files: Record<string, string | object>])[] = [
  [
    'live bindings and circles of ES modules',
    esm(
      'probe',
      `import { count, add, late } from './counter.js'
import * as counter from './counter.js'
const before = [count, typeof late, counter.count]
add()
add()
let sealed
try { counter.count = 9 } catch (error) { sealed = error.name }
let gone
try { delete counter.count } catch (error) { gone = error.name }
export function early() { return 'hoisted' }
export const result = [before, count, counter.count, sealed, gone, Object.keys(counter), 'add' in counter, Object.prototype.toString.call(counter), counter.tdz, early.name]
export const constant = counter.fromProbe()`,
      {
        'counter.js': `import { early, constant } from './index.js'
export let count = 0
export function add() { count++ }
export var late
export const tdz = (() => { try { return constant } catch (error) { return error.name } })()
export const fromProbe = () => early() + 1`,
      },
    ),
  ],
  [
    'what CommonJS is to an ES module',
    {
      ...esm(
        'probe',
        `import plain, { named, also } from 'plain'
import * as plainSpace from 'plain'
import compiled, { inner } from 'compiled'
import * as compiledSpace from 'compiled'
import callable from 'callable'
import * as callableSpace from 'callable'
import getters, { lazy } from 'getters'
import data from './data.json' with { type: 'json' }
import { again } from './forward.js'
export const result = [plain, named, also, Object.keys(plainSpace), plainSpace.default === plain, compiled, inner, Object.keys(compiledSpace), callable(), callableSpace.extra, lazy, typeof getters, data, again, plainSpace['module.exports'] === plain]`,
        { 'data.json': '{"a":[1]}', 'forward.js': `export { named as again } from 'plain'` },
      ),
      ...cjs('plain', `exports.named = 'n'; exports.also = { deep: true }`),
      ...cjs(
        'compiled',
        `'use strict'; Object.defineProperty(exports, '__esModule', { value: true }); exports.inner = 1; exports.default = 'inner default'`,
      ),
      ...cjs('callable', `module.exports = function () { return 'called' }; module.exports.extra = 2`),
      ...cjs(
        'getters',
        `Object.defineProperty(exports, 'lazy', { enumerable: true, get: function () { return inner.lazy } }); var inner = { lazy: 'got' }`,
      ),
    },
  ],
  [
    'what an ES module is to CommonJS',
    {
      ...cjs(
        'probe',
        `const space = require('mod'), bare = require('bare'), named = require('named')
module.exports.result = [Object.keys(space), space.default, space.x, space.__esModule, Object.keys(bare), bare.__esModule, named, require('mod') === space, import('mod').then((m) => [m.default, Object.keys(m)]), 1]
module.exports.result = Promise.all(module.exports.result)`,
      ),
      ...esm('mod', `export default 'the default'\nexport let x = 1\nx = 2`),
      ...esm('bare', `export const only = 1`),
      ...esm('named', `export { value as 'module.exports' }\nconst value = 'whole'`),
    },
  ],
  [
    'stars, renamed and ambiguous names',
    esm(
      'probe',
      `import * as all from './all.js'
import { 'string name' as odd, ns, first as one } from './all.js'
export const result = [Object.keys(all), all.shared, odd, Object.keys(ns), one, all.own, all.default]`,
      {
        'all.js': `export * from './a.js'\nexport * from './b.js'\nexport * as ns from './a.js'\nexport { first as 'string name', default } from './a.js'\nexport const own = 'mine'`,
        'a.js': `export const first = 'a1', shared = 'a', same = 's', own = 'hidden'\nexport default 'of a'`,
        'b.js': `export const shared = 'b', second = 'b2'\nexport { same } from './a.js'\nexport default 'of b'`,
      },
    ),
  ],
  [
    'circles, cache and failures of CommonJS',
    cjs(
      'probe',
      `exports.before = 1
const a = require('./a')
exports.after = 2
const failures = []
for (let i = 0; i < 2; i++) try { require('./fails') } catch (error) { failures.push(error.message) }
let optional
try { optional = require('not-installed-anywhere') } catch (error) { optional = [error.code, error.message.split('\\n')[0]] }
const lazy = () => require('also-missing')
exports.result = [a, module.loaded, this === exports, require('./a') === a, require('./folder'), require('./data'), failures, optional, typeof lazy, require.main === module, typeof require.resolve('./a.js'), __filename.endsWith('probe/index.js'), __dirname.endsWith('probe'), module.id === __filename, require('.') === exports, typeof require('./exts').x]`,
      {
        'a.js': `const probe = require('./index.js'); module.exports = { seen: Object.keys(probe), later: () => probe.after }`,
        'fails.js': `globalThis.__fails = (globalThis.__fails || 0) + 1; throw new Error('attempt ' + globalThis.__fails)`,
        'folder/package.json': '{"main":"lib/main"}',
        'folder/lib/main.js': `module.exports = 'by main'`,
        'data.json': '[1,{"b":2}]',
        'exts/index.js': `exports.x = () => {}`,
      },
    ),
  ],
  [
    'conditions, patterns, inner names and nested manifests',
    {
      ...esm(
        'probe',
        `import dual from 'dual'
import { kind as required } from 'cjs-user'
import feature from 'dual/features/one.js'
import { inside } from '#inside'
import { other } from '#other'
import self from 'probe/self.js'
import { nested } from './nested/cjs.js'
const closed = await0()
async function await0() { try { await import('dual/private.js'); return 'open' } catch (error) { return error.code ?? error.name } }
export const result = Promise.all([dual, required, feature, inside, other, self, nested, closed])`,
        {
          'self.js': `export default 'self'`,
          'inside.js': `export const inside = 'inside'`,
          'nested/package.json': '{"type":"commonjs"}',
          'nested/cjs.js': `exports.nested = typeof require`,
        },
        { imports: { '#inside': './inside.js', '#other': 'plain' } },
      ),
      ...cjs('plain', `exports.other = 'plain'`),
      ...cjs('cjs-user', `exports.kind = require('dual')`),
      'node_modules/dual/package.json': manifest('dual', '1.0.0', {
        exports: {
          '.': { browser: './browser.js', import: './index.mjs', require: './index.cjs' },
          './features/*.js': './lib/*.mjs',
          './private.js': null,
        },
      }),
      'node_modules/dual/index.mjs': `export default 'import'`,
      'node_modules/dual/index.cjs': `module.exports = 'require'`,
      'node_modules/dual/private.js': '',
      'node_modules/dual/lib/one.mjs': `export default 'feature one'`,
    },
  ],
  [
    'imported names in every position',
    esm(
      'probe',
      `import def, { f, Base, tag, obj, g as default2 } from './lib.js'
import * as lib from './lib.js'
const out = []
const push = (...xs) => { out.push(...xs) }
let last = 'statement'
f()
push(f(), (f)(), f?.(), lib.f(), new Base(1).x, last)
class Child extends Base { y = f(); static z = tag\`a\${1}b\`; f() { return f() } }
push(new Child(2).y, Child.z, new Child(3).f(), { f }.f(), { def }.def, [...obj.list], { ...obj }.k, obj['k'], obj?.k, typeof def, typeof lib.nothing)
const { k = f, [obj.k]: computed = 'dflt' } = {}
push(k === f, computed)
for (const x of obj.list) if (x) push(x); else f()
label: for (;;) { f(); break label }
switch (obj.k) { case 'k': f(); push('switched') }
const arrow = (a = f()) => a, shadow = (f) => f, inner = function () { var def = 1; return def }
push(arrow(), shadow(5), inner(), default2(), (() => { try { f = 1 } catch (error) { return error.name } })())
export { f as default, obj }
export const result = out
export let reassigned = 1
reassigned = 2
export default2
`.replace('export default2\n', ''),
      {
        'lib.js': `export function f() { return this === undefined ? 'undefined this' : typeof this }
export class Base { constructor(x) { this.x = x } }
export const tag = function (parts) { return parts.join('+') + typeof this }
export const obj = { list: [1, 0, 2], k: 'k' }
export { f as g }
export default class { static name2 = 'anonymous' }`,
      },
    ),
  ],
  [
    'names of defaults, import() and import.meta',
    esm(
      'probe',
      `import fn from './fn.js'
import cls from './cls.js'
import arrow from './arrow.js'
import gen from './gen.js'
const failed = (promise) => promise.then(() => 'there', (error) => error.code ?? error.name)
const one = import('./fn.js'), two = import('./fn.js')
export const result = Promise.all([fn.name, cls.name, arrow.name, gen.name, [...gen()], one.then((m) => m.default === fn), two.then(async (m) => m === (await one)), failed(import('./throws.js')), failed(import('nowhere-at-all')), failed(import('./throws.js')), import('node:path').then((m) => m.default.join('a', 'b') + m.sep), import.meta.url.split('/').slice(-2), import.meta.filename.split('/').at(-1), typeof import.meta.resolve])`,
      {
        'fn.js': `export default function () { return 1 }`,
        'cls.js': `export default class {}`,
        'arrow.js': `export default () => 2`,
        'gen.js': `export default function* () { yield 1; yield 2 }`,
        'throws.js': `throw new RangeError('thrown')`,
      },
    ),
  ],
  [
    'two releases of one package, each with its user',
    {
      ...esm(
        'probe',
        `import a from 'a'\nimport b from 'b'\nimport { C } from 'c'\nexport const result = [a.version, b.version, a.make() instanceof C, b.make() instanceof C]`,
      ),
      ...esm('a', `import { C, version } from 'c'\nexport default { version, make: () => new C() }`),
      ...esm('b', `import { C, version } from 'c'\nexport default { version, make: () => new C() }`),
      ...esm('c', `export class C {}\nexport const version = 1`),
      'node_modules/b/node_modules/c/package.json': manifest('c', '2.0.0', { type: 'module', main: 'index.js' }),
      'node_modules/b/node_modules/c/index.js': `export class C {}\nexport const version = 2`,
    },
  ],
  [
    'sloppy CommonJS, syntax that says what a file is, and directives',
    {
      ...cjs(
        'probe',
        `#!/usr/bin/env node
function sloppy() { return typeof this }
const strict = function () { 'use strict'; return typeof this }
undeclared = 3
var together = typeof undeclared, { format } = require('node:util')
exports.result = import('detected').then((m) => [sloppy(), strict(), together, delete globalThis.undeclared, format('%d', 1), m.kind, m.lib, arguments.length, typeof module.require('fs').readFileSync, require('node:path') === require('path')])`,
      ),
      'node_modules/detected/package.json': manifest('detected', '1.0.0', { main: 'index.js' }),
      'node_modules/detected/index.js': `import { lib } from './lib.js'\nexport const kind = typeof require\nexport { lib }`,
      'node_modules/detected/lib.js': `exports.lib = typeof require`,
    },
  ],
]

test.each(PROGRAMS)('COMP6 %s: packages do what they do natively', async (_, files) => {
  const root = await installPackages(files)
  expect(await throughUs(root)).toEqual(await natively(root))
})

test.each([
  'marked-4',
  'marked-6',
  'marked-7',
  'marked-17',
  'marked-18',
  'zod',
  'express',
  'qs',
  'immer',
  'redux',
  '@reduxjs/toolkit',
  'react',
  'react-dom/server',
  'nanoid',
  'd3-shape',
  'pino',
  'postcss',
  'eventemitter3',
  'es-toolkit',
  'kysely',
  'fast-check',
])('COMP6 %s has the names that it has natively, each of the same kind', async (specifier) => {
  const root = new URL('../../../', import.meta.url).pathname
  const [space] = new PackageRoom(root).load(specifier).namespaces
  const script = `const m = await import(${JSON.stringify(specifier)}); console.log(JSON.stringify(Object.keys(m).map((k) => [k, typeof m[k], typeof m[k] === 'function' ? m[k].length : 0])))`
  const { stdout } = await run(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script], {
    cwd: root,
  })
  const described = Object.keys(space).map((key) => [key, typeof space[key], typeof space[key] === 'function' ? space[key].length : 0])
  expect(described).toEqual(JSON.parse(stdout))
})
