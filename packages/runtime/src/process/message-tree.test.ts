import { isDeepStrictEqual } from 'node:util'
import { runInThisContext } from 'node:vm'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { copyLeaves } from './copy-message.ts'
import { expectedShape, type Place } from './learned-shapes.ts'
import { MessageTree } from './message-tree.ts'

/** Enough for a tree to be there. */
const OFTEN = 620
const BRANCHES = 20

type Template =
  | { readonly fields: readonly (readonly [string, Template])[] }
  | { readonly items: Template; readonly length: number; readonly holey: boolean }
  | 'text'
  | 'number'

const templates: fc.Arbitrary<Template> = fc.letrec<{ any: Template; object: Template }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<Template>('text', 'number'),
    tie('object'),
    fc.record({ items: tie('any'), length: fc.integer({ min: 0, max: 4 }), holey: fc.boolean() }),
  ),
  object: fc
    .uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), tie('any')), {
      selector: ([key]) => key,
      minLength: 1,
      maxLength: 3,
    })
    .map((fields) => ({ fields })),
})).object

/** The text of such a message, over `n`. What is learned of a list of keys stays, so each `run` has lists of its own, in a tree of keys that is not too wide. */
function literalOf(template: Template, run: number): string {
  if (template === 'text') return '`text ${n}`'
  if (template === 'number') return 'n'
  if ('items' in template) {
    const literal = `[${Array.from({ length: template.length }, () => literalOf(template.items, run)).join(', ')}]`
    // V8 takes it for one that may have holes.
    return template.holey ? `Object.assign(new Array(${template.length}), ${literal})` : literal
  }
  return `{ x${run % BRANCHES}: n, y${Math.floor(run / BRANCHES)}: n, ${template.fields.map(([key, of]) => `${key}: ${literalOf(of, run)}`).join(', ')} }`
}

/** The objects of a message that are one, by the order in which they are reached. */
function sharing(value: unknown, numbers = new Map<object, number>(), list: number[] = []): number[] {
  if (typeof value !== 'object' || value === null) return list
  const known = numbers.get(value)
  list.push(known ?? numbers.size)
  if (known !== undefined) return list
  numbers.set(value, numbers.size)
  for (const key of Object.keys(value)) sharing((value as Record<string, unknown>)[key], numbers, list)
  return list
}

function objectsOf(value: unknown, found = new Set<any>()): any[] {
  if (typeof value === 'object' && value !== null && !found.has(value)) {
    found.add(value)
    for (const key of Object.keys(value)) objectsOf((value as Record<string, unknown>)[key], found)
  }
  return [...found]
}

/** Puts another object with the same keys where one was. */
function alias(message: unknown, at: number): void {
  const objects = objectsOf(message)
  const pairs = objects.flatMap((object) =>
    Object.keys(object).flatMap((key) =>
      objects
        .filter((other) => other !== object[key] && objects.includes(object[key]) && namesOf(other) === namesOf(object[key]))
        .map((other) => [object, key, other] as const),
    ),
  )
  const [object, key, other] = pairs[at % pairs.length] ?? []
  if (object !== undefined) object[key as string] = other
}

function namesOf(object: object): string {
  return Array.isArray(object) ? 'array' : Object.keys(object).join()
}

/** What may be different in a message from all those before: an object of it, another one, and a key of the one. */
const CHANGES: readonly ((object: any, other: any, key: string) => void)[] = [
  (object, other, key) => (object[key] = other),
  (object, _, key) => Array.isArray(object) && Reflect.deleteProperty(object, key),
  (object, other) => (object[0] = other),
  (object) => (object[7] = 'an index'),
  (object) => (object.more = [1]),
  (object) => Object.freeze(object),
  (object) => Object.setPrototypeOf(object, Array.isArray(object) ? Array.prototype : null),
  (object) => (object[Symbol('s')] = 1),
  (object, _, key) => delete object[key],
  (object) => Array.isArray(object) && object.push(undefined),
  (object) => Array.isArray(object) && (object.length += 1),
  (object, _, key) => (object[key] = undefined),
  (object, _, key) => (object[key] = null),
  (object, _, key) => (object[key] = 0.5),
  (object, _, key) => (object[key] = 10n),
  (object, _, key) => (object[key] = { a: 1 }),
  (object, _, key) => (object[key] = [1, { b: 2 }]),
  (object, _, key) => (object[key] = new Date(3)),
  (object, other, key) => (object[key] = new Map([['other', other]])),
  (object, other, key) => Object.defineProperty(object, key, { get: () => other, enumerable: true, configurable: true }),
  (object, _, key) => Object.defineProperty(object, key, { value: 1, enumerable: false, configurable: true }),
  (object, other, key) => (object[key] = new Proxy(Array.isArray(other) ? [1] : { a: 1 }, {})),
  (object, _, key) => (object[key] = () => 1),
  (object, _, key) => (object[key] = Symbol('s')),
  (object, _, key) => (object[key] = new (class Own {})()),
]

test('MSG1 MSG2 messages that come often are copied, or refused, as those that come once, whatever they hold besides', () => {
  const change = fc.tuple(fc.constantFrom('alias', 'change'), fc.constantFrom(...CHANGES), fc.nat(), fc.nat())
  let [run, grown] = [0, 0]
  fc.assert(
    fc.property(
      templates,
      fc.array(fc.array(change, { minLength: 1, maxLength: 2 }), { minLength: 12, maxLength: 24 }),
      (template, variants) => {
        const places: Place[] = []
        run++
        const messageOf = runInThisContext(`(n) => (${literalOf(template, run)})`) as (n: number) => any
        for (let n = 0; n < OFTEN; n++) copyLeaves(places, [messageOf(n)], 1)
        const usual = messageOf(1)
        const tree = expectedShape(places[0] as Place, usual)?.tree
        if (tree instanceof MessageTree && tree.copy(usual) !== null) grown++
        for (const changes of variants) {
          const message = messageOf(3)
          for (const [which, apply, at, other] of changes) {
            const objects = objectsOf(message)
            const object = objects[at % objects.length]
            const keys = Object.keys(object)
            try {
              if (which === 'alias') alias(message, at)
              else apply(object, objects[other % objects.length], keys[at % (keys.length + 1)] ?? 'more')
            } catch {
              // It is frozen.
            }
          }
          const often: unknown[] = [message]
          const once: unknown[] = [message]
          const copied = copyLeaves(places, often, 1)
          expect(copied).toBe(copyLeaves([], once, 1))
          if (!copied) {
            expect(often[0]).toBe(message)
            continue
          }
          expect(isDeepStrictEqual(often[0], once[0])).toBe(true)
          expect(sharing(often[0])).toEqual(sharing(once[0]))
          const own = new Set(objectsOf(message))
          for (const object of objectsOf(often[0])) {
            expect(own.has(object)).toBe(false)
            expect(Object.getOwnPropertyDescriptors(object)).toEqual(Object.getOwnPropertyDescriptors(twin(object, often[0], once[0])))
          }
        }
      },
    ),
    { numRuns: 45, seed: 7 },
  )
  expect(grown).toBeGreaterThan(10)
})

/** The object of `once` that is where `object` is in `often`. */
function twin(object: object, often: unknown, once: unknown): object {
  return objectsOf(once)[objectsOf(often).indexOf(object)] as object
}
