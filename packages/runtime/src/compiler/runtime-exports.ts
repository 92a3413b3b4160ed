import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { behaviourNamed } from '../abi.ts'
import { InvariantError } from '../errors.ts'
import { exportedNames } from './exported-names.ts'
import { parseModule } from './parse-module.ts'

const known = new Map<string, readonly string[]>()

/** The names that modules can import of the process API, or of a behaviour; `undefined` for what is neither. */
export function runtimeExports(specifier: string): readonly string[] | undefined {
  const behaviour = behaviourNamed(specifier)
  if (behaviour === undefined && specifier !== '@strata/runtime/process') return undefined
  const found = known.get(specifier)
  if (found !== undefined) return found
  const file = behaviour === undefined ? '../process-api/index.ts' : `../behaviours/${behaviour}.ts`
  const text = readFileSync(fileURLToPath(new URL(file, import.meta.url)), 'utf8')
  const outcome = parseModule({ module: specifier, file, text })
  if (outcome.status === 'rejected') throw new InvariantError(`${file} cannot be parsed`)
  const names = exportedNames(outcome.parsed.program, () => [])
  known.set(specifier, names)
  return names
}
