import type { Candidate, SourceFile } from '@strata/runtime'
import { Badge, Button, Empty, formatBytes, showInvisible, Skeleton, Table, TBody, Td, Th, THead, type Tone, Tr } from '@strata/ui'
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'

interface FolderFilesProps {
  readonly module: string | null
  readonly file: string | null
  readonly onFile: (path: string) => void
  readonly onModule: (module: string | null) => void
  readonly onChoose: (sources: readonly SourceFile[] | null) => void
}

/** Files of the system's folder that can be loaded; a press checks one. */
export function FolderFiles({ module, file, onFile, onModule, onChoose }: FolderFilesProps) {
  const candidates = useQuery(trpc.modules.candidates.queryOptions())
  const source = useQuery(trpc.modules.candidate.queryOptions({ path: file ?? '' }, { enabled: file !== null, staleTime: 0 }))
  const chosen = file === null ? undefined : source.data

  useEffect(() => onChoose(chosen === undefined ? null : [chosen]), [chosen, onChoose])

  if (candidates.isPending) return <Skeleton className="h-48" />
  if (candidates.error !== null) return <ErrorNotice error={candidates.error} retry={() => void candidates.refetch()} />
  const shown = module === null ? candidates.data : candidates.data.filter((candidate) => candidate.module === module)
  return (
    <div className="flex min-w-0 flex-col gap-3">
      {shown.length === 0 ? (
        <Empty icon="file" title={module === null ? 'The folder holds no TypeScript file' : `The folder holds no file for ${module}`}>
          Each *.ts file of the system's folder stands here, and further generations in its folder of generations. Save one there, or upload
          it.
        </Empty>
      ) : (
        <Table label="Files that can be loaded" maxHeight="24rem">
          <THead sticky>
            <tr>
              <Th>File</Th>
              <Th>Module</Th>
              <Th>State</Th>
              <Th numeric>Size</Th>
              <Th>What it is</Th>
            </tr>
          </THead>
          <TBody>
            {shown.map((candidate) => (
              <Tr key={candidate.path} selected={candidate.path === file}>
                <Td mono>
                  <button
                    type="button"
                    aria-pressed={candidate.path === file}
                    onClick={() => onFile(candidate.path)}
                    className="inline-flex min-h-6 cursor-pointer items-center text-left underline decoration-line-strong underline-offset-2 hover:decoration-current phone:min-h-11"
                  >
                    {showInvisible(candidate.path)}
                  </button>
                </Td>
                <Td mono>{candidate.module}</Td>
                <Td>
                  <CandidateState candidate={candidate} />
                </Td>
                <Td numeric>{formatBytes(candidate.bytes)}</Td>
                <Td className="min-w-56 text-muted phone:whitespace-nowrap">
                  {candidate.title === null ? '' : showInvisible(candidate.title)}
                </Td>
              </Tr>
            ))}
          </TBody>
        </Table>
      )}
      {module !== null && (
        <div>
          <Button size="sm" variant="ghost" onClick={() => onModule(null)}>
            Show the files of all modules
          </Button>
        </div>
      )}
      {file !== null && <ErrorNotice error={source.error} retry={() => void source.refetch()} />}
    </div>
  )
}

const STATE_TONES: Readonly<Record<Candidate['state'], Tone>> = { current: 'good', loaded: 'info', differs: 'warn', new: 'accent' }

function CandidateState({ candidate }: { candidate: Candidate }) {
  return <Badge tone={STATE_TONES[candidate.state]}>{stateText(candidate)}</Badge>
}

function stateText({ state, generation }: Candidate): string {
  switch (state) {
    case 'current':
      return 'current'
    case 'loaded':
      return generation === null ? 'loaded' : `loaded as ${generation}`
    case 'differs':
      return 'differs from current'
    case 'new':
      return 'new'
  }
}
