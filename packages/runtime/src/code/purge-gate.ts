import type { Counter } from '../abi.ts'
import { formatModuleGeneration } from '../ids.ts'

// PIN3: a soft purge is decided by one shared word for what goes together. Each scheduler answers who pins after it has replaced the counter of the code, so that
// every entry takes the slow path of its first check from then on and sets the word back. When nobody pins and the word still says closing, one compare-and-swap
// decides. A function value called meanwhile wins, and the purge is refused, or loses.

const CLOSING = 0
const OPEN = 1
const PURGED = 2

/** The word of one decision, shared by all schedulers: closing. */
export function closeGate(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
}

/** The decision: true when the code is purged from now on, false when somebody has entered it meanwhile. */
export function decidePurge(gate: Int32Array): boolean {
  return Atomics.compareExchange(gate, 0, CLOSING, PURGED) === CLOSING
}

/** The decision is called off. */
export function openGate(gate: Int32Array): void {
  Atomics.compareExchange(gate, 0, CLOSING, OPEN)
}

/** Whether code may be entered; if it is about to be purged it no longer is. */
function passGate(gate: Int32Array): boolean {
  return Atomics.compareExchange(gate, 0, CLOSING, OPEN) !== PURGED
}

/** A generation's code on one scheduler, as far as gates are concerned. */
export interface GatedCode {
  /** In place of the scheduler's counter; `null` while the code is entered without looking. */
  retired: RetiredCounter | null
  readonly module: string
  readonly generation: number
  readonly instance: { retire(counter: Counter): void }
}

/** A counter that is always used up: each check of the code that has it takes the slow path. */
export class RetiredCounter implements Counter {
  r = -1
  readonly m = 0
  readonly module: string
  readonly generation: number
  /** `room@3`: by this a heap snapshot knows it. */
  readonly label: string
  /** `null`: purged. */
  readonly gate: Int32Array | null

  constructor(module: string, generation: number, gate: Int32Array | null) {
    this.module = module
    this.generation = generation
    this.label = formatModuleGeneration(module, generation)
    this.gate = gate
  }
}

/** Lets every entry on this scheduler look at the gate from now on. To be called before the scheduler answers who pins. */
export function armCode(code: GatedCode, gate: Int32Array): void {
  code.retired = new RetiredCounter(code.module, code.generation, gate)
  code.instance.retire(code.retired)
}

/** Code is about to be entered: false when it is purged. */
export function enterCode(code: GatedCode, counter: Counter): boolean {
  const gate = code.retired?.gate
  if (gate !== undefined && (gate === null || !passGate(gate))) return false
  disarmCode(code, counter)
  return true
}

/** The code is entered without looking again. */
export function disarmCode(code: GatedCode, counter: Counter): void {
  if (code.retired === null) return
  code.retired = null
  code.instance.retire(counter)
}

/** What is left of the code on this scheduler throws `PurgedCodeError` (PIN6). The counter that it has from now on is reachable from that code only. */
export function endCode(code: GatedCode): RetiredCounter {
  const counter = new RetiredCounter(code.module, code.generation, null)
  code.retired = null
  code.instance.retire(counter)
  return counter
}
