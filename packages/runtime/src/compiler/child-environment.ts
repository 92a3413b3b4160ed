import { fileURLToPath } from 'node:url'
import { userEnvironment } from '../user-environment.ts'

/** V8's code of the compiler itself: a process is up after 60 ms of processor time instead of 260. Unwritable, it is ignored. */
const CODE_CACHE = fileURLToPath(new URL('../../../../node_modules/.cache/strata-compiler', import.meta.url))

/** Environment of a compiler's process: nothing secret and no options for Node. */
export function childEnvironment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, ...inherited } = userEnvironment(process.env)
  return { NODE_COMPILE_CACHE: CODE_CACHE, ...more, ...inherited }
}
