import { createRequire } from 'node:module'
import { join } from 'node:path'
import { BEHAVIOURS, behaviourNamed, behaviourSpecifier, INTRINSICS } from '../abi.ts'
import type { Counter, Descriptor, Link, ModuleInstance, ModuleRecord, Registers } from '../abi.ts'
import type { CompiledModule, CompiledPackage } from '../compiler/compiled.ts'
import { InvariantError } from '../errors.ts'
import { formatModuleGeneration, type ModuleGeneration } from '../ids.ts'
import { BodyReads } from './body-reads.ts'
import type { CodeInstance, CodeTable } from './instance.ts'
import { DynamicImports } from './dynamic-import.ts'
import { importMetaOf } from './import-meta.ts'
import { importsOf, inDependencyOrder, SetEvaluation, type SetMember } from './evaluate-set.ts'
import { ModuleLink, SetLink } from './module-links.ts'
import { PackageTable } from './package-table.ts'
import { spreadTelling } from './telling.ts'
import { endCode, type RetiredCounter } from './purge-gate.ts'
import { runScript } from './run-script.ts'
import { BodyFailure, renderFailure, stageWaiting, untilEvaluated, type RunningBodies } from './running-bodies.ts'
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
  /** Runs a package's code under the scheduler's rules for bodies (GEN11). */
  inBody<T>(run: () => T): T
  /** The running code is a body, or what a body gave to native code. */
  isInBody(): boolean
  /** Milliseconds since the scheduler's start. */
  now(): number
  /** Begins the evaluation of a set's bodies under these rules. */
  beginBodies(code: readonly CompiledModule[]): RunningBodies
}

/** A set that is evaluated and not yet current. */
export interface Staged {
  readonly instances: readonly CodeInstance[]
  /** What the members hold for each other. */
  readonly links: readonly SetLink[]
}

// Taken before any user code runs: a body may replace the global.
const OriginalPromise = Promise

const NO_CODE: ModuleInstance = { exports: Object.create(null), retire: () => {} }

/** The generations of one scheduler: links, instances and packages. Changed between turns only. */
export class GenerationTable implements CodeTable {
  readonly #root: string
  readonly #require: NodeJS.Require
  readonly #surroundings: () => CodeSurroundings
  readonly #links = new Map<string, ModuleLink>()
  readonly #instances = new Map<string, CodeInstance>()
  /** By generation: its links to members of the set that it was loaded in. */
  readonly #held = new Map<string, readonly SetLink[]>()
  readonly #packages: PackageTable
  readonly #scripts = new Map<string, MappedScript>()
  readonly #reads: BodyReads
  readonly #imports: DynamicImports
  readonly #isRuntime: boolean
  /** The behaviours, once a generation that imports one is staged. */
  #runtime: GenerationTable | undefined
  /** How other schedulers know its functions. */
  readonly #ownNames = new Map<unknown, { readonly module: string; readonly export: string }>()

  constructor(root: string, surroundings: () => CodeSurroundings, isRuntime = false) {
    this.#isRuntime = isRuntime
    this.#root = root
    this.#require = createRequire(join(root, 'strata.config.ts'))
    this.#surroundings = surroundings
    this.#packages = new PackageTable(this.#require, surroundings)
    this.#imports = new DynamicImports({
      link: (module) => this.#links.get(module),
      namespace: (link) => this.namespace(link),
      instances: () => this.#instances.values(),
      packages: this.#packages,
      require: this.#require,
      surroundings,
    })
    this.#reads = new BodyReads({
      isInBody: () => surroundings().isInBody(),
      now: () => surroundings().now(),
      instanceOfScript: (name) => this.#instances.get(name),
      scriptNamed: (name) => this.#scripts.get(name),
    })
  }

  entry(module: string, exportName: string): unknown {
    const own = this.#ownExports(module)
    if (own !== undefined) return Object.hasOwn(own, exportName) ? own[exportName] : undefined
    const link = this.#links.get(module)
    if (link?.current === undefined || !Object.hasOwn(link.current.instance.exports, exportName)) return undefined
    return link.ns[exportName]
  }

  nameOf(entry: object): { readonly module: string; readonly export: string } | undefined {
    return this.#ownNames.get(entry)
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

  external(link: ModuleLink | SetLink, name: string): unknown {
    return mainOf(link).external(name, this.#surroundings().registers, link)
  }

  namespace(link: ModuleLink | SetLink): object {
    return mainOf(link).namespace(this.#surroundings().registers)
  }

  /**
   * Instantiates a set: while its bodies run, its imports mean the set's members, otherwise current (dependency order, ES cycles). A promise where a body waits;
   * everybody else goes on meanwhile. Afterwards nothing has changed for anybody: `publish` makes it current. Throws, or rejects with, a `BodyFailure` when a body
   * fails, with nothing left behind.
   */
  stage(
    modules: readonly StagedModule[],
    packages: readonly CompiledPackage[],
    runtimeCode: readonly CompiledModule[] = [],
  ): Staged | Promise<Staged> {
    if (this.#runtime === undefined && runtimeCode.length > 0) {
      this.#runtime = this.#instantiateRuntime(runtimeCode)
      for (const module of BEHAVIOURS.map(behaviourSpecifier))
        for (const [name, value] of Object.entries(this.#ownExports(module) ?? {})) this.#ownNames.set(value, { module, export: name })
    }
    const links = new Map(modules.map(({ compiled: { module } }) => [module, new SetLink(this.#link(module))]))
    const fresh = new Map<string, FreshMember>()
    let bodies: RunningBodies | undefined
    const end = (): void => {
      this.#imports.evaluation = undefined
      for (const { main } of links.values()) main.stage(undefined)
      if (bodies !== undefined) this.#reads.end()
      bodies?.end()
    }
    const failed = (error: unknown): BodyFailure => {
      // The trace is rendered while the scripts that it names are known.
      const failure = new BodyFailure(
        renderFailure(error, bodies?.failedAt, (cause) => this.renderStack(cause)),
        error,
      )
      end()
      for (const { compiled, generation } of modules) this.#drop(formatModuleGeneration(compiled.module, generation))
      return failure
    }
    try {
      for (const item of inDependencyOrder(modules)) {
        const { module } = item.compiled
        const member = this.#instantiate(item, packages, links)
        fresh.set(module, member)
        links.get(module)?.bind(member.instance)
      }
      const running = this.#surroundings().beginBodies(modules.map(({ compiled }) => compiled))
      bodies = running
      this.#reads.begin()
      for (const link of links.values()) link.main.stage(link)
      const members = modules.flatMap(({ compiled: { module } }) => fresh.get(module) ?? [])
      const evaluation = new SetEvaluation(members.map((member) => this.#memberOf(member, running, links)))
      const staged: Staged = { instances: members.map(({ instance }) => instance), links: [...links.values()] }
      this.#imports.evaluation = evaluation
      const evaluated = evaluation.evaluate()
      if (evaluated !== undefined) return stageWaiting(untilEvaluated(evaluated, running), staged, end, failed)
      end()
      return staged
    } catch (error) {
      throw failed(error)
    }
  }

  #memberOf({ instance, body, descriptor }: FreshMember, bodies: RunningBodies, links: ReadonlyMap<string, SetLink>): SetMember {
    return {
      name: instance.module,
      imports: importsOf(instance.compiled),
      waits: descriptor !== undefined,
      run() {
        if (descriptor !== undefined) return bodies.start(descriptor, body)
        bodies.run(() => void body.next())
        links.get(instance.module)?.bind(instance)
      },
    }
  }

  publish(staged: Staged): void {
    for (const instance of staged.instances) this.#link(instance.module).bind(instance)
    for (const link of staged.links) link.main.follow(link)
    spreadTelling(staged.instances, () => this.#instances.values())
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

  /** Removes a generation; whatever still reaches its code throws `PurgedCodeError` at its next check (PIN6). Its last counter lives as long as that code. */
  remove({ module, number }: ModuleGeneration): RetiredCounter | undefined {
    const instance = this.instance(module, number)
    return instance === undefined ? undefined : this.#forget(instance)
  }

  #forget(instance: CodeInstance): RetiredCounter | undefined {
    return this.#drop(formatModuleGeneration(instance.module, instance.generation))
  }

  #drop(key: string): RetiredCounter | undefined {
    const instance = this.#instances.get(key)
    const counter = instance === undefined ? undefined : endCode(instance)
    this.#instances.delete(key)
    for (const link of this.#held.get(key) ?? []) if (--link.holders === 0) link.main.letGo(link)
    this.#held.delete(key)
    this.#scripts.delete(key)
    this.#packages.release(instance)
    return counter
  }

  /** The runtime's own code, in a table of its own: nothing that lists, binds or purges generations meets it. */
  #instantiateRuntime(code: readonly CompiledModule[]): GenerationTable {
    const table = new GenerationTable(this.#root, this.#surroundings, true)
    const staged = table.stage(
      code.map((compiled) => ({ compiled, generation: 0 })),
      [],
    )
    if (staged instanceof OriginalPromise) throw new InvariantError('a behaviour waits in its body')
    table.publish(staged)
    return table
  }

  #behaviour(specifier: string): object | undefined {
    if (behaviourNamed(specifier) === undefined) return undefined
    const exports = this.#ownExports(specifier)
    if (exports === undefined) throw new InvariantError(`${specifier} was not given to this scheduler`)
    return exports
  }

  /** Of the runtime's own code; `undefined` also where this scheduler has not been given it. */
  #ownExports(specifier: string): Readonly<Record<string, unknown>> | undefined {
    const name = behaviourNamed(specifier)
    return name === undefined ? undefined : this.#runtime?.current(name)?.instance.exports
  }

  #link(module: string): ModuleLink {
    let link = this.#links.get(module)
    if (link === undefined) {
      link = new ModuleLink(module, () => this.#surroundings().isInBody(), this.#reads)
      this.#links.set(module, link)
    }
    return link
  }

  #instantiate(
    { compiled, generation }: StagedModule,
    packages: readonly CompiledPackage[],
    set: ReadonlyMap<string, SetLink>,
  ): FreshMember {
    const { registers, counter, api, globalsFor } = this.#surroundings()
    const key = formatModuleGeneration(compiled.module, generation)
    const descriptors: Descriptor[] = []
    const held: SetLink[] = []
    const record: ModuleRecord = {
      s: registers,
      c: counter,
      own: INTRINSICS,
      imports: compiled.imports.map(({ module, names }): Link => {
        const main = this.#link(module)
        main.want(names)
        const link = set.get(module)
        if (link === undefined) return main
        link.want(names)
        held.push(link)
        link.holders++
        return link
      }),
      packages: this.#packages.instantiate(compiled.packages, packages),
      natives: compiled.natives.map((name) => this.#behaviour(name) ?? this.#require(name)),
      descriptors,
      api,
      globals: globalsFor(() => instance),
      meta: importMetaOf(this.#root, compiled.file),
      import: (request, options) => this.#imports.import(compiled, request, options),
    }
    const instance = {
      module: compiled.module,
      generation,
      compiled,
      isRuntime: this.#isRuntime,
      instance: NO_CODE,
      retired: null,
      reads: new Map(),
      tells: compiled.nativeCallbacks,
      crashes: 0,
    }
    for (const entry of compiled.functions) descriptors.push({ function: entry, owner: instance })
    this.#instances.set(key, instance)
    this.#held.set(key, held)
    this.#scripts.set(key, { map: compiled.map, file: compiled.file, label: key })
    this.#packages.hold(instance, compiled.packages)
    const factory = runScript(compiled.code, key) as (record: ModuleRecord) => Generator<ModuleInstance, void, void>
    const body = factory(record)
    const begun = body.next()
    if (begun.done === true) throw new InvariantError(`the code of ${key} yields no instance`)
    instance.instance = begun.value
    // The body is the first function of a module whose body waits.
    return { instance, body, descriptor: compiled.waits ? descriptors[0] : undefined }
  }
}

/** A member of a set, instantiated: its functions are there, its body has not run. */
interface FreshMember {
  readonly instance: CodeInstance
  readonly body: Generator<ModuleInstance, void, void>
  /** Of its body, when that waits. */
  readonly descriptor: Descriptor | undefined
}

function mainOf(link: ModuleLink | SetLink): ModuleLink {
  return link instanceof ModuleLink ? link : link.main
}
