/** Small programs, each with `main(log)`, that are run natively and compiled. */
export const programs: Readonly<Record<string, string>> = {
  'returns a value': `export async function main(log) { log('a'); return 42 }`,
  'awaits a plain value': `export async function main(log) { log(await 1); log(await { then(r) { r(2) } }); return await Promise.resolve(3) }`,
  'awaits a function that did not wait': `async function f(x) { return x + 1 }
export async function main(log) { log(await f(1)); log(await f(await f(await f(2)))); return f(await f(1)) }`,
  'nested awaits in arguments': `async function add(a, b) { return a + b }
function plain(...xs) { return xs.join() }
export async function main(log) { return plain(await add(1, await add(2, 3)), await add(await add(1, 1), await add(2, 2)), \`\${await add('a', 'b')}\`) }`,
  'evaluation order of callee, this, arguments': `export async function main(log) {
  const o = { get f() { log('f'); return async (...xs) => { log('called', ...xs); return xs.length } } }
  const get = (x) => { log('get', x); return o }
  const v = (x) => { log('v', x); return x }
  await get(1).f(v(2), v(3))
  await get(1)[(v('k'), 'f')](await v(2), v(3))
  return get(4).f(v(5))
}`,
  'closures in loops': `export async function main(log) {
  const fs = []
  for (let i = 0; i < 3; i++) { fs.push(async () => i * 2); await 0 }
  for (const f of fs) log(await f())
  let total = 0
  for (const k in { a: 1, b: 2 }) { total += k.length; await null }
  return total
}`,
  'try, catch, finally with return': `async function f(log, how) {
  try { log('try'); if (how === 'throw') throw new Error('x'); if (how === 'return') return await g(log); log('end') }
  catch (e) { log('catch', e.message); return 'caught' }
  finally { log('finally'); await 0; if (how === 'override') return 'overridden' }
  return 'after'
}
async function g(log) { log('g'); return 'g' }
export async function main(log) { for (const how of ['none', 'throw', 'return', 'override']) log(await f(log, how)) }`,
  'return f() in try starts f, runs finally, then waits': `async function f(log) { log('f1'); await 0; log('f2'); return 'f' }
async function fail(log) { log('fail'); throw new Error('late') }
async function viaTry(log) { try { return f(log) } finally { log('finally') } }
async function notCaught(log) { try { return fail(log) } catch { log('never') } }
async function caught(log) { try { return await fail(log) } catch (e) { return 'caught ' + e.message } }
export async function main(log) { log(await viaTry(log)); log(await caught(log)); return notCaught(log) }`,
  'break and continue through finally': `export async function main(log) {
  outer: for (let i = 0; i < 4; i++) {
    for (const j of [1, 2, 3]) {
      try { if (i === 1) continue outer; if (i === 3) break outer; if (j === 2) break; log(i, j, await j) }
      finally { log('f', i, j); await 0 }
    }
  }
  do { try { break } finally { log('do') } } while (true)
  let n = 0
  while (n < 3) try { n++; if (n === 2) continue; log('n', n) } finally { log('w', await n) }
}`,
  'finally that overrides': `async function f(log) { for (const x of [1, 2]) { try { throw new Error('lost') } finally { log(x); continue } } return 'done' }
async function g() { try { return 1 } finally { return 2 } }
async function h() { a: try { throw 1 } finally { break a } return 'h' }
async function i(log) { try { throw new Error('1') } catch (e) { log(e.message); throw new Error('2') } finally { return 3 } }
export async function main(log) { log(await f(log), await g(), await h(), await i(log)) }`,
  'catch without or with a pattern': `export async function main(log) {
  try { throw 1 } catch { log('none') }
  try { throw { a: 1, b: [2, 3] } } catch ({ a, b: [, c], d = await 9 }) { log(a, c, d) }
  try { throw [1] } catch ([x]) { var y = x; log(y) }
  try { await Promise.reject(new Error('r')) } catch (e) { let z = e.message; log(z) }
}`,
  'errors through frames': `async function a() { await b() }
async function b() { await c() }
async function c() { throw new TypeError('deep') }
async function viaTail() { return c() }
export async function main(log) {
  try { await a() } catch (e) { log(e) }
  try { await viaTail() } catch (e) { log(e) }
  try { await undefined.x } catch (e) { log(e) }
  try { await undefinedName(1) } catch (e) { log(e) }
  return a()
}`,
  'calling what is no function': `export async function main(log) {
  const o = {}
  const nothing = undefined
  try { await nothing(1) } catch (e) { log(e) }
  try { await o.m } catch (e) { log(e) }
  try { nothing() } catch (e) { log(e) }
}`,
  'destructuring with await': `async function get(x) { return x }
export async function main(log) {
  const { a, b: { c = await get('dc') }, ...rest } = await get({ a: 1, b: {}, x: 2, y: 3 })
  const [d = await get('dd'), , ...e] = await get([undefined, 1, 2, 3])
  let f, g
  ;({ f, g = await get(7) } = await get({ f: 6 }));
  [f, g] = [g, await get(f)]
  const { [await get('k')]: h } = { k: 'v' }
  log(a, c, rest, d, e, f, g, h)
}`,
  'default and destructured parameters': `async function f(a, b = a + 1, { c = b * 2, ...d } = {}, [e, g = () => a] = [], ...rest) { return [a, b, c, d, e, g(), rest] }
export async function main(log) {
  log(await f(1)); log(await f(1, undefined, { c: 5, z: 6 }, [7], 8, 9)); log(f.length, f.name)
  const h = async ({ x }, y = 1) => x + y
  log(await h({ x: 1 }), h)
  const m = { async m(q, r = q, ...s) { return [this === m, q, r, s, arguments.length] } }
  log(await m.m(1), await m.m(1, 2, 3), m.m)
}`,
  'errors in parameters reject': `const boom = () => { throw new Error('boom') }
async function f(a = boom()) { return a }
async function g({ a }) { return a }
const h = async ([x] = boom()) => x
class C { async m(a = boom()) {} static async #p({ q }) {} static p(x) { return C.#p(x) } }
export async function main(log) {
  for (const call of [() => f(), () => g(undefined), () => h(), () => new C().m(), () => C.p(null)]) {
    let promise
    try { promise = call() } catch (e) { log('thrown synchronously', e) }
    await promise.catch((e) => log('rejected', e.name))
  }
  try { await f() } catch (e) { log(e) }
  try { await g() } catch (e) { log(e.name) }
}`,
  'a parameter that calls its own function': `let depth = 0
async function f(log, a = depth++ < 2 ? f(log) : 'end') { log('f', depth, a instanceof Promise); return a }
export async function main(log) { log(await f(log)); depth = 0; return f(log) }`,
  'labelled loops and blocks': `export async function main(log) {
  a: { log(1); if (await true) break a; log('no') }
  b: for (const x of [1, 2, 3]) { c: for (;;) { if (x === 2) continue b; if (x === 3) break b; log(x); break c } }
  d: while (true) { switch (await 2) { case 1: log('no'); case 2: log('two'); break d; default: log('no') } }
}`,
  'switch with fall through': `async function f(x, log) { switch (x) { case await 1: log('one'); case 2: log('two'); return 'a'; case 3: { const y = await x; return y } default: return g(x) } }
async function g(x) { return 'g' + x }
export async function main(log) { for (const x of [1, 2, 3, 4]) log(await f(x, log)) }`,
  'this in functions and methods': `async function f() { return this }
const o = { v: 1, async m() { return this.v }, async n() { const inner = async () => this.v; return inner() }, f }
class C { v = 2; async m() { return this.v } static async s() { return this.name } arrow = async () => this.v }
export async function main(log) {
  log(await f(), await o.m(), await o.n(), (await o.f()) === o, await f.call(7))
  const c = new C(); const { arrow } = c
  log(await c.m(), await C.s(), await arrow(), await c['m'](), await (0, o.m).call({ v: 9 }))
  const bound = o.m.bind({ v: 8 })
  log(await bound())
  return o.m()
}`,
  arguments: `async function f() { return [...arguments] }
async function g(a) { arguments[0] = 5; const inner = async () => arguments.length; return [a, await inner(), arguments[0]] }
const o = { async m() { return [].slice.call(arguments, 1) } }
function plain() { const a = async (x) => [arguments[0], x]; return a('x') }
export async function main(log) { log(await f(1, 2), await f()); log(await g(1, 2, 3)); log(await o.m(1, 2, 3)); log(await plain('p')); return f(1) }`,
  'new.target': `async function f() { return new.target === undefined }
function Plain() { this.made = (async () => new.target === Plain)() }
export async function main(log) { log(await f()); log(await new Plain().made) }`,
  'super in async methods': `class A { get x() { return 'ax' } async m(a) { return 'A' + a } static async s() { return 'As' } p(v) { return 'p' + v + this.k } }
class B extends A {
  k = 1
  async m(a) { const own = await super.m(a); const inner = async (z) => super.p(z) + super['x']; return own + await inner('i') + super.x }
  static async s() { return 'B' + await super.s() }
  async tail(a) { return super.m(a) }
  plain() { const f = async () => super.m('q'); return f() }
}
const base = { hi() { return 'hi' + this.n }, set q(v) { this.n = v } }
const o = { __proto__: base, n: 1, async hi() { super.q = 3; return 'o' + super.hi() } }
export async function main(log) { const b = new B(); log(await b.m(1), await B.s(), await b.tail(2), await b.plain(), await o.hi()) }`,
  'private methods and fields': `class C {
  #v = 1
  static #count = 0
  async #inc(by) { this.#v += by; C.#count++; return this.#v }
  static async #all(...xs) { return xs.length + C.#count }
  async run() { await this.#inc(1); return this.#inc(await this.#inc(2)) }
  static run() { return C.#all(1, 2) }
  static { this.made = async () => C.#count }
  has(x) { return #inc in x }
}
export async function main(log) { const c = new C(); log(await c.run(), await C.run(), await C.made(), c.has(c), c.has({})) }`,
  'class names, lengths, descriptors': `const X = class { async m(a, b) {} static async s() {} async 'quoted name'(a) {} async [\`comp\${1}\`](a) {} async 5() {} }
const Y = class { static name = 'own'; async m() { return 'y' } }
export async function main(log) {
  log(X.name, new X().m, X.s, new X()['quoted name'], new X().comp1, new X()[5], Y.name, await new Y().m())
  log(Object.getOwnPropertyNames(X), Object.getOwnPropertyNames(X.prototype), Object.keys(new X()))
  try { new (new X().m)() } catch (e) { log(e.name) }
  log('prototype' in X.prototype.m)
}`,
  'function names and lengths': `const a = async () => {}, b = async function () {}, c = async function named(x, y, ...z) { return named }
let d; d = async (x = 1) => {}
const o = { e: async () => {}, async f(x) {}, 'g h': async () => {}, async ['i' + 1]() {}, async __proto__() { return 1 } }
const { j = async () => {} } = {}
class K { l = async () => {}; static m = async function () {}; #n = async (x) => {}; n() { return this.#n } }
export async function main(log) {
  log(a, b, c, d, o.e, o.f, o['g h'], o.i1, j, new K().l, K.m, new K().n(), (async () => {}), main)
  log((await c()) === c, Object.keys(o), Object.getPrototypeOf(o) === Object.prototype, await o.__proto__())
}`,
  'named function expressions': `const fact = async function self(n) { return n < 2 ? 1 : n * await self(n - 1) }
const shadow = async function x() { { let x = 1; return x } }
const param = async function y(y) { return y }
export async function main(log) { log(await fact(5), await shadow(), await param(3)); try { await (async function z() { z = 1 })() } catch (e) { log(e.name) } }`,
  'reassigned function declarations': `async function f() { return 'old' }
const old = f
export async function main(log) { log(await f()); f = async () => 'new'; log(await f(), await old()); return f() }`,
  hoisting: `export async function main(log) { log(await later(1)); return inner(); async function inner() { return 'inner' } }
async function later(x) { if (x) { return nested(x); async function nested(y) { return 'n' + y } } }`,
  'shadowed names': `async function f(x) { return 'outer' + x }
export async function main(log) {
  log(await f(1))
  { const f = async (x) => 'block' + x; log(await f(2)) }
  const g = async (f) => await f(3); log(await g(async (x) => 'param' + x))
  { let setTimeout = (x) => x; log(setTimeout(4)) }
}`,
  'strands and Promise.all': `const gate = () => { let open; const promise = new Promise((r) => { open = r }); return { promise, open } }
async function work(log, name, g) { log('start', name); await g.promise; log('end', name); return name }
export async function main(log) {
  const a = gate(), b = gate()
  const both = Promise.all([work(log, 'a', a), work(log, 'b', b)])
  log('both started'); b.open(); await 0; await 0; await 0; a.open()
  log(await both)
  const p = work(log, 'later', a); log('not awaited yet'); log(await p)
  log(await Promise.allSettled([(async () => { throw new Error('x') })(), 1].map(async (x) => await x)).then((r) => r.map((x) => x.status)))
}`,
  'map with an async function does not leak frames': `async function double(x) { return x * 2 }
export async function main(log) {
  log(await Promise.all([1, 2, 3].map(double)))
  log(await [4].map(double)[0])
  const list = await [1, 2].map(double); log(list.every((x) => x instanceof Promise), await Promise.all(list))
  return double(await double(double(2) instanceof Promise ? 1 : 0))
}`,
  'a sync function around an async one': `async function run(x) { await 0; return 'ran ' + x }
const forward = (x) => run(x)
function through(f, x) { return f(x) }
export async function main(log) { log(await forward(1)); log(await through(run, 2)); log(await through(forward, 3)); return forward(4) }`,
  'optional chaining': `const o = { a: { async m(x) { return 'm' + x + (this === o.a) } }, n: null }
export async function main(log) {
  log(await o.a?.m(1), await o.n?.m(2), await o.a.zz?.(3), await o?.a.m(4), (await o.n?.x.y.z) ?? 'none')
  log(await (o.n?.m)?.(1))
  return o.a?.m(5)
}`,
  'logical, conditional and comma tails': `async function f(x) { return x }
const yes = async (x) => x ? f('yes') : await f('no')
const and = async (x) => x && f('and'), or = async (x) => x || await f('or'), nullish = async (x) => x ?? f('nn')
async function comma(log) { return log('c'), await f(1), f('comma') }
export async function main(log) { log(await yes(1), await yes(0), await and(0), await and(1), await or(0), await or(3), await nullish(null), await nullish(0), await comma(log)) }`,
  'template literals and tags': `async function f(x) { return x }
const tag = (parts, ...xs) => parts.raw.join('|') + xs.join()
export async function main(log) { log(\`a\${await f(1)}b\${await f(\`\${await f(2)}\`)}\`); log(tag\`x\${await f(1)}y\${await f(2)}\\n\`); return tag\`z\` }`,
  'operators around await': `async function f(x) { return x }
export async function main(log) {
  let n = 1
  n += await f(2); n = n * (await f(3)) ** 2 - -await f(1)
  log(n, !await f(0), typeof await f('s'), void await f(1), await f(1) + await f(2) * await f(3), (await f({ a: 1 })).a, 'a' in await f({ a: 1 }))
  const o = { x: 1, [await f('k')]: await f('v'), ...await f({ s: 1 }) }
  o.x += await f(5); o[await f('x')] *= await f(2)
  log(o, [await f(1), ...await f([2, 3])], Math.max(...await f([1, 5])), new Array(await f(3)).length, (await f(async () => 4))())
  n ||= await f(9); o.y ??= await f('y'); log(n, o.y, await f(1) ? await f('t') : 'e', (await f(1), await f(2)))
  delete o[await f('x')]; log(o, await await f(1), await (await f(f))(6))
}`,
  'compound assignment reads before it awaits': `let total = 1
async function add() { total += 10; return 1 }
export async function main(log) { total += await add(); log(total); const o = { v: 1 }; o.v += await (async () => { o.v = 100; return 1 })(); return o.v }`,
  'generators stay generators': `function* count(n) { for (let i = 0; i < n; i++) { try { yield i } finally { } } return 'end' }
class It { *[Symbol.iterator]() { yield* count(2) } }
export async function main(log) { log([...count(3)], [...new It()]); for (const x of count(5)) { if (x === 2) break; log(await x) } const g = count(1); g.next(); log(g.return('r')) }`,
  'for of closes its iterator': `const make = (log) => ({ [Symbol.iterator]() { let i = 0; return { next: () => ({ value: i++, done: i > 4 }), return: () => { log('closed'); return {} } } } })
async function f(log) { for (const x of make(log)) { if (x === 1) return g(log) } }
async function g(log) { log('g'); return 'g' }
async function h(log) { for (const x of make(log)) { await 0; if (x === 2) throw new Error('h') } }
export async function main(log) { log(await f(log)); await h(log).catch((e) => log(e)); for (const x of make(log)) await x; return 'end' }`,
  recursion: `async function fib(n) { return n < 2 ? n : await fib(n - 1) + await fib(n - 2) }
async function even(n) { return n === 0 ? true : odd(n - 1) }
async function odd(n) { if (n === 0) return false; return await even(n - 1) }
async function depth(n) { if (n === 0) return 0; return 1 + await depth(n - 1) }
export async function main(log) { log(await fib(12), await even(101), await depth(500)) }`,
  'synchronous recursion and loops keep their results': `const fib = (n) => n < 2 ? n : fib(n - 1) + fib(n - 2)
function sum(n) { let s = 0; for (let i = 0; i < n; i++) s += i; return s }
function nested() { let c = 0; for (const a of [1, 2, 3]) for (const b in [1, 2]) do c++; while (c % 2); return c }
const objects = () => ({ a: 1 }), comma = () => (1, 2), curried = (a) => (b) => a + b, negated = (x) => !x
class P { constructor(x) { this.x = x } get y() { return this.x } set y(v) { this.x = v } static z = (() => { let n = 0; while (n < 5) n++; return n })() }
class Q extends P { constructor() { super(1); for (let i = 0; i < 300; i++) this.x++ } }
class R extends P {}
export async function main(log) { const q = new Q(); q.y += 1; log(fib(15), sum(1000), nested(), objects(), comma(), curried(1)(2), negated(0), q.y, P.z, new R(4).y) }`,
  'static blocks and fields': `class C { static list = []; static { for (let i = 0; i < 3; i++) this.list.push(i); try { throw 1 } catch { this.list.push('c') } } f = [1].map((x) => x + this.g); static h = async () => this.list.length; g = 2 }
export async function main(log) { log(C.list, new C().f, await C.h()) }`,
  'enums and parameter properties': `enum Color { Red = 1, Green, Blue = Green * 2 }
class P { constructor(private x: number, readonly y: string = 'd') {} async sum(): Promise<string> { return this.x + this.y } }
export async function main(log: (...xs: any[]) => void): Promise<unknown> { log(Color.Blue, Color[1], await new P(1).sum()); return <any>(await (1 as any))! }`,
  'unhandled awaits in expressions of declarations': `async function f(x) { return x }
export async function main(log) {
  const a = await f(1), b = await f(a + 1); let c = [await f(a), await f(b)]
  class D { [await f('name')]() { return 'd' } static v = 1 }
  for (let i = await f(0), n = await f(2); i < await f(n); i += await f(1)) log(i)
  for (const k of await f(['x'])) log(k)
  for (const k in await f({ y: 1 })) log(k)
  if (await f(0)) log('no'); else log('else')
  while (await f(c.length)) c.pop()
  do log('once'); while (await f(0))
  throw await f(new Error(new D().name() + a + b))
}`,
  'thenables and non-promises': `const thenable = { then(ok, no) { ok('t') } }
const bad = { get then() { throw new Error('then') } }
async function f() { return thenable }
export async function main(log) { log(await thenable, await f(), await (async () => [1])()); try { await bad } catch (e) { log(e) } try { await (async () => bad)() } catch (e) { log(e) } }`,
  'closures over loop variables across awaits': `export async function main(log) {
  const fs = []
  for (let i = 0, j = 10; i < 3; i++, j--) { await null; fs.push(() => [i, j]); if (i === 1) j-- }
  log(fs.map((f) => f()))
  for (var v = 0; v < 2; v++) fs.push(async () => v)
  log(await fs[3](), await fs[4]())
}`,
  'getters, setters, computed members': `const key = 'dyn'
const o = { get a() { return 1 }, set a(v) { this.b = v }, async [key]() { return this.a }, [\`\${key}2\`]: async () => 2 }
export async function main(log) { o.a = 5; log(o.b, await o.dyn(), await o.dyn2(), o.dyn, o.dyn2) }`,
  'spread arguments': `async function f(...xs) { return xs.length }
export async function main(log) { const xs = [1, 2]; log(await f(...xs), await f(0, ...xs, 9)); return f(...xs, ...xs, 1) }`,
  'then chains beside awaits': `async function f(log, x) { log(x); return x }
export async function main(log) { const p = f(log, 1).then((v) => f(log, v + 1)).finally(() => log('fin')); log('sync'); log(await p); await Promise.race([f(log, 3), new Promise(() => {})]); return Promise.resolve(f(log, 4)) }`,
  'immediately invoked': `export async function main(log) { const r = await (async () => { await 0; return 'iife' })(); log(r); await (async function () { log(this) }).call('t'); return (async (x) => { return x })('arg') }`,
  'async arrows in parameters and defaults': `async function f(cb = async (x) => x + 1, { g = async () => cb(2) } = {}) { return [await cb(1), await g()] }
export async function main(log) { log(await f(), await f(async () => 'c')) }`,
  'var and let scoping': `export async function main(log) {
  log(v); var v = await 1; { let v = 2; log(await v) } log(v)
  try { log(tdz) } catch (e) { log(e.name) } let tdz = 1
  try { await useTdz() } catch (e) { log(e.name) } const late = 1
  async function useTdz() { return await id(late) }
  async function id(x) { return x }
  try { await id(later2) } catch (e) { log(e.name) } let later2 = 0
  const p = id(5); log(p instanceof Promise, await p, await useTdz())
}`,
  'delete, in, instanceof, comma in awaits': `class A {} 
export async function main(log) { const a = new A(); log(await a instanceof A, (await 1, await 2), await (1, 3), [await 1][0]); const { length } = await 'abc'; log(length) }`,
  'regular expressions, strings and numbers as arguments': `async function f(x, y) { return String(x) + y }
export async function main(log) { log(await f(/a\\/b/g, 'x'), await f(10n, \`t\`), await f(null, undefined), await f(-1, +'2'), await f(true, this)) }`,
  'conditional starts': `async function f(log, x) { log('f', x); return x }
export async function main(log) { const maybe = (await 0) && f(log, 'never'); const p = (await 1) && f(log, 'started'); log(maybe, p instanceof Promise); log(await p); const q = [f(log, 1), f(log, 2)]; for (const x of q) log(await x) }`,
  'nested functions of every kind': `export async function main(log) {
  function plain(x) { return inner(x); async function inner(y) { return y + x } }
  const o = { plain, m(x) { return async () => this === o && x } }
  log(await plain(1), await o.m(2)(), await (() => async () => async () => 3)()().then((f) => f()))
  class L { async a() { const self = this; return { async b() { return self.c() } } } c() { return 'c' } }
  log(await (await new L().a()).b())
}`,
  'anonymous classes made in a loop': `export async function main(log) {
  const made = []
  for (const n of [1, 2]) made.push(class { async m() { return n } async t() { return this.m() } static async s() { return n * 10 } })
  for (const C of made) log(await new C().m(), await new C().t(), await C.s(), C.name)
  const [A] = made; log(await new A().m.call(null))
  log(await new (class extends A { async m() { return 'sub' + await super.m() } })().t())
}`,
  'a method replaced at run time': `class C { async m() { return 'one' } }
export async function main(log) { const c = new C(); const old = c.m; log(await c.m()); C.prototype.m = async () => 'two'; log(await c.m(), await old.call(c)); c.m = old; return c.m() }`,
  'proxies and bound functions': `async function f(x) { return [this?.t, x] }
export async function main(log) { const p = new Proxy(f, {}); log(await p(1), await f.bind({ t: 1 })(2), await f.call({ t: 2 }, 3), await f.apply({ t: 3 }, [4]), await Reflect.apply(f, { t: 4 }, [5])) }`,
  'async constructors of promises': `export async function main(log) { return new Promise(async (resolve, reject) => { try { log(await 1); throw new Error('inside') } catch (e) { reject(e) } }) }`,
  'return without a value and endings': `async function a() { return } async function b() {} async function c() { if (false) return 1 } const d = async () => {}, e = async () => void 0
export async function main(log) { log(await a(), await b(), await c(), await d(), await e()) }`,
  'debugger-free odd formatting': `export   async function
main(log) { const f = async x=>x , g=async(x)=>{ return(x) } ,h=async function(){return await(f)((2))}
  log(await(f(1)),await f (2),await (g)(3),await((h)()));return(await(f(4))) }`,
  'for await over async and sync iterables': `const delayed = (log, n, fail) => ({ [Symbol.asyncIterator]() { let i = 0; return { async next() { log('next', i); await 0; if (i === fail) throw new Error('failed'); return { value: i++, done: i > n } }, async return(v) { log('return', v); return {} } } } })
export async function main(log) {
  for await (const x of delayed(log, 2)) log(x)
  for await (const { a = await 5, b } of [Promise.resolve({ b: 1 }), { a: 2, b: 3 }]) log(a, b)
  let y; for await (y of [1, Promise.resolve(2)]) if (y === 1) continue; else log('y', y)
  const o = {}; for await (o.p of [3]) log(o); for await ([o.q] of [[4]]) log(o)
  for await (var v of delayed(log, 3)) { if (v === 1) break }
  try { for await (const x of delayed(log, 5, 1)) log(x) } catch (e) { log(e) }
  try { for await (const x of delayed(log, 5)) { if (x) throw new Error('body') } } catch (e) { log(e) }
  try { for await (const x of [1, Promise.reject(new Error('rejected'))]) log(x) } catch (e) { log(e) }
  try { for await (const x of 5) log(x) } catch (e) { log(e.name) }
  outer: for await (const x of delayed(log, 3)) { inner: for await (const z of delayed(log, 3)) { if (z === 1) continue outer; if (x === 1) break outer; log(x, z); continue inner } }
  const f = async () => { for await (const x of delayed(log, 3)) return x + 10 }
  log(await f())
  const fs = []; for await (let x of [1, 2]) { fs.push(() => x); x *= 10 } log(fs.map((g) => g()))
}`,
  'a sequence that an async generator returns': `async function one(x) { return x }
async function* unbracketed(log) { return log('first'), await one(1), 2 }
async function* bracketed(log) { return ((log('first'), [await one(1)]), await one(2)) }
export async function main(log) { log((await unbracketed(log).next()).value); log((await bracketed(log).next()).value) }`,
  'async generators': `async function* count(log, n) { try { for (let i = 0; i < n; i++) { const got = yield i; log('got', got) } return 'end' } catch (e) { log('caught', e.message); yield 'recovered' } finally { await 0; log('finally') } }
async function* outer(log) { const r = yield* count(log, 2); log('r', r); yield* [7, Promise.resolve(8)]; yield Promise.resolve('awaited') }
class G { v = 3; async *m(a, b = 1) { yield this.v; yield a + b; yield arguments.length } static async *s() { yield* new G().m(1) } async *#p() { yield 'p' } p() { return this.#p() } async *[Symbol.asyncIterator]() { yield await 1; yield (await 2) + 1 } }
export async function main(log) {
  const g = count(log, 3)
  log(await g.next('ignored'), await g.next('a'), await g.return('early'), await g.next())
  const h = count(log, 3); log(await h.next(), await h.throw(new Error('in')), await h.next(), await h.next())
  for await (const x of outer(log)) log(x)
  for await (const x of G.s()) log(x)
  for await (const x of new G()) { log(x); if (x === 1) continue; break }
  log(await new G().p().next(), await count(log, 1).return(5))
  try { await count(log, 1).throw(new Error('before')) } catch (e) { log(e) }
  const q = count(log, 2); log(await Promise.all([q.next(), q.next(), q.next(), q.next()]))
  const o = { async *gen() { yield 1 } }, a = async function* named() { yield named.name }
  log(o.gen, a, await o.gen().next(), await a().next(), Object.prototype.toString.call(o.gen()), o.gen()[Symbol.asyncIterator]() !== undefined)
  for await (const x of outer(log)) { if (x === 7) break }
  async function* bad() { yield 1; throw new Error('bad') }
  try { for await (const x of bad()) log(x) } catch (e) { log(e) }
  async function* none() {} for await (const x of none()) log('never')
  const early = (async function* () { try { yield 1 } finally { return 'over' } })(); await early.next(); log(await early.return('x'))
  async function* rejects() { try { yield Promise.reject(new Error('y')) } catch (e) { yield e.message } }
  for await (const x of rejects()) log(x)
  const boom = () => { throw new Error('sync') }; async function* params(a = boom()) {} try { params() } catch (e) { log('at once', e) }
}`,
  'using and await using': `const res = (log, name, fail) => ({ name, [Symbol.dispose]() { log('dispose', name); if (fail) throw new Error('d' + name) } })
const ares = (log, name, fail) => ({ name, async [Symbol.asyncDispose]() { log('adispose', name); await 0; log('adisposed', name); if (fail) throw new Error('ad' + name) } })
function sync(log) { using a = res(log, 'a'), b = res(log, 'b'); log(a.name + b.name); return 'sync' }
async function f(log) { log('f'); return 'f' }
async function tail(log) { using a = res(log, 't'); return f(log) }
async function both(log) { await using a = ares(log, 'x'); using b = res(log, 'y'); await using c = null; using d = undefined; log(a.name, b.name, c, d); return await f(log) }
export async function main(log) {
  log(sync(log), await tail(log), await both(log))
  for (using r of [res(log, '1'), res(log, '2')]) { log(r.name); if (r.name === '1') continue; break }
  for (await using r of [ares(log, '3'), res(log, '4')]) log(r.name)
  try { using a = res(log, 'e'); throw new Error('body') } catch (e) { log(e) }
  try { using a = res(log, 'e', true); log('in') } catch (e) { log(e) }
  try { using a = res(log, 'e', true); using b = res(log, 'g', true); throw new Error('b') } catch (e) { log(e.name, e.error.message, e.suppressed.error.message, e.suppressed.suppressed.message) }
  try { using a = {}; log('no') } catch (e) { log(e.name) }
  try { await using a = ares(log, 'h', true); log('in') } catch (e) { log(e) }
  { using a = res(log, 'blk'); function inner() { return a.name } log(inner()) }
  const arrow = async () => { await using z = ares(log, 'z'); return z.name }; log(await arrow())
}`,
  'awaits in tagged templates and new': `async function f(x) { return x }
class A { constructor(...xs) { this.xs = xs } }
export async function main(log) { log((await f(String.raw))\`a\${await f(1)}b\`, new A(await f(1), ...await f([2])).xs, new (await f(A))(3).xs); log(await f\`\${1}\`) }`,
  'tail calls of a function by itself': `async function sum(n, acc = 0) { return n === 0 ? acc : sum(n - 1, acc + n) }
async function loop(n, acc, log) { if (n === 0) return acc; switch (n % 3) { case 0: return loop(n - 1, acc + 1, log); case 1: { for (;;) { if (n) { await 0; return await loop(n - 1, acc + 2, log) } } } default: return loop(n - 1, acc) } }
async function swap(a, b, n) { const c = await a; let d; if (n === 1) d = c; if (n) return swap(b, a, n - 1); return [a, b, c, d] }
async function captured(n, fs) { fs.push(() => n); if (n) return captured(n - 1, fs); return fs.map((f) => f()) }
async function locals(n, fs) { const k = n * 2; let m = k; function inner() { return [k, m++] } fs.push(inner); if (n) return locals(n - 1, fs); return fs.map((f) => f()) }
async function vars(n) { if (n === 2) { var v = 'set' } if (n) return vars(n - 1); return v }
async function fewer(a, b) { if (a) return fewer(a - 1); return b }
async function more(a, log) { if (a) return more(a - 1, log, log('extra', a)); return 'more' }
const arrow = async (n, self) => { if (n) return arrow(n - 1, self); return 'arrow' }
const named = async function me(n) { if (n > 5) return me(n - 1); return n }
async function inTry(n) { try { if (n) return inTry(n - 1); return 'bottom' } finally { await 0 } }
async function closes(n, log) { try { if (n) return closes(n - 1, log); return 'closed' } finally { log('finally', n) } }
async function shadow(n) { { const shadow = async (x) => 'shadowed' + x; if (n) return shadow(n) } }
class C { async m(n) { return n ? this.m(n - 1) : this.constructor.name } }
async function mutual(n) { if (n) return other(n); return 'mutual' } async function other(n) { return mutual(n - 1) }
async function thisless(n) { if (n) return thisless.call('t', n - 1); return this }
async function noargs() { if (counter++ < 3) return noargs(); return counter } let counter = 0
export async function main(log) {
  log(await sum(50), await loop(20, 0, log), await swap(1, 2, 3), await captured(3, []), await locals(2, []), await vars(3), await fewer(2, 'b'), await more(2, log))
  log(await arrow(3), await named(9), await inTry(3), await closes(3, log), await shadow(1), await new C().m(3), await mutual(3), await thisless(1), await noargs())
}`,
  'optional calls that are awaited or returned': `class C { v = 1; async m(...xs) { return [this.v, ...xs] } #p = async (x) => x; async viaPrivate(o) { return o?.#p(7) } o = null }
const f = async (x) => 'f' + x
const a = async (o, x) => o?.m(x), b = async (o) => await o?.m(await f(1), 2), c = async (g) => g?.(3), d = async (g) => { const r = await g?.(await f(4)); return r }
const e = async (o) => { return await (o?.m()) }, h = async (o) => o?.o?.m(1) ?? 'none', i = async (o) => o?.['m'](5), j = async (o) => (o?.m)(6), k = async (get) => get()?.m(8), l = async (get) => (await get())?.m(await get()?.m(9))
export async function main(log) {
  const o = new C()
  for (const x of [o, null, undefined]) { log(await a(x, 0), await b(x), await e(x), await h(x), await i(x), await k(() => x), await l(() => x), await o.viaPrivate(x)); try { log(await j(x)) } catch (err) { log(err.name) } }
  log(await c(f), await c(null), await d(f), await d())
  const order = []; const get = () => { order.push('get'); return null }; log(await get()?.m(order.push('arg')), order)
  try { await a({}, 1) } catch (err) { log(err.name) }
}`,
  'computed keys name their functions': `const sym = Symbol('desc')
let n = 0
const o = { a: 1, [\`k\${n++}\`]: async (x) => x, [(n++, sym)]: async function (x, y) { return this === o }, [n++ + 'z']: async () => n, ['lit']: async () => {}, [{ toString() { return 'obj' } }]: async () => 'o', ...{ b: 2 }, [\`m\${n}\`]: (async () => {}) }
function outer() { return { [\`in\${n}\`]: async () => [this.v, arguments.length], args: (async () => ({ arguments }).arguments.length) } }
export async function main(log) { log(Object.keys(o), o.k0, o[sym], o['2z'], o.lit, o.obj, await o.k0(1), await o[sym](), await o.obj(), n); const q = outer.call({ v: 'v' }, 1, 2); log(await q.in3(), await q.args()) }`,
  'super assigned and updated in async functions': `const tag = (log, name) => (log('key', name), { toString() { return name } })
class A { get x() { return this.v } set x(value) { this.v = value } t(strings, ...values) { return [this.v, strings.join('|'), values] } }
class B extends A {
  async m(log) {
    super.x = 1; super.x += await 2; log(super.x, super.x++, ++super.x, super.x--, --super.x)
    super.x **= 2; super.x <<= await 1; super[tag(log, 'x')] -= await tag(log, 4); log(super.x)
    super.x &&= await 7; super.x ||= log('never'); super.x ??= log('never'); log(super.x)
    super.x = null; super['x'] ??= await 5; super[await tag(log, 'x')] ||= log('never'); super[tag(log, 'x')] &&= (await 1, 8); log(super.x, super[tag(log, 'x')]++)
    const arrow = (k) => { super[tag(log, 'x')] += k; super.x += (k, 1); super[tag(log, 'x')] ??= log('never'); return super.x++ }
    log(arrow(10), super.x, [1].map((one) => super[tag(log, 'x')] *= one + 1))
    ;[super.x, ...super[tag(log, 'y')]] = [await 3, 4]; log(this.v, this.y)
    ;({ a: super.x, b: (super.z) = await 9, ...super.rest } = { a: 5, c: 6 }); log(this.v, this.z, this.rest)
    for (super.x of [1, await 2]) log(super.x)
    for (super[tag(log, 'k')] in { p: 1 }) log(this.k)
    for await (super.x of [3]) log(super.x)
    super.x = 10n; log(super.x++, super.x, -super.x)
    return super.t\`a\${await 1}b\${super.x}c\`
  }
  static async s() { super.n = 1; super.n += await 1; return super.n++ + this.n }
}
export async function main(log) { log(await new B().m(log), await B.s()) }`,
  'using in heads and everywhere': `const res = (log, name, fail) => ({ name, [Symbol.dispose]() { log('dispose', name); if (fail) throw new Error('d' + name) } })
const ares = (log, name) => ({ name, async [Symbol.asyncDispose]() { await 0; log('adisposed', name) } })
async function* items(log) { try { yield res(log, 'i1'); yield res(log, 'i2') } finally { log('closed') } }
function plain(log) { for (using r = res(log, 'p'), q = res(log, 'q'); ;) { log(r.name + q.name); break } return 'plain' }
export async function main(log) {
  log(plain(log))
  outer: for (await using r = ares(log, 'h'); ;) { for (let i = 0; i < 3; i++) { if (i === 1) continue outer; if (i === 2 || r.seen) break outer; log(i); r.seen = true } }
  for await (using r of items(log)) { log(r.name) }
  one: for await (await using r of items(log)) { log(r.name); if (r.name === 'i1') continue one; break one }
  try { for await (using r of [res(log, 'bad', true)]) { log('in') } } catch (e) { log(e) }
  try { for (using r = res(log, 'bad2', true); ;) { throw new Error('thrown') } } catch (e) { log(e.name, e.error.message, e.suppressed.message) }
}`,
}
