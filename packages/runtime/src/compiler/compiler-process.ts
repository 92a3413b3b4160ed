import { flushCompileCache } from 'node:module'
import { compileBehaviours } from './compile-behaviours.ts'
import { compileSet } from './compile-set.ts'
import type { CompileRequest } from './compile-set.ts'
import type { CompileOutcome } from './compiled.ts'
import { PackageFiles } from './package-files.ts'

/** What the compiler's process says to who started it. */
export type CompilerMessage =
  | { readonly type: 'working'; readonly file: string }
  | { readonly type: 'done'; readonly outcome: CompileOutcome }
  | { readonly type: 'failed'; readonly error: string; readonly tooDeep: boolean; readonly file: string }

// What is loaded by now is the compiler; processes are killed, so nothing is written at their end.
flushCompileCache()

const packageFiles = new PackageFiles()
let file = ''

function say(message: CompilerMessage): void {
  process.send?.(message)
}

async function compile(request: CompileRequest | 'behaviours', report: (file: string) => void): Promise<CompileOutcome> {
  if (request !== 'behaviours') return compileSet(request, { packageFiles, report })
  return { status: 'compiled', modules: compileBehaviours(), packages: [], diagnostics: [] }
}

process.on('message', (request: CompileRequest | 'behaviours') => {
  const report = (next: string): void => {
    file = next
    say({ type: 'working', file })
  }
  compile(request, report).then(
    (outcome) => {
      say({ type: 'done', outcome })
      flushCompileCache()
    },
    (error: unknown) =>
      say({
        type: 'failed',
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
        tooDeep: error instanceof RangeError,
        file,
      }),
  )
})
process.on('disconnect', () => process.exit(0))
