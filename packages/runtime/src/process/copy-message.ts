import { BUILTIN_COPIERS } from './builtin-copiers.ts'
import { isSparse } from './plain-items.ts'
import { InvalidMessageError } from './process-error.ts'
import { copyExpectedLeaves, copyWhole, MESSAGE_DEPTH_MAX } from './expected-copy.ts'
import { learnArray, Place } from './learned-shapes.ts'
import { knownFor } from './shape-copiers.ts'
import type { Plain } from './shape-copiers.ts'

/**
 * Copies a value with the semantics of structured clone. Functions, symbols, promises and instances of classes other than JavaScript's own data types are
 * refused with an `InvalidMessageError` that names the path inside the message; so is nesting beyond `MESSAGE_DEPTH_MAX`.
 */
export function copyMessage(message: unknown): unknown {
  if (typeof message === 'object') {
    if (message === null) return null
    try {
      const copied = copyWhole(message, WHOLE)
      if (copied !== null) return copied
    } catch (error) {
      throw refusalFor(error)
    }
    return exactly(() => {
      const prototype = Object.getPrototypeOf(message)
      return prototype === OBJECT || prototype === null ? copyTop(message as Plain) : begin().copy(message, '', WHOLE)
    })
  }
  if (typeof message === 'function' || typeof message === 'symbol') throw new InvalidMessageError('$', whyNot(message))
  return message
}

/**
 * Copies values that stand in a literal, `levels` deep, in their places in the list: objects that are the same stay the same. False, and the list is as it was, where one
 * cannot be copied: whoever copies the whole message says why.
 */
export function copyLeaves(places: Place[], values: unknown[], levels: number): boolean {
  try {
    if (copyExpectedLeaves(places, values, levels)) return true
  } catch (error) {
    throw refusalFor(error)
  }
  const copies: unknown[] = []
  try {
    exactly(() => {
      const copy = begin().under(levels)
      for (let i = 0; i < values.length; i++) copies.push(copy.copy(values[i], '', places[i]))
    })
  } catch (error) {
    if (error instanceof InvalidMessageError) return false
    throw error
  }
  for (let i = 0; i < values.length; i++) values[i] = copies[i]
  return true
}

function exactly<T>(copy: () => T): T {
  const outer = current
  current = null
  try {
    return copy()
  } catch (error) {
    throw refusalFor(error)
  } finally {
    if (current !== null) {
      ;(current as Copy).clear()
      spare = current
    }
    current = outer
  }
}

function refusalFor(error: unknown): unknown {
  if (error instanceof RangeError && error.message === 'Maximum call stack size exceeded')
    return new InvalidMessageError('$', 'it nests deeper than what is left of the stack')
  // The copier's own frames would leave no room for the sender's.
  if (error instanceof InvalidMessageError) captureStackTrace(error, copyMessage)
  return error
}

const OBJECT = Object.prototype
const { captureStackTrace } = Error

/** Where whole messages stand. */
const WHOLE = new Place(true)

let polluted = false

/** Somebody may put enumerable properties on `Object.prototype`, which for…in sees; asking for each key would cost a third of a copy, so this looks now and then. */
export function noticePollution(): void {
  polluted = Object.keys(OBJECT).length > 0
}

/** The message itself, when it is a plain object: a flat one, as most are, needs no memory of what was copied. */
function copyTop(source: Plain): Plain {
  const known = polluted ? null : knownFor(source)
  if (known === null) return begin().copyKeys(source)
  known.shapes.learn(WHOLE, source)
  return known.copier(source, null, beginAt)
}

/** The copy in progress, when it is of more than one object. */
let current: Copy | null = null
/** Used again for the next message; a getter that sends a message while one is copied gets another. */
let spare: Copy | null = null

function begin(): Copy {
  const copy = spare ?? new Copy()
  spare = null
  current = copy
  return copy
}

function beginAt(source: Plain, out: Plain): Copy {
  return begin().remember(source, out)
}

/** Objects compared one by one until there are so many; then a map. */
const LINEAR_MAX = 12

/** One message with more than one object: what was copied to what, and where the copier stands. */
class Copy {
  readonly #from: (object | null)[] = []
  readonly #to: (object | null)[] = []
  #count = 0
  #map: Map<object, object> | null = null
  readonly #trail: (string | number)[] = []

  /** Lets go of everything. The lists keep their length: giving it back costs more than the copy of a small message. */
  clear(): void {
    for (let i = 0; i < this.#count; i++) this.#from[i] = this.#to[i] = null
    this.#count = 0
    this.#map = null
    if (this.#trail.length > 0) this.#trail.length = 0
  }

  remember(source: object, copied: object): this {
    if (this.#map !== null) {
      this.#map.set(source, copied)
    } else if (this.#count < LINEAR_MAX) {
      this.#from[this.#count] = source
      this.#to[this.#count++] = copied
    } else {
      this.#map = new Map()
      for (let i = 0; i < this.#count; i++) this.#map.set(this.#from[i] as object, this.#to[i] as object)
      this.#map.set(source, copied)
    }
    return this
  }

  /** What is copied stands so deep in a message. */
  under(levels: number): this {
    for (let level = 0; level < levels; level++) this.#trail.push('')
    return this
  }

  /** `place` learns what to expect there. */
  copy(value: unknown, key: string | number, place: Place | null = null): unknown {
    if (typeof value !== 'object') {
      if (typeof value === 'function' || typeof value === 'symbol') throw this.refusal(key, whyNot(value))
      return value
    }
    if (value === null) return null
    const known = this.#known(value)
    if (known !== undefined) return known
    if (this.#trail.length >= MESSAGE_DEPTH_MAX) throw this.refusal(key, `it nests deeper than ${MESSAGE_DEPTH_MAX} levels`)
    this.#trail.push(key)
    const copied = this.#copyObject(value, place)
    this.#trail.pop()
    return copied
  }

  #copyPlain(source: Plain, place: Place | null): Plain {
    const known = polluted ? null : knownFor(source)
    if (known === null) return this.copyKeys(source)
    if (place !== null) known.shapes.learn(place, source)
    return known.copier(source, this, beginAt)
  }

  /** Key by key. */
  copyKeys(source: Plain): Plain {
    const out: Plain = {}
    this.remember(source, out)
    for (const key in source) {
      if (polluted && !Object.hasOwn(source, key)) continue
      const value = source[key]
      if (typeof value === 'object' || typeof value === 'function' || typeof value === 'symbol' || key === '__proto__')
        this.#define(out, key, value)
      else out[key] = value
    }
    return out
  }

  #define(out: Plain, key: string, value: unknown): void {
    const copied = this.copy(value, key)
    if (key === '__proto__') Object.defineProperty(out, key, { value: copied, writable: true, enumerable: true, configurable: true })
    else out[key] = copied
  }

  refusal(key: string | number, why: string): InvalidMessageError {
    const keys = [...this.#trail, key].filter((part) => part !== '')
    const shown = keys.length > 12 ? [...keys.slice(0, 6), '…', ...keys.slice(-5)] : keys
    return new InvalidMessageError(`$${shown.map(renderKey).join('')}`, why)
  }

  #known(value: object): object | undefined {
    if (this.#map !== null) return this.#map.get(value)
    const from = this.#from
    for (let i = 0; i < this.#count; i++) if (from[i] === value) return this.#to[i] as object
    return undefined
  }

  #copyObject(source: object, place: Place | null): object {
    if (Array.isArray(source)) return this.#copyArray(source, place)
    const prototype = Object.getPrototypeOf(source)
    if (prototype === OBJECT || prototype === null) return this.#copyPlain(source as Plain, place)
    const copier = BUILTIN_COPIERS.get(prototype)
    if (copier === undefined) throw this.#refuseHere(whyNot(source))
    let out: object
    try {
      out = copier(source as never, this)
    } catch (error) {
      if (error instanceof InvalidMessageError || !(error instanceof TypeError)) throw error
      throw this.#refuseHere(`it only looks like a ${nameOf(source)}`)
    }
    return out
  }

  #copyArray(source: unknown[], place: Place | null): unknown[] {
    if (isSparse(source)) return this.#copySparse(source)
    const out = itemsOf(source)
    const items = place === null ? null : (learnArray(place, source)?.items ?? null)
    this.remember(source, out)
    let holes = 0
    for (let i = 0; i < out.length; i++) {
      const item = out[i]
      if (typeof item === 'object' ? item !== null : typeof item === 'function' || typeof item === 'symbol')
        out[i] = this.copy(item, i, items)
      else if (item === undefined && !(i in source)) {
        holes++
        Reflect.deleteProperty(out, i)
      }
    }
    this.#copyNames(source, out, out.length - holes)
    return out
  }

  #copySparse(source: unknown[]): unknown[] {
    const out: unknown[] = []
    this.remember(source, out)
    out.length = source.length
    this.#copyNames(source, out, 0)
    return out
  }

  /** Names that are no index come behind as many as the array has items. */
  #copyNames(source: unknown[], out: unknown[], items: number): void {
    const names = Object.keys(source)
    for (let i = items; i < names.length; i++) {
      const key = names[i] as string
      const value = this.copy((source as unknown as Plain)[key], key)
      Object.defineProperty(out, key, { value, writable: true, enumerable: true, configurable: true })
    }
  }

  #refuseHere(why: string): InvalidMessageError {
    const key = this.#trail.pop()
    return this.refusal(key ?? '', why)
  }
}

function itemsOf(source: unknown[]): unknown[] {
  const items: unknown[] = []
  for (let i = 0; i < source.length; i++) items.push(source[i])
  return items
}

function renderKey(key: string | number): string {
  if (typeof key === 'number') return `[${key}]`
  if (key === '…' || key.startsWith('<')) return key === '…' ? key : `.${key}`
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key.length > 40 ? `${key.slice(0, 40)}…` : key)}]`
}

function nameOf(value: object): string {
  try {
    const name = (value as { constructor?: { name?: unknown } }).constructor?.name
    return typeof name === 'string' && name !== '' ? name : 'object'
  } catch {
    return 'object'
  }
}

function whyNot(value: unknown): string {
  if (typeof value === 'function') return `a function is no value${value.name === '' ? '' : ` (${value.name})`}`
  if (typeof value === 'symbol') return 'a symbol is no value'
  return `an instance of ${nameOf(value as object)} is no plain value`
}
