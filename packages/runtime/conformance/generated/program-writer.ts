/** Chooses: a whole number from 0 to `below - 1`. */
export type Choose = (below: number) => number

export interface ProgramShape {
  /** With strands, microtasks and stored promises; otherwise one thread of control. */
  readonly concurrent: boolean
}

type FunctionKind = 'async' | 'plain' | 'asyncGenerator' | 'generator'

interface Callable {
  readonly kind: FunctionKind
  /** Text that stands before the arguments. */
  readonly callee: string
}

interface Place {
  readonly kind: FunctionKind
  /** Names that can be read; `assignable` are those that may be written, too. */
  readonly names: readonly string[]
  readonly assignable: readonly string[]
  readonly loops: readonly string[]
  readonly blocks: readonly string[]
  readonly inLoop: boolean
  readonly inBreakable: boolean
  /** Inside a statement that leaves something to do after a `return`: no tail calls, which take fewer microtasks than JavaScript's. */
  readonly guarded: boolean
  readonly depth: number
}

const DEPTH_MAX = 4

/** What every program begins with: effects in order, each with the number of microtasks that went by, and a budget of calls. */
const HEAD = `export const effects = []
let ticks = 0, fuel = FUEL
class Own extends Error {}
const fail = (n) => { throw new Own('e' + n) }
const show = (v) => v instanceof Own ? 'Own ' + v.message : v instanceof SuppressedError ? 'Suppressed(' + show(v.error) + ', ' + show(v.suppressed) + ')' : v instanceof AggregateError ? 'Aggregate(' + v.errors.map(show) + ')' : v instanceof Error ? v.name : typeof v === 'function' ? 'function' : v instanceof Promise ? 'promise' : Array.isArray(v) ? '[' + v.map(show) + ']' : Object(v) === v ? '{' + Object.keys(v).map((k) => k + ':' + show(v[k])) + '}' : String(v)
const log = (...values) => { if (effects.length < 2000) effects.push(ticks + ' ' + values.map(show).join(' ')) }
const hold = (p) => (p.catch(() => {}), p)
const later = (n) => { let p = Promise.resolve(n); for (let i = 0; i < n % 5; i++) p = p.then((v) => v); return p }
const thenable = (n) => ({ then(resolve, reject) { n % 4 === 3 ? reject(new Own('t' + n)) : resolve(n) } })
const res = (n) => ({ n, [Symbol.dispose]() { log('dispose', n); if (n % 5 === 4) fail(n) } })
const ares = (n) => ({ n, async [Symbol.asyncDispose]() { log('adispose', n); await later(n); if (n % 5 === 4) fail(n) } })
const tick = () => { if (++ticks < 500) Promise.resolve().then(tick) }
const fns = []
`

/** Writes one program that always ends, from choices alone: the same choices give the same text. */
export class ProgramWriter {
  readonly #choose: Choose
  readonly #shape: ProgramShape
  readonly #callables: Callable[] = []
  #serial = 0
  #statements = 0

  constructor(choose: Choose, shape: ProgramShape) {
    this.#choose = choose
    this.#shape = shape
  }

  write(): string {
    const kinds = Array.from({ length: 3 + this.#choose(5) }, (_, index) => this.#declare(index))
    const parts = kinds.map(({ kind, form, index }) => this.#function(kind, form, index))
    const body = this.#body(this.#place('async', ['a'], ['a']))
    const ticking = this.#shape.concurrent ? 'tick()' : ''
    const waits = this.#shape.concurrent ? 'for (let i = 0; i < 120; i++) await null' : ''
    return `${HEAD.replace('FUEL', String(10 + this.#choose(40)))}${parts.join('\n')}
async function body(a) {\n${body}\n}
export async function main() {
  ${ticking}
  try { log('returned', await body(1)) } catch (e) { log('threw', e) }
  ${waits}
  log('end')
}
`
  }

  #one<T>(options: readonly T[]): T {
    return options[this.#choose(options.length)] as T
  }

  #fresh(word: string): string {
    return `${word}${++this.#serial}`
  }

  #declare(index: number): { kind: FunctionKind; form: number; index: number } {
    const kind = this.#one(['async', 'async', 'async', 'plain', 'asyncGenerator', 'generator'] as const)
    const form = this.#choose(6)
    const callee = [`f${index}`, `f${index}`, `o${index}.m`, `new C${index}(${index}).m`, `C${index}.m`, `o${index}?.m`][form] as string
    this.#callables.push({ kind, callee })
    return { kind, form, index }
  }

  #function(kind: FunctionKind, form: number, index: number): string {
    const [params, names] = this.#params()
    const isAsync = kind === 'async' || kind === 'asyncGenerator'
    const star = kind === 'generator' || kind === 'asyncGenerator' ? '*' : ''
    const prefix = isAsync ? 'async ' : ''
    const inner = this.#body(this.#place(kind, names, names))
    const block = `{ if (--fuel < 0) return 0\n${inner}\n}`
    switch (form) {
      case 0:
        return `${prefix}function${star} f${index}(${params}) ${block}`
      case 1:
        return star === ''
          ? `const f${index} = ${prefix}(${params}) => ${block}`
          : `const f${index} = ${prefix}function${star} (${params}) ${block}`
      case 2:
      case 5:
        return `const o${index} = { k: ${index}, ${prefix}${star}m(${params}) ${block} }`
      case 3:
        return `class C${index} { constructor(k) { this.k = k } ${prefix}${star}m(${params}) ${block} }`
      default:
        return `class C${index} { static k = ${index}; static ${prefix}${star}m(${params}) ${block} }`
    }
  }

  #params(): [text: string, names: string[]] {
    switch (this.#choose(5)) {
      case 0:
        return ['a', ['a']]
      case 1:
        return [`a, b = ${this.#choose(2) === 0 ? 'a' : 2}`, ['a', 'b']]
      case 2:
        return ['{ a = 1, b } = {}', ['a', 'b']]
      case 3:
        return ['a, ...b', ['a', 'b']]
      default:
        return ['[a, b = 3] = []', ['a', 'b']]
    }
  }

  #place(kind: FunctionKind, names: readonly string[], assignable: readonly string[]): Place {
    return { kind, names, assignable, loops: [], blocks: [], inLoop: false, inBreakable: false, guarded: false, depth: 0 }
  }

  /** Statements; each may bring names for those after it. */
  #body(place: Place): string {
    const lines: string[] = []
    let here = place
    const count = 1 + this.#choose(place.depth === 0 ? 5 : 3)
    for (let i = 0; i < count; i++) {
      const [line, names, assignable = names] = this.#statement(here)
      lines.push(line)
      here = { ...here, names: [...here.names, ...names], assignable: [...here.assignable, ...assignable] }
    }
    if (place.depth === 0 && this.#choose(3) > 0) lines.push(this.#return(here))
    return lines.join('\n')
  }

  #nested(place: Place, more: Partial<Place> = {}): string {
    return `{ ${this.#body({ ...place, depth: place.depth + 1, ...more })} }`
  }

  #canAwait(place: Place): boolean {
    return place.kind === 'async' || place.kind === 'asyncGenerator'
  }

  #statement(place: Place): [line: string, names: readonly string[], assignable?: readonly string[]] {
    this.#statements++
    const simple = place.depth >= DEPTH_MAX || this.#statements > 60
    const choice = this.#choose(simple ? 7 : 20)
    switch (choice) {
      case 0:
      case 1:
        return [`log('${this.#fresh('l')}', ${this.#value(place)})`, []]
      case 2: {
        const name = this.#fresh('v')
        return [`${this.#one(['let', 'const', 'var'])} ${name} = ${this.#value(place)}`, [name], []]
      }
      case 3: {
        const [x, y] = [this.#fresh('v'), this.#fresh('v')]
        const source = this.#one([
          `const [${x} = ${this.#value(place)}, ${y}] = [${this.#one(['', '1'])}, ${this.#value(place)}]`,
          `let { ${x} = ${this.#value(place)}, ...${y} } = { p: ${this.#value(place)}, q: 2 }`,
          `let ${x}, ${y}; [${x}, ${y} = ${this.#value(place)}] = [${this.#value(place)}]`,
        ])
        return [source, [x, y], []]
      }
      case 4: {
        const target = place.assignable.length > 0 ? this.#one(place.assignable) : undefined
        if (target === undefined) return [`log('none')`, []]
        return [`${target} ${this.#one(['=', '+=', '??='])} ${this.#value(place)}`, []]
      }
      case 5:
        return [this.#leave(place), []]
      case 6:
        return [this.#concurrent(place), []]
      case 7:
        return [`if (${this.#value(place)}) ${this.#nested(place)}${this.#choose(2) === 0 ? ` else ${this.#nested(place)}` : ''}`, []]
      case 8:
      case 9:
        return [this.#loop(place), []]
      case 10:
      case 11:
      case 12:
        return [this.#try(place), []]
      case 13: {
        const label = this.#fresh('L')
        return [`${label}: ${this.#nested(place, { blocks: [...place.blocks, label] })}`, []]
      }
      case 14:
        return [
          `switch (${this.#value(place)}) { case 1: ${this.#body({ ...place, depth: place.depth + 1, inBreakable: true })}\n case ${this.#value(place)}: log('case'); break; default: ${this.#body({ ...place, depth: place.depth + 1, inBreakable: true })}\n }`,
          [],
        ]
      case 15:
        return [this.#using(place), []]
      case 16: {
        const name = this.#fresh('g')
        const kind = this.#one(['async', 'plain'] as const)
        this.#callables.push({ kind: 'plain', callee: '(() => 0)' })
        const inner = this.#nested({ ...this.#place(kind, [...place.names, 'q'], ['q']), depth: place.depth + 1 })
        const text = `const ${name} = ${kind === 'async' ? 'async ' : ''}(q) => { if (--fuel < 0) return 0; ${inner.slice(1)}`
        const use =
          kind === 'async'
            ? this.#canAwait(place)
              ? `log(await ${name}(1))`
              : this.#shape.concurrent
                ? `hold(${name}(2))`
                : `log(${name})`
            : `log(${name}(3))`
        return [`${text}\n${use}`, []]
      }
      case 17:
        return [
          `fns.push(${this.#one(['', 'async '])}() => [${place.names.slice(-3).join(', ')}]); if (fns.length > 3) { const f = fns.shift(); log('kept', ${this.#canAwait(place) ? 'await ' : ''}f()) }`,
          [],
        ]
      case 18:
        return [this.#iterate(place), []]
      default:
        return [this.#yield(place) ?? `log('${this.#fresh('l')}', ${this.#value(place)})`, []]
    }
  }

  #return(place: Place): string {
    if (place.kind !== 'async') return `return ${this.#value(place)}`
    if (this.#shape.concurrent && !place.guarded) {
      const name = this.#fresh('r')
      return `const ${name} = ${this.#value(place)}; return ${name}`
    }
    const started = this.#call('async', place)
    // What it leaves to do may wait: a call that nobody awaits before would go on beside it.
    const call = place.guarded && !this.#shape.concurrent ? `await ${started}` : started
    return this.#one([
      `return ${this.#value(place)}`,
      `return ${call}`,
      `return await ${started}`,
      `return ${this.#value(place)} ? ${call} : await ${this.#call('async', place)}`,
      `return (log('r'), ${call})`,
      `return ${this.#value(place)} || ${call}`,
    ])
  }

  /** `return`, `throw`, `break` or `continue`, most under a condition. */
  #leave(place: Place): string {
    const ways = [this.#return(place), `throw new Own('${this.#fresh('x')}')`]
    if (place.inLoop) ways.push('continue', 'break')
    if (place.inBreakable) ways.push('break')
    for (const label of place.loops) ways.push(`continue ${label}`, `break ${label}`)
    for (const label of place.blocks) ways.push(`break ${label}`)
    const way = this.#one(ways)
    return this.#choose(4) === 0 ? `{ ${way} }` : `if (${this.#value(place)}) { ${way} }`
  }

  #loop(place: Place): string {
    const label = this.#choose(3) === 0 ? this.#fresh('L') : undefined
    const head = label === undefined ? '' : `${label}: `
    const within = (names: readonly string[], guarded = place.guarded): string =>
      this.#nested(place, {
        guarded,
        names: [...place.names, ...names],
        inLoop: true,
        inBreakable: false,
        loops: label === undefined ? place.loops : [...place.loops, label],
      })
    const i = this.#fresh('i')
    const count = 1 + this.#choose(3)
    const kinds = this.#canAwait(place) ? 8 : 5
    switch (this.#choose(kinds)) {
      case 0:
        return `${head}for (let ${i} = 0; ${i} < ${count}; ${i}++) ${within([i])}`
      case 1:
        return `${head}for (const ${i} of [${this.#value(place)}, ${this.#value(place)}]) ${within([i], true)}`
      case 2:
        return `${head}for (const ${i} in { x: 1, y: 2 }) ${within([i])}`
      case 3:
        return `{ let ${i} = 0; ${head}while (${i}++ < ${count}) ${within([])} }`
      case 4:
        return `{ let ${i} = 0; ${head}do ${within([])} while (++${i} < ${count}) }`
      case 5:
        return `${head}for await (const ${i} of ${this.#asyncIterable(place)}) ${within([i], true)}`
      case 6:
        return `${head}for await (const ${i} of [${this.#shape.concurrent ? `hold(${this.#safeCall('async')})` : 'later(2)'}, later(${this.#choose(5)}), 3]) ${within([i], true)}`
      default:
        return `${head}for (const [${i} = ${this.#value(place)}] of [[1], []]) ${within([i], true)}`
    }
  }

  #asyncIterable(place: Place): string {
    const generators = this.#callables.filter(({ kind }) => kind === 'asyncGenerator' || kind === 'generator')
    return generators.length === 0 ? `[1, later(2)]` : `${this.#one(generators).callee}(${this.#value(place)})`
  }

  #try(place: Place): string {
    const guarded = { ...place, guarded: true }
    const body = `try ${this.#nested(guarded)}`
    const e = this.#fresh('e')
    const handler = this.#one([
      ` catch (${e}) ${this.#nested(guarded, { names: [...place.names, e] })}`,
      ` catch ${this.#nested(guarded)}`,
      ` catch ({ message: ${e} = 'none' }) ${this.#nested(guarded, { names: [...place.names, e] })}`,
    ])
    const finalizer = ` finally ${this.#nested(guarded)}`
    return this.#one([body + handler, body + finalizer, body + handler + finalizer])
  }

  #using(place: Place): string {
    const [x, y] = [this.#fresh('u'), this.#fresh('u')]
    const n = this.#choose(6)
    const body = this.#nested(place, { guarded: true })
    if (!this.#canAwait(place) || this.#choose(2) === 0)
      return `{ using ${x} = res(${n}), ${y} = ${this.#one(['null', 'res(7)'])}; ${body.slice(1)}`
    return `{ await using ${x} = ares(${n}); using ${y} = res(${this.#choose(6)}); ${body.slice(1)}`
  }

  /** Drives an async generator by hand. */
  #iterate(place: Place): string {
    const generators = this.#callables.filter(({ kind }) => kind === 'asyncGenerator')
    if (generators.length === 0 || !this.#canAwait(place)) return `log('none')`
    const g = this.#fresh('g')
    const step = (): string =>
      this.#one([`${g}.next(${this.#simple(place)})`, `${g}.next()`, `${g}.return(${this.#simple(place)})`, `${g}.throw(new Own('into'))`])
    const begun = `const ${g} = ${this.#one(generators).callee}(${this.#simple(place)})`
    if (this.#shape.concurrent && this.#choose(2) === 0)
      return `{ ${begun}; const all = [hold(${g}.next()), hold(${step()}), hold(${step()})]; for (const p of all) { try { log('step', await p) } catch (e) { log('step failed', e) } } }`
    return `{ ${begun}; try { log('step', await ${step()}); log('step', await ${step()}) } catch (e) { log('step failed', e) } log('last', await ${g}.next()) }`
  }

  #yield(place: Place): string | undefined {
    if (place.kind !== 'asyncGenerator' && place.kind !== 'generator') return undefined
    const generators = this.#callables.filter(
      ({ kind }) => kind === 'generator' || (kind === 'asyncGenerator' && place.kind === 'asyncGenerator'),
    )
    if (generators.length > 0 && this.#choose(4) === 0)
      return `log('delegated', yield* ${this.#one(generators).callee}(${this.#simple(place)}))`
    return this.#choose(2) === 0 ? `yield ${this.#value(place)}` : `log('sent', yield ${this.#value(place)})`
  }

  /** What goes on beside the statement after it. */
  #concurrent(place: Place): string {
    if (!this.#shape.concurrent) return `log('${this.#fresh('l')}', ${this.#value(place)})`
    const id = this.#fresh('s')
    const call = this.#safeCall('async')
    const ways = [
      `${call}.then((v) => log('${id} done', v), (e) => log('${id} failed', e))`,
      `queueMicrotask(() => log('${id} microtask'))`,
      `Promise.resolve().then(() => log('${id} then')).finally(() => log('${id} finally'))`,
      `hold((async () => { log('${id} begins'); await ${this.#one(['null', 'later(2)', call])}; log('${id} goes on') })())`,
    ]
    if (this.#canAwait(place))
      ways.push(
        `{ const p = hold(${call}); log('${id} stored'); try { log('${id}', await p) } catch (e) { log('${id} failed', e) } }`,
        `try { log('${id} all', await Promise.all([${call}, ${this.#safeCall('async')}, 3])) } catch (e) { log('${id} all failed', e) }`,
        `try { log('${id} race', await Promise.race([${call}, later(${this.#choose(5)}), ${this.#safeCall('async')}])) } catch (e) { log('${id} race failed', e) }`,
        `log('${id} settled', (await Promise.allSettled([${call}, ${call}])).map((s) => s.status))`,
        `log('${id} mapped', await Promise.all([1, 2].map(async (x) => { await later(x); return x * 2 })))`,
        `await null`,
      )
    return this.#one(ways)
  }

  /** A value that a name or a literal gives: reading it does nothing. */
  #simple(place: Place): string {
    return place.names.length > 0 && this.#choose(2) === 0 ? this.#one(place.names) : String(this.#choose(4))
  }

  #call(kind: FunctionKind, place: Place): string {
    const known = this.#callables.filter((entry) => entry.kind === kind)
    if (known.length === 0) return kind === 'async' ? 'later(1)' : '1'
    return `${this.#one(known).callee}(${this.#choose(3) === 0 ? this.#value(place) : this.#simple(place)})`
  }

  /** A call whose arguments cannot throw: the promise is in somebody's hands in any case. */
  #safeCall(kind: FunctionKind): string {
    const known = this.#callables.filter((entry) => entry.kind === kind && !entry.callee.includes('?'))
    return known.length === 0 ? `later(${this.#choose(5)})` : `${this.#one(known).callee}(${this.#choose(4)})`
  }

  #value(place: Place): string {
    const depth = place.depth + 1
    const inner = { ...place, depth }
    if (depth > DEPTH_MAX + 1) return this.#simple(place)
    const choice = this.#choose(this.#canAwait(place) ? 17 : 8)
    switch (choice) {
      case 0:
      case 1:
        return this.#simple(place)
      case 2:
        return `(${this.#value(inner)} ${this.#one(['+', '&&', '||', '??', ',', '==='])} ${this.#value(inner).replace(/^\((.*)\)$/s, '($1)')})`.replace(
          / (&&|\|\||\?\?) /g,
          ' $1 ',
        )
      case 3:
        return `[${this.#value(inner)}, ...[${this.#value(inner)}]]`
      case 4:
        return this.#call('plain', inner)
      case 5:
        return `(${this.#value(inner)} ? ${this.#value(inner)} : ${this.#value(inner)})`
      case 6:
        return `\`\${${this.#value(inner)}}\``
      case 7:
        return `{ p: ${this.#value(inner)} }.p`.replace(/^/, '(').replace(/$/, ')')
      case 8:
      case 9:
      case 10:
      case 11:
        return `(await ${this.#call('async', inner)})`
      case 12:
        return `(await ${this.#value(inner)})`
      case 13:
        return `(await ${this.#one([`later(${this.#choose(5)})`, `thenable(${this.#choose(8)})`])})`
      case 14:
        return `(await (async (z) => { ${this.#choose(2) === 0 ? 'await null; ' : ''}return ${this.#one(['z', `[z, ${this.#simple(place)}]`])} })(${this.#value(inner)}))`
      case 15:
        return `(await Promise.all([${this.#safeCall('async')}, ${this.#simple(place)}]))`
      default:
        return `((a, b) => a)(${this.#value(inner)}, await ${this.#call('async', inner)})`
    }
  }
}
