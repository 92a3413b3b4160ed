import type { INTRINSICS } from '../abi.ts'
import { asyncGeneratorText, delegateText } from './async-generators.ts'
import type { Names } from './names.ts'

/** The name by which compiled code reaches an intrinsic, whatever the module calls so. */
export type Own = (word: keyof typeof INTRINSICS) => string

/** Text of the small functions that compiled code may need, each with the ones it builds on. */
const HELPERS: Readonly<Record<string, { readonly needs: readonly HelperName[]; readonly text: (names: Names, own: Own) => string }>> = {
  defaultOf: {
    needs: [],
    text: (names, own) =>
      `const ${names.of('defaultOf')} = (m) => m != null && m[${own('Symbol')}.toStringTag] === 'Module' ? m.default : m;`,
  },
  namespaceOf: {
    needs: [],
    text: (names, own) =>
      `const ${names.of('namespaceOf')} = (m) => m != null && m[${own('Symbol')}.toStringTag] === 'Module' ? m : ${own('Object')}.assign({ __proto__: null }, m, { default: m });`,
  },
  // `export *` of what tells its names only when it is there. A name that two of them have is none, unless it means the same.
  withStars: {
    needs: [],
    text: (names, own) =>
      `const ${names.of('withStars')} = (own, sources, known) => { const found = new ${own('Map')}(); for (const name of known) { let same = true; try { same = sources.every((source) => !(name in source) || source[name] === own[name]); } catch { same = false; } if (!same) delete own[name]; } for (const source of sources) for (const name of ${own('Object')}.keys(source)) if (name !== 'default' && !(name in own) && !known.includes(name)) { const other = found.get(name); if (other === undefined) found.set(name, source); else if (other[name] !== source[name]) found.set(name, null); } for (const [name, source] of found) if (source !== null) ${own('Object')}.defineProperty(own, name, { get: () => source[name], enumerable: true, configurable: true }); return own; };`,
  },
  fail: { needs: [], text: (names) => `function* ${names.of('fail')}(e) { throw e }` },
  // What a plain generator goes on with.
  resumed: {
    needs: [],
    text: (names) => {
      const c = names.counter
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
    text: (names, own) =>
      `const ${names.of('isObject')} = (r) => { if (${own('Object')}(r) !== r) throw new ${own('TypeError')}('Iterator result ' + ${own('String')}(r) + ' is not an object'); return r };`,
  },
  // ECMAScript's GetIterator(async) and %AsyncFromSyncIteratorPrototype%; `i` is the iterator, `n` its next method.
  asyncIterator: {
    needs: ['isObject'],
    text: (names, own) =>
      `const ${names.of('asyncIterator')} = (o, text = 'The value') => { const m = o[${own('Symbol')}.asyncIterator]; if (m != null) { const i = m.call(o); if (${own('Object')}(i) !== i) throw new ${own('TypeError')}('Result of the Symbol.asyncIterator method is not an object'); return { i, n: i.next }; } const f = o[${own('Symbol')}.iterator]; if (typeof f !== 'function') throw new ${own('TypeError')}(text + ' is not async iterable'); const s = f.call(o); if (${own('Object')}(s) !== s) throw new ${own('TypeError')}('Result of the Symbol.iterator method is not an object'); const next = s.next; const settle = async (r, close) => { const done = r.done; let value = r.value; try { value = await value; } catch (e) { if (close && !done) s.return?.(); throw e; } return { value, done }; }; const given = async (r) => r; const failed = async (e) => { throw e; }; const i = { next(...v) { try { return settle(${names.of('isObject')}(next.apply(s, v)), true); } catch (e) { return failed(e); } }, return(...v) { try { const f = s.return; return f == null ? given({ value: v[0], done: true }) : settle(${names.of('isObject')}(f.apply(s, v)), false); } catch (e) { return failed(e); } }, throw(...e) { try { const f = s.throw; if (f == null) { s.return?.(); throw new ${own('TypeError')}('The iterator does not provide a throw method'); } return settle(${names.of('isObject')}(f.apply(s, e)), true); } catch (e) { return failed(e); } } }; return { i, n: i.next }; };`,
  },
  asyncGenerator: { needs: ['isObject'], text: asyncGeneratorText },
  delegate: { needs: ['isObject', 'asyncIterator', 'asyncGenerator'], text: delegateText },
  // What a block with `using` disposes of at its end, last first.
  disposables: {
    needs: [],
    text: (names, own) => {
      const s = names.of('s')
      return `class ${names.of('Disposables')} { #stack = []; #failed = false; #error; add(value) { if (value == null) return value; return this.#push(value, value[${own('Symbol')}.dispose], false); } addAsync(value) { if (value == null) { this.#stack.push({ value, method: () => {}, awaited: true }); return value; } const method = value[${own('Symbol')}.asyncDispose]; if (method != null) return this.#push(value, method, true); const plain = value[${own('Symbol')}.dispose]; return this.#push(value, typeof plain === 'function' ? function () { plain.call(this); } : plain, true); } #push(value, method, awaited) { if (${own('Object')}(value) !== value || typeof method !== 'function') throw new ${own('TypeError')}('The value of a \`using\` declaration is not disposable'); this.#stack.push({ value, method, awaited }); return value; } fail(error) { this.#failed = true; this.#error = error; } #caught(error) { if (this.#failed && this.#error === ${s}.exit) return; this.#error = this.#failed && error !== ${s}.exit ? new ${own('SuppressedError')}(error, this.#error) : error; this.#failed = true; } dispose() { for (let item; (item = this.#stack.pop()); ) { try { item.method.call(item.value); } catch (error) { this.#caught(error); } } if (this.#failed) throw this.#error; } *disposeAsync() { for (let item; (item = this.#stack.pop()); ) { try { const result = item.method.call(item.value); if (item.awaited) yield result; } catch (error) { this.#caught(error); } } if (this.#failed) throw this.#error; } } const ${names.of('disposables')} = () => new ${names.of('Disposables')}();`
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
  readonly #own = new Set<string>()

  constructor(names: Names) {
    this.#names = names
  }

  /** The helper's name; its text becomes part of the prelude. */
  use(name: HelperName): string {
    for (const needed of HELPERS[name]?.needs ?? []) this.use(needed)
    this.#used.add(name)
    return this.#names.of(name)
  }

  /** The name of an intrinsic, declared in the prelude. */
  readonly own: Own = (word) => {
    this.#own.add(word)
    return this.#names.of(word)
  }

  /** A helper with native `await`s, which call what they find at a sync iterator, or with promises that no strand owns. */
  get usesNativeAsync(): boolean {
    return this.#used.has('asyncIterator') || this.#used.has('asyncGenerator')
  }

  text(): string {
    const helpers = [...this.#used].map((name) => HELPERS[name]?.text(this.#names, this.own) ?? '')
    return [...[...this.#own].map((word) => `const ${this.#names.of(word)} = ${this.#names.prefix}.own.${word};`), ...helpers].join(' ')
  }
}
