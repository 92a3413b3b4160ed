import type { Candidate, SourceFile } from '@strata/runtime'
import {
  Badge,
  Button,
  Checkbox,
  Empty,
  formatBytes,
  formatPlural,
  showInvisible,
  Skeleton,
  Table,
  TBody,
  Td,
  Th,
  THead,
  type Tone,
  Tr,
} from '@strata/ui'
import { useQueries, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'

interface FolderFilesProps {
  readonly module: string | null
  /** Chosen ones, in their order: several are one set. */
  readonly files: readonly string[]
  readonly onFiles: (paths: readonly string[]) => void
  readonly onModule: (module: string | null) => void
  readonly onChoose: (sources: readonly SourceFile[] | null) => void
}

/** Files of the system's folder that can be loaded: a press on its name checks one, ticks make several one set. */
export function FolderFiles({ module, files, onFiles, onModule, onChoose }: FolderFilesProps) {
  const candidates = useQuery(trpc.modules.candidates.queryOptions())
  const sources = useQueries({ queries: files.map((path) => trpc.modules.candidate.queryOptions({ path }, { staleTime: 0 })) })
  const failed = sources.find(({ error }) => error !== null)
  const chosen = useHeldSources(sources.map(({ data }) => data))

  useEffect(() => onChoose(chosen), [chosen, onChoose])

  /** One file for a module: another takes its place. */
  const toggle = (candidate: Candidate) => {
    const others = files.filter((path) => {
      const known = candidates.data?.find((one) => one.path === path)
      return path !== candidate.path && known?.module !== candidate.module
    })
    onFiles(files.includes(candidate.path) ? others : [...others, candidate.path])
  }

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
              <Th className="w-9 pr-0!">
                <span className="sr-only">In the set</span>
              </Th>
              <Th>File</Th>
              <Th>Module</Th>
              <Th>State</Th>
              <Th numeric>Size</Th>
              <Th>What it is</Th>
            </tr>
          </THead>
          <TBody>
            {shown.map((candidate) => (
              <Tr key={candidate.path} selected={files.includes(candidate.path)}>
                <Td className="pr-0!">
                  <Checkbox
                    aria-label={`${showInvisible(candidate.path)} in the set`}
                    checked={files.includes(candidate.path)}
                    onChange={() => toggle(candidate)}
                  />
                </Td>
                <Td mono className="min-w-52 whitespace-normal! wrap-anywhere">
                  <button
                    type="button"
                    aria-pressed={files.includes(candidate.path)}
                    onClick={() => onFiles([candidate.path])}
                    className="inline-flex min-h-6 cursor-pointer items-center text-left underline decoration-line-strong underline-offset-2 hover:decoration-current phone:min-h-11"
                  >
                    {showInvisible(candidate.path)}
                  </button>
                </Td>
                <Td mono className="min-w-32 wrap-anywhere sm:whitespace-normal!">
                  {candidate.module}
                </Td>
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
      {failed !== undefined && <ErrorNotice error={failed.error} retry={() => void failed.refetch()} />}
      {files.length > 1 && (
        <p role="status" className="text-[13px] text-muted">
          {formatPlural(files.length, 'file')} as one set: all become current together, or none.
        </p>
      )}
    </div>
  )
}

/** All sources of the set, the same object as long as none of them changes; `null` until all were read. */
function useHeldSources(read: readonly (SourceFile | undefined)[]): readonly SourceFile[] | null {
  const whole = read.length > 0 && read.every((source) => source !== undefined) ? (read as readonly SourceFile[]) : null
  const key = whole === null ? '' : JSON.stringify(whole)
  const [held, setHeld] = useState<{ readonly key: string; readonly sources: readonly SourceFile[] | null }>({ key: '', sources: null })
  if (held.key === key) return held.sources
  setHeld({ key, sources: whole })
  return whole
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
