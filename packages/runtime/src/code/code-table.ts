import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Counter, Descriptor, ModuleInstance, ModuleRecord, Registers } from '../abi.ts'
import type { CompiledModule, CompiledPackage } from '../compiler/compiled.ts'
import { InvariantError } from '../errors.ts'
import { formatModuleGeneration, type ModuleGeneration } from '../ids.ts'
import type { CodeInstance, CodeTable } from './instance.ts'
import { ModuleLink } from './module-links.ts'
import { PackageTable } from './package-table.ts'
import { runScript } from './run-script.ts'
import { renderStack, type MappedScript } from './stack.ts'

export interface StagedModule {
  readonly compiled: CompiledModule
  readonly generation: number
}

/** What compiled code is given besides its imports; made by the scheduler. */
export interface CodeSurroundings {
  readonly registers: Registers
  readonly counter: Counter
  readonly api: Record<string, unknown>
  /** Timers that pin `owner`, or (without) those of a package. */
  globalsFor(owner?: () => CodeInstance): Record<string, unknown>
  /** Runs a body under the scheduler's rules for bodies (GEN11). */
  inBody<T>(run: () => T): T
}

/** A set that is evaluated and not yet current. */
export interface Staged {
  readonly instances: readonly CodeInstance[]
}

/** A body that threw, or never ended: `cause` is what it threw. */
export class BodyFailure extends Error {
  readonly rendered: string
  constructor(rendered: string, cause: unknown) {
    super('a body failed', { cause })
    this.rendered = rendered
  }
}

const NO_CODE: ModuleInstance = { exports: Object.create(null), retire: () => {} }
const DEAD: Counter = { r: -1 }

/** The generations of one scheduler: links, instances and packages. Changed between turns only. */
export class GenerationTable implements CodeTable {
  readonly #root: string
  readonly #require: NodeJS.Require
  readonly #surroundings: () => CodeSurroundings
  readonly #links = new Map<string, ModuleLink>()
  readonly #instances = new Map<string, CodeInstance>()
  readonly #packages: PackageTable
  readonly #scripts = new Map<string, MappedScript>()

  constructor(root: string, surroundings: () => CodeSurroundings) {
    this.#root = root
    this.#require = createRequire(join(root, 'strata.config.ts'))
    this.#surroundings = surroundings
    this.#packages = new PackageTable(this.#require, surroundings)
  }

  entry(module: string, exportName: string): unknown {
    const link = this.#links.get(module)
    if (link?.current === undefined || !Object.hasOwn(link.current.instance.exports, exportName)) return undefined
    return link.ns[exportName]
  }

  current(module: string): CodeInstance | undefined {
    return this.#links.get(module)?.current
  }

  instances(): Iterable<CodeInstance> {
    return this.#instances.values()
  }

  instance(module: string, generation: number): CodeInstance | undefined {
    return this.#instances.get(formatModuleGeneration(module, generation))
  }

  instanceOfScript(scriptName: string): CodeInstance | undefined {
    return this.#instances.get(scriptName)
  }

  renderStack(error: unknown): string {
    return renderStack(error, (name) => this.#scripts.get(name) ?? this.#packages.script(name))
  }

  external(link: ModuleLink, name: string): unknown {
    return link.external(name, this.#surroundings().registers)
  }

  namespace(link: ModuleLink): object {
    return link.namespace(this.#surroundings().registers)
  }

  /**
   * Instantiates a set: while its bodies run, imports mean the set's members, otherwise current (dependency order, ES cycles).
   * Afterwards nothing has changed for anybody: `publish` makes it current. Throws what a body throws, with nothing left behind.
   */
  stage(modules: readonly StagedModule[], packages: readonly CompiledPackage[]): Staged {
    const fresh = new Map<string, CodeInstance>()
    const before = new Map<string, CodeInstance | undefined>()
    try {
      const bodies: (() => void)[] = []
      for (const item of inDependencyOrder(modules)) {
        const link = this.#link(item.compiled.module)
        before.set(item.compiled.module, link.current)
        const { instance, run } = this.#instantiate(item, packages)
        fresh.set(item.compiled.module, instance)
        bodies.push(run)
        link.bind(instance)
      }
      for (const run of bodies) run()
      return { instances: [...fresh.values()] }
    } catch (error) {
      // The trace is rendered while the scripts that it names are known.
      const failure = new BodyFailure(this.renderStack(error), error)
      for (const { compiled, generation } of modules) this.#drop(formatModuleGeneration(compiled.module, generation))
      throw failure
    } finally {
      for (const [module, instance] of before) this.#link(module).bind(instance)
    }
  }

  publish(staged: Staged): void {
    for (const instance of staged.instances) this.#link(instance.module).bind(instance)
  }

  discard(staged: Staged): void {
    for (const instance of staged.instances) this.#forget(instance)
  }

  /** `delete`: calls through imports raise `undef` from now on (GEN5). */
  unbind(module: string): void {
    this.#link(module).bind(undefined)
  }

  /** Makes a loaded generation current. */
  bind({ module, number }: ModuleGeneration): void {
    const instance = this.instance(module, number)
    if (instance === undefined) throw new InvariantError(`${module}@${number} is not loaded here`)
    this.#link(module).bind(instance)
  }

  /** Removes a generation; whatever still reaches its code throws `PurgedCodeError` at its next check (PIN6). */
  remove({ module, number }: ModuleGeneration): void {
    const instance = this.instance(module, number)
    if (instance !== undefined) this.#forget(instance)
  }

  #forget(instance: CodeInstance): void {
    this.#drop(formatModuleGeneration(instance.module, instance.generation))
  }

  #drop(key: string): void {
    const instance = this.#instances.get(key)
    instance?.instance.retire(DEAD)
    this.#instances.delete(key)
    this.#scripts.delete(key)
    this.#packages.release(instance)
  }

  #link(module: string): ModuleLink {
    let link = this.#links.get(module)
    if (link === undefined) {
      link = new ModuleLink(module)
      this.#links.set(module, link)
    }
    return link
  }

  #instantiate({ compiled, generation }: StagedModule, packages: readonly CompiledPackage[]): { instance: CodeInstance; run(): void } {
    const { registers, counter, api, globalsFor, inBody } = this.#surroundings()
    const key = formatModuleGeneration(compiled.module, generation)
    const file = join(this.#root, compiled.file)
    const descriptors: Descriptor[] = []
    const record: ModuleRecord = {
      s: registers,
      c: counter,
      imports: compiled.imports.map(({ module, names }) => {
        const link = this.#link(module)
        link.want(names)
        return link
      }),
      packages: this.#packages.instantiate(compiled.packages, packages),
      natives: compiled.natives.map((name) => this.#require(name)),
      descriptors,
      api,
      globals: globalsFor(() => instance),
      meta: { url: pathToFileURL(file).href, filename: file, dirname: join(file, '..') },
    }
    const instance = { module: compiled.module, generation, compiled, instance: NO_CODE, pins: 0, crashes: 0 }
    for (const entry of compiled.functions) descriptors.push({ function: entry, owner: instance })
    this.#instances.set(key, instance)
    this.#scripts.set(key, { map: compiled.map, file: compiled.file, label: key })
    this.#packages.hold(instance, compiled.packages)
    const factory = runScript(compiled.code, key) as (record: ModuleRecord) => Generator<ModuleInstance, void, void>
    const body = factory(record)
    const begun = body.next()
    if (begun.done === true) throw new InvariantError(`the code of ${key} yields no instance`)
    instance.instance = begun.value
    return { instance, run: () => void inBody(() => body.next()) }
  }
}

/** Imported members of the set come before their importers; a circle is entered where the set's order enters it. */
function inDependencyOrder(modules: readonly StagedModule[]): readonly StagedModule[] {
  const byName = new Map(modules.map((item) => [item.compiled.module, item]))
  const done = new Set<string>()
  const ordered: StagedModule[] = []
  const visit = (item: StagedModule): void => {
    if (done.has(item.compiled.module)) return
    done.add(item.compiled.module)
    for (const { module } of item.compiled.imports) {
      const needed = byName.get(module)
      if (needed !== undefined) visit(needed)
    }
    ordered.push(item)
  }
  for (const item of modules) visit(item)
  return ordered
}
