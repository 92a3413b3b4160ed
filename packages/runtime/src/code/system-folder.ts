import { readFile, readdir, realpath, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { refuse } from '../errors.ts'
import { isModuleName } from '../ids.ts'
import type { SystemConfig } from '../config.ts'
import type { SourceFile } from '../engine.ts'

export interface FoundFile extends SourceFile {
  readonly origin: string
  readonly bytes: number
}

export interface SystemFolder {
  readonly root: string
  /** The module that a file's path names. */
  moduleOf(path: string): string | undefined
  /** Files that are modules, by path. Those whose name cannot be a module's are left out and listed in `misnamed`. */
  read(): Promise<{ readonly modules: readonly FoundFile[]; readonly misnamed: readonly string[] }>
  /** Files of the generations folder, by path. */
  readGenerations(): Promise<readonly FoundFile[]>
  /** One file of either kind. Throws `unknown_module`, `too_large`. */
  readFile(path: string): Promise<FoundFile>
}

const SOURCE_MAX_BYTES = 1_000_000
const CONFIG_FILE = 'strata.config.ts'

/** Opens a system's folder. Nothing outside it is read: links that lead out are left out. */
export async function openSystemFolder(folder: string, config: SystemConfig): Promise<SystemFolder> {
  const root = await realpath(folder)
  const generations = `${config.generations ?? 'generations'}/`

  // Views look once a second whether files differ from what is loaded: only changed ones are read again.
  const seen = new Map<string, { readonly mtimeMs: number; readonly found: FoundFile }>()

  async function list(): Promise<string[]> {
    const paths = await filesBelow(root)
    return paths
      .map((path) => relative(root, path).split(sep).join('/'))
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.endsWith('.d.ts') && path !== CONFIG_FILE)
      .sort()
  }

  async function openAll(paths: readonly string[]): Promise<FoundFile[]> {
    const found = await Promise.all(paths.map((path) => orGone(open(path), undefined)))
    return found.filter((file) => file !== undefined)
  }

  async function open(path: string): Promise<FoundFile> {
    const module = moduleOf(path, generations) ?? refuse({ code: 'invalid_name', name: path, why: 'the path cannot name a module' })
    const file = join(root, path)
    const { size, mtimeMs } = await stat(file)
    const known = seen.get(path)
    if (known !== undefined && known.mtimeMs === mtimeMs && known.found.bytes === size) return known.found
    const text = size > SOURCE_MAX_BYTES ? '' : await readFile(file, 'utf8')
    const found = { module, origin: path, text, bytes: size }
    seen.set(path, { mtimeMs, found })
    return found
  }

  return {
    root,
    moduleOf: (path) => moduleOf(path, generations),
    async read() {
      const paths = (await list()).filter((path) => !path.startsWith(generations))
      const named = paths.filter((path) => moduleOf(path, generations) !== undefined)
      return { modules: await openAll(named), misnamed: paths.filter((path) => !named.includes(path)) }
    },
    async readGenerations() {
      const paths = (await list()).filter((path) => path.startsWith(generations) && moduleOf(path, generations) !== undefined)
      return openAll(paths)
    },
    async readFile(path) {
      if (!(await list()).includes(path)) refuse({ code: 'unknown_module', module: path })
      const file = (await orGone(open(path), undefined)) ?? refuse({ code: 'unknown_module', module: path })
      if (file.bytes > SOURCE_MAX_BYTES) refuse({ code: 'too_large', what: 'source', limit: SOURCE_MAX_BYTES, size: file.bytes })
      return file
    },
  }
}

/** Absolute paths of the files below a folder, without packages and what is hidden. Links are not followed. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await orGone(readdir(folder, { withFileTypes: true }), [])
  const found = await Promise.all(
    entries
      .filter(({ name }) => name !== 'node_modules' && !name.startsWith('.'))
      .map(async (entry) => {
        const path = join(folder, entry.name)
        return entry.isDirectory() ? filesBelow(path) : entry.isFile() ? [path] : []
      }),
  )
  return found.flat()
}

/** Editors save by writing a new file and moving it: what was listed a moment ago may be gone when it is opened. */
async function orGone<T, G>(act: Promise<T>, gone: G): Promise<T | G> {
  try {
    return await act
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return gone
    throw error
  }
}

/** `billing/pricing.ts` is `billing/pricing`; `generations/session/2-marked-6.ts` is `session`. */
export function moduleOf(path: string, generations: string): string | undefined {
  const inner = path.startsWith(generations) ? path.slice(generations.length).split('/').slice(0, -1).join('/') : path.replace(/\.ts$/, '')
  return isModuleName(inner) ? inner : undefined
}

/** First line of a file's leading comment: what the file is, in the author's words. */
export function titleOf(text: string): string | null {
  const match = /^\s*(?:\/\/|\/\*\*?)[ \t]*([^\n*]{1,200})/.exec(text)
  return match?.[1]?.trim() || null
}
