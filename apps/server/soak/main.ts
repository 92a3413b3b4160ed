import { runRestarts } from './restarts.ts'

// `npm run soak -- restarts [KILLS] [SEED]`: what takes too long for every test run.

const [name = '--help', killsText = '200', seedText = String(Date.now() % 1_000_000)] = process.argv.slice(2)
if (name !== 'restarts' || !/^\d{1,5}$/.test(killsText) || !/^\d{1,9}$/.test(seedText)) {
  console.log(
    'usage: npm run soak -- restarts [KILLS] [SEED]\n\n  restarts   kill -9 of the server at random instants; nothing acknowledged may be missing afterwards (200 kills)',
  )
  process.exitCode = name === '--help' ? 0 : 2
} else {
  const startedAt = performance.now()
  const result = await runRestarts({ kills: Number(killsText), seed: Number(seedText), tell: (line) => console.log(line) })
  const seconds = Math.round((performance.now() - startedAt) / 1_000)
  console.log(
    `${result.kills} kills, ${result.commands} commands, ${result.entries} entries of the trail, seed ${seedText}, ${seconds} s: ${result.problems.length === 0 ? 'nothing lost' : `${result.problems.length} problems`}`,
  )
  process.exitCode = result.problems.length === 0 ? 0 : 1
}
