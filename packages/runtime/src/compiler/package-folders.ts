import { readFileSync, realpathSync, statSync, type Stats } from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'

/** What a `package.json` says about where its files are. */
export interface Manifest {
  readonly name: string | undefined
  readonly version: string | undefined
  readonly type: string | undefined
  readonly main: string | undefined
  readonly exports: unknown
  readonly imports: unknown
}

export type FoundPackage =
  | { readonly status: 'found'; readonly folder: string }
  /** Its link leads out of the installation: only packages of the same workspace may be linked. */
  | { readonly status: 'outside'; readonly folder: string }

/** `marked-4/lib/x.js` is in `marked-4`, `@scope/name/x` in `@scope/name`. */
export function packageNameOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

/** Looks at folders and manifests, each once: make one for each compile, so that what is on the disk then counts. */
export class PackageFolders {
  readonly #stats = new Map<string, Stats | undefined>()
  readonly #manifests = new Map<string, Manifest | undefined>()
  readonly #found = new Map<string, FoundPackage | undefined>()
  readonly #real = new Map<string, string>()

  kind(path: string): 'file' | 'folder' | 'absent' {
    const stat = this.stat(path)
    return stat === undefined ? 'absent' : stat.isDirectory() ? 'folder' : 'file'
  }

  stat(path: string): Stats | undefined {
    if (this.#stats.has(path)) return this.#stats.get(path)
    const stat = statSync(path, { throwIfNoEntry: false })
    this.#stats.set(path, stat)
    return stat
  }

  real(path: string): string {
    let real = this.#real.get(path)
    if (real === undefined) {
      real = realpathSync.native(path)
      this.#real.set(path, real)
      if (real !== path) this.#stats.set(real, this.#stats.get(path) ?? statSync(real))
    }
    return real
  }

  /** The folder's own manifest. One that cannot be read counts as absent. */
  manifest(folder: string): Manifest | undefined {
    if (this.#manifests.has(folder)) return this.#manifests.get(folder)
    const manifest = readManifest(join(folder, 'package.json'))
    this.#manifests.set(folder, manifest)
    return manifest
  }

  /** The nearest manifest of a file, up to its package's folder: what its `.js` and its `#names` are. */
  scope(file: string, root: string): { readonly folder: string; readonly manifest: Manifest } | undefined {
    for (let at = dirname(file); at.length >= root.length; at = dirname(at)) {
      const manifest = this.manifest(at)
      if (manifest !== undefined) return { folder: at, manifest }
    }
    return undefined
  }

  /** The folder of a package as Node finds it from a folder: its `node_modules`, then its ancestors'. */
  find(name: string, folder: string): FoundPackage | undefined {
    const key = `${folder}\n${name}`
    if (this.#found.has(key)) return this.#found.get(key)
    const found = this.#look(name, folder)
    this.#found.set(key, found)
    return found
  }

  #look(name: string, folder: string): FoundPackage | undefined {
    for (let at = folder; ; at = dirname(at)) {
      if (basename(at) !== 'node_modules') {
        const candidate = join(at, 'node_modules', name)
        if (this.kind(candidate) === 'folder') {
          const real = this.real(candidate)
          const inside = real === candidate || this.#isBelowInstallation(real, at)
          return { status: inside ? 'found' : 'outside', folder: real }
        }
      }
      if (dirname(at) === at) return undefined
    }
  }

  /** A link may lead to another place below the same installation: a workspace's package, or a store of its package manager. */
  #isBelowInstallation(real: string, holder: string): boolean {
    for (let at = holder; dirname(at) !== at; at = dirname(at))
      if (this.kind(join(at, 'node_modules')) === 'folder' && real.startsWith(this.real(at) + sep)) return true
    return false
  }
}

function readManifest(file: string): Manifest | undefined {
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return undefined
  let json: unknown
  try {
    json = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
  if (typeof json !== 'object' || json === null) return undefined
  const { name, version, type, main, exports, imports } = json as Record<string, unknown>
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
  return { name: text(name), version: text(version), type: text(type), main: text(main), exports: exports ?? undefined, imports }
}
