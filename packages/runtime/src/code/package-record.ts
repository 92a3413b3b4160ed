import type { CompiledPackage } from '../compiler/compiled.ts'
import { hashOf } from './reached-packages.ts'

/** A release of a package with which a generation was loaded, without its text: what is kept of it for good. */
export interface PackageRecord {
  /** Of its one instance on each scheduler. */
  readonly id: string
  /** Of identity and files, hex: records of the same hash are the same. */
  readonly hash: string
  readonly name: string
  readonly release: string
  /** Identities of the releases that it imports. */
  readonly below: readonly string[]
  readonly files: readonly { readonly path: string; readonly hash: string; readonly deepHash: string }[]
}

/** What is kept of compiled releases, sorted by name and path. */
export function recordPackages(packages: readonly CompiledPackage[]): PackageRecord[] {
  return packages
    .map(({ id, name, release, files }) => ({
      id,
      hash: hashOf(id, files),
      name,
      release,
      below: belowOf({ id, files }),
      files: files
        .map(({ path, hash, deepHash }) => ({ path, hash, deepHash }))
        .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)),
    }))
    .sort((a, b) => (a.name === b.name ? a.release.localeCompare(b.release) : a.name < b.name ? -1 : 1))
}

/** Identities of the releases that these files import. */
export function belowOf({ id, files }: Pick<CompiledPackage, 'id' | 'files'>): string[] {
  const below = new Set<string>()
  for (const { links } of files) for (const [, link] of links) if (link.kind === 'file' && link.package !== id) below.add(link.package)
  return [...below].sort()
}

/** One record for each hash, so that generations with the same packages share what is kept of them. */
export class PackageRecords {
  readonly #byHash = new Map<string, PackageRecord>()

  share(records: readonly PackageRecord[]): readonly PackageRecord[] {
    return records.map((record) => {
      const known = this.#byHash.get(record.hash)
      if (known === undefined) this.#byHash.set(record.hash, record)
      return known ?? record
    })
  }
}
