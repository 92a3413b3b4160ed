import { types } from 'node:util'

/** How much of a value is shown, and under which keys nothing is. */
export interface RenderLimits {
  readonly maxChars: number
  /** Parts of names, beside the usual ones. */
  readonly redact: readonly string[]
}

/** A value as text. `isCut`: it is longer. */
export interface Rendered {
  readonly text: string
  readonly isCut: boolean
}

/** Names under which secrets stand: what a key has of these, in whatever case and with `-` or `_` between, is not shown. */
const SECRET_NAMES: readonly string[] = [
  'password',
  'passwd',
  'secret',
  'token',
  'authorization',
  'cookie',
  'apikey',
  'credential',
  'privatekey',
]
const REDACTED = '«redacted»'
const DEPTH_MAX = 12
const STRING_CHARS_MAX = 2_000
const BYTES_SHOWN = 32

/** Writes a value as a person would write it down. Runs no code of its own making: no getter, no `toString`, no proxy's trap. */
export function renderValue(value: unknown, { maxChars, redact }: RenderLimits): Rendered {
  const writer = new Writer(maxChars, [...SECRET_NAMES, ...redact.map(plain)])
  writer.value(value, 0)
  return writer.isFull ? { text: `${writer.text.slice(0, maxChars)}…`, isCut: true } : { text: writer.text, isCut: writer.isCut }
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '')
}

class Writer {
  text = ''
  isCut = false
  readonly #max: number
  readonly #secrets: readonly string[]
  readonly #open = new Set<object>()

  constructor(maxChars: number, secrets: readonly string[]) {
    this.#max = maxChars
    this.#secrets = secrets
  }

  get isFull(): boolean {
    return this.text.length > this.#max
  }

  value(value: unknown, depth: number): void {
    switch (typeof value) {
      case 'string':
        return this.#string(value)
      case 'bigint':
        return this.#add(`${value}n`)
      case 'function':
        return this.#add('[function]')
      case 'symbol':
        return this.#add('[symbol]')
      case 'object':
        return value === null ? this.#add('null') : this.#object(value, depth)
      default:
        return this.#add(Object.is(value, -0) ? '-0' : String(value))
    }
  }

  #object(value: object, depth: number): void {
    if (types.isProxy(value)) return this.#add('[proxy]')
    if (this.#open.has(value)) return this.#add('[circle]')
    if (depth >= DEPTH_MAX) {
      this.isCut = true
      return this.#add('…')
    }
    this.#open.add(value)
    if (Array.isArray(value)) this.#list('[', ']', depth, value.length, indexed(value))
    else if (types.isMap(value)) this.#list(`Map(${value.size}) {`, '}', depth, value.size, value.entries(), true)
    else if (types.isSet(value)) this.#list(`Set(${value.size}) {`, '}', depth, value.size, value.values())
    else if (types.isDate(value)) this.#add(`Date(${Number.isNaN(value.getTime()) ? 'invalid' : value.toISOString()})`)
    else if (types.isRegExp(value)) this.#add(String(value))
    else if (types.isAnyArrayBuffer(value)) this.#bytes('ArrayBuffer', new Uint8Array(value))
    else if (ArrayBuffer.isView(value))
      this.#bytes(
        types.isTypedArray(value) ? (value[Symbol.toStringTag] ?? 'bytes') : 'DataView',
        new Uint8Array(value.buffer, value.byteOffset, value.byteLength),
      )
    else if (types.isNativeError(value)) this.#add(`${read(value, 'name') ?? 'Error'}: ${read(value, 'message') ?? ''}`)
    else this.#record(value, depth)
    this.#open.delete(value)
  }

  #record(value: object, depth: number): void {
    let first = true
    this.#add('{')
    for (const key in value) {
      if (this.isFull) return
      const property = Object.getOwnPropertyDescriptor(value, key)
      if (property === undefined) continue
      this.#add(`${first ? '' : ','}\n${'  '.repeat(depth + 1)}${/^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key)}: `)
      first = false
      if (this.#isSecret(key)) this.#add(REDACTED)
      else if ('value' in property) this.value(property.value, depth + 1)
      else this.#add('[getter]')
    }
    this.#add(first ? '}' : `\n${'  '.repeat(depth)}}`)
  }

  #list(open: string, close: string, depth: number, length: number, entries: Iterable<unknown>, isMap = false): void {
    this.#add(open)
    if (length === 0) return this.#add(close)
    let first = true
    for (const entry of entries) {
      if (this.isFull) return
      this.#add(`${first ? '' : ','}\n${'  '.repeat(depth + 1)}`)
      first = false
      if (!isMap) {
        this.value(entry, depth + 1)
        continue
      }
      const [key, value] = entry as [unknown, unknown]
      this.value(key, depth + 1)
      this.#add(' => ')
      if (typeof key === 'string' && this.#isSecret(key)) this.#add(REDACTED)
      else this.value(value, depth + 1)
    }
    this.#add(`\n${'  '.repeat(depth)}${close}`)
  }

  #string(value: string): void {
    if (value.length <= STRING_CHARS_MAX) return this.#add(JSON.stringify(value))
    this.isCut = true
    this.#add(`${JSON.stringify(value.slice(0, STRING_CHARS_MAX)).slice(0, -1)}…" (${value.length} characters)`)
  }

  #bytes(name: string, bytes: Uint8Array): void {
    const shown = [...bytes.subarray(0, BYTES_SHOWN)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
    if (bytes.length > BYTES_SHOWN) this.isCut = true
    this.#add(`${name}(${bytes.length} bytes: ${shown}${bytes.length > BYTES_SHOWN ? ' …' : ''})`)
  }

  #isSecret(key: string): boolean {
    const name = plain(key)
    return this.#secrets.some((secret) => secret !== '' && name.includes(secret))
  }

  #add(text: string): void {
    this.text += text
  }
}

function* indexed(list: readonly unknown[]): Iterable<unknown> {
  for (let at = 0; at < list.length; at++) {
    const property = Object.getOwnPropertyDescriptor(list, at)
    yield property === undefined || 'value' in property ? property?.value : undefined
  }
}

function read(value: object, key: string): string | undefined {
  const property = Object.getOwnPropertyDescriptor(value, key)
  return typeof property?.value === 'string' ? property.value : undefined
}
