import type { GenerationFacts } from '../code/generation.ts'
import type { ManifestDifference, ManifestFile, ManifestPage, ManifestView } from './views.ts'

/** One page of the files that went into a generation, by package, release and path. */
export function viewManifest({ module, number, packages }: GenerationFacts, { offset, limit }: Required<ManifestPage>): ManifestView {
  const files = filesOf(packages)
  return {
    module,
    number,
    releases: packages.map(({ name, release, files: { length } }) => ({ name, release, files: length })),
    total: files.length,
    files: files.slice(offset, offset + limit),
  }
}

/** What other files `to` was loaded with than `from`. A file is the same one when package and path are. */
export function compareManifests(
  from: GenerationFacts,
  to: GenerationFacts,
  { offset, limit }: Required<ManifestPage>,
): ManifestDifference {
  const files = pairUp(filesOf(from.packages), filesOf(to.packages))
    .filter(([before, after]) => before?.hash !== after?.hash || before?.release !== after?.release)
    .map(([before, after]) => ({
      package: (after ?? before)?.package ?? '',
      path: (after ?? before)?.path ?? '',
      from: before === undefined ? null : { release: before.release, hash: before.hash },
      to: after === undefined ? null : { release: after.release, hash: after.hash },
    }))
  const names = [...new Set([...from.packages, ...to.packages].map(({ name }) => name))].sort()
  const releases = names.map((name) => {
    const changed = files.filter((file) => file.package === name)
    const same = changed.filter((file) => file.from?.hash === file.to?.hash).length
    return { name, from: releasesOf(from, name), to: releasesOf(to, name), changed: changed.length - same }
  })
  return {
    module: to.module,
    from: from.number,
    to: to.number,
    releases: releases.filter((entry) => entry.changed > 0 || entry.from.join() !== entry.to.join()),
    total: files.length,
    files: files.slice(offset, offset + limit),
  }
}

function filesOf(packages: GenerationFacts['packages']): ManifestFile[] {
  return packages.flatMap(({ name, release, files }) => files.map(({ path, hash }) => ({ package: name, release, path, hash })))
}

function releasesOf({ packages }: GenerationFacts, name: string): string[] {
  return [...new Set(packages.filter((entry) => entry.name === name).map(({ release }) => release))]
}

/** A package may be there in several releases: those that both have are paired first, the others in their order. */
function pairUp(
  before: readonly ManifestFile[],
  after: readonly ManifestFile[],
): (readonly [before: ManifestFile | undefined, after: ManifestFile | undefined])[] {
  const key = ({ package: name, path }: ManifestFile): string => `${name}\n${path}`
  const [old, fresh] = [Map.groupBy(before, key), Map.groupBy(after, key)]
  return [...new Set([...old.keys(), ...fresh.keys()])].sort().flatMap((place) => {
    const [left, right] = [[...(old.get(place) ?? [])], [...(fresh.get(place) ?? [])]]
    const same = left.flatMap((file) => {
      const at = right.findIndex(({ release }) => release === file.release)
      return at === -1 ? [] : [[file, right.splice(at, 1)[0]] as const]
    })
    const rest = left.filter((file) => !same.some(([paired]) => paired === file))
    const { length } = rest.length > right.length ? rest : right
    return [...same, ...Array.from({ length }, (_, index) => [rest[index], right[index]] as const)]
  })
}
