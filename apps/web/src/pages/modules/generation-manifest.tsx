import { useQuery } from '@tanstack/react-query'
import { Button, formatPlural, showInvisible, Skeleton, Table, TBody, Td, Th, THead, Tr } from '@strata/ui'
import { useState } from 'react'
import { trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'

const PAGE_ROWS = 100

/** The files of packages with which a generation was loaded: package, release, path and hash. */
export function GenerationManifest({ module, number }: { module: string; number: number }) {
  const [offset, setOffset] = useState(0)
  const manifest = useQuery(
    trpc.modules.manifest.queryOptions({ module, number, offset, limit: PAGE_ROWS }, { staleTime: Number.POSITIVE_INFINITY }),
  )
  if (manifest.isPending) return <Skeleton className="h-40" />
  if (manifest.error !== null) return <ErrorNotice error={manifest.error} retry={() => void manifest.refetch()} />
  const { releases, total, files } = manifest.data
  if (total === 0) return <p className="text-muted">It uses no npm package, or shared ones only.</p>
  return (
    <section className="flex min-w-0 flex-col gap-2">
      <h2 className="text-[13px] font-semibold">
        {formatPlural(total, 'file')} of{' '}
        {releases.map(({ name, release }) => `${showInvisible(name)} ${showInvisible(release)}`).join(', ')}
      </h2>
      <Table label={`Files of packages in generation ${number}`} maxHeight="22rem">
        <THead sticky>
          <tr>
            <Th>Package</Th>
            <Th>File</Th>
            <Th>SHA-256</Th>
          </tr>
        </THead>
        <TBody>
          {files.map((file) => (
            <Tr key={`${file.package} ${file.release} ${file.path}`}>
              <Td mono className="whitespace-nowrap">
                {showInvisible(file.package)} {showInvisible(file.release)}
              </Td>
              <Td mono>{showInvisible(file.path)}</Td>
              <Td mono>
                <abbr title={file.hash} className="no-underline">
                  {file.hash.slice(0, 16)}
                </abbr>
              </Td>
            </Tr>
          ))}
        </TBody>
      </Table>
      <FilePages offset={offset} shown={files.length} total={total} onMove={setOffset} />
    </section>
  )
}

/** Moves between pages of files; nothing when there is one page. */
export function FilePages({
  offset,
  shown,
  total,
  onMove,
}: {
  offset: number
  shown: number
  total: number
  onMove: (offset: number) => void
}) {
  if (total <= PAGE_ROWS) return null
  return (
    <div className="flex flex-wrap items-center gap-2 text-xs text-muted">
      <Button
        size="sm"
        disabledReason={offset === 0 ? 'these are the first' : undefined}
        onClick={() => onMove(Math.max(0, offset - PAGE_ROWS))}
      >
        Earlier files
      </Button>
      <span>
        {offset + 1}–{offset + shown} of {total}
      </span>
      <Button
        size="sm"
        disabledReason={offset + shown >= total ? 'these are the last' : undefined}
        onClick={() => onMove(offset + PAGE_ROWS)}
      >
        Later files
      </Button>
    </div>
  )
}
