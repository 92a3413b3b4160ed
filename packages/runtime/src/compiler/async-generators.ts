import type { Own } from './helpers.ts'
import type { Names } from './names.ts'

/** The prelude stands on one line, so that lines stay as they are. */
function onOneLine(text: string): string {
  return text.replaceAll(/\n\s*/g, ' ').trim()
}

/**
 * Text of async generator objects (ECMAScript's AsyncGenerator) over an inner generator, which yields what it awaits, and `Yielded` for what it yields. Requests are
 * served in order by one strand. While the generator is inside a `yield*` a `return` is handed to that as `Returned`, and comes back so when the inner iterator has
 * returned, too. Its prototype inherits from JavaScript's own, which brings `Symbol.asyncIterator` and `Symbol.asyncDispose`.
 */
export function asyncGeneratorText(names: Names, own: Own): string {
  const [s, c, Yielded, Returned] = [names.of('s'), names.counter, names.of('Yielded'), names.of('Returned')]
  const [Generator, nextOf] = [names.of('AsyncGenerator'), names.of('nextOf')]
  return onOneLine(`
    class ${Yielded} { constructor(v, delegated) { this.v = v; this.delegated = delegated; } }
    class ${Returned} { constructor(v) { this.v = v; } }
    class ${Generator} {
      #d; #inner; #queue = []; #running = false; #started = false; #done = false; #delegated = false; #open;
      constructor(d, inner) { this.#d = d; this.#inner = inner; }
      next(v) { return this.#enter(0, v, ${s}.callee === ${nextOf}); }
      throw(e) { return this.#enter(1, e, false); }
      return(v) { return this.#enter(2, v, false); }
      #enter(kind, v, awaited) {
        if (awaited && !this.#running) { this.#running = true; return ${s}.push(this.#d, this.#awaited(v)); }
        return new ${own('Promise')}((resolve, reject) => { this.#queue.push({ kind, v, resolve, reject }); if (!this.#running) this.#serve(); });
      }
      #serve() { this.#running = true; ${s}.start(this.#d, this.#served()); }
      *#awaited(v) {
        try { return yield* this.#step(0, v); }
        finally { this.#running = false; if (this.#queue.length > 0 && ${s}.ending !== 2) this.#serve(); }
      }
      *#served() {
        try {
          for (let q; (q = this.#queue.shift()); ) {
            try { q.resolve(yield* this.#step(q.kind, q.v)); } catch (e) { if (e === ${s}.exit) throw e; q.reject(e); }
          }
        } finally { this.#running = false; }
      }
      *#step(kind, v) {
        try {
          if (--${c}.r < ${c}.m) yield (${s}.site = this.#open === undefined ? -1 : this.#open.site, ${s}.pause(${c}));
          if (kind !== 0 && (!this.#started || this.#done)) {
            this.#done = true;
            if (kind === 1) throw v;
            return { value: yield v, done: true };
          }
          if (this.#done) return { value: undefined, done: true };
          this.#started = true;
          this.#open = ${s}.began(this.#d, this, this.#open);
          if (kind === 2) { try { v = yield v; } catch (e) { kind = 1; v = e; } }
          for (;;) {
            const r = kind === 0 ? this.#inner.next(v) : kind === 1 ? this.#inner.throw(v)
              : this.#delegated ? this.#inner.next(new ${Returned}(v)) : this.#inner.return(v);
            this.#delegated = false;
            if (r.done) { this.#done = true; ${s}.finished(this.#open); return { value: r.value, done: true }; }
            if (r.value instanceof ${Yielded}) { this.#delegated = r.value.delegated; return { value: r.value.v, done: false }; }
            if (r.value instanceof ${Returned}) { kind = 2; v = r.value.v; continue; }
            this.#open.site = ${s}.site;
            try { v = yield r.value; kind = 0; } catch (e) { kind = 1; v = e; }
          }
        } catch (e) { this.#done = true; ${s}.finished(this.#open); throw e; }
      }
    }
    ${own('Object')}.setPrototypeOf(${Generator}.prototype, ${own('Object')}.getPrototypeOf(${own('Object')}.getPrototypeOf((async function* () {}).prototype)));
    ${own('Object')}.defineProperty(${Generator}.prototype, ${own('Symbol')}.toStringTag, { value: 'AsyncGenerator', configurable: true });
    const ${nextOf} = ${Generator}.prototype.next;
    const ${names.of('asyncGenerator')} = (d, inner) => new ${Generator}(d, inner);`)
}

/** Text of `yield*` in an async generator. */
export function delegateText(names: Names, own: Own): string {
  const [s, isObject, Returned] = [names.of('s'), names.of('isObject'), names.of('Returned')]
  return onOneLine(`
    function* ${names.of('delegate')}(o, site) {
      const { i, n } = ${names.of('asyncIterator')}(o);
      let kind = 0, v;
      for (;;) {
        let r;
        if (kind === 0) r = ${isObject}(yield ${s}.at(site, n.call(i, v)));
        else if (kind === 1) {
          const t = i.throw;
          if (t == null) {
            const c = i.return;
            if (c != null) ${isObject}(yield ${s}.at(site, c.call(i)));
            throw new ${own('TypeError')}('The iterator does not provide a throw method');
          }
          r = ${isObject}(yield ${s}.at(site, t.call(i, v)));
        } else {
          const c = i.return;
          if (c == null) { yield new ${Returned}(yield v); return; }
          r = ${isObject}(yield ${s}.at(site, c.call(i, v)));
          if (r.done) { yield new ${Returned}(r.value); return; }
        }
        if (kind !== 2 && r.done) return r.value;
        const given = r.value;
        try {
          v = yield new ${names.of('Yielded')}(given, true);
          kind = v instanceof ${Returned} ? 2 : 0;
          if (kind === 2) v = v.v;
        } catch (e) { if (e === ${s}.exit) throw e; kind = 1; v = e; }
      }
    }`)
}
