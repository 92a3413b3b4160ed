import type { CompiledPackage, CompiledPackageFile } from '../compiler/compiled.ts'
import { sha256 } from '../compiler/content-hash.ts'

/** Of what was compiled for a set: the files that these deep hashes reach, by release. */
export function reachedPackages(hashes: readonly string[], packages: readonly CompiledPackage[]): CompiledPackage[] {
  const byId = new Map(packages.map((entry) => [entry.id, entry]))
  const reached = new Map<CompiledPackage, Set<CompiledPackageFile>>()
  const open: CompiledPackageFile[] = []
  const reach = (release: CompiledPackage, file: CompiledPackageFile): void => {
    const files = reached.get(release) ?? new Set()
    reached.set(release, files)
    if (files.has(file)) return
    files.add(file)
    open.push(file)
  }
  for (const release of packages) for (const file of release.files) if (hashes.includes(file.deepHash)) reach(release, file)
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    for (const [, link] of file.links) {
      const release = link.kind === 'file' ? byId.get(link.package) : undefined
      const target = link.kind === 'file' ? release?.files.find(({ path }) => path === link.path) : undefined
      if (release !== undefined && target !== undefined) reach(release, target)
    }
  }
  return [...reached].map(([release, set]) => {
    const files = release.files.filter((file) => set.has(file))
    return { ...release, files, hash: hashOf(release.id, files) }
  })
}

/** Recognises a release's text: its identity, and its files with what they reach. */
export function hashOf(id: string, files: readonly CompiledPackageFile[]): string {
  return sha256(`${id}\n`, ...files.map(({ path, deepHash, links }) => `${path} ${deepHash} ${JSON.stringify(links)}\n`).sort())
}
