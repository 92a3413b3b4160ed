import type { GenerationView } from '@strata/runtime'
import type { DrainCurve } from '@strata/server'
import { cx, Empty, formatCount, formatPlural, Notice, pressRowKey, ROW_CLASS } from '@strata/ui'
import { Link } from 'react-router'
import { linkProcess, linkProcesses } from '../../links.ts'
import { LayerRow } from './layer-row.tsx'
import { ReaderLinks } from './reader-links.tsx'
import type { SoftPurge, SoftPurgeResult } from './use-soft-purge.ts'

export interface LayerStackProps {
  readonly module: string
  readonly layers: readonly GenerationView[]
  readonly curves: readonly DrainCurve[]
  readonly current: number | null
  readonly selected: number | null
  readonly softPurge: SoftPurge
  /** Why acts are off: live data has stopped. */
  readonly stale: string | undefined
  /** Opens one layer; `null` closes. */
  readonly onOpen: (generation: number | null) => void
  /** Why a rollback is off: somebody else holds the module. */
  readonly held: string | undefined
  /** Asks for the dialog of an act. */
  readonly onAct: (act: 'purge' | 'upgrade' | 'move' | 'rollback' | 'bad' | 'keep', generation: number) => void
}

/** The stack, newest on top, with what the last soft purge said at the place it speaks of. */
export function LayerStack(props: LayerStackProps) {
  const { module, layers, softPurge } = props
  const byNumber = new Map(layers.map((layer) => [layer.number, layer]))
  const gone = [...softPurge.results]
    .filter(([number, result]) => result.status === 'purged' && !byNumber.has(number))
    .map(([number]) => number)
  const numbers = [...byNumber.keys(), ...gone].sort((a, b) => b - a)
  if (numbers.length === 0)
    return (
      <Empty title={`No generation of ${module} is loaded`}>Load one, and it becomes current. What was purged stands under History.</Empty>
    )
  return (
    <ol aria-label={`Layers of ${module}, newest on top`} onKeyDown={pressRowKey} className="flex flex-col gap-1.5">
      {numbers.map((number) => {
        const layer = byNumber.get(number)
        const result = softPurge.results.get(number)
        const below = layers[layers.findIndex((one) => one.number === number) + 1] ?? null
        return (
          <li key={number} data-row="" tabIndex={-1} className={cx(ROW_CLASS, 'flex min-w-0 flex-col gap-1.5')}>
            {layer !== undefined && <LayerRow {...props} layer={layer} below={below} />}
            <div role="status">
              {result !== undefined && (
                <SoftPurgeNotice module={module} number={number} result={result} onDismiss={() => softPurge.dismiss(number)} />
              )}
            </div>
          </li>
        )
      })}
    </ol>
  )
}

/** More pids than this are counted; the link leads to all. */
const PIDS_SHOWN_MAX = 12

function SoftPurgeNotice({
  module,
  number,
  result,
  onDismiss,
}: {
  module: string
  number: number
  result: SoftPurgeResult
  onDismiss: () => void
}) {
  if (result.status === 'purged')
    return <Notice tone="good" title={`Generation ${number} was soft-purged: no process pinned it`} onDismiss={onDismiss} />
  if (result.status === 'kept')
    return (
      <Notice
        tone="info"
        title={`Left alone: generation ${number} is marked keep. Its own Soft purge still takes it.`}
        onDismiss={onDismiss}
      />
    )
  const { pids, readBy } = result
  if (pids.length === 0)
    return (
      <Notice
        tone="warn"
        title={`Not purged: generation ${number} is read by ${readBy.length}. Nothing was changed.`}
        onDismiss={onDismiss}
      >
        <ReaderLinks readers={readBy} /> {readBy.length === 1 ? 'was' : 'were'} built with it. Load again, purge the old one, then this.
      </Notice>
    )
  return (
    <Notice
      tone="warn"
      title={`Not purged: generation ${number} is pinned by ${formatCount(pids.length)}. Nothing was changed.`}
      onDismiss={onDismiss}
    >
      <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
        {pids.slice(0, PIDS_SHOWN_MAX).map((pid) => (
          <Link key={pid} to={linkProcess(pid)} className="font-mono">
            {pid}
          </Link>
        ))}
        {pids.length > PIDS_SHOWN_MAX && <span>and {formatCount(pids.length - PIDS_SHOWN_MAX)} more</span>}
        <Link to={linkProcesses({ module, generation: number })}>
          Open the {pids.length === 1 ? 'process' : formatPlural(pids.length, 'process', 'processes')}
        </Link>
      </span>
    </Notice>
  )
}
