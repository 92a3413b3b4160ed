/** What clients were answered, and what they had asked without an answer: what a store must still know after a crash. */
export interface KnownState {
  /** Module → number → what was said of it. */
  readonly generations: Map<string, Map<number, KnownGeneration>>
  readonly current: Map<string, number>
  hold: boolean
  /** Plan id → what its act's status may be: `done` was answered, or no more than that it has begun. */
  readonly acts: Map<string, 'done' | 'begun'>
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
  return { generations: new Map(), current: new Map(), hold: false, acts: new Map(), notes: new Set(), head: null }
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
  /** Of each root process, the generation that it is in. */
  readonly roots: readonly { readonly module: string; readonly generation: number | null }[]
  readonly notes: ReadonlySet<string>
  readonly acts: ReadonlyMap<string, string>
  readonly trail: { readonly status: string; readonly containsHead?: boolean | null; readonly head?: string }
}

/** A command whose answer was cut off: it may have been done, wholly. */
export interface CutOff {
  readonly verb: 'load' | 'replace' | 'rollback' | 'softPurge' | 'purge' | 'move' | 'mark' | 'hold'
  readonly modules: readonly string[]
  /** Of a rollback: the generation that is to be current again. */
  readonly to?: number
}

/** Loaded together, always: one is never newer than the other. */
export const PAIR = ['left', 'right'] as const
/** Its processes are a behaviour's: loaded by itself, rolled back, and moved. */
export const MOVED = 'desk'
export const MODULES = [...PAIR, MOVED] as const
/** Root processes of `MOVED`; the pair has one. */
export const DESKS = 20

const MAY_LOAD: readonly string[] = ['load', 'replace', 'rollback']
const MAY_PURGE: readonly string[] = ['purge', 'softPurge', 'load', 'replace']

/** What is missing or half done, in words; nothing when all is well. */
export function compareStates(known: KnownState, seen: SeenState, asked: CutOff | null): readonly string[] {
  return [
    ...[...known.generations.keys()].flatMap((module) => compareModule(module, known, seen, asked)),
    ...comparePair(known, seen, asked),
    ...compareRoots(seen),
    ...compareTrail(known, seen),
  ]
}

function compareModule(module: string, known: KnownState, seen: SeenState, asked: CutOff | null): readonly string[] {
  const problems: string[] = []
  const numbers = known.generations.get(module) ?? new Map<number, KnownGeneration>()
  const history = seen.generations.get(module) ?? []
  const may = (verbs: readonly string[]): boolean => asked !== null && verbs.includes(asked.verb) && asked.modules.includes(module)
  for (const [number, { note, purged, kept }] of numbers) {
    const found = history.find((entry) => entry.number === number)
    if (found === undefined) problems.push(`${module}@${number} is missing`)
    else {
      if (found.note !== note) problems.push(`${module}@${number} has the note ${found.note}, not ${note}`)
      if (purged && found.status !== 'purged') problems.push(`${module}@${number} was purged and is ${found.status}`)
      if (!purged && found.status === 'purged' && !may(MAY_PURGE)) problems.push(`${module}@${number} was not purged and is`)
      if (kept !== (found.markedKeep !== null) && !may(['mark'])) problems.push(`${module}@${number} marked keep: ${kept} is not so`)
    }
  }
  // A load that was cut off adds at most one, and that one is current.
  const more = history.length - numbers.size
  if (more < 0 || more > (may(MAY_LOAD) ? 1 : 0)) problems.push(`${module} has ${more} generations too many`)
  if (history.some(({ number }, index) => number !== history.length - index)) problems.push(`${module}: numbers are not whole`)
  if (history.filter(({ status }) => status === 'current').length !== 1) problems.push(`${module} has not one current generation`)
  const current = seen.modules.find(({ name }) => name === module)?.current ?? null
  const expected = more === 1 ? [history.length] : [known.current.get(module), ...(may(['rollback']) ? [asked?.to] : [])]
  if (!expected.includes(current ?? undefined)) problems.push(`${module}@${current} is current, ${known.current.get(module)} was`)
  return problems
}

function comparePair(known: KnownState, seen: SeenState, asked: CutOff | null): readonly string[] {
  const problems: string[] = []
  const [left, right] = PAIR.map((name) => seen.generations.get(name)?.length ?? 0)
  const [leftCurrent, rightCurrent] = PAIR.map((name) => seen.modules.find((module) => module.name === name)?.current ?? null)
  if (left !== right || leftCurrent !== rightCurrent)
    problems.push(`a set was loaded by half: ${PAIR[0]}@${leftCurrent} of ${left}, ${PAIR[1]}@${rightCurrent} of ${right}`)
  const held = seen.modules.some(({ name, hold }) => name === PAIR[0] && hold !== null)
  if (held !== known.hold && asked?.verb !== 'hold') problems.push(`${PAIR[0]} held: ${held}, ${known.hold} was answered`)
  return problems
}

/** Whatever was moved where: root processes are all there again, in what is current. */
function compareRoots({ roots, modules }: SeenState): readonly string[] {
  const astray = roots.filter(({ module, generation }) => generation !== modules.find(({ name }) => name === module)?.current)
  return [
    ...(roots.length === DESKS + 1 ? [] : [`${roots.length} root processes run, not ${DESKS + 1}`]),
    ...astray.map(({ module, generation }) => `a root process is in ${module}@${generation}, which is not current`),
  ]
}

function compareTrail(known: KnownState, seen: SeenState): readonly string[] {
  const problems: string[] = []
  for (const note of known.notes) if (!seen.notes.has(note)) problems.push(`the trail does not tell of "${note}"`)
  for (const [id, status] of known.acts) {
    const found = seen.acts.get(id) ?? 'missing'
    if (found !== 'done' && (status === 'done' || found !== 'interrupted')) problems.push(`act ${id} was ${status} and is ${found}`)
  }
  for (const [id, status] of seen.acts) if (status === 'running') problems.push(`act ${id} runs still`)
  if (seen.trail.status !== 'intact') problems.push(`the trail is ${seen.trail.status}: ${JSON.stringify(seen.trail)}`)
  else if (known.head !== null && seen.trail.containsHead !== true) problems.push(`the trail was cut behind ${known.head}`)
  return problems
}
