import type { Link } from '../abi.ts'
import type { BodyReads } from './body-reads.ts'
import type { CodeInstance } from './instance.ts'
import { captureWide } from './raw-stack.ts'

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
    captureWide(this)
  }
}

type Callable = (this: unknown, ...args: unknown[]) => unknown

/** What importers of one module hold on one scheduler. `ns` is replaced when current changes, the object itself never. */
export class ModuleLink implements Link {
  readonly module: string
  ns: Namespace = Object.create(null)
  #current: CodeInstance | undefined
  #staged: SetLink | undefined
  readonly #wanted = new Set<string>()
  readonly #followers = new Set<SetLink>()
  readonly #externals = new Map<string, Callable>()
  readonly #inBody: () => boolean
  readonly #reads: BodyReads | undefined
  #namespace: object | undefined

  /** `inBody`: the running code is a body of the set that is being evaluated. */
  constructor(module: string, inBody: () => boolean = () => false, reads?: BodyReads) {
    this.module = module
    this.#inBody = inBody
    this.#reads = reads
  }

  get current(): CodeInstance | undefined {
    return this.#current
  }

  /** It means something where it is asked: a current generation, or in a body a member of its set. */
  get isBound(): boolean {
    return this.#view().current !== undefined
  }

  /** Names that importers use: each gets an answer, if only `undef`. */
  want(names: readonly string[]): void {
    const before = this.#wanted.size
    for (const name of names) if (name !== '*') this.#wanted.add(name)
    if (this.#wanted.size !== before) this.#show(this.#current)
  }

  bind(instance: CodeInstance | undefined): void {
    this.#current = instance
    this.#show(instance)
  }

  /** Begins or ends (`undefined`) the time in which a set's bodies, and nobody else, mean the set's member by this module. */
  stage(member: SetLink | undefined): void {
    this.#staged = member
  }

  /** The link of a set's importers means what is current from now on, until it is let go. */
  follow(link: SetLink): void {
    this.#followers.add(link)
    link.ns = this.ns
    // Importers outlive the member: they must not keep its code (PIN7).
    link.current = undefined
  }

  letGo(link: SetLink): void {
    this.#followers.delete(link)
  }

  /**
   * The import as a value, as the importer that holds `link` sees it. A function becomes one object per module and export, which calls what is current (as OTP's
   * `fun m:f/1`, C2); anything else is current's at this read.
   */
  external(name: string, registers: { callee: unknown }, link: Link = this): unknown {
    const reads = this.#reads
    const before = reads?.count
    const value = link.ns[name]
    if (typeof value !== 'function' || this.#isClass(name, value)) {
      // A re-export is read where it comes from.
      if (reads?.active === true && reads.count === before)
        reads.note(link instanceof SetLink && !this.#followers.has(link) ? link.current : this.#current, name)
      return value
    }
    const known = this.#externals.get(name)
    if (known !== undefined) return known
    const main = this
    const external = function (this: unknown, ...args: unknown[]): unknown {
      const target = main.#read(name) as Callable
      if (registers.callee === external) registers.callee = target
      return new.target === undefined ? target.apply(this, args) : Reflect.construct(target, args)
    }
    Object.defineProperty(external, 'name', { value: value.name, configurable: true })
    Object.defineProperty(external, 'length', { value: value.length, configurable: true })
    this.#externals.set(name, external)
    return external
  }

  /** `import * as ns` as a value: a live, read-only view of current. */
  namespace(registers: { callee: unknown }): object {
    const namespace =
      this.#namespace ??
      new Proxy(Object.create(null, { [Symbol.toStringTag]: { value: 'Module' } }) as object, {
        get: (target, key) =>
          typeof key !== 'string' ? Reflect.get(target, key) : this.#has(key) ? this.external(key, registers, this.#view()) : undefined,
        has: (target, key) => (typeof key === 'string' ? this.#has(key) : Reflect.has(target, key)),
        ownKeys: (target) => [...this.#names(), ...Reflect.ownKeys(target)],
        getOwnPropertyDescriptor: (target, key) => {
          if (typeof key !== 'string') return Reflect.getOwnPropertyDescriptor(target, key)
          if (!this.#has(key)) return undefined
          return { value: this.external(key, registers, this.#view()), enumerable: true, configurable: true, writable: true }
        },
        set: () => false,
        defineProperty: () => false,
        deleteProperty: (target, key) => (typeof key === 'string' ? !this.#has(key) : Reflect.deleteProperty(target, key)),
        setPrototypeOf: (_target, prototype) => prototype === null,
      })
    this.#namespace = namespace
    return namespace
  }

  #view(): ModuleLink | SetLink {
    return this.#staged !== undefined && this.#inBody() ? this.#staged : this
  }

  #names(): string[] {
    const { current } = this.#view()
    return current === undefined ? [] : Object.keys(current.instance.exports).sort()
  }

  #has(name: string): boolean {
    const { current } = this.#view()
    return current !== undefined && Object.hasOwn(current.instance.exports, name)
  }

  #read(name: string): unknown {
    const { ns } = this.#view()
    if (!(name in ns)) throw new UndefError(this.module, name)
    return ns[name]
  }

  #isClass(name: string, value: object): boolean {
    const info = this.#view().current?.compiled.exports.find((entry) => entry.name === name)
    return info?.kind === 'class' || (info?.kind === 'value' && Function.prototype.toString.call(value).startsWith('class'))
  }

  #show(instance: CodeInstance | undefined): void {
    this.ns = namespaceOf(this.module, instance, this.#wanted)
    for (const follower of this.#followers) follower.ns = this.ns
  }
}

/** What the members of one set hold for another member: that member until the set is published, then what is current. */
export class SetLink implements Link {
  readonly main: ModuleLink
  ns: Namespace = Object.create(null)
  current: CodeInstance | undefined
  /** Members that hold it. */
  holders = 0
  readonly #wanted = new Set<string>()

  constructor(main: ModuleLink) {
    this.main = main
  }

  get module(): string {
    return this.main.module
  }

  want(names: readonly string[]): void {
    for (const name of names) if (name !== '*') this.#wanted.add(name)
    if (this.current !== undefined) this.bind(this.current)
  }

  /** The member, whose functions are there; its constants are once its body has run. */
  bind(instance: CodeInstance): void {
    this.current = instance
    this.ns = namespaceOf(this.module, instance, this.#wanted)
  }
}

type Namespace = Record<string, unknown>

function namespaceOf(module: string, instance: CodeInstance | undefined, wanted: ReadonlySet<string>): Namespace {
  const ns: Namespace = Object.create(null)
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
  for (const name of wanted) {
    if (Object.hasOwn(ns, name)) continue
    Object.defineProperty(ns, name, {
      get: () => {
        throw new UndefError(module, name)
      },
    })
  }
  return ns
}

const UNSETTLED = Symbol('unsettled')

// While a set is evaluated a constant may still be in its dead zone: it is read through until then.
function readSettled(exports: Record<string, unknown>, name: string): unknown {
  try {
    return exports[name]
  } catch {
    return UNSETTLED
  }
}
