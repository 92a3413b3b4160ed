import { asyncGeneratorText, delegateText } from './async-generators.ts'
import type { Names } from './names.ts'

/** Text of the small functions that compiled code may need, each with the ones it builds on. */
const HELPERS: Readonly<Record<string, { readonly needs: readonly HelperName[]; readonly text: (names: Names) => string }>> = {
  defaultOf: {
    needs: [],
    text: (names) => `const ${names.of('defaultOf')} = (m) => m != null && m[Symbol.toStringTag] === 'Module' ? m.default : m;`,
  },
  namespaceOf: {
    needs: [],
    text: (names) =>
      `const ${names.of('namespaceOf')} = (m) => m != null && m[Symbol.toStringTag] === 'Module' ? m : Object.assign({ __proto__: null }, m, { default: m });`,
  },
  // `export *` of what tells its names only when it is there. A name that two of them have is none, unless it means the same.
  withStars: {
    needs: [],
    text: (names) =>
      `const ${names.of('withStars')} = (own, sources, known) => { const found = new Map(); for (const name of known) { let same = true; try { same = sources.every((source) => !(name in source) || source[name] === own[name]); } catch { same = false; } if (!same) delete own[name]; } for (const source of sources) for (const name of Object.keys(source)) if (name !== 'default' && !(name in own) && !known.includes(name)) { const other = found.get(name); if (other === undefined) found.set(name, source); else if (other[name] !== source[name]) found.set(name, null); } for (const [name, source] of found) if (source !== null) Object.defineProperty(own, name, { get: () => source[name], enumerable: true, configurable: true }); return own; };`,
  },
  fail: { needs: [], text: (names) => `function* ${names.of('fail')}(e) { throw e }` },
  // What a plain generator goes on with.
  resumed: {
    needs: [],
    text: (names) => {
      const c = names.of('c')
      return `const ${names.of('resumed')} = (v) => { if (--${c}.r < 0) ${names.of('s')}.check(${c}); return v };`
    },
  },
  // A property under a computed key, whose function is named by it.
  keyed: {
    needs: [],
    text: (names) =>
      `const ${names.of('keyed')} = (k, make) => { const key = typeof k === 'symbol' ? k : \`\${k}\`; return { [key]: make(key) }; };`,
  },
  isObject: {
    needs: [],
    text: (names) =>
      `const ${names.of('isObject')} = (r) => { if (Object(r) !== r) throw new TypeError('Iterator result ' + String(r) + ' is not an object'); return r };`,
  },
  // ECMAScript's GetIterator(async) and %AsyncFromSyncIteratorPrototype%; `i` is the iterator, `n` its next method.
  asyncIterator: {
    needs: ['isObject'],
    text: (names) =>
      `const ${names.of('asyncIterator')} = (o) => { const m = o[Symbol.asyncIterator]; if (m != null) { const i = m.call(o); if (Object(i) !== i) throw new TypeError('Result of the Symbol.asyncIterator method is not an object'); return { i, n: i.next }; } const s = o[Symbol.iterator](); if (Object(s) !== s) throw new TypeError('Result of the Symbol.iterator method is not an object'); const next = s.next; const settle = async (r, close) => { const done = r.done; let value = r.value; try { value = await value; } catch (e) { if (close && !done) s.return?.(); throw e; } return { value, done }; }; const given = async (r) => r; const failed = async (e) => { throw e; }; const i = { next(...v) { try { return settle(${names.of('isObject')}(next.apply(s, v)), true); } catch (e) { return failed(e); } }, return(...v) { try { const f = s.return; return f == null ? given({ value: v[0], done: true }) : settle(${names.of('isObject')}(f.apply(s, v)), false); } catch (e) { return failed(e); } }, throw(...e) { try { const f = s.throw; if (f == null) { s.return?.(); throw new TypeError('The iterator does not provide a throw method'); } return settle(${names.of('isObject')}(f.apply(s, e)), true); } catch (e) { return failed(e); } } }; return { i, n: i.next }; };`,
  },
  asyncGenerator: { needs: ['isObject'], text: asyncGeneratorText },
  delegate: { needs: ['isObject', 'asyncIterator', 'asyncGenerator'], text: delegateText },
  // What a block with `using` disposes of at its end, last first.
  disposables: {
    needs: [],
    text: (names) => {
      const s = names.of('s')
      return `class ${names.of('Disposables')} { #stack = []; #failed = false; #error; add(value) { if (value == null) return value; return this.#push(value, value[Symbol.dispose], false); } addAsync(value) { if (value == null) { this.#stack.push({ value, method: () => {}, awaited: true }); return value; } const method = value[Symbol.asyncDispose]; if (method != null) return this.#push(value, method, true); const plain = value[Symbol.dispose]; return this.#push(value, typeof plain === 'function' ? function () { plain.call(this); } : plain, true); } #push(value, method, awaited) { if (Object(value) !== value || typeof method !== 'function') throw new TypeError('The value of a \`using\` declaration is not disposable'); this.#stack.push({ value, method, awaited }); return value; } fail(error) { this.#failed = true; this.#error = error; } #caught(error) { if (this.#failed && this.#error === ${s}.exit) return; this.#error = this.#failed && error !== ${s}.exit ? new SuppressedError(error, this.#error) : error; this.#failed = true; } dispose() { for (let item; (item = this.#stack.pop()); ) { try { item.method.call(item.value); } catch (error) { this.#caught(error); } } if (this.#failed) throw this.#error; } *disposeAsync() { for (let item; (item = this.#stack.pop()); ) { try { const result = item.method.call(item.value); if (item.awaited) yield result; } catch (error) { this.#caught(error); } } if (this.#failed) throw this.#error; } } const ${names.of('disposables')} = () => new ${names.of('Disposables')}();`
    },
  },
}

export type HelperName =
  | 'defaultOf'
  | 'namespaceOf'
  | 'fail'
  | 'withStars'
  | 'isObject'
  | 'resumed'
  | 'asyncIterator'
  | 'asyncGenerator'
  | 'delegate'
  | 'disposables'
  | 'keyed'

/** The helpers that one module uses. */
export class Helpers {
  readonly #names: Names
  readonly #used = new Set<HelperName>()

  constructor(names: Names) {
    this.#names = names
  }

  /** The helper's name; its text becomes part of the prelude. */
  use(name: HelperName): string {
    for (const needed of HELPERS[name]?.needs ?? []) this.use(needed)
    this.#used.add(name)
    return this.#names.of(name)
  }

  /** A helper with native `await`s, which call what they find at a sync iterator, or with promises that no strand owns. */
  get usesNativeAsync(): boolean {
    return this.#used.has('asyncIterator') || this.#used.has('asyncGenerator')
  }

  text(): string {
    return [...this.#used].map((name) => HELPERS[name]?.text(this.#names) ?? '').join(' ')
  }
}
