/** Programs about what only a scheduler and JavaScript itself can agree on: microtask order, what an `await` reads, errors of iterators. Each with `main(log)`. */
export const languagePrograms: Readonly<Record<string, string>> = {
  'async functions are known as such': `async function declared() {}
    async function* generator() {}
    export async function main(log) {
      async function inner() {}
      const o = { async m() {}, async *g() {} }
      class C { async m() {} async *g() {} static async s() {} static async #p() {} static p = C.#p }
      for (const f of [declared, generator, inner, async () => 1, async function () {}, async function* () {}, o.m, o.g, declared.bind(null), new C().m, new C().g, C.s, C.p])
        log([f.constructor.name, f[Symbol.toStringTag], Object.prototype.toString.call(f), Object.getPrototypeOf(f) === Object.getPrototypeOf(async () => {})])
      log([f(1), typeof f])
      async function* late() {}
      function f(x) { return x }
    }`,
  'async functions are known as such before the line that declares them, and where that is never reached': `const early = kind(top)
    async function top() {}
    function kind(f) { return f.constructor.name }
export async function main(log) {
      log(early, kind(main), kind(inner), kind(changed), kind(twice))
      changed = 1
      var late = 5
      { log(kind(block)); async function block() {} }
      { using held = { [Symbol.dispose]() { log(kind(holding)) } }; async function* holding() {} }
      switch (1) { case 1: async function one() {} log(kind(one)) }
      log(typeof late, changed, [1].map(plain))
      if (early) return kind(after)
      async function inner() {}
      async function changed() {}
      async function late() {}
      async function twice() {}
      function twice() {}
      function plain() { return kind(deep); async function deep() {} }
      async function* after() {}
    }`,
  'synchronous loops of every form, through more iterations than lie between two checks': `function sum(n, step) { let s = 0; for (let i = 0; i < n; i += 3) s += step(i); return s }
function found(list, x) { for (let i = 0, n = list.length; i < n; i++) { if (list[i] === x) return i } return -1 }
function left(n) { let i = 0; for (;;) if (i++ > n) break
  return i }
function down(n) { let s = ''; for (var i = n; i--;) { if (i % 100 === 0) s += i } return s + i }
function labels(n) { let c = 0; out: for (let i = 0; i < 3; i++) { for (let j = 0; j < n; j++) { c++; if (j === 700) continue out; if (i === 2 && j > 300) break out } } return c }
function alone(n) { let c = 0; one: for (let i = 0; i < n; i++) { c++; if (c > 600) break one } return c }
function tested(n) { let log = 0; let i = 0; while (log++, i < n) i++; return [i, log] }
function thrown(n) { let c = 0; try { while (true) { if (++c > n) throw new Error('at ' + c) } } catch (e) { return e.message } }
function cases(n) { let a = 0; for (let i = 0; i < n; i++) { switch (i % 4) { case 0: a += i; break; case 1: a -= 1; break; default: a ^= i } } return a }
function closures(n) { const fs = []; for (let i = 0; i < n; i++) { if (i % 300 === 0) fs.push(() => i) } return fs.map((f) => f()) }
function own(n) { let s = 0; const i = 7; { for (let i = 0; i < n; i++) { const i2 = i * 2; let n = 1; s += i2 + n } } return s + i }
function assigned(n) { let c = 0; for (let i = 0; i < n; i++) { if (i === 260) i = 500; c++ } return c }
function text(n) { let s = ''; if (n) for (let i = 0; i < n; i++) s += i % 10; else s = 'none'
  return s.length }
function* yields(n) { for (let i = 0; i < n; i++) { if (i % 256 === 255) yield i } }
export async function main(log) {
  for (const n of [0, 1, 254, 255, 256, 257, 511, 512, 513, 1030]) {
    log(sum(n, (i) => i % 7), found(Array.from({ length: n }, (_, i) => i), n - 1), left(n), down(n), labels(n), alone(n), tested(n), thrown(n))
    log(cases(n), closures(n), own(n), assigned(n), text(n), [...yields(n)])
  }
}`,
  'an await takes one microtask also when its callee did not wait': `async function f(x) { return x }
async function fail() { throw new Error('f') }
export async function main(log) {
  const ticks = (name, n) => { let p = Promise.resolve(); for (let i = 1; i <= n; i++) p = p.then(() => log(name, i)) }
  ticks('a', 4); log(await f(1)); log(await f(2)); log(await 3)
  ticks('b', 4); log(await { plain: true }); try { await fail() } catch (e) { log(e.message) }
  for (let n = 0; n < 9; n++) await null
}`,
  'what an async function returns is taken over by its promise two microtasks later': `async function later(p) { return p }
export async function main(log) {
  const ticks = (name, n) => { let p = Promise.resolve(); for (let i = 1; i <= n; i++) p = p.then(() => log(name, i)) }
  ticks('a', 5); log(await later(Promise.resolve('native')))
  ticks('b', 5); log(await later({ then(resolve) { log('then'); resolve('thenable') } }))
  ticks('c', 5); const started = later(Promise.resolve('strand')); started.then((v) => log('observed', v)); log(await started)
  ticks('d', 5); try { await later(Promise.reject(new Error('rejected'))) } catch (e) { log(e.message) }
  for (let n = 0; n < 9; n++) await null
}`,
  'an await reads then once and constructor as JavaScript does': `const thenable = (log, name) => ({ get then() { log('get', name); return (resolve) => { log('call', name); resolve(name) } } })
export async function main(log) {
  log(await thenable(log, 'awaited')); log(await (async () => thenable(log, 'returned'))())
  const p = Promise.resolve('p'); Object.defineProperty(p, 'constructor', { get() { log('constructor'); return Promise } })
  log(await p)
  const q = Promise.resolve('q'); Object.defineProperty(q, 'constructor', { get() { throw new Error('constructor') } })
  try { await q } catch (e) { log(e.message) }
  const broken = { get then() { throw new Error('then') } }
  try { await broken } catch (e) { log(e.message) }
  try { await (async () => broken)() } catch (e) { log('returned', e.message) }
  const fake = Object.create(Promise.prototype)
  try { await fake } catch (e) { log(e.name) }
}`,
  'an await calls no patched then': `export async function main(log) {
  const original = Promise.prototype.then
  const [p, q] = [Promise.resolve(1), (async () => { await null; return 2 })()]
  Promise.prototype.then = function (...args) { if (this === p || this === q) log('patched'); return original.apply(this, args) }
  try { log(await p); log(await q) } finally { Promise.prototype.then = original }
}`,
  'requests to an async generator settle in the order in which they were made': `async function* g(log) { try { log('one'); yield 1; log('two'); yield Promise.resolve(2); yield 3 } finally { log('finally') } }
export async function main(log) {
  const i = g(log)
  const note = (name) => [(r) => log(name, r.value, r.done), (e) => log(name, e.message)]
  i.next().then(...note('a')); i.next().then(...note('b')); i.return('r').then(...note('c')); i.next().then(...note('d')); i.throw(new Error('t')).then(...note('e'))
  for (let n = 0; n < 30; n++) await null
  const j = g(log); const first = await j.next(); j.next().then(...note('f')); j.next().then(...note('g')); log(first.value, (await j.next()).value)
}`,
  'yield* goes on when the inner iterator refuses to return': `function* stubborn(log) { for (;;) try { yield 'inner' } finally { log('closing'); yield 'not yet' } }
async function* outer(log, inner) { try { log('result', yield* inner) } finally { log('outer finally') } }
export async function main(log) {
  const i = outer(log, stubborn(log))
  for (const step of [() => i.next(), () => i.return('r'), () => i.next('n'), () => i.return('s'), () => i.return('t'), () => i.next()]) { const { value, done } = await step(); log(value, done) }
  const values = { [Symbol.asyncIterator]() { return this }, async next() { return { value: 1, done: false } }, async return(v) { return { value: 'returned ' + v, done: true } } }
  const j = outer(log, values); await j.next(); log((await j.return('x')).value)
  const k = outer(log, { [Symbol.iterator]: () => ({ next: () => ({ done: false, value: 1 }) }) }); await k.next(); log((await k.return(Promise.resolve('awaited'))).value)
}`,
  'an iterator result whose value cannot be read ends yield*': `async function* g(log) { try { yield* { [Symbol.asyncIterator]: () => ({ next: () => ({ done: false, get value() { throw new Error('value') } }), throw() { log('never'); return {} } }) } } catch (e) { log(e.message) } }
export async function main(log) { for await (const x of g(log)) log(x) }`,
  'a sync iterator in an async loop gets no argument and rejects in time': `export async function main(log) {
  const ticks = (name, n) => { let p = Promise.resolve(); for (let i = 1; i <= n; i++) p = p.then(() => log(name, i)) }
  let count = 0
  const xs = { [Symbol.iterator]() { return this }, next() { log(arguments.length); return { done: count++ > 1, value: Promise.resolve(count) } }, return() { log('return', arguments.length); return {} } }
  ticks('a', 8); for await (const x of xs) { log(x); if (x === 2) break }
  const broken = Promise.resolve(0); Object.defineProperty(broken, 'constructor', { get() { throw new Error('constructor') } })
  ticks('b', 4); try { for await (const x of [broken]) log(x) } catch (e) { log(e.message) }
  ticks('c', 4); try { for await (const x of { [Symbol.iterator]: () => ({ next() { throw new Error('next') } }) }) log(x) } catch (e) { log(e.message) }
  for (let n = 0; n < 9; n++) await null
}`,
  'an async generator is disposed of by await using': `async function* g(log) { try { yield 1 } finally { log('closed') } }
export async function main(log) {
  { await using i = g(log); log((await i.next()).value) }
  const i = g(log); log(Object.prototype.toString.call(i), typeof i[Symbol.asyncDispose], i[Symbol.asyncIterator]() === i)
}`,
  'a function in a catch pattern does not see what its block declares': `export async function main(log) {
  const x = 'outside'
  try { throw [] } catch ([read = () => x]) { const x = 'inside'; log(read(), x) }
}`,
  'the head of a loop with using has its variable in the dead zone': `export async function main(log) {
  const r = { [Symbol.dispose]() { log('disposed') } }
  { const x = [r]; try { for (using x of x) log('never') } catch (e) { log(e.name) } }
  for (using x of [r, r]) { const same = x === r; log(same); let y = same; { const x = 1; log(x, y) } }
}`,
  'accessors and parameters that TypeScript would refuse': `export async function main(log) {
  class C { get a() { return 1 } get a() { return 2 } set b(v = 5) { log(v) } }
  const c = new C(); c.b = undefined; log(c.a)
  var twice = 1; function twice() {} log(twice)
}`,
  'an async function cannot be constructed': `async function f() {}
async function* g() {}
export async function main(log) { for (const F of [f, g, async () => {}, async function () {}, { async m() {} }.m]) try { new F(); log('made') } catch (e) { log(e instanceof TypeError) } }`,
  'a module may call what it likes as the language calls its own': `class Symbol { constructor(name) { this.name = name } }
const Object = 1, TypeError = 2, String = 3, Promise = 4, Map = 5, SuppressedError = 6
class Named { async #own() { return 1 } async m() { return await this.#own() } }
const Unnamed = class { async x() { return 2 } }
async function* g() { yield* [1, 2] }
async function f() { return 7 }
export async function main(log) {
  for await (const x of g()) log(x)
  for await (const x of [3, f()]) log(x)
  try { for await (const x of 4) log(x) } catch (e) { log(e.name) }
  { using held = { [globalThis.Symbol.dispose]() { log('disposed') } } }
  const keyed = { ['a' + 1]: async () => 6 }
  try { new f() } catch (e) { log(e.name) }
  log(await new Named().m(), await new Unnamed().x(), Unnamed.name, await f(), await keyed.a1(), keyed.a1.name, new Symbol('s').name)
}`,
  'a global Promise that was replaced is not what async generators answer with': `async function* g() { yield 1 }
export async function main(log) {
  const Native = Promise
  globalThis.Promise = class extends Native {}
  try { log(g().next() instanceof globalThis.Promise, (await g().next()).value) } finally { globalThis.Promise = Native }
}`,
  'what is called and no function is named': `export async function main(log) {
  const o = { a: {} }, u = undefined, f = () => 1
  const cases = [
    async () => { await o.missing(1) }, async () => { await o.a.b() }, async () => { await u() }, async () => { await u(f()) }, async () => { return o.missing() },
    async () => { return u(f()) }, async () => { await o['x'](f()) }, async () => { for await (const x of o) log(x) }, async () => { for await (const x of u) log(x) },
    async () => { await o?.missing() }, async () => { await u?.missing() }, async function () { await this.m(f()) }.bind({}),
  ]
  for (const run of cases) try { log(await run()) } catch (e) { log(e) }
}`,
  'a method is called on what it was read from': `export async function main(log) {
  const b = { name: 'b' }, a = { name: 'a', get f() { o = b; return async function () { return this.name } } }
  let o = a
  log(await o.f()); o = a
  const key = { toString() { o = b; return 'f' } }
  log(await o[key]()); o = a
  return o.f()
}`,
}
