import type { PackageRelease } from '@strata/runtime'
import { Badge } from '@strata/ui'
import { compareReleases, describeRelease } from './release-changes.ts'

/** Package releases of a layer; those that differ from the layer below are marked. */
export function Releases({ packages, below }: { packages: readonly PackageRelease[]; below: readonly PackageRelease[] | null }) {
  const changes = compareReleases(packages, below)
  if (changes.length === 0) return null
  return (
    <span className="inline-flex flex-wrap gap-1">
      {changes.map((change) => (
        <Badge key={change.name} tone={change.changed ? 'accent' : 'idle'} className="font-mono">
          {describeRelease(change)}
        </Badge>
      ))}
    </span>
  )
}
