import { useQuery } from '@tanstack/react-query'
import { Badge, formatPlural, showInvisible, Skeleton, Table, TBody, Td, Th, THead, Tr } from '@strata/ui'
import { useState } from 'react'
import { trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { FilePages } from './generation-manifest.tsx'
import { describeReleases } from './release-changes.ts'

const PAGE_ROWS = 100

/** Which releases and files of packages differ between two generations. */
export function ManifestDifference({ module, from, to }: { module: string; from: number; to: number }) {
  const [offset, setOffset] = useState(0)
  const difference = useQuery(
    trpc.modules.compareManifests.queryOptions({ module, from, to, offset, limit: PAGE_ROWS }, { staleTime: Number.POSITIVE_INFINITY }),
  )
  if (difference.isPending) return <Skeleton className="h-10" />
  if (difference.error !== null) return <ErrorNotice error={difference.error} retry={() => void difference.refetch()} />
  const { releases, total, files } = difference.data
  if (total === 0) return <p className="text-[13px] text-muted">Both were loaded with the same files of packages.</p>
  return (
    <section className="flex min-w-0 flex-col gap-2">
      <h2 className="flex flex-wrap items-center gap-2 text-[13px]">
        <span className="font-semibold">
          {formatPlural(total, 'file')} of packages {total === 1 ? 'differs' : 'differ'}
        </span>
        {releases.map((release) => (
          <Badge key={release.name} tone="accent" className="font-mono">
            {showInvisible(describeReleases(release))}
          </Badge>
        ))}
      </h2>
      <Table label={`Files of packages that differ between ${from} and ${to}`} maxHeight="16rem">
        <THead sticky>
          <tr>
            <Th>Package</Th>
            <Th>File</Th>
            <Th>In {from}</Th>
            <Th>In {to}</Th>
          </tr>
        </THead>
        <TBody>
          {files.map((file) => (
            <Tr key={`${file.package} ${file.path} ${file.from?.release} ${file.to?.release}`}>
              <Td mono>{showInvisible(file.package)}</Td>
              <Td mono>{showInvisible(file.path)}</Td>
              <Td mono>
                <Side file={file.from} />
              </Td>
              <Td mono>
                <Side file={file.to} />
              </Td>
            </Tr>
          ))}
        </TBody>
      </Table>
      <FilePages offset={offset} shown={files.length} total={total} onMove={setOffset} />
    </section>
  )
}

function Side({ file }: { file: { readonly release: string; readonly hash: string } | null }) {
  if (file === null) return <span className="text-muted">not there</span>
  return (
    <>
      {showInvisible(file.release)}{' '}
      <abbr title={file.hash} className="text-muted no-underline">
        {file.hash.slice(0, 12)}
      </abbr>
    </>
  )
}
