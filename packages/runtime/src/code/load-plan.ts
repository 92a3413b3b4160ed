import type { Fault } from '../errors.ts'
import type { ModuleGeneration } from '../ids.ts'
import type { OldPolicy, PolicyOutcome } from '../inspect/views.ts'

export interface OldState {
  readonly number: number
  readonly pins: number
  /** Marked keep: no soft purge that does not name it takes it (GEN9). */
  readonly kept?: boolean
}

/** What a load's decision depends on, per module of the set. */
export interface LoadState {
  readonly module: string
  readonly current: number | null
  /** Loaded old generations with the number of processes that pin each. */
  readonly old: readonly OldState[]
}

export type LoadDecision =
  | { readonly status: 'refused'; readonly fault: Fault }
  | {
      readonly status: 'load'
      /** Drained ones that go without a death. */
      readonly purges: readonly ModuleGeneration[]
      /** Pinned ones whose processes are ended first. */
      readonly kills: readonly ModuleGeneration[]
    }

/** GEN2, GEN4, GEN8: what a policy makes of the old generations; one module refused is the whole set refused. */
export function planLoad(
  states: readonly LoadState[],
  policy: OldPolicy,
  expectedCurrent: Readonly<Record<string, number | null>> = {},
): LoadDecision {
  const changes = states.flatMap(({ module, current }) => {
    const expected = Object.hasOwn(expectedCurrent, module) ? expectedCurrent[module] : undefined
    return expected === undefined || expected === current ? [] : [{ type: 'current' as const, module, was: expected, is: current }]
  })
  if (changes.length > 0) return { status: 'refused', fault: { code: 'changed_meanwhile', changes } }

  const purges: ModuleGeneration[] = []
  const kills: ModuleGeneration[] = []
  for (const { module, old } of states) {
    const refusal: LoadDecision = { status: 'refused', fault: { code: 'not_purged', module, generations: old } }
    switch (policy) {
      case 'keep':
        break
      case 'refuse':
        if (old.length > 0) return refusal
        break
      case 'soft-purge': {
        const going = old.filter(({ kept }) => kept !== true)
        const held = going.filter(({ pins }) => pins > 0)
        if (held.length > 0) return { ...refusal, fault: { code: 'not_purged', module, generations: held } }
        purges.push(...going.map(({ number }) => ({ module, number })))
        break
      }
      case 'purge':
        for (const { number, pins } of old) (pins > 0 ? kills : purges).push({ module, number })
        break
    }
  }
  return { status: 'load', purges, kills }
}

const POLICIES: readonly OldPolicy[] = ['refuse', 'soft-purge', 'purge', 'keep']

/** What each policy would do right now to one module. */
export function previewPolicies(state: LoadState): readonly PolicyOutcome[] {
  return POLICIES.map((policy) => {
    const decision = planLoad([state], policy)
    const pinned = state.old.filter(({ pins }) => pins > 0)
    if (decision.status === 'refused')
      return { policy, status: 'refused', kills: 0, purges: [], pinned: policy === 'refuse' ? state.old : pinned }
    return {
      policy,
      status: 'loads',
      kills: pinned
        .filter(({ number }) => decision.kills.some((entry) => entry.number === number))
        .reduce((sum, { pins }) => sum + pins, 0),
      purges: [...decision.purges, ...decision.kills].map(({ number }) => number),
      pinned,
    }
  })
}
