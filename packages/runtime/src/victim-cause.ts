/**
 * Why a process is among those that an act ends: it `pins` the chosen generation, was `chosen` by hand, falls by a `link` to another victim, is stopped by its `supervisor`, or is a supervisor that
 * `gives_up` because these deaths are more than it bears, or `shuts_down` with its significant children.
 */
export type VictimCause = 'pins' | 'chosen' | 'link' | 'supervisor' | 'gives_up' | 'shuts_down'

/** The act itself ends it; the others fall with those. */
export function isAimedAt(because: VictimCause): boolean {
  return because === 'pins' || because === 'chosen'
}
