import { EngineError, type Fault } from '../../errors.ts'
import type { By } from '../../events.ts'
import type { RuntimeParts } from '../runtime-parts.ts'
import type { Loader } from './loader.ts'

const BOOT: By = { actor: 'system', reason: 'start' }

/** The first load of all: the modules of the system's folder as one set. What does not load is told, and the system is there without it. */
export async function loadFolder(parts: RuntimeParts, loader: Loader): Promise<void> {
  const { modules, misnamed } = await parts.folder.read()
  for (const path of misnamed) parts.emit({ type: 'error', message: `${path} is left out: its path cannot be a module's name` })
  if (modules.length === 0) return
  try {
    await loader.load({ sources: modules, old: 'keep', note: 'the folder as it was at the start' }, BOOT, 'unread')
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    parts.emit({ type: 'error', message: `The system's folder could not be loaded, and is left out whole.\n${describeFault(error.fault)}` })
  }
}

/** Longest text of it in the activity. */
const TEXT_MAX = 4_000

/** What stands in the way, one thing a line. */
function describeFault(fault: Fault): string {
  const lines =
    'diagnostics' in fault
      ? fault.diagnostics
          .filter(({ severity }) => severity === 'error')
          .map(({ file, line, column, message, hint }) => `${file}:${line}:${column} ${message}${hint === undefined ? '' : ` (${hint})`}`)
      : fault.code === 'body_failed'
        ? [`The body of ${fault.module} failed: ${fault.error}`]
        : fault.code === 'body_timeout'
          ? [`The body of ${fault.module} did not end within ${fault.limitMs / 1_000} s.`]
          : [JSON.stringify(fault)]
  return lines.join('\n').slice(0, TEXT_MAX)
}
