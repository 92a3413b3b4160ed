import { INTRINSICS } from '../src/abi.ts'
import type { Counter, Descriptor, Iteration, Link, ModuleInstance, ModuleRecord, Registers } from '../src/abi.ts'
import { importMetaOf } from '../src/code/import-meta.ts'
import type { CompiledModule } from '../src/compiler/compiled.ts'
import { notCallable } from '../src/scheduler/registers.ts'

const GO_ON = Symbol('go on')

class Pushed {
  readonly frame: Generator
  readonly descriptor: Descriptor
  constructor(frame: Generator, descriptor: Descriptor) {
    this.frame = frame
    this.descriptor = descriptor
  }
}

/** A strand: one stack of frames. */
interface Strand {
  readonly frames: Generator[]
  readonly descriptors: Descriptor[]
  resolve(value: unknown): void
  reject(error: unknown): void
}

/** The least that runs compiled code: one process, promises for waiting, every await a microtask as JavaScript's. */
export class TinyDriver implements Registers {
  callee: unknown
  site = 0
  ending = 0
  fresh: object | null = null
  readonly proof: object = {}
  readonly exit = { exit: true }
  /** The most frames that stood on one strand. */
  deepest = 0
  strands = 0
  /** Reductions between two slow paths of a check. */
  reductions = 4000
  checks = 0
  pauses = 0
  /** Bare calls on the native stack. */
  #depth = 0
  onCheck: ((counter: Counter) => void) | undefined
  readonly strandList: Strand[] = []

  leaves(): boolean {
    return false
  }

  push(descriptor: Descriptor, frame: Generator): unknown {
    this.callee = undefined
    return new Pushed(frame, descriptor)
  }

  start(descriptor: Descriptor, frame: Generator): Promise<unknown> {
    this.strands++
    return new Promise((resolve, reject) => {
      const strand: Strand = { frames: [frame], descriptors: [descriptor], resolve, reject }
      this.strandList.push(strand)
      this.#depth++
      this.#run(strand, false, undefined)
      this.#depth--
    })
  }

  call(site: number, callee: unknown, thisValue: unknown, args: unknown[], text?: string): unknown {
    this.site = site
    return this.tail(callee, thisValue, args, text)
  }

  tail(callee: unknown, thisValue: unknown, args: unknown[], text?: string): unknown {
    if (typeof callee !== 'function') throw notCallable(text)
    this.callee = callee
    return Reflect.apply(callee, thisValue, args)
  }

  at<T>(site: number, value: T): T {
    this.site = site
    return value
  }

  hasMessage(): boolean {
    return false
  }

  takeMessage(): unknown {
    return undefined
  }

  check(counter: Counter): void {
    counter.r = this.reductions
    this.checks++
    this.onCheck?.(counter)
  }

  pause(counter: Counter): unknown {
    counter.r = this.reductions
    this.pauses++
    this.onCheck?.(counter)
    return this.#depth > 0 ? GO_ON : undefined
  }

  began(_descriptor: Descriptor, _generator: object, known: Iteration | undefined): Iteration {
    return known ?? { site: -1 }
  }

  finished(): void {}

  external(link: Link, name: string): unknown {
    const value: unknown = link.ns[name]
    return typeof value === 'function' ? (...args: unknown[]) => link.ns[name](...args) : value
  }

  namespace(link: Link): object {
    return new Proxy({}, { get: (_, name) => link.ns[name as string] })
  }

  /** Throws `exit` into the innermost frame, as an exit signal does. */
  unwind(strand: Strand): void {
    this.#run(strand, true, this.exit)
  }

  #run(strand: Strand, thrown: boolean, value: unknown): void {
    const { frames, descriptors } = strand
    for (;;) {
      const frame = frames.at(-1)
      if (frame === undefined) return
      let result: IteratorResult<unknown>
      try {
        result = thrown ? frame.throw(value) : frame.next(value)
      } catch (error) {
        this.callee = undefined
        frames.pop()
        descriptors.pop()
        if (frames.length === 0) return strand.reject(error)
        thrown = true
        value = error
        continue
      }
      const given = result.value
      if (given instanceof Pushed) {
        if (result.done) {
          frames.pop()
          descriptors.pop()
        }
        frames.push(given.frame)
        descriptors.push(given.descriptor)
        this.deepest = Math.max(this.deepest, frames.length)
        thrown = false
        value = undefined
        continue
      }
      if (given === GO_ON) {
        thrown = false
        value = undefined
        continue
      }
      if (result.done) {
        frames.pop()
        descriptors.pop()
        if (frames.length === 0) return strand.resolve(given)
      }
      Promise.resolve(given).then(
        (resumed) => this.#run(strand, false, resumed),
        (error: unknown) => this.#run(strand, true, error),
      )
      return
    }
  }
}

export interface Instantiated {
  readonly driver: TinyDriver
  readonly instance: ModuleInstance
  readonly links: readonly Link[]
  readonly counter: Counter
}

/** Evaluates a compiled module's body. */
export function instantiate(
  compiled: CompiledModule,
  given: {
    modules?: Record<string, object>
    packages?: readonly unknown[]
    natives?: readonly unknown[]
    api?: Record<string, unknown>
    globals?: Record<string, unknown>
    reductions?: number
  } = {},
): Instantiated {
  const driver = new TinyDriver()
  driver.reductions = given.reductions ?? 4000
  const links = compiled.imports.map(({ module }): Link => ({ module, ns: given.modules?.[module] ?? {} }))
  const counter = { r: driver.reductions, m: 0 }
  const record: ModuleRecord = {
    s: driver,
    c: counter,
    own: INTRINSICS,
    imports: links,
    packages: given.packages ?? [],
    natives: given.natives ?? [],
    descriptors: compiled.functions.map((fn) => ({ function: fn, owner: compiled })),
    api: given.api ?? {},
    globals: given.globals ?? {},
    meta: importMetaOf('/system', 'module.ts'),
    import: async (request) => driver.namespace(request as Link),
  }
  const factory = (0, eval)(compiled.code) as (record: ModuleRecord) => Generator<ModuleInstance, void, void>
  const body = factory(record)
  const instance = body.next().value as ModuleInstance
  body.next()
  return { driver, instance, links, counter }
}
