import { BEHAVIOURS, behaviourNamed } from '../abi.ts'
import { GenerationTable } from '../code/code-table.ts'
import type { Staged, StagedModule } from '../code/code-table.ts'
import type { ModuleLink } from '../code/module-links.ts'
import { compileBehaviours } from '../compiler/compile-behaviours.ts'
import { compileModule } from '../compiler/compile-module.ts'
import type { CompiledModule } from '../compiler/compiled.ts'
import type { Resolution } from '../compiler/imports.ts'
import { parseModule } from '../compiler/parse-module.ts'
import { InvariantError } from '../errors.ts'
import { WORD_COUNT, WORD_EPOCH, WORD_REQUESTS } from '../host/shared-words.ts'
import type { Pid } from '../ids.ts'
import { pinCounts } from '../inspect/pin-rows.ts'
import type { HostAnswer } from '../process/process.ts'
import { Scheduler, type SchedulerOptions } from '../scheduler/scheduler.ts'
import type { SchedulerEvent } from '../scheduler/scheduler-events.ts'
import { ManualClock } from './manual-clock.ts'

export interface TestSchedulerOptions {
  /** Source texts by module name; they become generation 1, as one set. */
  readonly modules: Readonly<Record<string, string>>
  readonly reductionsPerTurn?: number
  /** Its number, and the others of its fleet; `createTestFleet` makes them. */
  readonly id?: number
  readonly fleet?: SchedulerOptions['fleet']
  /** Node built-ins that modules may import. */
  readonly natives?: readonly string[]
  /** Called from a check's slow path while a request waits; see `interrupt`. */
  readonly serve?: (test: TestScheduler) => void
}

/** A scheduler on the test's own thread with really compiled modules, a manual clock and no host. */
export interface TestScheduler {
  readonly scheduler: Scheduler
  readonly clock: ManualClock
  readonly table: GenerationTable
  readonly events: readonly SchedulerEvent[]
  /** Sets the word by which the control plane asks to be served. */
  interrupt(): void
  /** Loads further generations as one set and makes them current. */
  load(modules: Readonly<Record<string, string>>): void
  /** The same with what has been compiled elsewhere. */
  loadCompiled(modules: readonly CompiledModule[]): void
  /** The same with bodies that may wait. Rejects with what a body fails with, and when one never ends. */
  loadWaiting(modules: readonly CompiledModule[]): Promise<void>
  /** How many processes pin a generation; `undefined` when it is not loaded. */
  pins(module: string, generation: number): number | undefined
  spawn(module: string, exportName: string, ...args: unknown[]): Pid
  send(pid: Pid, message: unknown): boolean
  /** Runs an export in a process of its own until nothing moves; what it returned, or why it ended; `undefined` while it waits. */
  apply(module: string, exportName: string, ...args: unknown[]): Promise<HostAnswer | undefined>
  /** Runs turns and promise jobs until neither is left. What is due now fires, the clock does not move. */
  runUntilIdle(): Promise<void>
  /** Puts back what the test borrowed from the thread. */
  stop(): void
}

/** Times that a body which waits is given everything there is to run. */
const WAITING_ROUNDS = 20

/** Compiles a module that may import the other `names`, Node's `natives` and the process API. */
export function compileForTest(module: string, text: string, names: readonly string[], natives: readonly string[] = []): CompiledModule {
  const file = `${module}.ts`
  const parsed = parseModule({ module, file, text })
  if (parsed.status === 'rejected') throw new InvariantError(JSON.stringify(parsed.diagnostics))
  const resolutions = new Map<string, Resolution>([['@strata/runtime/process', { kind: 'process' }]])
  for (const name of names) resolutions.set(`./${name}.ts`, { kind: 'module', module: name })
  for (const name of BEHAVIOURS) resolutions.set(`@strata/runtime/${name}`, { kind: 'native', name: `@strata/runtime/${name}` })
  for (const name of natives) resolutions.set(name, { kind: 'native', name })
  const outcome = compileModule({ module, file, text, resolutions })
  if (outcome.status === 'rejected') throw new InvariantError(JSON.stringify(outcome.diagnostics))
  return outcome.compiled
}

let behaviours: readonly CompiledModule[] | undefined

/** The runtime's own code, compiled once, where these modules import it. */
function behavioursFor(modules: readonly CompiledModule[]): readonly CompiledModule[] {
  if (!modules.some(({ natives }) => natives.some((name) => behaviourNamed(name) !== undefined))) return []
  behaviours ??= compileBehaviours()
  return behaviours
}

export function createTestScheduler(options: TestSchedulerOptions): TestScheduler {
  const clock = new ManualClock()
  const words = new Int32Array(new SharedArrayBuffer(WORD_COUNT * Int32Array.BYTES_PER_ELEMENT))
  const events: SchedulerEvent[] = []
  const generations = new Map<string, number>()
  const table = new GenerationTable(process.cwd(), () => ({
    registers: scheduler.registers,
    counter: scheduler.counter,
    api: scheduler.api,
    globalsFor: (owner) => scheduler.globalsFor(owner),
    inBody: (run) => scheduler.inBody(run),
    isInBody: () => scheduler.core.inBody,
    now: () => scheduler.core.nowMs,
    beginBodies: (code) => scheduler.beginBodies(code, Number.POSITIVE_INFINITY),
  }))
  const scheduler: Scheduler = new Scheduler({
    id: options.id ?? 1,
    ...(options.fleet === undefined ? {} : { fleet: options.fleet }),
    clock,
    words,
    code: table,
    external: (link, name) => table.external(link as ModuleLink, name),
    namespace: (link) => table.namespace(link as ModuleLink),
    serve() {
      Atomics.store(words, WORD_REQUESTS, 0)
      options.serve?.(test)
    },
    beforeTurn() {},
    emit: (event) => events.push(event),
    wake() {},
    ...(options.reductionsPerTurn === undefined ? {} : { reductionsPerTurn: options.reductionsPerTurn }),
  })
  const onRejection = (error: unknown, promise: Promise<unknown>): void => scheduler.rejected(error, promise)
  const before = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  process.on('unhandledRejection', onRejection)

  const numbered = (modules: readonly CompiledModule[]): StagedModule[] =>
    modules.map((compiled) => {
      const generation = (generations.get(compiled.module) ?? 0) + 1
      generations.set(compiled.module, generation)
      return { compiled, generation }
    })
  const publish = (staged: Staged): void => {
    table.publish(staged)
    Atomics.add(words, WORD_EPOCH, 1)
  }

  const test: TestScheduler = {
    scheduler,
    clock,
    table,
    events,
    interrupt: () => Atomics.store(words, WORD_REQUESTS, 1),
    load(modules) {
      const names = [...new Set([...generations.keys(), ...Object.keys(modules)])]
      test.loadCompiled(Object.entries(modules).map(([module, text]) => compileForTest(module, text, names, options.natives)))
    },
    loadCompiled(modules) {
      const staged = table.stage(numbered(modules), [], behavioursFor(modules))
      if (staged instanceof Promise) throw new InvariantError('a body waits: load it with `loadWaiting`')
      publish(staged)
    },
    async loadWaiting(modules) {
      const staging = table.stage(numbered(modules), [], behavioursFor(modules))
      if (!(staging instanceof Promise)) return publish(staging)
      let over = false
      const published = staging.then(publish).finally(() => {
        over = true
      })
      published.catch(() => {})
      for (let round = 0; round < WAITING_ROUNDS && !over; round++) await test.runUntilIdle()
      if (!over) throw new InvariantError('a body never ends')
      await published
    },
    pins: (module, generation) => pinCounts(scheduler).find((count) => count.module === module && count.number === generation)?.pins,
    spawn: (module, exportName, ...args) => scheduler.spawn({ module, export: exportName }, args),
    send: (pid, message) => scheduler.deliver(pid, structuredClone(message)),
    async apply(module, exportName, ...args) {
      let answer: HostAnswer | undefined
      scheduler.apply(module, exportName, args, (given) => {
        answer = given
      })
      await test.runUntilIdle()
      return answer
    },
    async runUntilIdle() {
      for (let quiet = 0; quiet < 2; quiet++) {
        clock.advance(0)
        while (scheduler.run(1_000)) quiet = 0
        await new Promise((resolve) => setImmediate(resolve))
        if (scheduler.core.queue.size > 0) quiet = -1
      }
    },
    stop() {
      process.off('unhandledRejection', onRejection)
      for (let index = 0; index < before.length; index++)
        process.on('unhandledRejection', before[index] as NodeJS.UnhandledRejectionListener)
    },
  }
  test.load(options.modules)
  return test
}
