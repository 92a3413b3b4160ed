import type { CompiledPackage, CompiledPackageFile } from '../compiler/compiled.ts'
import { InvariantError } from '../errors.ts'
import type { CodeSurroundings } from './code-table.ts'
import type { CodeInstance } from './instance.ts'
import { PackageEvaluation } from './package-evaluation.ts'
import { LoadedFile, type LoadedLink, type LoadedRelease } from './package-file.ts'
import type { MappedScript } from './stack.ts'

/** A file that generations import, with all that it reaches. */
interface Entry {
  readonly file: LoadedFile
  readonly reached: readonly LoadedFile[]
  readonly users: Set<CodeInstance>
}

/** The npm packages of one scheduler: one instance per release with the releases below it, dropped with the last generation that was loaded with it. */
export class PackageTable {
  readonly #surroundings: () => CodeSurroundings
  readonly #evaluation: PackageEvaluation
  readonly #releases = new Map<string, LoadedRelease>()
  readonly #entries = new Map<string, Entry>()
  readonly #scripts = new Map<string, MappedScript>()

  constructor(require: NodeJS.Require, surroundings: () => CodeSurroundings) {
    this.#surroundings = surroundings
    let globals: Record<string, unknown> | undefined
    this.#evaluation = new PackageEvaluation(require, () => {
      const { registers, counter, globalsFor } = surroundings()
      globals ??= globalsFor()
      return { registers, counter, globals }
    })
  }

  script(name: string): MappedScript | undefined {
    return this.#scripts.get(name)
  }

  /** Releases that are loaded, with the paths of their files. */
  loaded(): readonly { readonly name: string; readonly release: string; readonly paths: readonly string[] }[] {
    return [...this.#releases.values()].map(({ name, release, files }) => ({ name, release, paths: [...files.keys()] }))
  }

  /** Namespaces of the files with these deep hashes, evaluated. */
  instantiate(hashes: readonly string[], offered: readonly CompiledPackage[]): object[] {
    if (hashes.length === 0) return []
    const offers = new Offers(offered)
    const entries = hashes.map((hash) => this.#entry(hash, offers))
    return entries.map(({ file }) => this.#surroundings().inBody(() => this.#evaluation.import(file)))
  }

  /** `user` was loaded with these. */
  hold(user: CodeInstance, hashes: readonly string[]): void {
    for (const hash of hashes) this.#entries.get(hash)?.users.add(user)
  }

  /** Drops what nobody else was loaded with. */
  release(user: CodeInstance | undefined): void {
    for (const [hash, { users, reached }] of this.#entries) {
      if (user !== undefined) users.delete(user)
      if (users.size > 0) continue
      this.#entries.delete(hash)
      for (const file of reached) if (--file.holders === 0) this.#drop(file)
    }
  }

  #drop(file: LoadedFile): void {
    const { id, files } = file.release
    files.delete(file.compiled.path)
    if (files.size === 0) this.#releases.delete(id)
    this.#scripts.delete(file.scriptName)
  }

  #entry(hash: string, offered: Offers): Entry {
    const known = this.#entries.get(hash)
    if (known !== undefined) return known
    const file = this.#open(offered.byHash.get(hash) ?? this.#isMissing(hash))
    const reached = new Set([file])
    for (const next of reached) {
      for (const [request, link] of next.compiled.links) {
        if (link.kind !== 'file') {
          next.links.set(request, link)
          continue
        }
        const bound = next.links.get(request)
        const target = bound?.kind === 'file' ? bound.file : this.#openLinked(link, offered)
        if (bound === undefined) next.links.set(request, { kind: 'file', file: target } satisfies LoadedLink)
        reached.add(target)
      }
    }
    for (const each of reached) each.holders++
    const entry: Entry = { file, reached: [...reached], users: new Set() }
    this.#entries.set(hash, entry)
    return entry
  }

  #openLinked({ package: id, path }: { readonly package: string; readonly path: string }, offered: Offers): LoadedFile {
    const known = this.#releases.get(id)?.files.get(path)
    if (known !== undefined) return known
    const place = `${id}/${path}`
    return this.#open(offered.byPlace.get(place) ?? this.#isMissing(place))
  }

  #open([{ id, name, release, folder }, compiled]: Offer): LoadedFile {
    let loaded = this.#releases.get(id)
    if (loaded === undefined) {
      loaded = { id, name, release, folder, files: new Map() }
      this.#releases.set(id, loaded)
    }
    const known = loaded.files.get(compiled.path)
    if (known?.compiled.deepHash === compiled.deepHash) return known
    if (known !== undefined) throw new InvariantError(`${name}@${release} has another ${compiled.path}`)
    const file = new LoadedFile(loaded, compiled)
    loaded.files.set(compiled.path, file)
    this.#scripts.set(file.scriptName, { map: compiled.map, file: compiled.path, label: `${name}@${release}`, isPackage: true })
    return file
  }

  #isMissing(what: string): never {
    throw new InvariantError(`${what} of a package was not offered`)
  }
}

type Offer = readonly [release: CompiledPackage, file: CompiledPackageFile]

/** What is offered for a stage, by deep hash and by place. */
class Offers {
  readonly byHash = new Map<string, Offer>()
  readonly byPlace = new Map<string, Offer>()

  constructor(packages: readonly CompiledPackage[]) {
    for (const release of packages) {
      for (const file of release.files) {
        this.byHash.set(file.deepHash, [release, file])
        this.byPlace.set(`${release.id}/${file.path}`, [release, file])
      }
    }
  }
}
