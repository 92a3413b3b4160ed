import type { Fault } from '../errors.ts'
import type { ModuleGeneration } from '../ids.ts'
import type { OldPolicy, PolicyOutcome } from '../inspect/views.ts'

export interface OldState {
  readonly number: number
  readonly pins: number
  /** Loaded generations whose body read a class or another value of it; absent without any. */
  readonly readBy?: readonly ModuleGeneration[]
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

/**
 * GEN2, GEN4, GEN8: what a policy makes of the old generations; one module refused is the whole set refused. `set`: the states of all that are loaded together,
 * whose old generations may go with each other.
 */
export function planLoad(
  states: readonly LoadState[],
  policy: OldPolicy,
  expectedCurrent: Readonly<Record<string, number | null>> = {},
  set: readonly LoadState[] = states,
): LoadDecision {
  const changes = states.flatMap(({ module, current }) => {
    const expected = Object.hasOwn(expectedCurrent, module) ? expectedCurrent[module] : undefined
    return expected === undefined || expected === current ? [] : [{ type: 'current' as const, module, was: expected, is: current }]
  })
  if (changes.length > 0) return { status: 'refused', fault: { code: 'changed_meanwhile', changes } }

  const purges: ModuleGeneration[] = []
  const kills: ModuleGeneration[] = []
  for (const { module, current, old } of states) {
    const refusal: LoadDecision = { status: 'refused', fault: { code: 'not_purged', module, generations: old } }
    switch (policy) {
      case 'keep':
        break
      case 'refuse':
        // OTP's two generations: one beside which nothing is current leaves room for a current one (T1, L16).
        if (old.length + (current === null ? 0 : 1) > 1) return refusal
        break
      case 'soft-purge': {
        const going = old.filter(({ kept }) => kept !== true)
        const held = going.filter(({ pins, readBy = [] }) => pins > 0 || staying(readBy, set, true).length > 0)
        if (held.length > 0) return { ...refusal, fault: { code: 'not_purged', module, generations: held } }
        purges.push(...going.map(({ number }) => ({ module, number })))
        break
      }
      case 'purge': {
        for (const { number, readBy = [] } of old) {
          const by = staying(readBy, set, false)
          if (by.length > 0) return { status: 'refused', fault: { code: 'still_read', module, number, by } }
        }
        for (const { number, pins } of old) (pins > 0 ? kills : purges).push({ module, number })
        break
      }
    }
  }
  return { status: 'load', purges, kills }
}

/** Readers that do not go in the same load. */
function staying(readBy: readonly ModuleGeneration[], set: readonly LoadState[], soft: boolean): ModuleGeneration[] {
  return readBy.filter(
    (reader) =>
      !set.some(
        ({ module, old }) =>
          module === reader.module && old.some(({ number, kept }) => number === reader.number && !(soft && kept === true)),
      ),
  )
}

const POLICIES: readonly OldPolicy[] = ['refuse', 'soft-purge', 'purge', 'keep']

/** What each policy would do right now to one module. */
export function previewPolicies(state: LoadState, set: readonly LoadState[] = [state]): readonly PolicyOutcome[] {
  return POLICIES.map((policy) => {
    const decision = planLoad([state], policy, {}, set)
    const pinned = state.old.filter(({ pins, readBy }) => pins > 0 || readBy !== undefined)
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
