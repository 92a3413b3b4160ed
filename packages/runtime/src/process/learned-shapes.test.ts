import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { markMessage } from './call.ts'
import { copyLeaves, copyMessage } from './copy-message.ts'
import { expectedShape, Place } from './learned-shapes.ts'
import { InvalidMessageError } from './process-error.ts'
import { knownFor } from './shape-copiers.ts'

/** Enough for every shape in it to be known and expected. */
const OFTEN = 40

interface Line {
  sku: unknown
  count: unknown
}

function orderOf(n: number): { number: unknown; customer: { name: unknown; tags: unknown }; lines: Line[]; notes: unknown[] } {
  return {
    number: n,
    customer: { name: 'Ada', tags: ['new', 'paid'] },
    lines: [
      { sku: 'a-1', count: n },
      { sku: 'b-2', count: 2 },
    ],
    notes: [],
  }
}

function holeyOf(item: unknown): unknown[] {
  const items = [item, 2, 3]
  Reflect.deleteProperty(items, 1)
  return items
}

function known(): void {
  for (let n = 0; n < OFTEN; n++) copyMessage(orderOf(n))
}

/** As structured clone, objects that are one staying one. */
function expectCopied(value: unknown): void {
  const copy = copyMessage(value)
  expect(isDeepStrictEqual(copy, structuredClone(value))).toBe(true)
  expect(sharing(copy)).toEqual(sharing(structuredClone(value)))
}

/** For each object in the order in which it is reached: the number of the first time that it was. */
function sharing(value: unknown, numbers = new Map<object, number>(), list: number[] = []): number[] {
  if (typeof value !== 'object' || value === null) return list
  const known = numbers.get(value)
  list.push(known ?? numbers.size)
  if (known !== undefined) return list
  numbers.set(value, numbers.size)
  for (const key of Object.keys(value)) sharing((value as Record<string, unknown>)[key], numbers, list)
  return list
}

function refusedAt(copy: () => unknown): string {
  try {
    copy()
  } catch (error) {
    if (error instanceof InvalidMessageError) return error.path
    throw error
  }
  throw new Error('it was copied')
}

test('MSG1 what a message of a known shape may hold besides is not overlooked', () => {
  const changes: readonly ((order: any) => void)[] = [
    (order) => (order[3] = { at: 'an index' }),
    (order) => (order.lines[0][7] = 'an index'),
    (order) => (order.more = { a: 1 }),
    (order) => (order.lines.total = 3),
    (order) => (order.customer.tags.index = { a: [] }),
    (order) => delete order.lines[0],
    (order) => (order.lines[5] = order.lines[0]),
    (order) => order.lines.push(undefined),
    (order) => (order.customer.tags = [1, 2]),
    (order) => (order.customer.tags = holeyOf(0.5)),
    (order) => (order.customer.tags = [undefined, ...holeyOf(1)]),
    (order) => (order.customer.tags = Object.freeze(['a'])),
    (order) => (order.customer.tags = new Set(['a'])),
    (order) => (order.customer = Object.freeze({ name: 'Ada', tags: [] })),
    (order) => (order.customer = Object.assign(Object.create(null), order.customer)),
    (order) => (order.customer = JSON.parse(JSON.stringify(order.customer))),
    (order) => (order.customer = new Date(3)),
    (order) => (order.customer = null),
    (order) => (order.customer.name = { first: 'Ada' }),
    (order) => (order.number = 0.5),
    (order) => (order.number = 10n),
    (order) => (order.number = undefined),
    (order) => (order.lines[1] = order.lines[0]),
    (order) => (order.notes = order.lines),
    (order) => (order.notes = order.customer.tags),
    (order) => (order.notes = [order.customer, order.lines[0], order.lines[0]]),
    (order) => (order.notes = [order]),
    (order) => order.lines.push(order.lines),
    (order) => (order.customer.tags = Array.from({ length: 40 }, () => order.lines[0])),
    (order) => (order.lines = Array.from({ length: 40 }, (_, n) => ({ sku: order.customer.tags, count: n }))),
    (order) => (order.lines = Array.from({ length: 6 }, () => [{ sku: 1, count: { sku: 2, count: 3 } }])),
    (order) => (order[Symbol.iterator] = 1),
    (order) => (order.customer.tags = []),
    (order) => (order.lines = []),
  ]
  for (let round = 0; round < 3; round++) {
    known()
    for (const change of changes) {
      for (let n = 0; n < OFTEN; n++) {
        const order = orderOf(n)
        change(order)
        expectCopied(order)
      }
    }
    const choice = fc.array(fc.constantFrom(...changes), { maxLength: 4 })
    fc.assert(
      fc.property(choice, (chosen) => {
        const order = orderOf(1)
        for (const change of chosen) {
          try {
            change(order)
          } catch {
            // It does not apply any more.
          }
        }
        expectCopied(order)
      }),
      { numRuns: 200, seed: round },
    )
  }
})

test('MSG2 what cannot be copied is refused in a message of a known shape, too, with its path', () => {
  class Line {
    sku = 'a'
    count = 1
  }
  const changes: readonly (readonly [string, (order: any) => void])[] = [
    ['$.number', (order) => (order.number = () => 1)],
    ['$.lines[1].count', (order) => (order.lines[1].count = Symbol('s'))],
    ['$.customer.tags[1]', (order) => (order.customer.tags[1] = () => 1)],
    ['$.customer.tags[0]', (order) => (order.customer.tags[0] = Symbol('s'))],
    ['$.lines[1]', (order) => (order.lines[1] = new Line())],
    ['$.lines[0]', (order) => (order.lines[0] = Promise.resolve())],
    ['$.customer.name', (order) => (order.customer.name = { run: () => 1 }.run)],
  ]
  known()
  for (let n = 0; n < OFTEN; n++) {
    for (const [path, change] of changes) {
      const order = orderOf(n)
      change(order)
      expect(refusedAt(() => copyMessage(order))).toBe(path)
    }
  }
})

test('MSG1 an accessor in a message of a known shape is read once', () => {
  known()
  for (let n = 0; n < OFTEN; n++) {
    let reads = 0
    const order = orderOf(n)
    Object.defineProperty(order.customer, 'name', { get: () => ++reads, enumerable: true })
    expect((copyMessage(order) as typeof order).customer.name).toBe(1)
    expect(reads).toBe(1)
    let traps = 0
    const line = new Proxy({ sku: 'a', count: 1 }, { get: (target, key) => (traps++, Reflect.get(target, key)) })
    expect(copyMessage({ ...orderOf(n), lines: [line, line] })).toEqual({
      ...orderOf(n),
      lines: [
        { sku: 'a', count: 1 },
        { sku: 'a', count: 1 },
      ],
    })
    expect(traps).toBe(2)
  }
})

test('MSG1 the objects among the leaves of a literal are copied as those of a message', () => {
  const places: never[] = []
  for (let n = 0; n < 3 * OFTEN; n++) {
    const order = orderOf(n)
    const date = new Date(n)
    const values: unknown[] = ['order', order, order.lines, null, n % 3 === 0 ? date : order.lines[1]]
    const before = [...values]
    expect(copyLeaves(places, values, 1)).toBe(true)
    expect(isDeepStrictEqual(values, structuredClone(before))).toBe(true)
    expect(sharing(values)).toEqual(sharing(before))
    expect(values[1]).not.toBe(order)
    const refused: unknown[] = ['order', order, order.lines, () => 1, 1]
    const kept = [...refused]
    expect(copyLeaves(places, refused, 1)).toBe(false)
    expect(refused).toEqual(kept)
    expect(refused[1]).toBe(order)
  }
  let deep: unknown = 1
  for (let level = 0; level < 498; level++) deep = [deep]
  expect(copyLeaves([], [deep], 2)).toBe(true)
  expect(copyLeaves([], [deep], 3)).toBe(false)
  for (let n = 0; n < OFTEN; n++) expect(copyLeaves(places, [1, deep, 1, 1, 1], 3)).toBe(false)
})

test('MSG1 a message that came by a call is sent on as quickly as any other', () => {
  const place = new Place()
  const source = (n: number): { readonly job: string; readonly n: number } => markMessage({ job: 'paint', n }, undefined)
  for (let n = 0; n < OFTEN; n++) knownFor(source(n))?.shapes.learn(place, source(n))
  expect(expectedShape(place, source(1))).not.toBeNull()
  expect(copyMessage(source(1))).toEqual({ job: 'paint', n: 1 })
})

test('MSG1 whole messages of many kinds are expected, and a kind that comes later is, too', () => {
  const whole = new Place(true)
  // A copy is made by a literal, as messages are, once its keys came often.
  const kind = (k: number): object => copyMessage({ [`kind${k}`]: k, type: 'order' }) as object
  const meet = (k: number): void => knownFor(kind(k) as never)?.shapes.learn(whole, kind(k) as never)
  const expected = (k: number): boolean => expectedShape(whole, kind(k)) !== null
  for (let n = 0; n < 50 * OFTEN; n++) meet(n % 12)
  expect(Array.from({ length: 12 }, (_, k) => expected(k))).not.toContain(false)
  for (let n = 0; n < 2 * OFTEN; n++) meet(90)
  expect(expected(90)).toBe(true)
})
