import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import type { Dirent } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FileSystem } from 'typescript/unstable/fs'

const DECLARATIONS_MAX = 200
const RUNTIME_FOLDER = fileURLToPath(new URL('../../../', import.meta.url))

/** The files of a system as the type checker sees them: modules from memory, everything else, packages above all, from the disk. */
export class SystemFiles {
  readonly root: string
  /** Absolute paths. */
  #texts: ReadonlyMap<string, string> = new Map()
  /** Those that hold the texts: a generation may come from a folder that is not there. */
  #folders: ReadonlySet<string> = new Set()
  /** Packages that every system has although nothing is installed: the process API, and the types of Node's built-ins. */
  readonly #links: readonly { readonly at: string; readonly to: string }[]

  constructor(root: string) {
    this.root = root
    this.#links = [
      { name: '@strata/runtime', to: RUNTIME_FOLDER.replace(/\/$/, '') },
      { name: '@types/node', to: typesOfNode() },
    ].flatMap(({ name, to }) => (to === undefined || isInstalled(name, root) ? [] : [{ at: join(root, 'node_modules', name), to }]))
  }

  /** Whether the types of Node's built-ins can be found. */
  get hasTypesOfNode(): boolean {
    return isInstalled('@types/node', this.root) || this.#links.some(({ at }) => at.endsWith('@types/node'))
  }

  /** Paths of the folder's own `*.d.ts`, which declare for all its modules. */
  declarations(): readonly string[] {
    const found: string[] = []
    const open = ['']
    for (let folder = open.pop(); folder !== undefined && found.length < DECLARATIONS_MAX; folder = open.pop()) {
      for (const entry of entriesOf(join(this.root, folder))) {
        const path = posix.join(folder, entry.name)
        if (entry.name === 'node_modules' || entry.name.startsWith('.')) continue
        if (entry.isDirectory()) open.push(path)
        else if (entry.isFile() && entry.name.endsWith('.d.ts')) found.push(path)
      }
    }
    return found.sort()
  }

  /** Puts these in place of what was there, and says which paths are others than before. */
  replace(texts: ReadonlyMap<string, string>): { changed: string[]; created: string[]; deleted: string[] } {
    const before = this.#texts
    this.#texts = texts
    this.#folders = new Set([...texts.keys()].flatMap((path) => foldersAbove(path, this.root)))
    return {
      changed: [...texts].filter(([path, text]) => before.has(path) && before.get(path) !== text).map(([path]) => path),
      created: [...texts.keys()].filter((path) => !before.has(path)),
      deleted: [...before.keys()].filter((path) => !texts.has(path)),
    }
  }

  /** What the checker asks; `undefined` leaves the answer to the disk. */
  readonly fileSystem: FileSystem = {
    readFile: (path) => this.#texts.get(path) ?? this.#throughLink(path, (real) => (isFile(real) ? readFileSync(real, 'utf8') : null)),
    fileExists: (path) => (this.#texts.has(path) ? true : this.#throughLink(path, isFile)),
    directoryExists: (path) =>
      this.#folders.has(path) || this.#links.some(({ at }) => at.startsWith(`${path}/`))
        ? true
        : this.#throughLink(path, (real) => existsSync(real) && !isFile(real)),
    realpath: (path) => (this.#texts.has(path) ? path : this.#throughLink(path, (real) => (existsSync(real) ? realpathSync(real) : real))),
  }

  #throughLink<T>(path: string, ask: (real: string) => T): T | undefined {
    const link = this.#links.find(({ at }) => path === at || path.startsWith(`${at}/`))
    return link === undefined ? undefined : ask(link.to + path.slice(link.at.length))
  }
}

function foldersAbove(path: string, root: string): string[] {
  const folders: string[] = []
  for (let folder = dirname(path); folder.startsWith(root); folder = dirname(folder)) folders.push(folder)
  return folders
}

/** What may not be read holds nothing for the checker. */
function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}

function isInstalled(name: string, root: string): boolean {
  for (let folder = root; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'node_modules', name, 'package.json'))) return true
    if (folder === dirname(folder)) return false
  }
}

function typesOfNode(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve('@types/node/package.json'))
  } catch {
    // Not installed: built-ins are then unknown to the checker, as they would be to an editor.
    return undefined
  }
}
