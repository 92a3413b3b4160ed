interface Property {
  readonly key: PropertyKey
  readonly descriptor: PropertyDescriptor
}

interface Remembered {
  readonly object: object
  readonly prototype: object | null
  readonly isExtensible: boolean
  readonly keys: ReadonlySet<PropertyKey>
  readonly properties: readonly Property[]
}

// Taken before any test can replace them. What puts things back must not iterate either: tests remove iterators.
const { defineProperty, deleteProperty, getOwnPropertyDescriptor, getPrototypeOf, isExtensible, ownKeys, setPrototypeOf } = Reflect
const { is } = Object
const has = Function.prototype.call.bind(Set.prototype.has) as (set: ReadonlySet<PropertyKey>, key: PropertyKey) => boolean

/** Everything the language's own objects are made of, to be put back after a test that changed them. */
export class Realm {
  readonly #objects: Remembered[] = []

  constructor() {
    const seen = new Set<object>([globalThis])
    const visit = (value: unknown): void => {
      if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) return
      seen.add(value)
      const remembered = remember(value, ownKeys(value))
      this.#objects.push(remembered)
      visit(remembered.prototype)
      for (const { descriptor } of remembered.properties) for (const part of [descriptor.value, descriptor.get, descriptor.set]) visit(part)
    }
    // Node's own globals are left alone: looking at them would make what is lazy.
    for (const name of LANGUAGE_OBJECTS) visit(Reflect.get(globalThis, name))
    for (const made of [
      async () => {},
      async function* () {},
      function* () {},
      [].values(),
      ''.matchAll(/a/g),
      new Map().keys(),
      new Set().keys(),
    ])
      visit(getPrototypeOf(made))
    this.#objects.push(remember(globalThis, [...LANGUAGE_OBJECTS, ...LANGUAGE_VALUES]))
  }

  /** Puts everything back. False when something cannot be: this realm is spoilt. */
  restore(): boolean {
    let whole = true
    for (let index = 0; index < this.#objects.length; index++) if (!restoreObject(this.#objects[index] as Remembered)) whole = false
    return whole
  }
}

function remember(object: object, names: readonly PropertyKey[]): Remembered {
  const properties: Property[] = []
  for (const key of names) {
    const descriptor = getOwnPropertyDescriptor(object, key)
    if (descriptor !== undefined) properties.push({ key, descriptor })
  }
  return { object, prototype: getPrototypeOf(object), isExtensible: isExtensible(object), keys: new Set(names), properties }
}

function restoreObject({ object, prototype, isExtensible: wasExtensible, keys, properties }: Remembered): boolean {
  let whole = isExtensible(object) === wasExtensible
  if (getPrototypeOf(object) !== prototype) whole = setPrototypeOf(object, prototype) && whole
  if (object !== globalThis) {
    const found = ownKeys(object)
    for (let index = 0; index < found.length; index++) {
      const key = found[index] as PropertyKey
      if (!has(keys, key)) whole = deleteProperty(object, key) && whole
    }
  }
  for (let index = 0; index < properties.length; index++) {
    const { key, descriptor } = properties[index] as Property
    const found = getOwnPropertyDescriptor(object, key)
    if (found === undefined || !isSame(found, descriptor)) whole = defineProperty(object, key, descriptor) && whole
  }
  return whole
}

function isSame(left: PropertyDescriptor, right: PropertyDescriptor): boolean {
  return (
    is(left.value, right.value) &&
    left.get === right.get &&
    left.set === right.set &&
    left.writable === right.writable &&
    left.enumerable === right.enumerable &&
    left.configurable === right.configurable
  )
}

const LANGUAGE_VALUES = ['globalThis', 'undefined', 'NaN', 'Infinity', 'eval', 'parseInt', 'parseFloat', 'isNaN', 'isFinite']
const LANGUAGE_OBJECTS =
  `Object Function Array String Number Boolean Symbol BigInt Promise Map Set WeakMap WeakSet WeakRef FinalizationRegistry Date RegExp Error EvalError
  RangeError ReferenceError SyntaxError TypeError URIError AggregateError SuppressedError Iterator Proxy Reflect JSON Math ArrayBuffer SharedArrayBuffer DataView
  DisposableStack AsyncDisposableStack Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array
  BigInt64Array BigUint64Array Atomics`.split(/\s+/)
