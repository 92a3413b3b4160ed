import type { Counter } from '../abi.ts'
import type { CodeInstance } from '../code/instance.ts'
import { enterCode, RetiredCounter } from '../code/purge-gate.ts'
import { InvariantError } from '../errors.ts'
import { formatModuleGeneration } from '../ids.ts'
import type { Pid } from '../ids.ts'
import { PurgedCodeError } from '../process/process-error.ts'
import type { Core } from './core.ts'
import { nativeFrames } from './native-stack.ts'

/** The call that kept a generation from being soft-purged: whose, and where it entered. */
export interface GateEntry {
  readonly pid: Pid
  readonly function: string
  readonly at: string
}

/** Frames of ours between a check and the function that it stands in, and that function. */
const STACK_FRAMES = 30

/** A check of code whose counter was replaced: goes on where a soft purge was under way and this entry stopped it, otherwise throws `PurgedCodeError`. */
export function enterRetired(core: Core, counter: Counter): void {
  if (!(counter instanceof RetiredCounter)) throw new InvariantError('a check came with a counter of another scheduler')
  const code = core.options.code.instanceOfScript(formatModuleGeneration(counter.module, counter.generation))
  if (counter.gate === null || code === undefined || !enterCode(code, core.counter)) {
    core.purgedReach.note(counter)
    throw new PurgedCodeError(counter.label)
  }
  if (core.entered.has(counter.gate)) return
  const [entered] = nativeFrames(core, STACK_FRAMES)
  const { pid } = core.current ?? core.owner() ?? core.nobody
  core.entered.set(counter.gate, { pid, function: entered?.function ?? '', at: entered?.at ?? code.compiled.file })
}

/** A frame of the code was made that runs no check before its first turn: as an entry, but one that loses fails in that turn. */
export function enterBeforehand(core: Core, code: CodeInstance, name: string): void {
  const gate = code.retired?.gate
  if (gate === undefined || gate === null || !enterCode(code, core.counter) || core.entered.has(gate)) return
  const { pid } = core.current ?? core.owner() ?? core.nobody
  core.entered.set(gate, { pid, function: name, at: code.compiled.file })
}
