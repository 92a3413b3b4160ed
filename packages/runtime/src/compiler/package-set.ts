import { dirname, relative, sep } from 'node:path'
import type { CompiledPackage, CompiledPackageFile, PackageLink } from './compiled.ts'
import { sha256 } from './content-hash.ts'
import { setDeepHashes, type HashedNode } from './deep-hashes.ts'
import type { PackageFile, PackageFiles } from './package-files.ts'
import { PackageFolders, packageNameOf } from './package-folders.ts'
import type { PackageRequest } from './package-requests.ts'
import { PackageResolver, type Resolved } from './resolve-package.ts'

/** DESIGN §7: the files of packages that one module reaches. */
export const BUNDLE_MAX_BYTES = 10_000_000

export type PackageOutcome =
  /** `exports` of an ES module are all there are; a CommonJS module's are not known. */
  | { readonly status: 'found'; readonly hash: string; readonly exports: readonly string[] | undefined }
  | { readonly status: 'failed'; readonly message: string; readonly hint?: string }
  | { readonly status: 'too_large'; readonly size: number }

interface Release {
  readonly name: string
  readonly release: string
  readonly folder: string
}

interface SetFile extends HashedNode {
  own: string
  readonly targets: SetFile[]
  readonly path: string
  readonly release: Release
  readonly file: Extract<PackageFile, { status: 'compiled' }>
  readonly links: Map<string, SetLink>
}

type SetLink =
  | { readonly kind: 'file'; readonly target: SetFile }
  | { readonly kind: 'native'; readonly name: string }
  | { readonly kind: 'missing'; readonly message: string; readonly code: string }

/** What cannot be loaded at all, found while following what a file reaches in any case. */
class Refusal extends Error {
  readonly outcome: Exclude<PackageOutcome, { status: 'found' }>
  constructor(outcome: Exclude<PackageOutcome, { status: 'found' }>) {
    super(outcome.status)
    this.outcome = outcome
  }
}

/** The files of packages that a set of modules reaches: each release by itself, links between them. */
export class PackageSet {
  readonly #files: PackageFiles
  readonly #resolver: PackageResolver
  readonly #folders = new PackageFolders()
  readonly #report: (file: string) => void
  readonly #byPath = new Map<string, SetFile>()
  readonly #byHash = new Map<string, SetFile>()
  readonly #releases = new Map<string, Release>()

  constructor(files: PackageFiles, shared: readonly string[], report: (file: string) => void) {
    this.#files = files
    this.#resolver = new PackageResolver(this.#folders, shared)
    this.#report = report
  }

  /** Follows what a module imports by this name. `importer` is the module's absolute file. */
  add(specifier: string, importer: string): PackageOutcome {
    const name = packageNameOf(specifier)
    const resolved = this.#resolver.fromPackages(specifier, { file: importer, folder: null }, 'import')
    switch (resolved.kind) {
      case 'native':
        return { status: 'failed', message: `\`${specifier}\` is shared` }
      case 'refused':
        return { status: 'failed', message: resolved.message, hint: resolved.hint }
      case 'missing':
        return this.#folders.find(name, dirname(importer)) === undefined
          ? {
              status: 'failed',
              message: `The package \`${name}\` is not installed`,
              hint: `Run \`npm install ${name}\` in the system's folder.`,
            }
          : { status: 'failed', message: `\`${name}\` does not export \`${specifier}\`` }
    }
    try {
      const entry = this.#collect(resolved, specifier)
      setDeepHashes(entry)
      const hash = entry.deepHash as string
      this.#byHash.set(hash, entry)
      return { status: 'found', hash, exports: exportNames(entry, new Set()) }
    } catch (error) {
      if (error instanceof Refusal) return error.outcome
      throw error
    }
  }

  /** Bytes of all files that these reach, on the disk. */
  sizeOf(hashes: readonly string[]): number {
    let size = 0
    for (const { file } of this.#reach(hashes)) size += file.sizeBytes
    return size
  }

  /** Releases that these reach, each after what imports it. */
  releasesOf(hashes: readonly string[]): { name: string; release: string }[] {
    const releases = new Map<string, { name: string; release: string }>()
    for (const { release } of this.#reach(hashes)) {
      const { name, release: version } = release
      releases.set(`${name}@${version}`, { name, release: version })
    }
    return [...releases.values()]
  }

  /** All that these reach, by release. */
  compiled(hashes: readonly string[]): CompiledPackage[] {
    const files = this.#reach(hashes)
    const ids = new Map<Release, string>()
    const groups = new Map<string, { release: Release; files: Map<string, SetFile> }>()
    const byRelease = Map.groupBy(files, ({ release }) => release)
    for (const [release, members] of byRelease) {
      const id = sha256(`${release.name}@${release.release}\n`, ...members.map(({ path, deepHash }) => `${path} ${deepHash}\n`).sort())
      ids.set(release, id)
      const group = groups.get(id) ?? { release, files: new Map() }
      groups.set(id, group)
      for (const member of members) group.files.set(member.path, member)
    }
    const linkOf = (link: SetLink): PackageLink =>
      link.kind === 'file' ? { kind: 'file', package: ids.get(link.target.release) as string, path: link.target.path } : link
    return [...groups].map(([id, { release, files: members }]) => {
      const { name, release: version, folder } = release
      const compiled = [...members.values()].map(
        ({ path, deepHash, file, links }): CompiledPackageFile => ({
          path,
          hash: file.hash,
          deepHash: deepHash as string,
          format: file.format,
          code: file.code,
          map: file.map,
          links: [...links].map(([request, link]) => [request, linkOf(link)]),
          interface: file.interface,
        }),
      )
      return { id, hash: id, name, release: version, folder, files: compiled }
    })
  }

  #reach(hashes: readonly string[]): SetFile[] {
    const reached = new Set<SetFile>()
    for (const hash of hashes) {
      const entry = this.#byHash.get(hash)
      if (entry !== undefined) reached.add(entry)
    }
    for (const file of reached) for (const target of file.targets) reached.add(target)
    return [...reached]
  }

  #collect(entry: Extract<Resolved, { kind: 'file' }>, specifier: string): SetFile {
    const fresh: SetFile[] = []
    let bytes = 0
    const places = new Map<SetFile, { file: string; folder: string }>()
    const open = ({ file: path, folder }: Extract<Resolved, { kind: 'file' }>): SetFile | string => {
      const known = this.#byPath.get(path)
      if (known !== undefined) return known
      bytes += this.#folders.stat(path)?.size ?? 0
      if (bytes > BUNDLE_MAX_BYTES) throw new Refusal({ status: 'too_large', size: bytes })
      const file = this.#files.read(path, folder, this.#folders, this.#report)
      if (file.status === 'rejected')
        return `${relative(folder, path)} of ${this.#release(folder).name} cannot be compiled: ${file.message}`
      const opened: SetFile = {
        own: '',
        targets: [],
        deepHash: undefined,
        path: relative(folder, path).split(sep).join('/'),
        release: this.#release(folder),
        file,
        links: new Map(),
      }
      this.#byPath.set(path, opened)
      fresh.push(opened)
      places.set(opened, { file: path, folder })
      return opened
    }
    try {
      const first = open(entry)
      if (typeof first === 'string') throw new Refusal({ status: 'failed', message: `\`${specifier}\`: ${first}` })
      for (const file of fresh) {
        for (const request of file.file.requests) {
          const key = `${request.kind} ${request.specifier}`
          const known = file.links.get(key)
          if (known !== undefined && request.when === 'lazy') continue
          const link =
            known?.kind === 'file' ? known : this.#link(file, request, places.get(file) as { file: string; folder: string }, open)
          if (link.kind === 'file' && known === undefined) file.targets.push(link.target)
          file.links.set(key, link)
        }
        file.own = ownText(file)
      }
      return first
    } catch (error) {
      // What was not followed to its end is not known.
      for (const place of places.values()) this.#byPath.delete(place.file)
      throw error
    }
  }

  #link(
    file: SetFile,
    request: PackageRequest,
    place: { file: string; folder: string },
    open: (resolved: Extract<Resolved, { kind: 'file' }>) => SetFile | string,
  ): SetLink {
    const resolved = this.#resolver.resolve(request.specifier, place, request.kind)
    const where = `${file.release.name}@${file.release.release} ${file.path}:${request.line}`
    switch (resolved.kind) {
      case 'native':
        return resolved
      case 'missing':
        if (request.when === 'static') throw new Refusal({ status: 'failed', message: `${where}: ${resolved.message}` })
        return resolved
      case 'refused':
        if (request.when !== 'lazy') throw new Refusal({ status: 'failed', message: `${where}: ${resolved.message}`, hint: resolved.hint })
        return { kind: 'missing', message: `${resolved.message}. ${resolved.hint}`, code: 'ERR_DLOPEN_DISABLED' }
      case 'file': {
        const target = open(resolved)
        if (typeof target !== 'string') return { kind: 'file', target }
        if (request.when === 'static') throw new Refusal({ status: 'failed', message: `${where}: ${target}` })
        return { kind: 'missing', message: target, code: 'ERR_INVALID_FILE' }
      }
    }
  }

  #release(folder: string): Release {
    let release = this.#releases.get(folder)
    if (release === undefined) {
      const manifest = this.#folders.manifest(folder)
      // A package of the same workspace may have no version.
      release = { name: manifest?.name ?? folder.split(sep).at(-1) ?? folder, release: manifest?.version ?? '0.0.0', folder }
      this.#releases.set(folder, release)
    }
    return release
  }
}

function ownText({ release, path, file, links }: SetFile): string {
  const requests = [...links].map(([key, link]) =>
    link.kind === 'file'
      ? `${key} > ${link.target.release.name}@${link.target.release.release}/${link.target.path}`
      : `${key} > ${link.kind} ${link.kind === 'native' ? link.name : ''}`,
  )
  return [`${release.name}@${release.release}/${path}`, file.format, file.hash, ...requests].join('\n')
}

/** What `import * from` it answers; `undefined` when only running a CommonJS file tells. */
function exportNames(file: SetFile, seen: Set<SetFile>): string[] | undefined {
  if (seen.has(file)) return []
  seen.add(file)
  const known = file.file.interface
  if (known === null) return file.file.format === 'json' ? ['default'] : undefined
  const names = [...known.locals, ...known.indirect.map(({ name }) => name)]
  for (const star of known.stars) {
    const link = file.links.get(`import ${known.requests[star]}`)
    if (link?.kind !== 'file') return undefined
    const below = exportNames(link.target, seen)
    if (below === undefined) return undefined
    names.push(...below.filter((name) => name !== 'default'))
  }
  return [...new Set(names)]
}
