import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunningMain, startMain } from '../test/running-main.ts'
import { compareStates, emptyState, type KnownState, MODULES, PAIR, type SeenState } from './known-state.ts'
import { createRandom } from './random.ts'
import { chooseCommand, type Command, CONFIG, source } from './restart-commands.ts'

/** Latest instant of a kill after the first command of a life. */
const KILL_WITHIN_MS = 1_500
/** A database is away for a minute at most; the rest is for a machine that has much to do. */
const DATABASE_AWAY_MS = 180_000
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

/** Kills the real server at random instants of loads, rollbacks, purges, plans, moves, marks and holds, and compares each next life with what was answered. */
export async function runRestarts({ kills, seed, databaseUrl, tell }: RestartsOptions): Promise<RestartsResult> {
  const base = await mkdtemp(join(tmpdir(), 'strata-restarts-'))
  const place = {
    data: join(base, 'data'),
    folder: join(base, 'system'),
    env: { STRATA_SAFE_MODE: '0', ...(databaseUrl === undefined ? {} : { STRATA_DATABASE_URL: databaseUrl }) },
  }
  await mkdir(place.folder)
  for (const module of MODULES) await writeFile(join(place.folder, `${module}.ts`), source(module, 0))
  await writeFile(join(place.folder, 'strata.config.ts'), CONFIG)
  const random = createRandom(seed)
  const known = emptyState()
  const problems: string[] = []
  let commands = 0
  let entries = 0
  let asked: Command | null = null
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
        asked = chooseCommand({ server, known, random }, `${life}.${++commands}`)
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

/** A server that serves: one that found its database away has said so and ended, and is started again. */
async function serving(server: RunningMain, startAgain: () => RunningMain): Promise<RunningMain> {
  let present = server
  const deadline = performance.now() + DATABASE_AWAY_MS
  for (;;) {
    try {
      await present.link
      return present
    } catch (error) {
      if (performance.now() > deadline || !/cannot be (?:reached|used)/.test(present.output.err)) throw error
      await new Promise((resolve) => setTimeout(resolve, 1_000))
      present = startAgain()
    }
  }
}

/** Waits so long, or until the server ends by itself. */
async function within(server: RunningMain, waitMs: number): Promise<void> {
  await Promise.race([new Promise((resolve) => setTimeout(resolve, waitMs)), server.exit])
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
  for (const module of MODULES) generations.set(module, await read(server, 'modules.generations', { module }))
  const roots = (await read(server, 'processes.list', { limit: 500 })).rows
  const notes = new Set<string>()
  let before: number | undefined
  for (;;) {
    const data = await read(server, 'activity.list', { limit: 500, ...(before === undefined ? {} : { before }) })
    for (const line of data.lines) notes.add(line.by?.reason ?? line.mark?.reason ?? line.reason ?? '')
    before = data.lines.at(-1)?.id
    if (!data.more) break
  }
  const acts = new Map<string, string>((await read(server, 'acts.list', { limit: 500 })).map(({ id, status }: any) => [id, status]))
  const trail = await read(server, 'activity.verify', known.head === null ? {} : { head: known.head })
  return { modules, generations, roots, notes, acts, trail, entries: trail.entries }
}

/** What a life shows counts from then on: whether a cut-off change happened is known now. */
function adopt(known: KnownState, seen: SeenState): void {
  for (const module of MODULES) {
    const numbers = known.generations.get(module) ?? new Map()
    known.generations.set(module, numbers)
    for (const { number, note, status, markedKeep } of seen.generations.get(module) ?? [])
      numbers.set(number, { note, purged: status === 'purged', kept: markedKeep !== null })
    known.current.set(module, seen.modules.find(({ name }) => name === module)?.current ?? 0)
  }
  known.hold = seen.modules.some(({ name, hold: present }) => name === PAIR[0] && present !== null)
  known.head = seen.trail.head ?? null
}
