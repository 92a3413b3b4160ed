import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fetchSuite } from './fetch-suite.ts'

/** Where the suite is kept between runs. */
const CACHE = join(import.meta.dirname, '../../../../node_modules/.cache/strata/ecmascript')
const WAY_OUT = 'give its folder with --suite DIR, a checkout of tc39/test262'

export type FoundSuite = { readonly folder: string } | { readonly problem: string }

function isSuite(folder: string): boolean {
  return existsSync(join(folder, 'language/statements/async-function'))
}

/** A checkout keeps the tests in `test` and what they share beside it; a browser's copy has both in one folder. */
function rootOf(folder: string): string | undefined {
  if (isSuite(folder)) return folder
  return isSuite(join(folder, 'test')) ? join(folder, 'test') : undefined
}

/** The suite's folder: the given one, the one kept, or one that is fetched now. */
export async function findSuite(given: string | undefined): Promise<FoundSuite> {
  if (given !== undefined) {
    const folder = rootOf(given)
    return folder === undefined ? { problem: `${given} does not hold the ECMAScript conformance suite: ${WAY_OUT}.` } : { folder }
  }
  if (isSuite(CACHE)) return { folder: CACHE }
  const outcome = await fetchSuite(CACHE)
  if (outcome.status === 'fetched' && isSuite(CACHE)) return { folder: CACHE }
  const why = outcome.status === 'failed' ? outcome.why : 'the source package holds it no more'
  return { problem: `The ECMAScript conformance suite cannot be fetched here (${why}): ${WAY_OUT}.` }
}
