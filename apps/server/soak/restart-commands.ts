import type { RunningMain } from '../test/running-main.ts'
import { type CutOff, DESKS, type KnownState, MODULES, MOVED, PAIR } from './known-state.ts'

/** Of a move: twenty processes take half a second, so that a kill meets it under way. */
const MOVES_PER_SECOND = 40
/** Refusals that are answers: nothing was done. */
const NOTHING_DONE: readonly string[] = ['nothing_to_do', 'not_purged']

export const CONFIG = `const desks = Array.from({ length: ${DESKS} }, () => ({ module: '${MOVED}', export: 'start' }))
export default { start: [{ module: '${PAIR[0]}', export: 'start' }, ...desks] }
`

/** A module's source with a number by which its generations differ. */
export function source(module: string, version: number): string {
  return module === MOVED ? deskSource(version) : loopSource(module, version)
}

function loopSource(module: string, version: number): string {
  return `import { receive } from '@strata/runtime/process'
export const version = ${version} // ${module}
export async function start(): Promise<void> {
  return loop()
}
async function loop(): Promise<void> {
  await receive()
  return loop()
}
`
}

function deskSource(version: number): string {
  return `import { run } from '@strata/runtime/server'
export const pinned = true
export const version = ${version}
export async function start() { return run('${MOVED}', []) }
export const init = () => ({ moves: 0 })
export const handleCall = { moves: (_message: object, state: { moves: number }) => ({ reply: state.moves, state }) }
export const codeChange = (_from: number, { moves }: { moves: number }) => ({ moves: moves + 1 })
`
}

export interface Command extends CutOff {
  run(): Promise<void>
}

/** Who asks, and what was answered so far. */
export interface Asking {
  readonly server: RunningMain
  readonly known: KnownState
  readonly random: () => number
}

/** `id` is in its reason or note, by which the trail is known to tell of it. */
export function chooseCommand(asking: Asking, id: string): Command {
  const { random } = asking
  const dice = random()
  const version = Math.floor(random() * 1_000_000_000)
  if (dice < 0.25) return { verb: 'load', modules: PAIR, run: () => load(asking, PAIR, version, `load ${id}`, random() < 0.4) }
  if (dice < 0.4) return { verb: 'load', modules: [MOVED], run: () => load(asking, [MOVED], version, `load desk ${id}`, false) }
  if (dice < 0.48) return { verb: 'replace', modules: PAIR, run: () => replacePair(asking, version, `replace ${id}`) }
  if (dice < 0.56) return { verb: 'softPurge', modules: [PAIR[1]], run: () => softPurge(asking, `soft purge ${id}`) }
  if (dice < 0.64) {
    const module = random() < 0.5 ? PAIR[0] : MOVED
    return { verb: 'purge', modules: [module], run: () => purge(asking, module, `purge ${id}`) }
  }
  if (dice < 0.77) return rollBack(asking, `rollback ${id}`)
  if (dice < 0.9) return { verb: 'move', modules: [MOVED], run: () => move(asking, `move ${id}`) }
  if (dice < 0.95) return { verb: 'mark', modules: MODULES, run: () => mark(asking, `mark ${id}`) }
  return { verb: 'hold', modules: [PAIR[0]], run: () => hold(asking, `hold ${id}`) }
}

async function ask(server: RunningMain, path: string, input: unknown): Promise<any> {
  const { data, fault } = await server.call(path, input)
  if (fault !== undefined && !NOTHING_DONE.includes(fault.code)) throw new Error(`${path}: ${JSON.stringify(fault)}`)
  return data
}

/** By a plan: `undefined` where there was nothing to plan or to do. */
async function act({ server, known }: Asking, request: object, reason: string): Promise<any> {
  const plan = await ask(server, 'plans.make', request)
  if (plan === undefined) return undefined
  const answered = await ask(server, 'plans.execute', { id: plan.id, reason })
  if (answered === undefined) return undefined
  known.acts.set(answered.id, answered.status === 'done' ? 'done' : 'begun')
  known.notes.add(reason)
  return answered
}

/** All of them as one set. */
async function load({ server, known }: Asking, modules: readonly string[], version: number, note: string, soft: boolean): Promise<void> {
  const sources = modules.map((module) => ({ module, text: source(module, version) }))
  const data = await ask(server, 'modules.load', { sources, old: soft ? 'soft-purge' : 'keep', note })
  if (data === undefined) return
  noteLoaded(known, data.loaded, note)
  notePurged(known, data.purged)
  known.notes.add(note)
}

/** Both modules under the policy `purge`, by a plan: who pins an old generation ends. */
async function replacePair(asking: Asking, version: number, note: string): Promise<void> {
  const sources = PAIR.map((module) => ({ module, text: source(module, version) }))
  const done = await act(asking, { verb: 'load', sources, old: 'purge', note }, note)
  if (done === undefined) return
  noteLoaded(asking.known, done.outcome.loaded, note)
  notePurged(asking.known, done.outcome.purged)
}

async function softPurge({ server, known }: Asking, reason: string): Promise<void> {
  const data = await ask(server, 'modules.softPurge', { module: PAIR[1], reason })
  if (data === undefined) return
  notePurged(known, data.purged)
  known.notes.add(reason)
}

async function purge(asking: Asking, module: string, reason: string): Promise<void> {
  const done = await act(asking, { verb: 'purge', module }, reason)
  if (done === undefined) return
  notePurged(
    asking.known,
    done.outcome.generations.map((number: number) => ({ module, number })),
  )
}

/** To any generation of the history: one that was purged becomes a new one with its source. */
function rollBack(asking: Asking, reason: string): Command {
  const { known, random } = asking
  const others = [...(known.generations.get(MOVED)?.keys() ?? [])].filter((number) => number !== known.current.get(MOVED))
  const to = others[Math.floor(random() * others.length)]
  const run = async (): Promise<void> => {
    if (to === undefined) return
    const done = await act(asking, { verb: 'rollback', module: MOVED, number: to }, reason)
    if (done === undefined) return
    const { number } = done.outcome
    if (number === to) known.current.set(MOVED, number)
    else noteLoaded(known, [{ module: MOVED, number }], `rollback to ${MOVED}@${to}`)
  }
  return { verb: 'rollback', modules: [MOVED], run, ...(to === undefined ? {} : { to }) }
}

/** From where most of them are: to current, or from there to another that is loaded. It is followed to its end. */
async function move(asking: Asking, reason: string): Promise<void> {
  const { server, known } = asking
  const numbers = [...(known.generations.get(MOVED) ?? [])].filter(([, { purged }]) => !purged).map(([number]) => number)
  const current = known.current.get(MOVED) ?? 0
  const { rows } = await ask(server, 'processes.list', { module: MOVED, limit: 500 })
  const from = mostFrequent(rows.map(({ generation }: any) => generation))
  const to = from === current ? numbers.find((number) => number !== current) : current
  if (from === undefined || to === undefined) return
  const request = { verb: 'move', targets: { module: MOVED, generation: from }, to, rate: MOVES_PER_SECOND }
  const begun = await act(asking, request, reason)
  if (begun === undefined) return
  let seen = begun
  while (seen.status === 'running') {
    await new Promise((resolve) => setTimeout(resolve, 20))
    seen = await ask(server, 'acts.get', { id: begun.id })
  }
  if (seen.status !== 'done') throw new Error(`the move ended as ${JSON.stringify(seen.fault)}`)
  known.acts.set(begun.id, 'done')
}

function mostFrequent(numbers: readonly number[]): number | undefined {
  const count = (number: number): number => numbers.filter((other) => other === number).length
  return numbers.toSorted((one, other) => count(other) - count(one))[0]
}

async function mark({ server, known, random }: Asking, reason: string): Promise<void> {
  const module = MODULES[Math.floor(random() * MODULES.length)] ?? PAIR[0]
  const loaded = [...(known.generations.get(module) ?? [])].filter(([, { purged }]) => !purged)
  const [number, generation] = loaded[Math.floor(random() * loaded.length)] ?? []
  if (number === undefined || generation === undefined) return
  await ask(server, 'modules.mark', { module, number, kind: 'keep', on: !generation.kept, reason })
  generation.kept = !generation.kept
  known.notes.add(reason)
}

async function hold({ server, known }: Asking, reason: string): Promise<void> {
  if (known.hold) await ask(server, 'modules.release', { module: PAIR[0], reason })
  else await ask(server, 'modules.hold', { module: PAIR[0], reason })
  known.hold = !known.hold
  known.notes.add(reason)
}

interface Named {
  readonly module: string
  readonly number: number
}

function noteLoaded(known: KnownState, loaded: readonly Named[], note: string): void {
  for (const { module, number } of loaded) {
    known.generations.get(module)?.set(number, { note, purged: false, kept: false })
    known.current.set(module, number)
  }
}

function notePurged(known: KnownState, purged: readonly Named[]): void {
  for (const { module, number } of purged) {
    const generation = known.generations.get(module)?.get(number)
    if (generation !== undefined) generation.purged = true
  }
}
