import type { GenerationView } from '@strata/runtime'
import { Badge, Button, Empty, RelativeTime, showInvisible, Table, TBody, Td, Th, THead, Tr } from '@strata/ui'
import { Link } from 'react-router'
import { linkProcess } from '../../links.ts'
import { GenerationMemory } from './generation-memory.tsx'
import { MarkMenu, MarkWords } from './generation-marks.tsx'
import { rollbackBlock } from './generation-words.ts'

interface ModuleHistoryProps {
  readonly purged: readonly GenerationView[]
  /** The one the address names. */
  readonly selected: number | null
  /** Why acts are off: live data has stopped. */
  readonly stale: string | undefined
  /** Why loading again is off: somebody else holds the module. */
  readonly held: string | undefined
  readonly onAct: (act: 'rollback' | 'bad' | 'keep', generation: number) => void
}

/** Generations that are gone: who purged them, when, why, whom that killed; and the way back from their kept source. */
export function ModuleHistory({ purged, selected, stale, held, onAct }: ModuleHistoryProps) {
  if (purged.length === 0)
    return (
      <Empty title="Nothing was purged yet">
        A generation that is purged leaves the stack and stands here: who did it, when, why, and whom it killed. Its source is kept: it can
        be compared and loaded again.
      </Empty>
    )
  return (
    <Table label="Purged generations">
      <THead>
        <tr>
          <Th>Generation</Th>
          <Th>Purged</Th>
          <Th>By</Th>
          <Th>Why</Th>
          <Th>Killed</Th>
          <Th>Memory</Th>
          <Th>Was loaded</Th>
          <Th>Note</Th>
          <Th>Acts</Th>
        </tr>
      </THead>
      <TBody>
        {purged.map((generation) => (
          <HistoryRow key={generation.number} generation={generation} selected={selected} stale={stale} held={held} onAct={onAct} />
        ))}
      </TBody>
    </Table>
  )
}

function HistoryRow({ generation, selected, stale, held, onAct }: Omit<ModuleHistoryProps, 'purged'> & { generation: GenerationView }) {
  const { purge, number } = generation
  return (
    <Tr selected={number === selected}>
      <Td mono>{generation.number}</Td>
      <Td>
        {purge === null ? (
          'unknown'
        ) : (
          <Badge tone={purge.kind === 'forced' ? 'bad' : 'idle'}>{purge.kind === 'forced' ? 'by force' : 'soft'}</Badge>
        )}{' '}
        {purge !== null && <RelativeTime at={purge.at} />}
      </Td>
      <Td>{purge === null ? 'unknown' : showInvisible(purge.by)}</Td>
      <Td className="max-w-80 min-w-40">
        {purge === null || purge.reason === '' ? <span className="text-muted">no reason given</span> : showInvisible(purge.reason)}
      </Td>
      <Td>{purge === null || purge.killed.length === 0 ? <span className="text-muted">nobody</span> : <Killed pids={purge.killed} />}</Td>
      <Td>
        <GenerationMemory generation={generation} stale={stale} />
      </Td>
      <Td>
        <RelativeTime at={generation.loadedAt} /> <span className="text-muted">by {showInvisible(generation.loadedBy)}</span>
      </Td>
      <Td className="max-w-80 min-w-56">
        {showInvisible(generation.note)}
        <MarkWords generation={generation} />
      </Td>
      <Td>
        <span className="flex items-center gap-1.5">
          <Button
            size="sm"
            aria-label={`Load again from its source, generation ${number}…`}
            className="whitespace-nowrap"
            disabledReason={rollbackBlock(generation) ?? held ?? stale}
            onClick={() => onAct('rollback', number)}
          >
            Load again from its source…
          </Button>
          <MarkMenu generation={generation} stale={stale} onMark={(kind) => onAct(kind, number)} />
        </span>
      </Td>
    </Tr>
  )
}

function Killed({ pids }: { pids: readonly string[] }) {
  return (
    <details>
      <summary className="min-h-6 cursor-pointer">{pids.length}</summary>
      <span className="flex max-w-72 flex-wrap gap-x-2 gap-y-1 pt-1 font-mono text-xs">
        {pids.map((pid) => (
          <Link key={pid} to={linkProcess(pid)} className="underline underline-offset-2">
            {pid}
          </Link>
        ))}
      </span>
    </details>
  )
}
