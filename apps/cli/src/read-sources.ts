import { readFile, realpath } from 'node:fs/promises'
import { relative, resolve, sep } from 'node:path'
import { isModuleName } from '@strata/runtime/vocabulary'
import { textOption } from './read-arguments.ts'
import { UsageError } from './usage-error.ts'
import type { Call } from './verb.ts'

export interface Source {
  readonly module: string
  readonly text: string
  readonly origin?: string
}

/**
 * Reads the files of a load. A module's name is the file's place below the system's folder, as the server lists it; `--as` names it
 * otherwise.
 */
export async function readSources(call: Call): Promise<Source[]> {
  const files = call.positionals
  const name = textOption(call, 'as')
  if (files.length === 0) throw new UsageError('which file? ./strata load FILE…')
  if (name !== undefined && files.length > 1) throw new UsageError('--as names one module, so it goes with one file')
  const [{ folder }, candidates] = await Promise.all([call.client.system.info.query(), call.client.modules.candidates.query()])
  const modules = new Map(candidates.map(({ path, module }) => [path, module]))
  const root = await realpath(folder).catch(() => folder)
  const sources: Source[] = []
  for (const file of files) {
    const { path, text } = await readSource(file, [resolve(call.io.cwd, file), resolve(root, file)])
    const below = relative(root, path).split(sep).join('/')
    const origin = below.startsWith('../') || below === path ? undefined : below
    const module = name ?? (origin === undefined ? undefined : (modules.get(origin) ?? moduleOfPath(origin)))
    if (module === undefined) throw new UsageError(whyNoModule(file, origin, folder))
    sources.push({ module, text, ...(origin === undefined ? {} : { origin }) })
  }
  return sources
}

function whyNoModule(file: string, origin: string | undefined, folder: string): string {
  if (origin === undefined) return `${file} does not lie below the system's folder ${folder}; name its module with --as`
  if (origin === 'strata.config.ts') return `${file} is the system's configuration, no module: it is read when the system starts`
  return `${file} names no module: that is parts of a-z, 0-9, _ and -, joined by /. Name its module with --as`
}

/** `billing/pricing.ts` is module `billing/pricing`. */
function moduleOfPath(path: string): string | undefined {
  const name: unknown = path.endsWith('.ts') ? path.slice(0, -'.ts'.length) : path
  return isModuleName(name) ? name : undefined
}

/** Reads `file` at the first of `places` where there is one. */
async function readSource(file: string, places: readonly string[]): Promise<{ path: string; text: string }> {
  for (const place of places) {
    try {
      const path = await realpath(place)
      return { path, text: await readFile(path, 'utf8') }
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
      if (code !== 'ENOENT') throw new UsageError(`${place} cannot be read: ${code === 'EISDIR' ? 'it is a folder' : code}`)
    }
  }
  throw new UsageError(`there is no file ${file}: neither here nor below the system's folder`)
}
