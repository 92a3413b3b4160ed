import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunningMain, startMain } from '../test/running-main.ts'
import { compareStates, emptyState, type KnownState, PAIR, type SeenState } from './known-state.ts'
import { createRandom } from './random.ts'

/** Latest instant of a kill after the first command of a life. */
const KILL_WITHIN_MS = 1_500
/** One of so many lives is killed while it starts. */
const START_KILLS = 5

export interface RestartsOptions {
  readonly kills: number
  readonly seed: number
  /** Of a PostgreSQL; without it the store is a file. */
  readonly databaseUrl?: string | undefined
  tell(line: string): void
}

export interface RestartsResult {
  readonly kills: number
  readonly commands: number
  readonly entries: number
  readonly problems: readonly string[]
}

interface Asked {
  readonly verb: 'load' | 'replace' | 'softPurge' | 'purge' | 'mark' | 'hold'
  run(): Promise<void>
}

/** Kills the real server at random instants of loads, purges, plans, marks and holds, and compares each next life with what was answered. */
export async function runRestarts({ kills, seed, databaseUrl, tell }: RestartsOptions): Promise<RestartsResult> {
  const base = await mkdtemp(join(tmpdir(), 'strata-restarts-'))
  const place = {
    data: join(base, 'data'),
    folder: join(base, 'system'),
    env: { STRATA_SAFE_MODE: '0', ...(databaseUrl === undefined ? {} : { STRATA_DATABASE_URL: databaseUrl }) },
  }
  await mkdir(place.folder)
  for (const module of PAIR) await writeFile(join(place.folder, `${module}.ts`), source(module, 0))
  await writeFile(join(place.folder, 'strata.config.ts'), `export default { start: [{ module: 'left', export: 'start' }] }\n`)
  const random = createRandom(seed)
  const known = emptyState()
  const problems: string[] = []
  let commands = 0
  let entries = 0
  let asked: Asked | null = null
  let server: RunningMain | undefined
  try {
    for (let life = 1; life <= kills + 1; life++) {
      server = startMain(place)
      if (life <= kills && Math.floor(random() * START_KILLS) === 0) {
        await within(server, random() * 1_500)
        await server.kill()
        continue
      }
      server = await serving(server, () => startMain(place))
      const seen = await look(server, known)
      const found = compareStates(known, seen, asked).map(
        (problem) => `life ${life} (seed ${seed}, after ${asked?.verb ?? 'nothing'}): ${problem}`,
      )
      problems.push(...found)
      for (const problem of found) tell(problem)
      adopt(known, seen)
      entries = seen.entries
      if (life > kills || problems.length > 0) break
      const killing = within(server, random() * KILL_WITHIN_MS).then(() => server?.kill())
      for (;;) {
        asked = chooseCommand(server, known, random, `${life}.${++commands}`)
        try {
          await asked.run()
          asked = null
        } catch {
          break
        }
      }
      await killing
      if (life % 20 === 0) tell(`${life} of ${kills} kills, ${commands} commands, ${entries} entries of the trail, nothing lost`)
    }
  } finally {
    await server?.kill()
    await rm(base, { recursive: true, force: true })
  }
  return { kills, commands, entries, problems }
}

function source(module: string, version: number): string {
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

/** A server that serves: one that found its database away has said so and ended, and is started again. */
async function serving(server: RunningMain, startAgain: () => RunningMain): Promise<RunningMain> {
  let present = server
  for (let tries = 1; ; tries++) {
    try {
      await present.link
      return present
    } catch (error) {
      if (tries === 5 || !present.output.err.includes('cannot be reached')) throw error
      await new Promise((resolve) => setTimeout(resolve, 1_000))
      present = startAgain()
    }
  }
}

/** Waits so long, or until the server ends by itself. */
async function within(server: RunningMain, waitMs: number): Promise<void> {
  await Promise.race([new Promise((resolve) => setTimeout(resolve, waitMs)), server.exit])
}

function chooseCommand(server: RunningMain, known: KnownState, random: () => number, id: string): Asked {
  const dice = random()
  const version = Math.floor(random() * 1_000_000_000)
  if (dice >= 0.9 && known.generations.size > 0) return { verb: 'replace', run: () => replacePair(server, known, version, `replace ${id}`) }
  if (dice < 0.45 || known.generations.size === 0)
    return { verb: 'load', run: () => loadPair(server, known, version, `load ${id}`, random() < 0.4) }
  if (dice < 0.6) return { verb: 'softPurge', run: () => softPurge(server, known, `soft purge ${id}`) }
  if (dice < 0.72) return { verb: 'purge', run: () => executePlan(server, known, { verb: 'purge', module: PAIR[0] }, `purge ${id}`) }
  if (dice < 0.8) return { verb: 'mark', run: () => mark(server, known, random, `mark ${id}`) }
  return { verb: 'hold', run: () => hold(server, known, `hold ${id}`) }
}

async function ask(server: RunningMain, path: string, input: unknown): Promise<any> {
  const { data, fault } = await server.call(path, input)
  if (fault !== undefined && fault.code !== 'nothing_to_do' && fault.code !== 'not_purged')
    throw new Error(`${path}: ${JSON.stringify(fault)}`)
  return data
}

/** Both modules of the pair as one set. */
async function loadPair(server: RunningMain, known: KnownState, version: number, note: string, soft: boolean): Promise<void> {
  const sources = PAIR.map((module) => ({ module, text: source(module, version) }))
  const data = await ask(server, 'modules.load', { sources, old: soft ? 'soft-purge' : 'keep', note })
  if (data === undefined) return
  for (const { module, number } of data.loaded) {
    known.generations.get(module)?.set(number, { note, purged: false, kept: false })
    known.current.set(module, number)
  }
  markPurged(known, data.purged)
  known.notes.add(note)
}

/** Both modules under the policy `purge`, by a plan: who pins an old generation ends. */
async function replacePair(server: RunningMain, known: KnownState, version: number, note: string): Promise<void> {
  const sources = PAIR.map((module) => ({ module, text: source(module, version) }))
  const plan = await ask(server, 'plans.make', { verb: 'load', sources, old: 'purge', note })
  if (plan === undefined) return
  const act = await ask(server, 'plans.execute', { id: plan.id, reason: note })
  if (act === undefined) return
  known.acts.add(plan.id)
  for (const { module, number } of act.outcome.loaded) {
    known.generations.get(module)?.set(number, { note, purged: false, kept: false })
    known.current.set(module, number)
  }
  markPurged(known, act.outcome.purged)
  known.notes.add(note)
}

async function softPurge(server: RunningMain, known: KnownState, reason: string): Promise<void> {
  const data = await ask(server, 'modules.softPurge', { module: PAIR[1], reason })
  if (data === undefined) return
  markPurged(known, data.purged)
  known.notes.add(reason)
}

async function executePlan(server: RunningMain, known: KnownState, request: object, reason: string): Promise<void> {
  const plan = await ask(server, 'plans.make', request)
  if (plan === undefined || plan.plan.generations.length === 0) return
  const act = await ask(server, 'plans.execute', { id: plan.id, reason })
  if (act === undefined) return
  known.acts.add(plan.id)
  markPurged(
    known,
    act.outcome.generations.map((number: number) => ({ module: PAIR[0], number })),
  )
  known.notes.add(reason)
}

async function mark(server: RunningMain, known: KnownState, random: () => number, reason: string): Promise<void> {
  const module = PAIR[Math.floor(random() * 2)] ?? PAIR[0]
  const loaded = [...(known.generations.get(module) ?? [])].filter(([, { purged }]) => !purged)
  const [number, generation] = loaded[Math.floor(random() * loaded.length)] ?? []
  if (number === undefined || generation === undefined) return
  await ask(server, 'modules.mark', { module, number, kind: 'keep', on: !generation.kept, reason })
  generation.kept = !generation.kept
  known.notes.add(reason)
}

async function hold(server: RunningMain, known: KnownState, reason: string): Promise<void> {
  if (known.hold) await ask(server, 'modules.release', { module: PAIR[0], reason })
  else await ask(server, 'modules.hold', { module: PAIR[0], reason })
  known.hold = !known.hold
  known.notes.add(reason)
}

function markPurged(known: KnownState, purged: readonly { module: string; number: number }[]): void {
  for (const { module, number } of purged) {
    const generation = known.generations.get(module)?.get(number)
    if (generation !== undefined) generation.purged = true
  }
}

/** What is asked while the database is away is asked again: only what is answered counts. */
async function read(server: RunningMain, path: string, input?: object): Promise<any> {
  for (;;) {
    const { data, fault } = await server.call(path, input)
    if (fault === undefined) return data
    if (fault.code !== 'store_away') throw new Error(`${path}: ${JSON.stringify(fault)}`)
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

async function look(server: RunningMain, known: KnownState): Promise<SeenState & { readonly entries: number }> {
  const modules = await read(server, 'modules.list')
  const generations = new Map<string, any[]>()
  for (const module of PAIR) generations.set(module, await read(server, 'modules.generations', { module }))
  const notes = new Set<string>()
  let before: number | undefined
  for (;;) {
    const data = await read(server, 'activity.list', { limit: 500, ...(before === undefined ? {} : { before }) })
    for (const line of data.lines) notes.add(line.by?.reason ?? line.mark?.reason ?? '')
    before = data.lines.at(-1)?.id
    if (!data.more) break
  }
  const acts = new Map<string, string>((await read(server, 'acts.list', { limit: 500 })).map(({ id, status }: any) => [id, status]))
  const trail = await read(server, 'activity.verify', known.head === null ? {} : { head: known.head })
  return { modules, generations, notes, acts, trail, entries: trail.entries }
}

/** What a life shows counts from then on: whether a cut-off change happened is known now. */
function adopt(known: KnownState, seen: SeenState): void {
  for (const module of PAIR) {
    const numbers = known.generations.get(module) ?? new Map()
    known.generations.set(module, numbers)
    for (const { number, note, status, markedKeep } of seen.generations.get(module) ?? [])
      numbers.set(number, { note, purged: status === 'purged', kept: markedKeep !== null })
    known.current.set(module, seen.modules.find(({ name }) => name === module)?.current ?? 0)
  }
  known.hold = seen.modules.some(({ name, hold: present }) => name === PAIR[0] && present !== null)
  known.head = seen.trail.head ?? null
}
