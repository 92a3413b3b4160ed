import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping'
import { describe, expect, test } from 'vitest'
import { instantiate } from '../../test/tiny-driver.ts'
import type { Instantiated } from '../../test/tiny-driver.ts'
import { compileModule } from './compile-module.ts'
import type { CompiledModule } from './compiled.ts'
import type { Resolution } from './imports.ts'

const RESOLUTIONS = new Map<string, Resolution>([
  ['./other.ts', { kind: 'module', module: 'other', exports: ['a', 'b', 'default'] }],
  ['./main.ts', { kind: 'module', module: 'main' }],
  ['pkg', { kind: 'package', hash: 'abc' }],
  ['node:path', { kind: 'native', name: 'node:path' }],
  ['@strata/runtime/process', { kind: 'process' }],
])

function compile(text: string): CompiledModule {
  const outcome = compileModule({ module: 'main', file: 'main.ts', text, resolutions: RESOLUTIONS })
  if (outcome.status === 'rejected') throw new Error(JSON.stringify(outcome.diagnostics))
  return outcome.compiled
}

/** The compiled statements, without prelude and end. */
function bodyOf(text: string): string {
  const lines = compile(text).code.split('\n')
  return [lines[0]?.slice(lines[0].lastIndexOf('});', lines[0].length) + 3).trim(), ...lines.slice(1, -1)].join('\n').trim()
}

function refused(text: string) {
  const outcome = compileModule({ module: 'main', file: 'main.ts', text, resolutions: RESOLUTIONS })
  return outcome.status === 'rejected' ? outcome.diagnostics : []
}

function run(
  text: string,
  given: Parameters<typeof instantiate>[1] = {},
): Instantiated & { readonly main: (...args: any[]) => Promise<any> } {
  const made = instantiate(compile(text), given)
  return { ...made, main: made.instance.exports.main as (...args: any[]) => Promise<any> }
}

const IMPORT = `import { render, Shape } from './other.ts'\nimport * as ns from './other.ts'\n`

describe('before and after', () => {
  const pairs: readonly [title: string, before: string, after: string][] = [
    [
      'GEN3 a call through an import reads what is current',
      `${IMPORT}export const f = function () { return [render(1), ns.render(2), ns['render'](3)] }`,
      '[\n\t\t(0, $$i0.ns.render)(1),\n\t\t(0, $$i0.ns.render)(2),\n\t\t(0, $$i0.ns.render)(3)\n\t]',
    ],
    [
      'GEN13 an imported name as a value',
      `${IMPORT}export const v = () => [render, ns.render, ns]`,
      '($$s.external($$i0, "render")),\n\t($$s.external($$i0, "render")),\n\t$$s.namespace($$i0)',
    ],
    [
      'GEN13 an imported name in shorthand, new, extends, instanceof, typeof',
      `${IMPORT}export const v = () => [{ render }, new Shape(), class extends Shape {}, 1 instanceof Shape, typeof render, render?.(1), render\`x\`]`,
      '{ render: ($$s.external($$i0, "render")) },\n\tnew ($$s.external($$i0, "Shape"))(),\n\tclass extends ($$s.external($$i0, "Shape")) {},\n\t1 instanceof ($$s.external($$i0, "Shape")),\n\ttypeof ($$s.external($$i0, "render")),\n\t(0, $$i0.ns.render)?.(1),\n\t(0, $$i0.ns.render)`x`',
    ],
    [
      'PIN2 a call of a local function as a tail call',
      'async function g(x) {}\nexport async function f(x) { return g(x) }',
      'return ($$s.callee = g, g(x));',
    ],
    [
      'STR6 a message that is there is taken without the driver',
      "import { receive as take } from '@strata/runtime/process'\nexport async function f() { return [await take(), await take({})] }",
      'return [($$s.hasMessage() ? $$s.takeMessage(1) : yield ($$s.callee = take, $$s.site = 1, take())), (yield $$s.call(2, take, undefined, [{}], "take"))];',
    ],
    [
      'PIN2 return await as a tail call',
      'async function g(x) {}\nexport async function f(x) { return await g(x) }',
      'return ($$s.callee = g, g(x));',
    ],
    [
      'PIN2 a tail call of the function itself as a loop',
      'export async function f(x, y) { return f(y, x) }',
      '{ const $$x0 = y, $$x1 = x; x = $$x0; y = $$x1; continue $$self; }',
    ],
    [
      'PIN2 a tail call through an import',
      `${IMPORT}export async function f(x) { return ns.render(x) }`,
      'return ($$s.callee = $$i0.ns.render, (0, $$s.callee)(x));',
    ],
    [
      'PIN2 arguments that run code are evaluated before the callee is announced',
      'async function g(x) {}\nexport async function f(x) { return g(x + 1) }',
      'return $$s.tail(g, undefined, [x + 1], "g");',
    ],
    [
      'PIN2 no tail call in try',
      'export async function f(x) { try { return await f(x) } finally {} }',
      'return (yield ($$s.callee = f, $$s.site = 2, f(x)));'.replace('2', '1'),
    ],
    [
      'PIN2 a tail call that is optional',
      'export async function f(x) { return x?.m(1) }',
      'return (($$t = x) == null ? undefined : $$s.tail($$t.m, $$t, ($$t = undefined, [1]), "x?.m"));',
    ],
    ['PIN2 no tail call in for…of', 'export async function f(x) { for (const y of x) return f(y) }', 'return f(y);'],
    ['PIN2 no tail call where a using is in scope', 'export async function f(x) { using y = x; return f(y) }', 'return f(y);'],
    [
      'PIN2 tails of ?:, && and ,',
      'export async function f(x) { return x ? f(x) : (x, x && await f(x)) }',
      'return x ? ($$s.callee = f, f(x)) : (x, x && ($$s.callee = f, f(x)));',
    ],
    [
      'COMP1 an await of a call and of a value',
      'export async function f(x) { await f(x); await x }',
      '(yield ($$s.callee = f, $$s.site = 1, f(x)));\n\t(yield $$s.at(2, x));',
    ],
    [
      'COMP1 an await of a method',
      'export async function f(x) { await x.m(x + 1); await x.y().m() }',
      '(yield $$s.call(1, x.m, x, [x + 1], "x.m"));\n\t(yield $$s.call(2, ($$t = x.y()).m, $$t, ($$t = undefined, [])));',
    ],
    [
      'PIN6 a check at the entry of a function',
      'export function f() { return 1 }',
      'function f() { if (--$$c.now.r < 0) $$s.check($$c.now);',
    ],
    ['PIN6 a check in a concise arrow', 'export const f = () => 1', '() => (--$$c.now.r < 0 && $$s.check($$c.now), 1)'],
    [
      'PIN6 a check in a loop of a synchronous function',
      'export function f() { for (;;) while (true) ; }',
      'for (;;) { if (--$$n < 1) { $$n = 256; if (($$c.now.r -= 256) < 0) $$s.check($$c.now); } { let $$w; do { if ($$n < 1) { $$n = 256; if (($$c.now.r -= 256) < 0) $$s.check($$c.now); } $$w = false; while (true){ ; if (--$$n < 1) { $$w = true; break; } } } while ($$w); } }',
    ],
    [
      'KILL2 a catch rethrows the end of the process',
      'export function f() { try { f() } catch (e) { f() } }',
      'catch (e) { if (e === $$s.exit) throw e;',
    ],
    ['KILL2 a finally is skipped by a kill', 'export function f() { try { f() } finally { f() } }', 'finally { if ($$s.ending !== 2) {'],
    [
      'TIMER1 timers are the calling process’s',
      'export const f = () => { setTimeout(f, 1); return { queueMicrotask } }',
      '(0, $$g_setTimeout)(f, 1);\n\treturn { queueMicrotask: $$g_queueMicrotask };',
    ],
    ['COMP1 names that occur in the source are not used', 'export const $$x = async () => $$x', '$$0_s.callee'],
  ]
  test.each(pairs)('%s', (_, before, after) => {
    expect(compile(before).code).toContain(after)
    expect(bodyOf(before)).not.toBe('')
  })
})

describe('tail calls', () => {
  test('PIN2 a process loops by tail calls in one frame', async () => {
    const { main, driver } = run(
      'async function loop(n) { if (n === 0) return "end"; await 0; return loop(n - 1) }\nexport async function main(n) { return loop(n) }',
    )
    expect(await main(2_000)).toBe('end')
    expect(driver.deepest).toBe(1)
    expect(driver.strands).toBe(1)
  })

  test('PIN2 tail calls through methods, arrows, imports and conditions keep the stack flat', async () => {
    const text = `import * as self from './main.ts'
class C { async m(n) { return n ? this.#p(n - 1) : 'end' } async #p(n) { return C.s(this, n) } static async s(c, n) { return await go(c, n) } }
const go = async (c, n) => self.again(c, n)
export async function again(c, n) { switch (n % 2) { case 0: return n > -1 && c.m(n); default: { return c.m(n) } } }
export async function main(n) { return new C().m(n) }`
    const made = run(text)
    const [link] = made.links
    if (link) link.ns = made.instance.exports as Record<string, unknown>
    expect(await made.main(500)).toBe('end')
    expect(made.driver.deepest).toBe(1)
    expect(made.driver.strands).toBe(1)
  })

  test('PIN2 an await pushes a frame and starts no strand', async () => {
    const { main, driver } = run(
      'class C { async m(n) { return n === 0 ? 0 : 1 + await this.m(n - 1) } }\nconst o = { async f(n) { return 1 + await new C().m(n) } }\nexport async function main(n) { return await o.f(n) + 0 }',
    )
    expect(await main(10)).toBe(11)
    expect(driver.strands).toBe(1)
    expect(driver.deepest).toBe(13)
  })

  test('PIN2 in try, return f() is a strand that starts before finally', async () => {
    const { main, driver } = run(
      'async function f(log) { log.push("f"); await 0; log.push("g") }\nexport async function main(log) { try { return f(log) } finally { log.push("finally") } }',
    )
    const log: string[] = []
    await main(log)
    expect(log).toEqual(['f', 'finally', 'g'])
    expect(driver.strands).toBe(2)
  })
})

describe('checks', () => {
  function dieAt(made: Instantiated): void {
    const dead = { r: -1, m: 0 }
    made.driver.onCheck = (counter) => {
      if (counter === dead) throw new Error('purged')
    }
    made.instance.retire(dead)
  }

  test.each([
    ['a function', 'export async function main() {}\nexport function f() { return 1 }'],
    ['a concise arrow', 'export const f = (x) => x'],
    [
      'a constructor of a derived class, before super',
      'class A {} class B extends A { constructor() { super() } }\nexport const f = () => new B()',
    ],
    ['a getter', 'const o = { get x() { return 1 } }\nexport const f = () => o.x'],
    ['a generator', 'function* g() { yield 1 }\nexport const f = () => [...g()]'],
  ])('PIN6 purged code throws at its next entry of %s', (_, text) => {
    const made = run(text)
    const f = made.instance.exports.f as () => unknown
    f()
    dieAt(made)
    expect(() => f()).toThrow('purged')
  })

  test.each([
    ['for', 'for (let i = 0; i < n; i++) count(i)'],
    ['while', 'let i = 0; while (i < n) count(i++)'],
    ['do', 'let i = 0; do { count(i++) } while (i < n)'],
    ['for of', 'for (const i of Array(n).keys()) count(i)'],
    ['for in', 'for (const i in Array(n).fill(0)) count(i)'],
    ['nested and with continue', 'for (let i = 0; i < n; i++) { if (i % 2) { count(i); continue } for (let j = 0; j < 1; j++) count(i) }'],
    ['innermost, left early', 'for (let i = 0; ; i += 2) { if (i > n) break; count(i) }'],
    ['in a generator', 'const g = function* () { for (let i = 0; i < n; i++) yield i }; for (const i of g()) count(i)'],
  ])('PIN6 purged code throws within 256 iterations of a loop: %s', (_, loop) => {
    const made = run(`export function f(n, count) { ${loop} }`)
    let after = 0
    const f = made.instance.exports.f as (n: number, count: (i: number) => void) => void
    expect(() =>
      f(100_000, (i) => {
        if (Number(i) === 500) dieAt(made)
        if (Number(i) >= 500) after++
      }),
    ).toThrow('purged')
    expect(after).toBeLessThanOrEqual(257)
  })

  test('PIN6 purged code throws where a generator of it is ended early, before its finally runs', () => {
    const made = run(
      `export function f(log) { const g = (function* () { try { yield 1 } finally { log('finally') } })(); g.next(); return g }`,
    )
    const log: string[] = []
    const g = (made.instance.exports.f as (log: (text: string) => void) => Generator)((text) => log.push(text))
    dieAt(made)
    expect(() => g.return(2)).toThrow('purged')
    expect(log).toEqual([])
  })

  test('PIN6 a lowered function that awaits in a loop throws at the next iteration', async () => {
    const made = run('export async function main(n, step) { for (let i = 0; i < n; i++) await step(i) }')
    let steps = 0
    await expect(
      made.main(1_000, (i: number) => {
        steps++
        if (i === 10) dieAt(made)
      }),
    ).rejects.toThrow('purged')
    expect(steps).toBe(11)
  })

  test('KILL1 an endless synchronous loop that catches everything is ended by its check', () => {
    const made = run('export function f() { for (;;) { try { while (true) { } } catch { } finally { continue } } }')
    made.driver.onCheck = () => {
      made.driver.ending = 2
      throw made.driver.exit
    }
    expect(() => (made.instance.exports.f as () => void)()).toThrow(expect.objectContaining({ exit: true }))
  })

  test('SCHED1 an async function that never awaits yields when its reductions are used up', async () => {
    const { main, driver } = run('export async function main() { let s = 0; for (let i = 0; i < 20_000; i++) s += i; return s }')
    expect(await main()).toBe(199_990_000)
    expect(driver.pauses).toBeGreaterThan(3)
  })
})

describe('the end of a process', () => {
  test('KILL2 no catch and no finally runs', () => {
    const made = run(
      'export function f(log, die) { try { try { die() } catch (e) { log.push("catch") } finally { log.push("finally") } } catch ({ message }) { log.push(message) } finally { return "back" } }',
    )
    const log: string[] = []
    made.driver.ending = 2
    expect(() =>
      (made.instance.exports.f as (log: string[], die: () => void) => void)(log, () => {
        throw made.driver.exit
      }),
    ).toThrow()
    expect(log).toEqual([])
  })

  const unwound: readonly [title: string, body: string][] = [
    ['return', 'try { await log.gate } finally { log.push("finally"); return "back" }'],
    ['break', 'for (;;) { try { await log.gate } finally { log.push("finally"); break } }'],
    [
      'continue',
      'for (let i = 0; i < 3; i++) { try { await log.gate } catch (e) { log.push("catch") } finally { log.push("finally"); continue } }',
    ],
    ['break to a label', 'a: { try { await log.gate } finally { log.push("finally"); for (;;) { break a } } }'],
  ]
  test.each(unwound)('KILL3 %s in a finally does not bring a frame back', async (_, body) => {
    const made = run(`export async function main(log) { ${body}\nlog.push("after") }`)
    const log = Object.assign([] as string[], { gate: new Promise(() => {}) })
    const main = made.main(log)
    made.driver.ending = 1
    made.driver.unwind(made.driver.strandList[0] as never)
    await expect(main).rejects.toBe(made.driver.exit)
    expect([...log]).toEqual(['finally'])
  })

  test('KILL3 finally, using and iterator closes run from the top, catch does not see the end', async () => {
    const made =
      run(`async function inner(log) { using r = { [Symbol.dispose]() { log.push("dispose") } }; try { await log.gate } catch { log.push("catch") } finally { log.push("finally inner") } }
const iterable = (log) => ({ [Symbol.iterator]: () => ({ next: () => ({ value: 1, done: false }), return() { log.push("close"); return {} } }) })
const asyncIterable = (log) => ({ [Symbol.asyncIterator]: () => ({ next: () => ({ value: 1, done: false }), return() { log.push("close async"); return {} } }) })
export async function main(log) { try { for await (const y of asyncIterable(log)) for (const x of iterable(log)) await inner(log) } finally { log.push("finally outer") } }`)
    const log = Object.assign([] as string[], { gate: new Promise(() => {}) })
    const main = made.main(log)
    await new Promise((resolve) => setImmediate(resolve))
    made.driver.ending = 1
    made.driver.unwind(made.driver.strandList[0] as never)
    await expect(main).rejects.toBe(made.driver.exit)
    expect([...log]).toEqual(['finally inner', 'dispose', 'close', 'close async', 'finally outer'])
  })
})

describe('imports and exports', () => {
  test('GEN3 calls through an import enter what is current at each call', async () => {
    const made = run(
      `import { render } from './other.ts'\nimport * as ns from './other.ts'\nimport other from './other.ts'\nexport async function main() { return [render(), ns.render(), await render(), await ns.render(), [0].map(render)[0], other()] }`,
      { modules: { other: { render: () => 1, default: () => 'd1' } } },
    )
    expect(await made.main()).toEqual([1, 1, 1, 1, 1, 'd1'])
    const [link] = made.links
    if (link) link.ns = { render: async () => 2, default: () => 'd2' }
    const [direct, through, awaited, awaitedThrough, mapped, other] = await made.main()
    expect([await direct, await through, awaited, awaitedThrough, await mapped, other]).toEqual([2, 2, 2, 2, 2, 'd2'])
  })

  test('GEN13 re-exports are late bound and named by their own names', () => {
    const made = run(
      `export { a as 'x y', default as then } from './other.ts'\nexport * from './other.ts'\nexport * as all from './other.ts'\nimport { a } from './other.ts'\nexport { a as __proto__ }\nexport const b = 'own'`,
      { modules: { other: { a: 1, b: 'theirs', default: 'd' } } },
    )
    const { exports } = made.instance
    expect(Object.keys(exports).sort()).toEqual(['__proto__', 'a', 'all', 'b', 'then', 'x y'])
    expect([exports['x y'], exports.a, exports.b, exports.then, Object.getOwnPropertyDescriptor(exports, '__proto__')?.get?.()]).toEqual([
      1,
      1,
      'own',
      'd',
      1,
    ])
    expect(Object.getPrototypeOf(exports)).toBe(null)
  })

  test('GEN13 exported bindings stay live', () => {
    const { instance } = run(
      'export let n = 0\nexport function up() { n++ }\nexport default class Named {}\nexport const [x, { y }] = [1, { y: 2 }]',
    )
    ;(instance.exports.up as () => void)()
    expect([instance.exports.n, (instance.exports.default as { name: string }).name, instance.exports.x, instance.exports.y]).toEqual([
      1,
      'Named',
      1,
      2,
    ])
  })

  test('COMP1 what is exported and imported is described', () => {
    const compiled = compile(
      `import { render } from './other.ts'\nimport * as self from './main.ts'\nimport type { T } from './other.ts'\nexport async function f() { return self.f(self, render()) }\nexport const a = async () => 1, b = () => 1\nexport let c = 1\nc = 2\nexport class D {}\nexport default 5\nexport type { T }`,
    )
    expect(compiled.imports.map(({ module, names }) => [module, names])).toEqual([
      ['other', ['render']],
      ['main', ['f', '*']],
    ])
    expect(compiled.exports).toEqual([
      { name: 'f', kind: 'async', constant: true },
      { name: 'a', kind: 'async', constant: true },
      { name: 'b', kind: 'function', constant: true },
      { name: 'c', kind: 'value', constant: false },
      { name: 'D', kind: 'class', constant: true },
      { name: 'default', kind: 'value', constant: true },
    ])
  })

  test.each([
    ['a CommonJS module', { default: Object.assign(() => 'called', { named: 1 }), named: 1 }, ['called', 1, 'function', 1]],
    ['an ES module', { default: () => 'called', named: 1 }, ['called', 1, 'function', 1]],
  ])('GEN14 a package that is %s has its default, names and namespace', async (_, given, expected) => {
    const made = run(
      `import def, { named } from 'pkg'\nimport * as ns from 'pkg'\nexport async function main() { return [def(), named, typeof ns.default, ns.named] }`,
      { packages: [given] },
    )
    expect(await made.main()).toEqual(expected)
  })

  test('COMP1 built-ins, the process API, import.meta and dynamic imports', async () => {
    const made = run(
      `import path, { join } from 'node:path'\nimport { self, receive as take } from '@strata/runtime/process'\nexport async function main() { return [path.sep, join('a', 'b'), self(), await take(), import.meta.filename, (await import('./other.ts')).a, (await import('node:path')).sep] }`,
      {
        natives: [await import('node:path')],
        api: { self: () => 'me', receive: () => Promise.resolve('message') },
        modules: { other: { a: 'late' } },
      },
    )
    expect(await made.main()).toEqual(['/', 'a/b', 'me', 'message', '/system/module.ts', 'late', '/'])
  })
})

describe('places', () => {
  const text = `// first\ninterface Gone { x: number }\n\nexport async function start(document: string): Promise<number> {\n  const first: number = await step(document)\n  for (const x of [1]) {\n    await step(x as never)\n  }\n  return first\n}\nasync function step(x: unknown) { throw new Error(String(x)) }\n`

  test('COMP4 descriptors and sites have the source’s lines and columns', () => {
    expect(compile(text).functions).toEqual([
      {
        name: 'start',
        line: 4,
        column: 8,
        sites: [
          [4, 8],
          [5, 25],
          [6, 3],
          [7, 5],
        ],
      },
      { name: 'step', line: 11, column: 1, sites: [[11, 1]] },
    ])
  })

  test('COMP4 the map leads to the source', () => {
    const { code, map } = compile(text)
    const lines = code.split('\n')
    const line = lines.findIndex((candidate) => candidate.includes('new Error'))
    const found = originalPositionFor(new TraceMap(map), { line: line + 1, column: lines[line]?.indexOf('new Error') ?? 0 })
    expect(found).toMatchObject({ source: 'main.ts', line: 11, column: text.split('\n')[10]?.indexOf('new Error') })
  })
})

test('PIN2 a forwarder of the module that is not async is warned of, a callback is not', () => {
  const text = `async function run(x) {}\nexport const forward = (x) => run(x)\nexport function also(x) { return run(x) }\nexport const all = (xs) => Promise.all(xs.map((x) => run(x)))`
  const outcome = compileModule({ module: 'main', file: 'main.ts', text, resolutions: RESOLUTIONS })
  expect(outcome.diagnostics.map(({ severity, line }) => [severity, line])).toEqual([
    ['warning', 2],
    ['warning', 3],
  ])
})

test('COMP1 30,000 exports, and 120,000 statements on one line, are compiled', () => {
  const exported = Array.from({ length: 30_000 }, (_, index) => `export const e${index} = ${index}`).join('\n')
  expect(compile(exported).exports).toHaveLength(30_000)
  expect(compile(`let x = 0;${'x++;'.repeat(120_000)}export { x }`).exports).toHaveLength(1)
})

test('COMP1 a first line for the shell is left out', () => {
  expect(run('#!/usr/bin/env node\nexport const main = async () => 1').instance.exports.main).toBeTypeOf('function')
})

describe('what is refused', () => {
  test.each([
    ['a decorator', 'const d = (x) => x\n@d class A {}', 2],
    ['writing an imported name', `import { a } from './other.ts'\na = 1`, 2],
    ['exporting what is not declared', 'export { nothing }', 1],
    ['arguments in a module body', 'console.log(arguments)', 1],
    ['import defer', `\nimport defer * as x from './other.ts'\nexport { x }`, 2],
    ['import attributes', `import x from './other.ts' with { type: 'json' }\nexport { x }`, 1],
    ['attributes of a re-export', `\nexport * from './other.ts' with { type: 'json' }`, 2],
    ['JSX', `\nexport const a = <div title="x">{1}</div>`, 2],
    ['require in an import', `\nimport fs = require('node:fs')\nexport { fs }`, 2],
    ['export =', 'const a = 1\nexport = a', 2],
    ['an accessor field', 'class A {\n  accessor x = 1\n}', 2],
    ['using in a case', '\nswitch (1) { case 1: using x = null }', 2],
  ])('COMP5 %s, with its line', (_, text, line) => {
    expect(refused(text)[0]).toMatchObject({ severity: 'error', file: 'main.ts', line })
  })
})
