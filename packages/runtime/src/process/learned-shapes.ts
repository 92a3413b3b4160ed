import { types } from 'node:util'
import { markMessage } from './call.ts'
import type { CopyMemory } from './copy-memory.ts'
import { classTellsNames, haveSameClass } from './hidden-class.ts'
import type { Plain } from './shape-copiers.ts'
import type { MessageTree } from './message-tree.ts'

/** Different kinds of objects that are expected in one place. */
const SHAPES_MAX = 4
/** A place that has learned so often sees anything: it learns no more, or, where all whole messages stand, at one in so many that it does not expect. */
const LEARNED_MAX = 64
const WHOLE_LEARNS_EVERY = 8
/** Different kinds of whole messages that are expected: there is one place for all of a scheduler's. */
const WHOLE_SHAPES_MAX = 16
/** Text of an exemplar that is kept: what it says does not matter. */
const TEXT_MAX = 32
/** Copies an object of one shape, or returns `null` where a value in there is not what its place expects. */
export type FastCopier = (source: Plain, memory: CopyMemory | null) => Plain | null

/** Objects that could be one and the same: those with one list of keys, or all arrays. V8 may give an object another hidden class at any read. */
export interface Kind {
  /** The latest copy that met one. */
  seen: number
}

const ARRAY: Kind = { seen: 0 }

/** The keys of an object, in order, and what stands under each. */
export interface Fields {
  readonly keys: readonly string[]
  readonly places: readonly Place[]
}

/** A kind of object that came before: same hidden class as `exemplar`, so that nothing in it but its values needs to be looked at. */
export class Shape {
  readonly exemplar: object
  /** `null` for arrays. */
  readonly fields: Fields | null
  /** Asked for, since a hidden class does not tell whether there are elements, which come first; `null` for arrays. */
  readonly firstKey: string | null
  readonly copier: FastCopier | null
  /** What an array's items are expected to be. */
  readonly items: Place | null
  readonly holey: boolean
  readonly kind: Kind
  /** Messages of this shape have several objects of one kind. */
  repeats = false
  /** How often a whole message of this shape was copied piece by piece. */
  copies = 0
  /** Copies a whole message of this shape at once. */
  tree: MessageTree | null = null
  constructor(kind: Kind, exemplar: object, fields: Fields | null, copier: FastCopier | null, holey: boolean) {
    this.kind = kind
    this.exemplar = exemplar
    this.fields = fields
    this.firstKey = fields === null ? null : (fields.keys[0] as string)
    this.copier = copier
    this.items = fields === null ? new Place() : null
    this.holey = holey
  }
}

/** Where values of messages stand: under a key of a shape, among an array's items, as a leaf of a literal. It expects what came before. */
export class Place {
  first: Shape | null = null
  readonly others: Shape[] = []
  learned = 0
  readonly #isWhole: boolean
  /** Of a literal's first leaf: all leaves together have several objects of one kind. */
  repeats = false

  constructor(isWhole = false) {
    this.#isWhole = isWhole
  }

  /** It might learn from what it did not expect. Asked once for each. */
  get learns(): boolean {
    if (this.learned < LEARNED_MAX) return true
    return this.#isWhole && this.learned++ % WHOLE_LEARNS_EVERY === 0
  }

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
    this.learned++
    if (this.first !== null) {
      const max = (this.#isWhole ? WHOLE_SHAPES_MAX : SHAPES_MAX) - 1
      if (this.others.length < max) this.others.push(this.first)
      else this.others[this.learned % max] = this.first
    }
    this.first = shape
  }
}

/** Whether an object has this shape. */
export function fits(shape: Shape, value: object): boolean {
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
  if (known !== null || !place.learns) return known
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
  readonly #fields: Fields
  readonly #copier: FastCopier
  readonly #literal: (source: Plain) => Plain
  readonly #shapes: Shape[] = []
  #failed = 0

  /** `literal` makes an object like the one it is given, all of whose values are primitive. */
  constructor(fields: Fields, copier: FastCopier, literal: (source: Plain) => Plain) {
    this.#fields = fields
    this.#copier = copier
    this.#literal = literal
  }

  /** Makes the place expect what it holds now: a plain object with these keys, and no others. */
  learn(place: Place, source: Plain): void {
    if (this.#failed >= LEARNED_MAX || !place.learns || expectedShape(place, source) !== null) return
    let shape = this.#shapes.find((known) => fits(known, source))
    if (shape === undefined) {
      const exemplar = this.#shapes.length < LEARNED_MAX ? this.#exemplarOf(source) : null
      if (exemplar === null) {
        this.#failed++
        return
      }
      shape = new Shape(this, exemplar, this.#fields, this.#copier, false)
      this.#shapes.push(shape)
    }
    place.expect(shape)
  }

  /** An object of the same hidden class that keeps nothing of the source. */
  #exemplarOf(source: Plain): object | null {
    if (!isPlainData(source)) return null
    const spread = { ...source }
    const bare: Plain = {}
    for (const key of this.#fields.keys) bare[key] = spread[key] = placeholder(source[key])
    const literal = this.#literal(bare)
    // A message that came by a call may be sent on.
    const called = markMessage(this.#literal(bare), undefined)
    for (const exemplar of [literal, spread, called, Object.freeze(this.#literal(bare)), Object.freeze({ ...spread })])
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
