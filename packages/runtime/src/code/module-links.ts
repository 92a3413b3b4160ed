import type { Link } from '../abi.ts'
import type { CodeInstance } from './instance.ts'

/** A late-bound call that nothing answers: no such module, no current generation, or no such export (OTP's `undef`). */
export class UndefError extends Error {
  readonly code = 'undef'
  readonly module: string
  readonly export: string
  constructor(module: string, exportName: string) {
    super(`undef: ${module}.${exportName} is not exported by a current generation`)
    this.name = 'UndefError'
    this.module = module
    this.export = exportName
  }
}

type Callable = (this: unknown, ...args: unknown[]) => unknown

/** What importers of one module hold on one scheduler. `ns` is replaced when current changes, the object itself never. */
export class ModuleLink implements Link {
  readonly module: string
  ns: Record<string, unknown> = Object.create(null)
  #current: CodeInstance | undefined
  readonly #wanted = new Set<string>()
  readonly #externals = new Map<string, Callable>()
  #namespace: object | undefined

  constructor(module: string) {
    this.module = module
  }

  get current(): CodeInstance | undefined {
    return this.#current
  }

  /** Names that importers use: each gets an answer, if only `undef`. */
  want(names: readonly string[]): void {
    const before = this.#wanted.size
    for (const name of names) if (name !== '*') this.#wanted.add(name)
    if (this.#wanted.size !== before) this.#rebuild()
  }

  bind(instance: CodeInstance | undefined): void {
    this.#current = instance
    this.#rebuild()
  }

  /**
   * The import as a value. A function becomes one object per module and export, which calls what is current (as OTP's
   * `fun m:f/1`, C2); anything else is current's at this read.
   */
  external(name: string, registers: { callee: unknown }): unknown {
    const value = this.ns[name]
    if (typeof value !== 'function' || this.#isClass(name, value)) return value
    const known = this.#externals.get(name)
    if (known !== undefined) return known
    const link = this
    const external = function (this: unknown, ...args: unknown[]): unknown {
      const target = link.#read(name) as Callable
      if (registers.callee === external) registers.callee = target
      return new.target === undefined ? target.apply(this, args) : Reflect.construct(target, args)
    }
    Object.defineProperty(external, 'name', { value: name, configurable: true })
    Object.defineProperty(external, 'length', { value: value.length, configurable: true })
    this.#externals.set(name, external)
    return external
  }

  /** `import * as ns` as a value: a live, read-only view of current. */
  namespace(registers: { callee: unknown }): object {
    const namespace =
      this.#namespace ??
      new Proxy(Object.create(null) as object, {
        get: (_target, key) =>
          key === Symbol.toStringTag ? 'Module' : typeof key === 'string' && this.#has(key) ? this.external(key, registers) : undefined,
        has: (_target, key) => typeof key === 'string' && this.#has(key),
        ownKeys: () => this.#names(),
        getOwnPropertyDescriptor: (_target, key) =>
          typeof key === 'string' && this.#has(key)
            ? { value: this.external(key, registers), enumerable: true, configurable: true, writable: true }
            : undefined,
        set: () => false,
        defineProperty: () => false,
        deleteProperty: () => false,
      })
    this.#namespace = namespace
    return namespace
  }

  #names(): string[] {
    return this.#current === undefined ? [] : Object.keys(this.#current.instance.exports)
  }

  #has(name: string): boolean {
    return this.#current !== undefined && Object.hasOwn(this.#current.instance.exports, name)
  }

  #read(name: string): unknown {
    if (!(name in this.ns)) throw new UndefError(this.module, name)
    return this.ns[name]
  }

  #isClass(name: string, value: object): boolean {
    const info = this.#current?.compiled.exports.find((entry) => entry.name === name)
    return info?.kind === 'class' || (info?.kind === 'value' && Function.prototype.toString.call(value).startsWith('class'))
  }

  #rebuild(): void {
    const ns: Record<string, unknown> = Object.create(null)
    const instance = this.#current
    if (instance !== undefined) {
      for (const { name, constant } of instance.compiled.exports) {
        const exports = instance.instance.exports
        const value = constant ? readSettled(exports, name) : UNSETTLED
        if (value !== UNSETTLED) Object.defineProperty(ns, name, { value, enumerable: true })
        else Object.defineProperty(ns, name, { get: () => exports[name], enumerable: true })
      }
      // `export *` of another module: names that this module's own exports object answers although it declares none of them.
      for (const name of Object.keys(instance.instance.exports)) {
        if (!Object.hasOwn(ns, name)) Object.defineProperty(ns, name, { get: () => instance.instance.exports[name], enumerable: true })
      }
    }
    for (const name of this.#wanted) {
      if (Object.hasOwn(ns, name)) continue
      const module = this.module
      Object.defineProperty(ns, name, {
        get: () => {
          throw new UndefError(module, name)
        },
      })
    }
    this.ns = ns
  }
}

const UNSETTLED = Symbol('unsettled')

// While a set with a circle is evaluated a constant may still be in its dead zone: it is read through until then.
function readSettled(exports: Record<string, unknown>, name: string): unknown {
  try {
    return exports[name]
  } catch {
    return UNSETTLED
  }
}
