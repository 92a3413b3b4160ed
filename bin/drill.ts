import './compile-cache.ts'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './root.ts'
import { buildWeb } from './web-build.ts'

const STORY = `
It is three in the morning, and scribe is broken:
  - somebody deployed marked 7 an hour ago: headings have lost their ids, and the review of links fails in whatever opens since
  - five documents hold a line over which marked 4 takes seconds, one of them ten, in one call; the review asks them again and again
The other documents are healthy, and their readers sit in them. Lose none.

  1  find it from the Overview          4  end the five that are mad, and nobody else
  2  see why                            5  upgrade the rest
  3  roll back to 2, or load the fix    6  soft-purge what drains, and write the handover
     generations/session/7-ids-again.ts under keep
`

// A drill begins anew each time, and leaves nothing behind.
const data = mkdtempSync(join(tmpdir(), 'strata-drill-'))
process.on('exit', () => rmSync(data, { recursive: true, force: true }))
Object.assign(process.env, {
  STRATA_DATA: data,
  STRATA_ENVIRONMENT: process.env['STRATA_ENVIRONMENT'] ?? 'drill',
  SCRIBE_DRILL: '1',
  SCRIBE_DEPLOYS: '2',
  SCRIBE_LIFETIMES: 'frozen',
  SCRIBE_OPEN_EVERY_MS: '50',
})

buildWeb()
console.log(STORY)
const main = resolve(root, 'apps/server/src/main.ts')
process.argv = [process.execPath, main, resolve(root, 'examples/scribe')]
await import(pathToFileURL(main).href)
