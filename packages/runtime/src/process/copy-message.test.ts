import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { copyMessage, noticePollution } from './copy-message.ts'
import { MESSAGE_DEPTH_MAX } from './expected-copy.ts'
import { InvalidMessageError } from './process-error.ts'

function refusalOf(value: unknown): InvalidMessageError {
  try {
    copyMessage(value)
  } catch (error) {
    if (error instanceof InvalidMessageError) return error
    throw error
  }
  throw new Error('it was copied')
}

describe('copyMessage', () => {
  const leaf = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.double(),
    fc.boolean(),
    fc.bigInt(),
    fc.constant(null),
    fc.constant(undefined),
    fc.date(),
    fc.uint8Array({ maxLength: 8 }),
    fc.float64Array({ maxLength: 4 }),
    fc.constant(/a+/giu),
  )
  const { message } = fc.letrec<{ message: unknown }>((tie) => ({
    message: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.array(tie('message'), { maxLength: 5 }),
      fc.dictionary(
        fc.oneof(fc.string({ maxLength: 6 }), fc.constant('__proto__'), fc.constant('constructor'), fc.constant('1')),
        tie('message'),
        { maxKeys: 5 },
      ),
      fc.array(fc.tuple(tie('message'), tie('message')), { maxLength: 4 }).map((entries) => new Map(entries)),
      fc.array(tie('message'), { maxLength: 4 }).map((values) => new Set(values)),
      fc.tuple(tie('message'), tie('message')).map(([a, b]) => ({ a, again: a, list: [a, b, b] })),
      fc.string().map((text) => new RangeError(text)),
    ),
  }))

  test('MSG1 copies what structured clone copies, and shares nothing with the original', () => {
    fc.assert(
      fc.property(message, (value) => {
        const copy = copyMessage(value)
        expect(isDeepStrictEqual(copy, structuredClone(value))).toBe(true)
        if (typeof value === 'object' && value !== null) expect(copy).not.toBe(value)
      }),
      { numRuns: 300 },
    )
  })

  test('MSG1 keeps circles and shared parts as they are', () => {
    const part = { n: 1 }
    const circle: Record<string, unknown> = { part, again: part, list: [part] }
    circle['self'] = circle
    const many = Array.from({ length: 40 }, (_, i) => ({ i, part }))
    const copy = copyMessage({ circle, many }) as { circle: any; many: any[] }
    expect(copy.circle.self).toBe(copy.circle)
    expect(copy.circle.part).toBe(copy.circle.list[0])
    expect(copy.circle.part).not.toBe(part)
    expect(new Set(copy.many.map((item) => item.part)).size).toBe(1)
    expect(copy.many[0].part).toBe(copy.circle.part)
  })

  test('MSG1 keeps the other data types of the language', () => {
    const buffer = new ArrayBuffer(8)
    const copy = copyMessage({
      a: new Uint8Array(buffer, 2, 3),
      b: new DataView(buffer),
      c: Buffer.from('hi'),
      d: Object(1n),
      sparse: [1, , 3],
    }) as any
    expect(copy.a.buffer).toBe(copy.b.buffer)
    expect(copy.a.byteOffset).toBe(2)
    expect([...copy.c]).toEqual([104, 105])
    expect(typeof copy.d).toBe('object')
    expect(1 in copy.sparse).toBe(false)
    expect(copy.sparse.length).toBe(3)
    const failure = copyMessage(new TypeError('no', { cause: { code: 1 } })) as any
    expect(failure).toBeInstanceOf(TypeError)
    expect([failure.message, failure.cause]).toEqual(['no', { code: 1 }])
  })

  test('MSG1 copies objects of a shape that came often as it copied the first', () => {
    const inner = { sku: 'a', count: 1 }
    for (let i = 0; i < 100; i++) {
      const flat = { type: 'ping', from: '1.2', n: i }
      const nested = {
        type: 'order',
        lines: [inner, inner, { sku: 'b', count: i }],
        at: new Date(i),
        nothing: null,
        none: undefined,
        'odd key': i,
      }
      const circle: Record<string, unknown> = { type: 'circle', n: i }
      circle['self'] = circle
      const copy = copyMessage(nested) as typeof nested
      expect(copyMessage(flat)).toEqual(flat)
      expect(Object.keys(copy)).toEqual(Object.keys(nested))
      expect(copy).toEqual(nested)
      expect(copy.lines[0]).toBe(copy.lines[1])
      expect(copy.lines[0]).not.toBe(inner)
      expect((copyMessage(circle) as { self: unknown }).self).toMatchObject({ type: 'circle', n: i })
      expect(refusalOf({ type: 'ping', from: '1.2', n: () => i }).path).toBe('$.n')
      expect(copyMessage(Object.assign(Object.create(null), { n: i }))).toEqual({ n: i })
      expect(copyMessage({ 2: i, 1: 'b' })).toEqual({ 1: 'b', 2: i })
    }
    let reads = 0
    const counted = { type: 'ping', from: '1.2', get n() { return { at: ++reads } } } // biome-ignore format: one line
    expect(copyMessage(counted)).toEqual({ type: 'ping', from: '1.2', n: { at: 1 } })
  })

  test('MSG1 copies an array of four thousand million holes in no time', () => {
    const sparse: unknown[] = []
    sparse[7] = { at: 7 }
    sparse[4_294_967_294] = 'last'
    Object.assign(sparse, { note: 'x' })
    const copy = copyMessage({ sparse, again: sparse }) as { sparse: any; again: unknown }
    expect([copy.sparse.length, Object.keys(copy.sparse), copy.sparse[7], copy.sparse.note]).toEqual([
      4_294_967_295,
      ['7', '4294967294', 'note'],
      { at: 7 },
      'x',
    ])
    expect(copy.sparse[7]).not.toBe(sparse[7])
    expect(copy.again).toBe(copy.sparse)
    sparse[9] = () => {}
    expect(refusalOf({ sparse }).path).toBe('$.sparse["9"]')
  })

  test('MSG1 keeps holes of arrays and their names that are no index', () => {
    const match = /b(?<c>c)/.exec('abcd') as RegExpExecArray
    const copy = copyMessage({ match }) as { match: RegExpExecArray }
    expect(Object.keys(copy.match)).toEqual(Object.keys(match))
    expect([copy.match[1], copy.match.index, copy.match.groups?.['c']]).toEqual(['c', 1, 'c'])
    const holes = Object.assign([1, , 3, , { a: 1 }], { note: 'x', 7: 7 })
    expect(isDeepStrictEqual(copyMessage(holes), structuredClone(holes))).toBe(true)
    for (const plain of [[], [1], [1.5, 2], ['a', undefined], [, 1], Object.assign([], { length: 3 }), Object.freeze([{}])]) {
      expect(isDeepStrictEqual(copyMessage(plain), structuredClone(plain))).toBe(true)
    }
  })

  test('MSG1 never writes a prototype', () => {
    const copy = copyMessage(JSON.parse('{"__proto__": {"polluted": 1}, "a": {"__proto__": 5}}')) as any
    expect(copy.polluted).toBeUndefined()
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype)
    expect(Object.getOwnPropertyDescriptor(copy, '__proto__')?.value).toEqual({ polluted: 1 })
    expect(Object.getOwnPropertyDescriptor(copy.a, '__proto__')?.value).toBe(5)
  })

  class Account {
    owner = 'x'
  }
  test.each([
    ['a function', { on: { done: () => 1 } }, '$.on.done'],
    ['a symbol', { list: [1, [Symbol('s')]] }, '$.list[1][0]'],
    ['an instance', { user: { account: new Account() } }, '$.user.account'],
    ['a promise', [Promise.resolve()], '$[0]'],
    ['a weak map', { 'odd key': new WeakMap() }, '$["odd key"]'],
    ['a value of a map', new Map([['socket', { on() {} }]]), '$.socket.on'],
    ['a forged date', { at: Object.create(Date.prototype) }, '$.at'],
    ['the message itself', () => 1, '$'],
    ['an instance as the message', new Account(), '$'],
  ])('MSG2 refuses %s with its path', (_what, value, path) => {
    const refusal = refusalOf(value)
    expect(refusal.code).toBe('invalid_message')
    expect(refusal.path).toBe(path)
  })

  test('MSG2 refuses what is nested too deep, and the next message is copied as ever', () => {
    let deep: unknown = 1
    for (let i = 0; i < 100_000; i++) deep = i % 2 === 0 ? { deep } : [deep]
    expect(refusalOf({ deep }).why).toContain(String(MESSAGE_DEPTH_MAX))
    expect(copyMessage({ a: [1] })).toEqual({ a: [1] })
  })

  test('MSG1 copies own properties only, also with a polluted Object.prototype', () => {
    try {
      Object.assign(Object.prototype, { polluted: 1 })
      noticePollution()
      expect(Object.keys(copyMessage({ a: 1, b: { c: 2 } }) as object)).toEqual(['a', 'b'])
    } finally {
      delete (Object.prototype as { polluted?: number }).polluted
      noticePollution()
    }
  })

  test('MSG2 lets an error out of a getter through', () => {
    const hostile = {
      get now(): never {
        throw new EvalError('mine')
      },
    }
    expect(() => copyMessage({ a: hostile })).toThrow(EvalError)
  })
})
