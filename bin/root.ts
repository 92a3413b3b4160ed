import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the repository. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Ends the script with one sentence that says what is wrong and the way out. */
export function fail(sentence: string): never {
  process.stderr.write(`\nstrata: ${sentence}\n`)
  process.exit(1)
}
