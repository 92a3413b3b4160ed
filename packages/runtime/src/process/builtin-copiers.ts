import type { NestedCopy } from './shape-copiers.ts'

// Each copier is kept under the prototype that it is for, and trusts its argument to have that.
type Copier = (source: never, copy: NestedCopy) => object

/** JavaScript's own data types besides plain objects and arrays, by prototype. */
export const BUILTIN_COPIERS = new Map<object, Copier>([
  [Date.prototype, (source: Date, copy) => keep(copy, source, new Date(Date.prototype.getTime.call(source)))],
  [RegExp.prototype, (source: RegExp, copy) => keep(copy, source, new RegExp(source.source, source.flags))],
  [Boolean.prototype, (source: boolean, copy) => keep(copy, source as unknown as object, Object(Boolean.prototype.valueOf.call(source)))],
  [Number.prototype, (source: number, copy) => keep(copy, source as unknown as object, Object(Number.prototype.valueOf.call(source)))],
  [String.prototype, (source: string, copy) => keep(copy, source as unknown as object, Object(String.prototype.valueOf.call(source)))],
  [BigInt.prototype, (source: bigint, copy) => keep(copy, source as unknown as object, Object(BigInt.prototype.valueOf.call(source)))],
  [
    Map.prototype,
    (source: Map<unknown, unknown>, copy) => {
      const entries = [...Map.prototype.entries.call(source)] as [unknown, unknown][]
      const out = keep(copy, source, new Map())
      let at = 0
      for (const [key, value] of entries) {
        out.set(copy.copy(key, `<key ${at}>`), copy.copy(value, typeof key === 'string' ? key : `<value ${at}>`))
        at++
      }
      return out
    },
  ],
  [
    Set.prototype,
    (source: Set<unknown>, copy) => {
      const values = [...Set.prototype.values.call(source)]
      const out = keep(copy, source, new Set())
      for (let at = 0; at < values.length; at++) out.add(copy.copy(values[at], `<value ${at}>`))
      return out
    },
  ],
  [ArrayBuffer.prototype, (source: ArrayBuffer, copy) => keep(copy, source, structuredClone(source))],
  [SharedArrayBuffer.prototype, (source: SharedArrayBuffer, copy) => keep(copy, source, structuredClone(source))],
  [DataView.prototype, copyView],
])

const TYPED_ARRAYS = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
]
for (const typed of TYPED_ARRAYS) BUILTIN_COPIERS.set(typed.prototype, copyView)
// Node's Buffer is a Uint8Array that structured clone makes one.
BUILTIN_COPIERS.set(Buffer.prototype, (source: Buffer, copy) => keep(copy, source, new Uint8Array(source)))

function copyView(source: ArrayBufferView, copy: NestedCopy): object {
  const buffer = copy.copy(source.buffer, 'buffer') as ArrayBuffer
  const view = source as { length?: number; byteOffset: number; byteLength: number }
  const Constructor = Object.getPrototypeOf(source).constructor
  return keep(copy, source, new Constructor(buffer, view.byteOffset, view.length ?? view.byteLength))
}

const ERRORS = [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError]
const ERROR_NAMES = new Map(ERRORS.map((constructor) => [constructor.name, constructor]))
for (const constructor of ERRORS) BUILTIN_COPIERS.set(constructor.prototype, copyError)

function copyError(source: Error, copy: NestedCopy): object {
  const Constructor = ERROR_NAMES.get(String(source.name)) ?? Error
  const out = keep(copy, source, new Constructor())
  for (const key of ['message', 'stack', 'cause'] as const) {
    if (!Object.hasOwn(source, key)) {
      if (key === 'stack') delete out.stack
      continue
    }
    const value = key === 'cause' ? copy.copy(source.cause, 'cause') : String(source[key])
    Object.defineProperty(out, key, { value, writable: true, enumerable: false, configurable: true })
  }
  return out
}

function keep<T extends object>(copy: NestedCopy, source: object, copied: T): T {
  copy.remember(source, copied)
  return copied
}
