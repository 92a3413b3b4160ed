import { types } from 'node:util'
import { classTellsNames, haveSameClass } from './hidden-class.ts'
import type { Plain } from './shape-copiers.ts'

/** Different kinds of objects that are expected in one place. */
const SHAPES_MAX = 4
/** A place that has learned so often sees anything: it learns no more. */
const LEARNED_MAX = 64
/** Text of an exemplar that is kept: what it says does not matter. */
const TEXT_MAX = 32
/** Objects of one message that are told apart one by one; beyond that with a map. */
const LINEAR_MAX = 16
/** Items at the beginning of an array that are compared with those before instead of being remembered. */
const COMPARED_MAX = 8
/**
 * How deep a message may nest. The copier recurses, at up to 800 bytes of stack a level before it is optimised, and has to fit into what a process's own
 * synchronous code left of the thread's 984 kB.
 */
export const MESSAGE_DEPTH_MAX = 500

/** Copies an object of one shape, or returns `null` where a value in there is not what its place expects. */
export type FastCopier = (source: Plain, memory: Memory | null) => Plain | null

/** Objects that could be one and the same: those with one list of keys, or all arrays. V8 may give an object another hidden class at any read. */
export interface Kind {
  /** The latest copy that met one. */
  seen: number
}

const ARRAY: Kind = { seen: 0 }

/** A kind of object that came before: same hidden class as `exemplar`, so that nothing in it but its values needs to be looked at. */
export class Shape {
  readonly exemplar: object
  /** Asked for, since a hidden class does not tell whether there are elements, which come first; `null` for arrays. */
  readonly firstKey: string | null
  readonly copier: FastCopier | null
  /** What an array's items are expected to be. */
  readonly items: Place | null
  readonly holey: boolean
  readonly kind: Kind
  /** Messages of this shape have several objects of one kind. */
  repeats = false
  constructor(kind: Kind, exemplar: object, firstKey: string | null, copier: FastCopier | null, holey: boolean) {
    this.kind = kind
    this.exemplar = exemplar
    this.firstKey = firstKey
    this.copier = copier
    this.items = firstKey === null ? new Place() : null
    this.holey = holey
  }
}

/** Where values of messages stand: under a key of a shape, among an array's items, as a leaf of a literal. It expects what came before. */
export class Place {
  first: Shape | null = null
  readonly others: Shape[] = []
  learned = 0
  /** Of a literal's first leaf: all leaves together have several objects of one kind. */
  repeats = false

  /** Another shape that was expected less, and is from now on more. */
  other(value: object): Shape | null {
    const { others } = this
    for (let i = 0; i < others.length; i++) {
      const shape = others[i] as Shape
      if (!fits(shape, value)) continue
      others[i] = this.first as Shape
      this.first = shape
      return shape
    }
    return null
  }

  expect(shape: Shape): void {
    if (++this.learned > LEARNED_MAX) return
    if (this.first !== null) {
      if (this.others.length < SHAPES_MAX - 1) this.others.push(this.first)
      else this.others[this.learned % (SHAPES_MAX - 1)] = this.first
    }
    this.first = shape
  }
}

interface Seen {
  readonly source: object
  readonly copied: object
  readonly before: Seen | null
}

/** What one copy has met, where objects of one kind come more than once. */
export class Memory {
  #count = 0
  #last: Seen | null = null
  #map: Map<object, object> | null = null

  add(source: object, copied: object): void {
    if (this.#map !== null) {
      this.#map.set(source, copied)
      return
    }
    this.#last = { source, copied, before: this.#last }
    if (++this.#count <= LINEAR_MAX) return
    this.#map = new Map()
    for (let seen: Seen | null = this.#last; seen !== null; seen = seen.before) this.#map.set(seen.source, seen.copied)
  }

  find(source: object): object | undefined {
    if (this.#map !== null) return this.#map.get(source)
    for (let seen = this.#last; seen !== null; seen = seen.before) if (seen.source === source) return seen.copied
    return undefined
  }
}

// Of the copy in progress. No code of a user's runs during one, so there is one at a time.
let copy = 0
let depth = 0
let needsMemory = false

function begin(levels: number): void {
  copy = (copy + 1) & 0x3fff_ffff
  depth = levels
  needsMemory = false
}

function fits(shape: Shape, value: object): boolean {
  if (!haveSameClass(shape.exemplar, value)) return false
  const { firstKey } = shape
  if (firstKey === null) return true
  for (const key in value) return key === firstKey
  return false
}

/** The shape that the place expects and the value has. */
export function expectedShape(place: Place, value: object): Shape | null {
  const { first } = place
  return first === null || fits(first, value) ? first : place.other(value)
}

/** Copies a whole message by a shape that it has; `null` where something in there is not what its place expects. */
export function copyShaped(message: object, shape: Shape): object | null {
  begin(0)
  const copied = copyInto(message, shape, shape.repeats ? new Memory() : null)
  if (copied !== null || !needsMemory) return copied
  shape.repeats = true
  begin(0)
  return copyInto(message, shape, new Memory())
}

/** Copies values that stand `levels` deep in a message, in their places in the list; false, and the list is as it was, where one is not what its place expects. */
export function copyExpectedLeaves(places: Place[], values: unknown[], levels: number): boolean {
  while (places.length < values.length) places.push(new Place())
  begin(levels)
  const first = places[0] as Place
  if (copyEach(places, values, first.repeats ? new Memory() : null)) return true
  if (!needsMemory) return false
  first.repeats = true
  begin(levels)
  return copyEach(places, values, new Memory())
}

function copyEach(places: Place[], values: unknown[], memory: Memory | null): boolean {
  let before: unknown[] | null = null
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (typeof value === 'object') {
      if (value === null) continue
      const copied = copyExpected(value, places[i] as Place, memory)
      if (copied === null) {
        if (before !== null) for (let j = 0; j < before.length; j++) values[j] = before[j]
        return false
      }
      before ??= values.slice()
      values[i] = copied
    } else if (typeof value === 'function' || typeof value === 'symbol') {
      if (before !== null) for (let j = 0; j < before.length; j++) values[j] = before[j]
      return false
    }
  }
  return true
}

/**
 * Copies an object that has a shape that its place expects, and so with all that is in it; `null` otherwise. No code of a user's runs in here: whoever gets `null`
 * copies the message again, the exact way. Without a memory it is `null`, too, where two objects might be one. A circle ends at the depth.
 */
export function copyExpected(value: object, place: Place, memory: Memory | null): object | null {
  const shape = expectedShape(place, value)
  if (shape === null) return null
  const { kind } = shape
  if (kind.seen !== copy) kind.seen = copy
  else if (memory === null) {
    needsMemory = true
    return null
  } else {
    const known = memory.find(value)
    if (known !== undefined) return known
  }
  return copyInto(value, shape, memory)
}

function copyInto(value: object, shape: Shape, memory: Memory | null): object | null {
  if (++depth > MESSAGE_DEPTH_MAX) return null
  const copied = shape.copier === null ? copyItems(value as unknown[], shape, memory) : shape.copier(value as Plain, memory)
  depth--
  return copied
}

function copyItems(source: unknown[], shape: Shape, memory: Memory | null): unknown[] | null {
  const out = sameItems(source)
  const place = shape.items as Place
  let before: Shape | null = null
  for (let i = 0; i < out.length; i++) {
    const item = out[i]
    if (typeof item === 'object') {
      if (item === null) continue
      let copied: object | null
      if (memory === null && before !== null && i < COMPARED_MAX && fits(before, item)) {
        for (let j = 0; j < i; j++) {
          if (source[j] !== item) continue
          needsMemory = true
          return null
        }
        copied = copyInto(item, before, memory)
      } else {
        copied = copyExpected(item, place, memory)
        before = place.first
      }
      if (copied === null) return null
      out[i] = copied
    } else if (typeof item === 'function' || typeof item === 'symbol' || (item === undefined && shape.holey)) return null
  }
  if (memory !== null) memory.add(source, out)
  return out
}

/** A packed array with these items: literals of a known length take a third of the time of `push`. */
function sameItems(source: unknown[]): unknown[] {
  const { length } = source
  if (length < 3) return length === 0 ? [] : length === 1 ? [source[0]] : [source[0], source[1]]
  if (length === 3) return [source[0], source[1], source[2]]
  const out = [source[0], source[1], source[2], source[3]]
  for (let i = 4; i < length; i++) out.push(source[i])
  return out
}

/** Arrays of each kind that V8 distinguishes, without names. */
const ARRAYS: readonly { readonly exemplar: unknown[]; readonly holey: boolean }[] = [
  { exemplar: [''], holey: false },
  { exemplar: [0], holey: false },
  { exemplar: [0.5], holey: false },
  { exemplar: withHole(''), holey: true },
  { exemplar: withHole(0), holey: true },
  { exemplar: withHole(0.5), holey: true },
]

function withHole(item: unknown): unknown[] {
  const items = [item]
  items.length = 2
  return items
}

/** Makes the place expect what it holds now: an array. Returns its shape, if it has a common one. */
export function learnArray(place: Place, source: readonly unknown[]): Shape | null {
  const known = expectedShape(place, source)
  if (known !== null || place.learned >= LEARNED_MAX) return known
  for (const { exemplar, holey } of ARRAYS) {
    if (!haveSameClass(exemplar, source)) continue
    const shape = new Shape(ARRAY, exemplar, null, null, holey)
    place.expect(shape)
    return shape
  }
  return null
}

/** The shapes with one list of keys. */
export class KeyShapes implements Kind {
  seen = 0
  readonly #keys: readonly string[]
  readonly #copier: FastCopier
  readonly #literal: (source: Plain) => Plain
  readonly #shapes: Shape[] = []
  #failed = 0

  /** `literal` makes an object like the one it is given, all of whose values are primitive. */
  constructor(keys: readonly string[], copier: FastCopier, literal: (source: Plain) => Plain) {
    this.#keys = keys
    this.#copier = copier
    this.#literal = literal
  }

  /** Makes the place expect what it holds now: a plain object with these keys, and no others. */
  learn(place: Place, source: Plain): void {
    if (place.learned >= LEARNED_MAX || this.#failed >= LEARNED_MAX || expectedShape(place, source) !== null) return
    let shape = this.#shapes.find((known) => fits(known, source))
    if (shape === undefined) {
      const exemplar = this.#shapes.length < LEARNED_MAX ? this.#exemplarOf(source) : null
      if (exemplar === null) {
        this.#failed++
        return
      }
      shape = new Shape(this, exemplar, this.#keys[0] as string, this.#copier, false)
      this.#shapes.push(shape)
    }
    place.expect(shape)
  }

  /** An object of the same hidden class that keeps nothing of the source. */
  #exemplarOf(source: Plain): object | null {
    if (!isPlainData(source)) return null
    const spread = { ...source }
    const bare: Plain = {}
    for (const key of this.#keys) bare[key] = spread[key] = placeholder(source[key])
    const literal = this.#literal(bare)
    for (const exemplar of [literal, spread, Object.freeze(this.#literal(bare)), Object.freeze({ ...spread })])
      if (haveSameClass(exemplar, source) && classTellsNames(exemplar)) return exemplar
    return null
  }
}

// The kind of a value is part of a hidden class, so it stays.
function placeholder(value: unknown): unknown {
  if (typeof value === 'string') return value.length > TEXT_MAX ? '' : value
  return typeof value === 'object' || typeof value === 'function' || typeof value === 'symbol' ? null : value
}

/** Nothing in it runs code or has a name that is no text. */
function isPlainData(source: Plain): boolean {
  if (types.isProxy(source) || Object.getOwnPropertySymbols(source).length > 0) return false
  return Object.values(Object.getOwnPropertyDescriptors(source)).every(
    (descriptor) => 'value' in descriptor && descriptor.enumerable === true,
  )
}
