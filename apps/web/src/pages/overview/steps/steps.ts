import type { ActivityLine } from '@strata/server'
import type { Candidate, ModuleView } from '@strata/runtime'
import { linkAct, linkLoad, linkModule, linkProcess, linkProcesses } from '../../../links.ts'
import type { Tour } from '../summary.ts'

export interface Step {
  readonly key: 'open' | 'load' | 'upgrade' | 'soft-purge' | 'purge'
  readonly label: string
  readonly hint: string
  readonly done: boolean
  /** Exactly where the click is. */
  readonly to: string
}

/** What the steps are decided from. */
export interface StepFacts {
  readonly tour: Tour
  readonly module: ModuleView
  /** Loads, upgrades and purges, in any order. */
  readonly lines: readonly ActivityLine[]
  readonly candidates: readonly Candidate[]
  /** A process inside an old generation, to upgrade. */
  readonly upgradable: string | null
  /** The last forced purge's act. */
  readonly receipt: string | null
  readonly seen: { readonly oldProcess: boolean; readonly receipt: boolean }
}

/** The five steps, ticked by what really happened. What the system did by itself does not count. */
export function tellSteps(facts: StepFacts): readonly Step[] {
  const { module, tour, seen } = facts
  const one = tour.noun.endsWith('s') ? tour.noun.slice(0, -1) : tour.noun
  const old = module.layers.filter((layer) => layer.status === 'old')
  const pinned = old.filter((layer) => layer.pins > 0)
  const oldest = pinned.at(-1)
  const drained = old.filter((layer) => layer.drained).at(-1)
  const next = nextCandidate(module, facts.candidates)
  const load = linkLoad(next === null ? { module: module.name } : { module: module.name, file: next.path })
  // After a restart everybody is in the current generation: a load is what leaves them in an old one.
  const nobodyIsOld = 'Nobody is in an old generation just now: load the next one under keep, and all live on in this one.'
  const purged = facts.lines.some((line) => line.type === 'purged' && line.mark.kind === 'forced' && isByPerson(line.mark.by))
  return [
    {
      key: 'open',
      label: `Open a ${one} in an old generation`,
      hint:
        oldest === undefined
          ? nobodyIsOld
          : `${module.name}@${oldest.number} is the oldest that is pinned: choose one of its ${tour.noun}.`,
      done: seen.oldProcess,
      to: oldest === undefined ? load : linkProcesses({ module: module.name, generation: oldest.number }),
    },
    {
      key: 'load',
      label: 'Load the next one under keep',
      hint: next === null ? 'Choose a file, or change the source in the editor.' : `${next.path} lies ready. Nobody ends.`,
      done: facts.lines.some(
        (line) =>
          line.type === 'loaded' &&
          line.policy === 'keep' &&
          isByPerson(line.by.actor) &&
          line.modules.some((loaded) => loaded.module === module.name),
      ),
      to: load,
    },
    {
      key: 'upgrade',
      label: `Upgrade one ${one}`,
      hint: oldest === undefined ? nobodyIsOld : 'It keeps its text and moves to the current generation.',
      done: facts.lines.some((line) => line.type === 'upgraded' && line.moved.length > 0 && isByPerson(line.by.actor)),
      to: facts.upgradable !== null ? linkProcess(facts.upgradable) : oldest === undefined ? load : linkProcesses({ module: module.name }),
    },
    {
      key: 'soft-purge',
      label: 'Soft purge what has drained',
      hint:
        drained === undefined
          ? 'Nothing is drained just now: old ones drain as their processes end.'
          : `${module.name}@${drained.number} is drained.`,
      done: facts.lines.some((line) => line.type === 'soft_purged' && line.purged.length > 0 && isByPerson(line.by.actor)),
      to: linkModule(module.name, drained === undefined ? {} : { generation: drained.number }),
    },
    {
      key: 'purge',
      label: 'Force purge one and read the receipt',
      hint: purged
        ? 'It is purged: read what became of each process.'
        : oldest === undefined
          ? nobodyIsOld
          : 'First you see exactly who would end.',
      done: purged && seen.receipt,
      to:
        purged && facts.receipt !== null
          ? linkAct(facts.receipt)
          : oldest === undefined
            ? load
            : linkModule(module.name, { generation: oldest.number, act: 'purge' }),
    },
  ]
}

/** The file to load next: the first of the system's folder, after the one that is current, whose content is not loaded. */
export function nextCandidate(module: ModuleView, candidates: readonly Candidate[]): Candidate | null {
  const waiting = candidates
    .filter((candidate) => candidate.module === module.name && candidate.state === 'differs')
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
  const current = module.layers.find((layer) => layer.status === 'current')?.origin
  const later = current === null || current === undefined ? undefined : waiting.find(({ path }) => path > current)
  return later ?? waiting[0] ?? null
}

function isByPerson(actor: string): boolean {
  return actor !== 'system'
}
