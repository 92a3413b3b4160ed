import { describe, expect, test } from 'vitest'
import { compileModule } from '../compile-module.ts'
import type { Resolution } from '../imports.ts'

const RESOLUTIONS = new Map<string, Resolution>([
  ['./main.ts', { kind: 'module', module: 'main' }],
  ['./shape.ts', { kind: 'module', module: 'shape' }],
  ['@strata/runtime/process', { kind: 'process' }],
  ['node:timers', { kind: 'native', name: 'node:timers' }],
  ['node:events', { kind: 'native', name: 'node:events', exports: ['EventEmitter'] }],
])

const API = `import { call, exit, receive, reply, send, spawn } from '@strata/runtime/process'\n`
const SELF = `import * as current from './main.ts'\n`

function findings(text: string): string[] {
  const outcome = compileModule({ module: 'main', file: 'main.ts', text, resolutions: RESOLUTIONS })
  if (outcome.status === 'rejected') throw new Error(JSON.stringify(outcome.diagnostics))
  for (const { severity, hint } of outcome.diagnostics) expect([severity, typeof hint]).toEqual(['warning', 'string'])
  return outcome.diagnostics.map(({ code, line, column }) => `${code} ${line}:${column}`)
}

describe('DIAG2 a loop that can never leave its generation', () => {
  test.each([
    ['a loop around receive', `${API}export async function run() {\n  while (true) { await receive() }\n}`, 'endless_loop 3:3'],
    ['for without a test', `${API}export async function run() {\n  for (;;) await receive()\n}`, 'endless_loop 3:3'],
    ['do while', `${API}export const run = async () => {\n  do { await receive() } while (1)\n}`, 'endless_loop 3:3'],
    [
      'an error that the loop catches',
      `${API}export async function run() {\n  while (true) { try { await receive(); throw 1 } catch {} }\n}`,
      'endless_loop 3:3',
    ],
    [
      'a break of a loop inside',
      `${API}export async function run() {\n  while (true) { for (const x of await receive()) break }\n}`,
      'endless_loop 3:3',
    ],
    [
      'a return of a callback',
      `${API}export async function run() {\n  while (true) { (await receive()).map((x) => { return x }) }\n}`,
      'endless_loop 3:3',
    ],
    [
      'a local tail call',
      `${API}async function loop(s) {\n  await receive()\n  return loop(s)\n}\nexport const start = async () => loop(1)`,
      'endless_loop 4:10',
    ],
    [
      'two that call each other',
      `${API}async function a(s) { await receive(); return b(s) }\nasync function b(s) { return await a(s) }`,
      'endless_loop 2:47',
    ],
    [
      'all cases',
      `${API}async function loop(s) {\n  switch (await receive()) {\n    case 1: return loop(1)\n    default: return s ? loop(2) : loop(3)\n  }\n}`,
      'endless_loop 4:20',
    ],
  ])('%s', (_, text, found) => {
    expect(findings(text)).toEqual([found])
  })

  test.each([
    [
      'that a label continues',
      `${API}export async function run() { out: for (;;) { for (;;) { await receive(); continue out } } }`,
      ['endless_loop 2:36'],
    ],
    ['that ends by awaiting itself', `${API}export async function run() { await receive(); await run() }`, ['endless_loop 2:54']],
    [
      'of functions that await each other last',
      `${API}export async function run() { await receive(); await next() }\nasync function next() { await run() }`,
      ['endless_loop 2:54'],
    ],
  ])('a loop %s', (_, text, found) => {
    expect(findings(text)).toEqual(found)
  })

  test.each([
    [
      'a continue of a loop around',
      `${API}export async function run(all) { out: for (const x of all) for (;;) { if (await receive()) continue out } }`,
    ],
    ['an await of itself that is not always reached', `${API}export async function run() { if (await receive()) return\n  await run() }`],
    ['a return', `${API}export async function run() { while (true) { if (await receive()) return } }`],
    ['a break', `${API}export async function run() { while (true) { if (await receive()) break } }`],
    ['a labelled break', `${API}export async function run() { out: while (true) { for (;;) { if (await receive()) break out } } }`],
    ['an error', `${API}export async function run() { while (true) { if (await receive()) throw new Error('no') } }`],
    ['exit', `${API}export async function run() { while (true) { if (await receive()) exit('done') } }`],
    [
      'a call through an import of itself',
      `${API}${SELF}export async function run() { while (true) await current.step(await receive()) }\nexport async function step() {}`,
    ],
    [
      'a tail call through an import of itself',
      `${API}${SELF}export async function loop(s) { const m = await receive(); return m ? loop(s) : current.loop(s) }`,
    ],
    [
      'a tail call of a function that ends',
      `${API}async function loop() { return (await receive()) ? loop() : last() }\nasync function last() {}`,
    ],
    ['an end that is reached', `${API}async function loop() { if (await receive()) return loop() }`],
    ['a switch without default', `${API}async function loop() { switch (await receive()) { case 1: return loop() } }`],
    ['a test', `${API}export async function run(open) { while (open.now) await receive() }`],
    ['a loop that does not wait', `export function run() { while (true) if (Math.random() > 0.5) return }`],
    ['a generator, which its reader leaves', `${API}export async function* run() { while (true) yield await receive() }`],
  ])('not: %s', (_, text) => {
    expect(findings(text)).toEqual([])
  })
})

describe('DIAG2 state of a module', () => {
  test.each([
    ['let', 'let count = 0\nexport const up = () => ++count', 'module_state 1:5'],
    ['a destructured let', 'let [a] = [0]\nexport function set() { ;[a] = [1] }', 'module_state 1:5'],
    ['a map', 'const seen = new Map()\nexport const add = (x) => seen.set(x, 1)', 'module_state 1:7'],
    ['an array', 'const all = []\nexport const add = (x) => { all.push(x) }', 'module_state 1:7'],
    ['a member', 'const totals = {}\nexport const add = (x) => { totals[x] = 1 }', 'module_state 1:7'],
    ['a member that is deleted', 'const totals = { a: 1 }\nexport const drop = () => delete totals.a', 'module_state 1:7'],
    ['a member of a member', 'const totals = { a: {} }\nexport const set = () => { totals.a.b = 1 }', 'module_state 1:7'],
  ])('%s', (_, text, found) => {
    expect(findings(text)).toEqual([found])
  })

  test.each([
    ['a constant that is read', 'const names = new Map([[1, 2]])\nexport const name = (x) => names.get(x)'],
    ['a table that the body fills', 'const table = []\nfor (let i = 0; i < 3; i++) table.push(i)\nexport const at = (i) => table[i]'],
    ['a variable of a function', 'export function f() { let n = 0; const add = () => { n++ }; add(); return n }'],
    ['a parameter of the same name', 'const all = []\nexport const add = (all, x) => all.push(x) + 0\nexport const none = all.length'],
    ['a pure method', 'const all = [1]\nexport const more = (x) => all.concat(x).map((y) => y)'],
  ])('not: %s', (_, text) => {
    expect(findings(text)).toEqual([])
  })
})

describe('DIAG2 classes of several generations', () => {
  test.each([
    ['instanceof', `import { Shape } from './shape.ts'\nexport const is = (x) => x instanceof Shape`, 'versioned_instanceof 2:26'],
    [
      'instanceof through a namespace',
      `import * as shape from './shape.ts'\nexport const is = (x) => x instanceof shape.Shape`,
      'versioned_instanceof 2:26',
    ],
    ['extends', `import { Shape } from './shape.ts'\nexport class Square extends Shape {}`, 'versioned_extends 2:29'],
    ['private members of another', 'export class A {\n  #v = 1\n  same(o) { return o.#v === this.#v }\n}', 'private_members 3:20'],
    [
      'private members that are looked for',
      'class A {\n  #v = 1\n  static is(o) { return #v in o }\n}\nexport { A }',
      'private_members 3:25',
    ],
  ])('%s', (_, text, found) => {
    expect(findings(text)).toEqual([found])
  })

  test.each([
    ['a class of its own', 'class A {}\nclass B extends A {}\nexport const is = (x) => x instanceof B'],
    ['a built-in', 'export class Lost extends Error {}\nexport const is = (x) => x instanceof Map'],
    ['private members of this', 'export class A { #v = 1; up() { this.#v++; return new A().#v } }'],
    ['what it has just made', 'export class A { #v = 1; static make() { const made = new A(); made.#v = 2; return made } }'],
    [
      'a class that nobody else has',
      'class A { #v = 1; same(o) { return o.#v === this.#v } }\nexport const same = () => new A().same(new A())',
    ],
  ])('not: %s', (_, text) => {
    expect(findings(text)).toEqual([])
  })
})

describe('DIAG2 functions in messages', () => {
  test.each([
    ['an arrow', `${API}export const f = (p) => send(p, { done: () => 1 })`, 'function_in_message 2:35'],
    ['a method', `${API}export const f = (p) => send(p, [{ done() {} }])`, 'function_in_message 2:36'],
    ['a function by its name', `${API}function g() {}\nexport const f = (m) => reply(m, { g })`, 'function_in_message 3:36'],
    ['an instance', `${API}class A {}\nexport const f = (p) => call(p, { a: new A() })`, 'function_in_message 3:38'],
    ['arguments of a process', `${API}export const f = () => spawn({ module: 'm', export: 'e' }, [(x) => x])`, 'function_in_message 2:60'],
    ['a promise', `${API}async function g() {}\nexport const f = (p) => send(p, g())`, 'function_in_message 3:33'],
  ])('%s', (_, text, found) => {
    expect(findings(text)).toEqual([found])
  })

  test.each([
    ['what a function returns', `${API}export const f = (p, xs) => send(p, { xs: xs.map((x) => x + 1) })`],
    ['the function that a process begins with', `${API}async function main() {}\nexport const f = () => spawn(main, [1])`],
    ['a send of its own', `const send = (p, m) => m\nexport const f = (p) => send(p, () => 1)`],
  ])('not: %s', (_, text) => {
    expect(findings(text)).toEqual([])
  })
})

describe('DIAG2 callbacks that no process owns', () => {
  test.each([
    [
      'a listener',
      `import { EventEmitter } from 'node:events'\nexport const f = (n) => new EventEmitter().on('data', (x) => n(x))`,
      'unowned_callback 2:44',
    ],
    [
      'a listener by its name',
      `function g(x) { return x }\nexport const f = (e) => { e.addEventListener('data', g) }`,
      'unowned_callback 2:29',
    ],
    ['then', `export function f(p) {\n  p.then((x) => x + 1)\n}`, 'unowned_callback 2:5'],
    ['then with catch', `export function f(p) {\n  p.then((x) => x + 1).catch(() => {})\n}`, 'unowned_callback 2:5'],
    ['then in the body', `const loaded = Promise.resolve(1).then((x) => x + 1)\nexport const get = () => loaded`, 'unowned_callback 1:35'],
    [
      'timers of no process',
      `import { setTimeout } from 'node:timers'\nexport const f = () => setTimeout(() => 1, 1)`,
      'unowned_timer 1:1',
    ],
  ])('%s', (_, text, found) => {
    expect(findings(text)).toEqual([found])
  })

  test.each([
    ['a listener that only sends', `${API}export const f = (e, me) => { e.on('data', (x) => send(me, { x })) }`],
    ['a promise that is awaited', 'export const f = async (p) => await p.then((x) => x + 1)'],
    ['a promise that is passed on', 'export const f = (p) => p.then((x) => x + 1)'],
    ['a silenced rejection', 'export const f = (p) => { p.catch(() => {}) }'],
    ['a method of that name', 'export const f = (radio) => radio.on(3)'],
    ['global timers', 'export const f = () => setTimeout(() => 1, 1)'],
  ])('not: %s', (_, text) => {
    expect(findings(text)).toEqual([])
  })
})

describe('DIAG2 names of CommonJS', () => {
  test.each([
    ['require', `export const f = () => require('node:fs')`, 'commonjs_name 1:24'],
    ['module', `export const x = 1\nmodule.exports = { x }`, 'commonjs_name 2:1'],
    ['__dirname', 'export const f = () => __dirname', 'commonjs_name 1:24'],
  ])('%s', (_, text, found) => {
    expect(findings(text)).toEqual([found])
  })

  test.each([
    ['one that is asked for', `export const f = () => typeof require`],
    ['one of the own', `const require = (name) => name\nexport const f = () => require('x')`],
    ['a property', 'export const f = (x) => x.module + x.exports'],
  ])('not: %s', (_, text) => {
    expect(findings(text)).toEqual([])
  })
})

describe('DIAG2 promises that are dropped', () => {
  test.each([
    ['a call that is not awaited', 'async function g() {}\nexport function f() {\n  g()\n}', 'floating_strand 3:3'],
    ['a call that a body begins', 'async function g() {}\nexport const ready = g()', 'floating_strand 2:22'],
    ['one of a function in place', '(async () => { await null })()', 'floating_strand 1:1'],
    ['a forwarder', 'async function run(x) {}\nexport const forward = (x) => run(x)', 'forwarder 2:14'],
  ])('%s', (_, text, found) => {
    expect(findings(text)).toEqual([found])
  })

  test.each([
    ['void', 'async function g() {}\nexport function f() { void g() }'],
    ['a stored promise', 'async function g() {}\nexport async function f() { const p = g(); return (await p) ?? 1 }'],
    ['what a body waits for', 'async function g() {}\nconst [a, b] = [g(), g()]\nexport const both = await Promise.all([a, b])'],
    ['what a body may wait for later', 'async function g() {}\nconst a = g()\nexport const b = await a'],
    ['a callback', 'async function g() {}\nexport const f = (xs) => Promise.all(xs.map((x) => g(x)))'],
  ])('not: %s', (_, text) => {
    expect(findings(text)).toEqual([])
  })
})
