import './compile-cache.ts'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './root.ts'
import { buildWeb } from './web-build.ts'

const PARENT_CHECK_MS = 500

// npm runs scripts at the root and keeps the folder the user stood in here: `npm start -- DIR` means that one.
const from = process.env['INIT_CWD'] ?? process.cwd()
const [directory, ...rest] = process.argv.slice(2)
const system = directory === undefined ? resolve(root, 'examples/scribe') : resolve(from, directory)

buildWeb()
if (process.env['npm_lifecycle_event'] === 'start') endWithNpm()

const main = resolve(root, 'apps/server/src/main.ts')
process.argv = [process.execPath, main, system, ...rest]
await import(pathToFileURL(main).href)

/** npm that gets a SIGTERM ends the shell between it and us, which passes nothing on: without a parent we stop too. */
function endWithNpm(): void {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, PARENT_CHECK_MS)
  timer.unref()
}
