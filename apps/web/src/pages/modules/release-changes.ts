import type { PackageRelease } from '@strata/runtime'

/** A package as a layer shows it, against the layer below. */
export interface ReleaseChange {
  readonly name: string
  readonly from: string | null
  readonly to: string | null
  readonly changed: boolean
}

/** Compares the releases of a layer with those of the layer below; without one below nothing counts as changed. */
export function compareReleases(layer: readonly PackageRelease[], below: readonly PackageRelease[] | null): readonly ReleaseChange[] {
  if (below === null) return layer.map(({ name, release }) => ({ name, from: null, to: release, changed: false }))
  const before = new Map(below.map(({ name, release }) => [name, release]))
  const now = new Set(layer.map(({ name }) => name))
  return [
    ...layer.map(({ name, release }) => {
      const from = before.get(name) ?? null
      return { name, from, to: release, changed: from !== release }
    }),
    ...below.filter(({ name }) => !now.has(name)).map(({ name, release }) => ({ name, from: release, to: null, changed: true })),
  ]
}

/** As `describeRelease`, of a package that may be there in several releases; one with the same releases has edited files. */
export function describeReleases({ name, from, to }: { name: string; from: readonly string[]; to: readonly string[] }): string {
  const [before, after] = [from.join(' and '), to.join(' and ')]
  if (before === after) return `${name} ${after}, edited`
  return describeRelease({ name, from: before === '' ? null : before, to: after === '' ? null : after, changed: true })
}

/** `marked 7.0.5 → 17.0.1`, `marked 4.3.0` when it did not change, `− marked 4.3.0` when it went. */
export function describeRelease({ name, from, to, changed }: ReleaseChange): string {
  if (to === null) return `− ${name} ${from ?? ''}`
  if (!changed) return `${name} ${to}`
  return from === null ? `+ ${name} ${to}` : `${name} ${from} → ${to}`
}
