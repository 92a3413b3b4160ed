import { FUN_KINDS, VERSIONS, WAYS, type Deed, type Operation, type Subject } from './operations.ts'

/** A sequence of random numbers that its seed decides (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const STEPS_MIN = 8
const STEPS_MAX = 30
const NAMES = ['n1', 'n1', 'n1', 'n2']
const TAGS = ['t1', 't1', 't2']
const REASONS = ['normal', 'r1', 'shutdown', 'kill']
const SPAWNS = ['none', 'link', 'monitor'] as const
const FUNS = 2

/** How often code, calls, kept functions and relations are what a step is about. */
interface Theme {
  readonly code: number
  readonly calls: number
  readonly functions: number
  readonly relations: number
}

const THEMES: readonly Theme[] = [
  { code: 34, calls: 36, functions: 10, relations: 20 },
  { code: 40, calls: 60, functions: 0, relations: 0 },
  { code: 40, calls: 4, functions: 56, relations: 0 },
  { code: 4, calls: 16, functions: 0, relations: 80 },
]

/** The sequence of a seed: from modules that were loaded once and are gone, with one process that runs the watcher's module. */
export function generateSequence(seed: number): Operation[] {
  const random = createRandom(seed)
  const below = (count: number): number => Math.floor(random() * count)
  const choose = <T>(from: readonly T[]): T => from[below(from.length)]!
  const subject = (): Subject => (random() < 0.7 ? 'a' : 'b')
  const next: Record<Subject, number> = { a: 1, b: 1 }
  let processes = 1
  const keeper = 1
  const theme = choose(THEMES)

  /** Mostly one that is not loaded yet; now and then one that was there before. */
  const version = (module: Subject): number => {
    if (random() < 0.12) return 1 + below(VERSIONS)
    const chosen = next[module]
    next[module] = (chosen % VERSIONS) + 1
    return chosen
  }
  /** Rather a young process than the first one. */
  const process = (): number => (random() < 0.2 ? below(processes) : processes - 1 - below(Math.min(processes, 4)))
  const spawned = (deed: Deed): Operation => {
    const parent = process()
    processes++
    return ['do', parent, ...deed]
  }

  const code = (): Operation => {
    const module = subject()
    const roll = below(100)
    if (roll < 48) return ['load', module, version(module), choose(WAYS)]
    if (roll < 58) return ['soft_purge', module]
    if (roll < 67) return ['purge', module]
    if (roll < 76) return ['delete', module]
    if (roll < 80) return ['load_set', version('a'), version('b')]
    if (roll < 83) return ['load_bad', module, choose(WAYS)]
    if (roll < 86) return ['load_failing', module, version(module), choose(['load_file', 'load_binary', 'l', 'soft'])]
    if (roll < 88) return ['reload', module]
    if (roll < 93) return ['prepare', module, version(module)]
    if (roll < 97) return ['finish', module]
    return ['kill', process()]
  }

  const calls = (): Operation => {
    const module = subject()
    const roll = below(100)
    if (roll < 18) return spawned(['spawn', module, choose(SPAWNS)])
    if (roll < 25) return spawned(['spawn_local', choose(SPAWNS)])
    return ['do', process(), ...call(module, roll)]
  }

  const call = (module: Subject, roll: number): Deed => {
    if (roll < 33) return ['local']
    if (roll < 38) return ['local_f']
    if (roll < 45) return ['qual', module]
    if (roll < 50) return ['qual_f', module]
    if (roll < 54) return ['must', module]
    if (roll < 65) return ['move', module]
    if (roll < 76) return ['enter', module]
    if (roll < 83) return ['enter_try', module]
    if (roll < 92) return ['return']
    if (roll < 95) return ['exit1', choose(REASONS)]
    if (roll < 98) return ['error']
    return ['timer']
  }

  /** One process keeps them, so that they are there when they are called. */
  const functions = (): Operation => {
    const roll = below(100)
    const number = below(FUNS)
    if (roll < 35) return ['do', keeper, 'fun', number, choose(FUN_KINDS), subject()]
    if (roll < 60) return ['do', keeper, 'call_fun', number]
    if (roll < 63) return ['do', keeper, 'must_fun', number]
    if (roll < 72) return ['do', keeper, 'enter_fun', number]
    // What it keeps of one module outlives that module's generation only while it is in the other.
    if (roll < 94) return ['do', keeper, 'move', random() < 0.5 ? 'a' : 'b']
    processes++
    return ['do', keeper, 'spawn_fun', number, choose(SPAWNS)]
  }

  const relations = (): Operation => {
    const roll = below(100)
    if (roll < 3) return ['kill', process()]
    if (roll < 13) return ['inspect', process()]
    return ['do', process(), ...relation(roll)]
  }

  const relation = (roll: number): Deed => {
    if (roll < 25) return ['link', process()]
    if (roll < 30) return ['unlink', process()]
    if (roll < 39) return ['monitor', process()]
    if (roll < 43) return ['monitor_name', choose(NAMES)]
    if (roll < 48) return ['demonitor', below(2), random() < 0.5]
    if (roll < 62) return ['trap', random() < 0.85]
    if (roll < 69) return ['exit', process(), choose(REASONS)]
    if (roll < 70) return ['exit1', choose(REASONS)]
    if (roll < 71) return ['error']
    if (roll < 72) return ['throw']
    if (roll < 78) return ['register', choose(NAMES), process()]
    if (roll < 80) return ['unregister', choose(NAMES)]
    if (roll < 82) return ['whereis', choose(NAMES)]
    if (roll < 87) return ['send', process(), choose(TAGS)]
    if (roll < 90) return ['send_name', choose(NAMES), choose(TAGS)]
    if (roll < 93) return ['take', choose(TAGS)]
    return ['drain']
  }

  const operations: Operation[] = [['load', 'a', version('a'), choose(WAYS)]]
  if (random() < 0.7) operations.push(['load', 'b', version('b'), choose(WAYS)])
  operations.push(spawned(['spawn', 'a', choose(SPAWNS)]))
  if (theme.functions > 50) {
    operations.push(['do', keeper, 'fun', 0, choose(['closure', 'local', 'qualified']), 'a'], ['do', keeper, 'fun', 1, 'looper', 'a'])
    if (random() < 0.5) operations.push(['do', keeper, 'move', 'b'])
  }
  if (theme.relations > 50) for (let more = 0; more < 3; more++) operations.push(spawned(['spawn', subject(), choose(SPAWNS)]))
  const length = STEPS_MIN + below(STEPS_MAX - STEPS_MIN)
  while (operations.length < length) {
    const roll = below(100)
    if (roll < theme.code) operations.push(code())
    else if (roll < theme.code + theme.calls) operations.push(calls())
    else if (roll < theme.code + theme.calls + theme.functions) operations.push(functions())
    else operations.push(relations())
  }
  return operations
}

/** Spread over all 32 bits, so that neighbouring seeds of a run have nothing in common with those of the next. */
export function seedOf(run: number, index: number): number {
  return (Math.imul(run, 0x9e3779b1) + index) >>> 0
}
