import type { CompiledPackage } from '../compiler/compiled.ts'
import { sha256 } from '../compiler/content-hash.ts'
import { hashOf } from './reached-packages.ts'
import { belowOf, type PackageRecord } from './package-record.ts'

/** A release that is loaded: all that loaded generations reach of it. */
interface Known {
  readonly id: string
  readonly files: Map<string, string>
  /** By name and release: the one that it imports. */
  readonly below: Map<string, string>
}

/**
 * Gives compiled releases the identity of the loaded ones that they are: the same release, no file with another content, and the same releases below. So entries
 * that are asked for later share with those asked for earlier, and a release whose files or releases below are others is one of its own.
 */
export function joinReleases(compiled: readonly CompiledPackage[], loaded: readonly PackageRecord[]): CompiledPackage[] {
  const known = collectKnown(loaded)
  const keyOf = new Map(compiled.map(({ id, name, release }) => [id, `${name}@${release}`]))
  const joins = compiled.map((entry) => ({
    entry,
    below: belowOf(entry),
    candidates: (known.get(`${entry.name}@${entry.release}`) ?? []).filter((candidate) => hasSameFiles(entry, candidate)),
  }))
  const joined = new Map(joins.map(({ entry, candidates }) => [entry.id, candidates[0]?.id ?? entry.id]))
  // A candidate falls when what is below it falls; each round takes one from somebody, so it ends.
  for (let changed = true; changed; ) {
    changed = false
    for (const { entry, below, candidates } of joins) {
      const [candidate] = candidates
      if (candidate === undefined || below.every((id) => isBelow(candidate, keyOf.get(id) as string, joined.get(id) as string))) continue
      candidates.shift()
      joined.set(entry.id, candidates[0]?.id ?? ownId(entry, below, joined))
      changed = true
    }
  }
  return compiled.map((entry) => {
    const id = joined.get(entry.id) as string
    const files = entry.files.map((file) => ({
      ...file,
      links: file.links.map(([request, link]): (typeof file.links)[number] => [
        request,
        link.kind === 'file' ? { ...link, package: joined.get(link.package) as string } : link,
      ]),
    }))
    return { ...entry, id, files, hash: hashOf(id, files) }
  })
}

function collectKnown(loaded: readonly PackageRecord[]): Map<string, Known[]> {
  const names = new Map(loaded.map(({ id, name, release }) => [id, `${name}@${release}`]))
  const byId = new Map<string, Known>()
  const known = new Map<string, Known[]>()
  for (const { id, files, below } of loaded) {
    let entry = byId.get(id)
    if (entry === undefined) {
      entry = { id, files: new Map(), below: new Map() }
      byId.set(id, entry)
      const name = names.get(id) as string
      known.set(name, [...(known.get(name) ?? []), entry])
    }
    for (const { path, deepHash } of files) entry.files.set(path, deepHash)
    for (const other of below) entry.below.set(names.get(other) ?? other, other)
  }
  return known
}

function hasSameFiles({ files }: CompiledPackage, candidate: Known): boolean {
  return files.every(({ path, deepHash }) => (candidate.files.get(path) ?? deepHash) === deepHash)
}

function isBelow(candidate: Known, name: string, id: string): boolean {
  return (candidate.below.get(name) ?? id) === id
}

/** Its content is that of a loaded one, what is below it is not. */
function ownId(entry: CompiledPackage, below: readonly string[], joined: ReadonlyMap<string, string>): string {
  return sha256(entry.id, ...below.map((id) => joined.get(id) as string))
}
