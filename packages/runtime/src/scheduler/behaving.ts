import type { CodeInstance } from '../code/instance.ts'
import { relationsOf } from '../process/process.ts'
import type { Process } from '../process/process.ts'
import { ProcessError } from '../process/process-error.ts'
import type { Core } from './core.ts'

/** The kind of behaviour whose processes are found without a look at all others. */
const SUPERVISOR = 'supervisor'

/** The process's callbacks are from now on this module's: of what is current, or, where that declares `pinned`, of this generation. */
export function behave(core: Core, process: Process, kind: string, module: string | null, details: object | null): void {
  endBehaving(core, process)
  if (kind === SUPERVISOR) core.supervisors.add(process)
  const current = currentOf(core, module)
  const generation = current?.generation ?? 0
  relationsOf(process).behaving = { kind, module, home: null, generation, stateGeneration: generation, details }
  if (current !== undefined && declaresPinned(current)) settleIn(process, current)
}

/** An export of the module whose callbacks the process runs; `generation`: of that one. `undefined` when it has none. */
export function callback(core: Core, process: Process, name: string, generation?: number): unknown {
  const { behaving } = process
  if (behaving === null) throw new ProcessError('badarg', 'callback is for a process that has said what it is by behave')
  const { module, home } = behaving
  const instance = generation === undefined ? (home ?? currentOf(core, module)) : find(core, module, generation)
  if (instance === undefined && generation !== undefined) throw new ProcessError('badarg', `${module}@${generation} is not loaded`)
  if (instance === undefined) return undefined
  if (generation === undefined) behaving.generation = instance.generation
  const { exports } = instance.instance
  return Object.hasOwn(exports, name) ? exports[name] : undefined
}

/** Where the process's next callback comes from; 0 when its module has no current generation. */
export function callbackGeneration(core: Core, process: Process): number {
  const { behaving } = process
  if (behaving === null) return 0
  return (behaving.home ?? currentOf(core, behaving.module))?.generation ?? 0
}

/** Takes callbacks from that generation from now on: it is kept where it declares `pinned` or is not current, otherwise current is followed. False when it is not loaded. */
export function settle(core: Core, process: Process, generation: number): boolean {
  const { behaving } = process
  if (behaving === null) return false
  const instance = find(core, behaving.module, generation)
  if (instance === undefined) return false
  leaveHome(process)
  behaving.generation = behaving.stateGeneration = generation
  if (declaresPinned(instance) || currentOf(core, behaving.module) !== instance) settleIn(process, instance)
  return true
}

/** The generation that the process's latest callback came from, while it is loaded. */
export function calledBack(core: Core, process: Process): CodeInstance | null {
  const { behaving } = process
  return behaving === null ? null : (behaving.home ?? find(core, behaving.module, behaving.generation) ?? null)
}

export function endBehaving(core: Core, process: Process): void {
  const { behaving } = process
  if (behaving === null) return
  leaveHome(process)
  if (behaving.kind === SUPERVISOR) core.supervisors.delete(process)
  relationsOf(process).behaving = null
}

function settleIn(process: Process, instance: CodeInstance): void {
  if (process.behaving === null) return
  process.behaving.home = instance
}

function leaveHome(process: Process): void {
  if (process.behaving === null || process.behaving.home === null) return
  process.behaving.home = null
}

function declaresPinned({ instance: { exports } }: CodeInstance): boolean {
  return Object.hasOwn(exports, 'pinned') && exports['pinned'] === true
}

function currentOf(core: Core, module: string | null): CodeInstance | undefined {
  return module === null ? undefined : core.options.code.current(module)
}

function find(core: Core, module: string | null, generation: number): CodeInstance | undefined {
  for (const instance of core.options.code.instances())
    if (instance.module === module && instance.generation === generation) return instance
  return undefined
}
