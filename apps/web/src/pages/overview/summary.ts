import type { ModuleView } from '@strata/runtime'
import { formatCount, formatPlural } from '@strata/ui'
import { linkLoad, linkModule, linkProcesses } from '../../links.ts'
import type { Part } from '../activity/sentence-parts.ts'

export interface Tour {
  readonly module: string
  readonly noun: string
}

/** The module that the Overview speaks of: the one asked for, the tour's, else the one whose old generations hold most. */
export function chooseModule(modules: readonly ModuleView[], tour: Tour | null, asked: string | null): ModuleView | null {
  const named = (name: string | null | undefined) => modules.find((module) => module.name === name)
  const fullest = modules.toSorted(
    (a, b) => b.pins - a.pins || countPins(b) - countPins(a) || b.generations.length - a.generations.length,
  )[0]
  return named(asked) ?? named(tour?.module) ?? fullest ?? null
}

function countPins(module: ModuleView): number {
  return module.layers.reduce((sum, layer) => sum + layer.pins, 0)
}

/** Generations that live processes are inside of. */
function countInhabited(module: ModuleView): number {
  return module.layers.filter((layer) => layer.status !== 'purged' && layer.pins > 0).length
}

/**
 * "38 documents live in 4 generations of session.", each number a door. `processes` is what the process list counts for the module; `isWhole`: each
 * scheduler was counted.
 */
export function tellState(module: ModuleView | null, processes: number | null, tour: Tour | null, isWhole = true): readonly Part[] {
  if (module === null) return ['No module is loaded yet. ', { text: 'Load the first', to: linkLoad() }, '.']
  const [one, many] = nounOf(module, tour)
  const inhabited = countInhabited(module)
  const place: Part = { text: module.name, to: linkModule(module.name) }
  if (processes === 0 && isWhole) return [`No ${one} lives in `, place, '.']
  const count: Part = {
    text: processes === null ? `… ${many}` : isWhole ? formatPlural(processes, one, many) : `${formatCount(processes)} or more ${many}`,
    to: linkProcesses({ module: module.name }),
  }
  const verb = processes === 1 && isWhole ? 'lives' : 'live'
  return [count, ` ${verb} in `, { text: formatPlural(inhabited, 'generation'), to: linkModule(module.name) }, ' of ', place, '.']
}

/** "2 things need you." */
export function tellNeeds(count: number): string {
  if (count === 0) return 'Nothing needs you.'
  return count === 1 ? '1 thing needs you.' : `${count} things need you.`
}

function nounOf(module: ModuleView, tour: Tour | null): readonly [string, string] {
  if (tour === null || tour.module !== module.name) return ['process', 'processes']
  const one = tour.noun.endsWith('s') ? tour.noun.slice(0, -1) : tour.noun
  return [one, `${one}s`]
}
