import { formatModuleGeneration, type ModuleGeneration, type Pid } from '../ids.ts'
import { closeGate, decidePurge, openGate } from './purge-gate.ts'

/** Who keeps a generation from being removed, as all schedulers together answered. */
export interface RoundPins extends ModuleGeneration {
  readonly pids: readonly Pid[]
  readonly readBy: readonly ModuleGeneration[]
}

export interface RoundOutcome {
  readonly purged: readonly ModuleGeneration[]
  readonly open: readonly ModuleGeneration[]
}

/** A generation with the gate that decides it; generations that go together or not at all have the same one. */
export type Gated = ModuleGeneration & { readonly gate: Int32Array }

/** Generations each on its own. */
export function gateEach(generations: readonly ModuleGeneration[]): Gated[] {
  return generations.map((generation) => ({ ...generation, gate: closeGate() }))
}

/** Generations that go together or not at all. */
export function gateTogether(generations: readonly ModuleGeneration[]): Gated[] {
  const gate = closeGate()
  return generations.map((generation) => ({ ...generation, gate }))
}

/**
 * PIN3, PIN4: decides a soft purge on what every scheduler has answered. A generation goes when no process pins it, every loaded generation that was built with it
 * has gone before, and nobody has entered it meanwhile.
 */
export function decideRound(gated: readonly Gated[], pins: readonly RoundPins[]): RoundOutcome {
  const open = new Map(gated.map((entry) => [formatModuleGeneration(entry.module, entry.number), entry]))
  const purged: Gated[] = []
  const isFree = (entry: ModuleGeneration, group: readonly Gated[]): boolean => {
    const found = pins.find((known) => isSame(known, entry))
    if (found === undefined) return true
    // A reader in the same group goes in the same step.
    return found.pids.length === 0 && found.readBy.every((reader) => [...purged, ...group].some((gone) => isSame(gone, reader)))
  }
  const groups = [...new Set(gated.map(({ gate }) => gate))]
  for (let moved = true; moved; ) {
    moved = false
    for (const gate of groups) {
      const group = [...open.values()].filter((entry) => entry.gate === gate)
      if (group.length === 0 || !group.every((entry) => isFree(entry, group)) || !decidePurge(gate)) continue
      for (const entry of group) open.delete(formatModuleGeneration(entry.module, entry.number))
      purged.push(...group)
      moved = true
    }
  }
  for (const { gate } of open.values()) openGate(gate)
  return { purged: purged.map(bare), open: [...open.values()].map(bare) }
}

function bare({ module, number }: ModuleGeneration): ModuleGeneration {
  return { module, number }
}

export function isSame(a: ModuleGeneration, b: ModuleGeneration): boolean {
  return a.module === b.module && a.number === b.number
}
