import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { runRestarts } from './restarts.ts'

// `npm run soak -- restarts [KILLS] [SEED]` and `npm run soak -- generations [COUNT]`: what takes too long for every test run.

const USAGE = `usage: npm run soak -- restarts [KILLS] [SEED]
       npm run soak -- generations [COUNT]

  restarts      kill -9 of the server at random instants; nothing acknowledged may be missing afterwards (200 kills)
  generations   load and purge generations of a 300 kB module in 128 MB of heap, which ends as large as it begins (2,000 generations)`

const [name = '--help', countText, seedText = String(Date.now() % 1_000_000)] = process.argv.slice(2)
const isCount = countText === undefined || /^\d{1,5}$/.test(countText)
if (name === 'restarts' && isCount && /^\d{1,9}$/.test(seedText)) await soakRestarts(Number(countText ?? '200'), Number(seedText))
else if (name === 'generations' && isCount) soakGenerations(countText ?? '2000')
else {
  console.log(USAGE)
  process.exitCode = name === '--help' ? 0 : 2
}

async function soakRestarts(kills: number, seed: number): Promise<void> {
  const startedAt = performance.now()
  const result = await runRestarts({ kills, seed, tell: (line) => console.log(line) })
  const seconds = Math.round((performance.now() - startedAt) / 1_000)
  console.log(
    `${result.kills} kills, ${result.commands} commands, ${result.entries} entries of the trail, seed ${seed}, ${seconds} s: ${result.problems.length === 0 ? 'nothing lost' : `${result.problems.length} problems`}`,
  )
  process.exitCode = result.problems.length === 0 ? 0 : 1
}

/** In a process of its own, for the limit of its heap. */
function soakGenerations(count: string): void {
  const script = fileURLToPath(new URL('../../../packages/runtime/soak/main.ts', import.meta.url))
  const { status } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', '--max-old-space-size=128', script, count], {
    stdio: 'inherit',
  })
  process.exitCode = status ?? 1
}
