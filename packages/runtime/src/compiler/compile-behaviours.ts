import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { InvariantError } from '../errors.ts'
import { compileParsed } from './compile-module.ts'
import type { CompiledModule } from './compiled.ts'
import type { Resolution } from './imports.ts'
import { parseModule } from './parse-module.ts'

const FOLDER = fileURLToPath(new URL('../behaviours/', import.meta.url))

/** Compiles the behaviours as modules are compiled, so that their loops run in turns, are charged and can be killed. */
export function compileBehaviours(): CompiledModule[] {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  return files.sort().map((file) => {
    const module = file.slice(0, -'.ts'.length)
    const outcome = parseModule({ module, file, text: readFileSync(FOLDER + file, 'utf8') })
    if (outcome.status === 'rejected') throw new InvariantError(`${file}: ${JSON.stringify(outcome.diagnostics)}`)
    const { parsed } = outcome
    const resolutions = new Map(parsed.requests.map(({ specifier }): [string, Resolution] => [specifier, resolutionOf(specifier, file)]))
    const compiled = compileParsed(parsed, resolutions, [])
    if (compiled.status === 'rejected') throw new InvariantError(`${file}: ${JSON.stringify(compiled.diagnostics)}`)
    return compiled.compiled
  })
}

function resolutionOf(specifier: string, file: string): Resolution {
  if (specifier === '../process-api/index.ts') return { kind: 'process' }
  const [, module] = /^\.\/([a-z-]+)\.ts$/.exec(specifier) ?? []
  if (module === undefined) throw new InvariantError(`${file} imports ${specifier}: a behaviour needs the process API only`)
  return { kind: 'module', module }
}
