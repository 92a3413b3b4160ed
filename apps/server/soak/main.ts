import { spawnSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type PostgresServer, startPostgres } from '../test/postgres-server.ts'
import { createRandom } from './random.ts'
import { runRestarts } from './restarts.ts'

// `npm run soak -- NAME …`: what takes too long for every test run.

const USAGE = `usage: npm run soak -- restarts [KILLS] [SEED] [--postgres]
       npm run soak -- generations [COUNT]
       npm run soak -- scale [PROCESSES] [SCHEDULERS]
       npm run soak -- churn [MINUTES] [SCHEDULERS]
       npm run soak -- fairness [BUSY]
       npm run soak -- move [PROCESSES]

  restarts      kill -9 of the server at random instants; nothing acknowledged may be missing afterwards (200 kills);
                with --postgres the store is a PostgreSQL of Debian's, which is killed now and then, too, and sometimes away for a minute
  generations   load and purge generations of a 300 kB module in 128 MB of heap, which ends as large as it begins (2,000 generations)
  scale         what operators ask of a million processes, a tenth of them pinning 50 generations, and what it takes
  churn         spawn, message, load and purge every second, over schedulers; memory must end as it began (60 minutes)
  fairness      how long calls take beside so many busy processes (1,000)
  move          move processes under traffic, with a fault injected into 1 %: the report is exact, every request answered (10,000 processes)`

/** PostgreSQL is away for a minute at one kill of so many, the second one first. */
const AWAY_EACH = 8
const AWAY_MS = 60_000

const given = process.argv.slice(2)
const onPostgres = given.includes('--postgres')
const [name = '--help', countText, seedText = String(Date.now() % 1_000_000)] = given.filter((word) => word !== '--postgres')
const isCount = countText === undefined || /^\d{1,5}$/.test(countText)
if (name === 'restarts' && isCount && /^\d{1,9}$/.test(seedText)) await soakRestarts(Number(countText ?? '200'), Number(seedText))
else if (name === 'generations' && isCount) soakGenerations(countText ?? '2000')
else if (name === 'scale' || name === 'churn' || name === 'fairness')
  // The young generation as in the runtime's own process.
  startSoak(`${name}-main.ts`, ['--max-old-space-size=8192', '--max-semi-space-size=16'], process.argv.slice(3))
else if (name === 'move' && isCount) startSoak('move.ts', [], [countText ?? '10000'])
else {
  console.log(USAGE)
  process.exitCode = name === '--help' ? 0 : 2
}

async function soakRestarts(kills: number, seed: number): Promise<void> {
  const startedAt = performance.now()
  const postgres = onPostgres ? await startPostgres() : undefined
  const databaseUrl = postgres === undefined ? undefined : postgres.url(await postgres.newDatabase())
  const disturbed = postgres === undefined ? null : disturb(postgres, seed)
  const result = await runRestarts({ kills, seed, databaseUrl, tell: (line) => console.log(line) }).finally(async () => {
    await disturbed?.stop()
    await postgres?.remove()
  })
  if (disturbed !== null)
    console.log(`PostgreSQL was killed ${disturbed.kills()} times, and away for a minute ${disturbed.minutes()} of them`)
  const seconds = Math.round((performance.now() - startedAt) / 1_000)
  console.log(
    `${result.kills} kills, ${result.commands} commands, ${result.entries} entries of the trail, seed ${seed}, ${seconds} s: ${result.problems.length === 0 ? 'nothing lost' : `${result.problems.length} problems`}`,
  )
  process.exitCode = result.problems.length === 0 ? 0 : 1
}

/** What is done to a PostgreSQL while it is used; to stop it leaves it running. */
interface Disturbed {
  kills(): number
  /** How many of them it took a minute to start again. */
  minutes(): number
  stop(): Promise<void>
}

/** Ends PostgreSQL now and then and starts it again. */
function disturb(postgres: PostgresServer, seed: number): Disturbed {
  const over = new AbortController()
  const random = createRandom(seed)
  const wait = (ms: number) => sleep(ms, undefined, { signal: over.signal }).catch(() => undefined)
  let kills = 0
  let minutes = 0
  const disturbing = (async () => {
    for (;;) {
      await wait(10_000 + random() * 20_000)
      if (over.signal.aborted) return
      await postgres.kill()
      kills += 1
      if (kills % AWAY_EACH === 2) {
        await wait(AWAY_MS)
        minutes += 1
      }
      await postgres.start()
    }
  })()
  return {
    kills: () => kills,
    minutes: () => minutes,
    async stop() {
      over.abort()
      await disturbing
    },
  }
}

function soakGenerations(count: string): void {
  startSoak('main.ts', ['--max-old-space-size=128'], [count])
}

/** In a process of its own, for the limit of its heap. */
function startSoak(script: string, flags: readonly string[], args: readonly string[]): void {
  const file = fileURLToPath(new URL(`../../../packages/runtime/soak/${script}`, import.meta.url))
  const { status } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', ...flags, file, ...args], { stdio: 'inherit' })
  process.exitCode = status ?? 1
}
