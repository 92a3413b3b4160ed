import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Where the suite is kept between runs. */
const CACHE = join(import.meta.dirname, '../../../../node_modules/.cache/strata/ecmascript')

export function isSuite(folder: string): boolean {
  return existsSync(join(folder, 'language/statements/async-function'))
}

/** The suite's folder, fetched if need be; a sentence when that is impossible here. */
export async function findSuite(given: string | undefined): Promise<{ readonly folder: string } | { readonly problem: string }> {
  if (given !== undefined)
    return isSuite(given)
      ? { folder: given }
      : { problem: `${given} does not hold the suite: give the folder that has \`language\` in it.` }
  return isSuite(CACHE) ? { folder: CACHE } : { problem: 'not there' }
}
