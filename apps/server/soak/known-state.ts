/** What clients were answered, and what they had asked without an answer: what a store must still know after a crash. */
export interface KnownState {
  /** Module → number → what was said of it. */
  readonly generations: Map<string, Map<number, KnownGeneration>>
  readonly current: Map<string, number>
  hold: boolean
  /** Plan ids whose execution was answered. */
  readonly acts: Set<string>
  /** Reasons and notes of acknowledged acts: each is in the trail. */
  readonly notes: Set<string>
  /** Newest hash of the trail that was seen. */
  head: string | null
}

export interface KnownGeneration {
  readonly note: string
  purged: boolean
  kept: boolean
}

export function emptyState(): KnownState {
  return { generations: new Map(), current: new Map(), hold: false, acts: new Set(), notes: new Set(), head: null }
}

/** What the server says after a restart. */
export interface SeenState {
  readonly modules: readonly {
    readonly name: string
    readonly current: number | null
    readonly hold: { readonly reason: string } | null
  }[]
  readonly generations: ReadonlyMap<
    string,
    readonly {
      readonly number: number
      readonly status: string
      readonly note: string
      readonly hash: string
      readonly markedKeep: object | null
    }[]
  >
  readonly notes: ReadonlySet<string>
  readonly acts: ReadonlyMap<string, string>
  readonly trail: { readonly status: string; readonly containsHead?: boolean | null; readonly head?: string }
}

/** Commands that may have been done although their answer was cut off. */
const MAY_LOAD = ['load', 'replace']
const MAY_PURGE = ['purge', 'softPurge', 'replace']

/** What is missing or half done, in words; nothing when all is well. `asked`: a change whose answer the crash cut off may have happened. */
export function compareStates(known: KnownState, seen: SeenState, asked: { readonly verb: string } | null): readonly string[] {
  const problems: string[] = []
  for (const [module, numbers] of known.generations) {
    const history = seen.generations.get(module) ?? []
    for (const [number, { note, purged, kept }] of numbers) {
      const found = history.find((entry) => entry.number === number)
      if (found === undefined) problems.push(`${module}@${number} is missing`)
      else {
        if (found.note !== note) problems.push(`${module}@${number} has the note ${found.note}, not ${note}`)
        if (purged && found.status !== 'purged') problems.push(`${module}@${number} was purged and is ${found.status}`)
        if (!purged && found.status === 'purged' && !MAY_PURGE.includes(asked?.verb ?? ''))
          problems.push(`${module}@${number} was not purged and is`)
        if (kept !== (found.markedKeep !== null) && asked?.verb !== 'mark')
          problems.push(`${module}@${number} marked keep: ${kept} is not so`)
      }
    }
    // A load that was cut off adds at most one.
    const more = history.length - numbers.size
    if (more < 0 || more > (MAY_LOAD.includes(asked?.verb ?? '') ? 1 : 0)) problems.push(`${module} has ${more} generations too many`)
    if (history.some(({ number }, index) => number !== history.length - index)) problems.push(`${module}: numbers are not whole`)
    if (history.filter(({ status }) => status === 'current').length !== 1) problems.push(`${module} has not one current generation`)
    const current = seen.modules.find(({ name }) => name === module)?.current ?? null
    if (current !== known.current.get(module) && !MAY_LOAD.includes(asked?.verb ?? ''))
      problems.push(`${module}@${current} is current, ${known.current.get(module)} was`)
  }
  const [left, right] = PAIR.map((name) => seen.generations.get(name)?.length ?? 0)
  const [leftCurrent, rightCurrent] = PAIR.map((name) => seen.modules.find((module) => module.name === name)?.current ?? null)
  if (left !== right || leftCurrent !== rightCurrent)
    problems.push(`a set was loaded by half: ${PAIR[0]}@${leftCurrent} of ${left}, ${PAIR[1]}@${rightCurrent} of ${right}`)
  const held = seen.modules.some(({ name, hold }) => name === PAIR[0] && hold !== null)
  if (held !== known.hold && asked?.verb !== 'hold') problems.push(`${PAIR[0]} held: ${held}, ${known.hold} was answered`)
  for (const note of known.notes) if (!seen.notes.has(note)) problems.push(`the trail does not tell of "${note}"`)
  for (const id of known.acts)
    if (seen.acts.get(id) !== 'done') problems.push(`act ${id} was done and is ${seen.acts.get(id) ?? 'missing'}`)
  for (const [id, status] of seen.acts) if (status === 'running') problems.push(`act ${id} runs still`)
  if (seen.trail.status !== 'intact') problems.push(`the trail is ${seen.trail.status}: ${JSON.stringify(seen.trail)}`)
  else if (known.head !== null && seen.trail.containsHead !== true) problems.push(`the trail was cut behind ${known.head}`)
  return problems
}

/** Loaded together, always: one is never newer than the other. */
export const PAIR = ['left', 'right'] as const
