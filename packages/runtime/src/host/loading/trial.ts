import { behaviourNamed } from '../../abi.ts'
import type { StagedModule } from '../../code/code-table.ts'
import type { Clock } from '../../clock.ts'
import type { CompileService } from '../../compiler/compile-service.ts'
import type { CompiledModule, CompiledPackage } from '../../compiler/compiled.ts'
import { EngineError, InvariantError, refuse, type Fault } from '../../errors.ts'
import type { ModuleGeneration } from '../../ids.ts'
import type { StageAnswer } from '../protocol.ts'
import type { RuntimeParts } from '../runtime-parts.ts'
import { SchedulerLink } from '../fleet/scheduler-link.ts'
import { WORD_COUNT } from '../shared-words.ts'
import { LATE, within } from '../fleet/within.ts'

export interface TrialLimits {
  readonly bodyMs: number
  readonly heapBytes: number
}

/** DESIGN, limits: body evaluation 5 s. The heap is what one body may fill before it is refused. */
export const TRIAL_LIMITS: TrialLimits = { bodyMs: 5_000, heapBytes: 256 * 2 ** 20 }

/** A thread was measured to fill a gigabyte a second. */
const MEMORY_LOOK_MS = 20

/**
 * V8's own limit for the thread, as a multiple of the body's. An array grows by half of itself and more at once, and V8 takes the whole OS process down when one step, or the
 * collection with which a stopped thread ends, does not fit: who looks from outside must be first.
 */
const V8_ROOM = 16

/** A thread that bounds the body itself has answered by then. */
const LATE_AFTER_MS = 500

/**
 * GEN11: evaluates the bodies of a set in a thread that is thrown away. Throws `body_failed` or `body_timeout`; a body that never ends
 * or fills memory is ended here and no scheduler ever sees it.
 */
export async function tryBodies(
  imported: Pick<RuntimeParts, 'code' | 'journal' | 'compiler'>,
  set: readonly StagedModule[],
  packages: readonly CompiledPackage[],
  surroundings: { readonly root: string; readonly clock: Clock; readonly limits: TrialLimits },
): Promise<void> {
  const module = nameSet(set)
  let ended = ''
  let stopWatching = (): void => {}
  const thread = new SchedulerLink({
    id: 0,
    root: surroundings.root,
    epoch: new SharedArrayBuffer(WORD_COUNT * Int32Array.BYTES_PER_ELEMENT),
    heapLimitBytes: V8_ROOM * surroundings.limits.heapBytes,
    redact: [],
    lastSerial: 0,
    life: 1,
    clock: surroundings.clock,
    onEvent: () => {},
    onEnd: (why) => {
      ended = why
    },
  })
  try {
    await thread.ready()
    const needed = await importedGenerations(imported, set)
    if (needed.modules.length > 0) {
      await thread.ask('stage', { stage: 1, ...needed }, surroundings.limits.bodyMs)
      await thread.ask('commit', { stage: 1, epoch: 0 }, surroundings.limits.bodyMs)
    }
    // The wait of a thread that is thrown away is bounded whatever it does, a single native call included.
    const staging = thread.ask(
      'stage',
      { stage: 2, modules: set, packages, behaviours: await behavioursFor(imported.compiler, set) },
      Number.POSITIVE_INFINITY,
    )
    const full = Promise.withResolvers<typeof FULL>()
    stopWatching = watchMemory(thread, surroundings, () => full.resolve(FULL))
    const answer = await Promise.race([within(surroundings.clock, staging, surroundings.limits.bodyMs + LATE_AFTER_MS), full.promise])
    if (answer === FULL) {
      const megabytes = Math.round(surroundings.limits.heapBytes / 2 ** 20)
      refuse({ code: 'body_failed', module, error: `it used more than ${megabytes} MB of memory, buffers included` })
    }
    if (answer === LATE) refuse({ code: 'body_timeout', module, limitMs: surroundings.limits.bodyMs })
    if (answer.status !== 'staged') refuse(bodyFault(answer, module))
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    if (error.fault.code === 'runtime_down') refuse({ code: 'body_failed', module, error: `its evaluation ended the thread: ${ended}` })
    throw error
  } finally {
    stopWatching()
    await thread.stop()
  }
}

const FULL = Symbol('full')

/** Looks at the memory of a thread every so often: V8's own limit counts no buffers. */
function watchMemory(
  thread: SchedulerLink,
  { clock, limits }: { readonly clock: Clock; readonly limits: TrialLimits },
  onFull: () => void,
): () => void {
  let stopped = false
  const look = async (): Promise<void> => {
    while (!stopped) {
      if ((await thread.memoryUse()) > limits.heapBytes) onFull()
      await new Promise<void>((resolve) => clock.schedule(MEMORY_LOOK_MS, resolve))
    }
  }
  // The thread ends meanwhile: whoever waits for it says so.
  look().catch(() => {})
  return () => {
    stopped = true
  }
}

/** What tries the bodies of a set before a scheduler sees them. */
export type TryBodies = typeof tryBodies

export function bodyFault(answer: Exclude<StageAnswer, { status: 'staged' }>, module: string): Fault {
  return answer.status === 'timeout'
    ? { code: 'body_timeout', module, limitMs: answer.limitMs }
    : { code: 'body_failed', module: answer.module, error: answer.error }
}

export function nameSet(set: readonly StagedModule[]): string {
  return set.map(({ compiled }) => compiled.module).join(', ')
}

/** Current generations that the set's bodies can reach through imports, so that they find them on trial. */
async function importedGenerations(
  { code, journal, compiler }: Pick<RuntimeParts, 'code' | 'journal' | 'compiler'>,
  set: readonly StagedModule[],
): Promise<StagedSet> {
  const found = new Map<string, number>()
  const visit = (imports: readonly string[]): void => {
    for (const module of imports) {
      const current = code.current(module)
      if (current === undefined || found.has(module)) continue
      found.set(module, current.number)
      visit(current.imports)
    }
  }
  for (const { compiled } of set) visit(compiled.imports.map(({ module }) => module))
  return stagedFromJournal(
    { journal, compiler },
    [...found].map(([module, number]) => ({ module, number })),
  )
}

/** What a scheduler is given to instantiate. */
export interface StagedSet {
  readonly modules: readonly StagedModule[]
  readonly packages: readonly CompiledPackage[]
  readonly behaviours: readonly CompiledModule[]
}

/** The runtime's own code, where one of the modules imports it: a scheduler takes it once. */
export async function behavioursFor(
  compiler: Pick<CompileService, 'behaviours'>,
  modules: readonly StagedModule[],
): Promise<readonly CompiledModule[]> {
  const imports = modules.some(({ compiled }) => compiled.natives.some((name) => behaviourNamed(name) !== undefined))
  return imports ? compiler.behaviours() : []
}

/** Loaded generations as schedulers take them, with the packages of all. */
export async function stagedFromJournal(
  { journal, compiler }: Pick<RuntimeParts, 'journal' | 'compiler'>,
  generations: readonly ModuleGeneration[],
): Promise<StagedSet> {
  const modules: StagedModule[] = []
  const packages = new Map<string, CompiledPackage>()
  for (const { module, number } of generations) {
    const code = await journal.code({ module, number })
    if (code === undefined) throw new InvariantError(`there is no code of ${module}@${number}`)
    modules.push({ compiled: code.compiled, generation: number })
    for (const entry of code.packages) packages.set(entry.hash, entry)
  }
  return { modules, packages: [...packages.values()], behaviours: await behavioursFor(compiler, modules) }
}
