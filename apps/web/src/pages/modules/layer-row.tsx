import type { GenerationView } from '@strata/runtime'
import { Button, cx, formatBytes, Icon, layerColour, RelativeTime, showInvisible, StateWord, useNow } from '@strata/ui'
import { Link, useLocation } from 'react-router'
import { useMayNot } from '../../api/use-may.ts'
import { linkProcesses } from '../../links.ts'
import { DrainLine } from './drain/drain-line.tsx'
import { GenerationDetail } from './generation-detail.tsx'
import { MarkMenu, MarkWords } from './generation-marks.tsx'
import { LAYER_TONES, layerBlocks, layerState, pinsText } from './generation-words.ts'
import type { LayerStackProps } from './layer-stack.tsx'
import { ReaderLinks } from './reader-links.tsx'
import { Releases } from './releases.tsx'

interface LayerRowProps extends LayerStackProps {
  readonly layer: GenerationView
  readonly below: GenerationView | null
}

/** One layer: what it is, who holds it, and what can be done with it. Opens to its pins and its source. */
export function LayerRow({ module, layer, below, curves, current, selected, softPurge, stale, held, onOpen, onAct }: LayerRowProps) {
  const now = useNow()
  const location = useLocation()
  const { number } = layer
  const open = selected === number
  const state = layerState(layer)
  const blocks = layerBlocks(layer, current)
  const fresh = isFresh(location.state, number)
  const hollow = state === 'drained'
  const pins = pinsText(layer, now)
  const curve = curves.find((one) => one.number === number)
  // What cannot be done with the current one says why; a phone has no room for that.
  const neverOfCurrent = layer.status === 'current' ? 'max-sm:hidden' : ''
  const mayNot = {
    rollback: useMayNot('rollback'),
    move: useMayNot('move'),
    upgrade: useMayNot('upgrade'),
    softPurge: useMayNot('soft-purge'),
    purge: useMayNot('purge'),
    mark: useMayNot('mark'),
  }
  return (
    <article
      aria-label={`Generation ${number}`}
      aria-current={state === 'current' ? 'true' : undefined}
      className={cx(
        'relative min-w-0 overflow-hidden rounded-lg border bg-surface pl-1.5',
        state === 'current' ? 'border-good/50' : 'border-line',
        fresh && 'outline-2 outline-accent',
      )}
    >
      <span
        aria-hidden="true"
        className="absolute inset-y-0 left-0 w-1.5"
        style={{
          background: hollow ? `repeating-linear-gradient(135deg, ${layerColour(number)} 0 3px, transparent 3px 6px)` : layerColour(number),
        }}
      />
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 px-2 py-2 max-sm:items-start sm:px-3">
        <button
          type="button"
          aria-expanded={open}
          aria-label={`Generation ${number}, ${state}: details`}
          onClick={() => onOpen(open ? null : number)}
          className="flex min-h-8 w-16 shrink-0 cursor-pointer items-center gap-1.5 rounded-md font-mono text-lg font-semibold hover:text-accent phone:min-h-11"
        >
          <Icon name={open ? 'chevronDown' : 'chevronRight'} className="text-muted" />
          {number}
        </button>
        <div className={cx('flex min-w-0 flex-1 basis-56 flex-col gap-0.5', neverOfCurrent && 'max-sm:pr-9')}>
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-[13px]">
            <StateWord tone={LAYER_TONES[state]} className="font-medium">
              {state}
            </StateWord>
            {layer.pins === 0 ? (
              <span className="text-muted">{pins}</span>
            ) : (
              <Link
                to={linkProcesses({ module, generation: number })}
                className="inline-flex min-h-6 items-center phone:min-h-11 underline decoration-line-strong underline-offset-2 hover:decoration-current"
              >
                {pins}
              </Link>
            )}
            {layer.readBy.length > 0 && (
              <span className="text-muted">
                read by <ReaderLinks readers={layer.readBy} />
              </span>
            )}
            <span className={layer.crashesPerMinute > 0 ? 'text-bad' : 'text-muted'}>{layer.crashesPerMinute} crashes/min</span>
            <span className="text-muted">{formatBytes(layer.codeBytes)} code</span>
            {layer.packages.length > 0 && (
              <Link
                to={`?generation=${number}&files=shown`}
                preventScrollReset
                title="The files of these packages"
                className="inline-flex min-h-6 items-center phone:min-h-11 rounded-md hover:outline-1 hover:outline-line-strong"
              >
                <span className="sr-only">Files of the packages of generation {number}: </span>
                <Releases packages={layer.packages} below={below?.packages ?? null} />
              </Link>
            )}
            {fresh && <StateWord tone="accent">just loaded</StateWord>}
          </div>
          <p className="min-w-0 text-xs text-muted">
            loaded by {showInvisible(layer.loadedBy)} <RelativeTime at={layer.loadedAt} />
            {layer.note !== '' && <span className="text-text"> · {showInvisible(layer.note)}</span>}
          </p>
          <MarkWords generation={layer} />
          {curve !== undefined && layer.status === 'old' && <DrainLine curve={curve} />}
        </div>
        <div className={cx('flex flex-wrap items-center gap-1.5', neverOfCurrent && 'max-sm:absolute max-sm:top-1 max-sm:right-1')}>
          {layer.status === 'old' && (
            <Button
              size="sm"
              aria-label={`Rollback to generation ${number}…`}
              disabledReason={mayNot.rollback ?? blocks.rollback ?? held ?? stale}
              onClick={() => onAct('rollback', number)}
            >
              Rollback…
            </Button>
          )}
          <Button
            size="sm"
            className={neverOfCurrent}
            aria-label={`Upgrade generation ${number}…`}
            disabledReason={mayNot.upgrade ?? blocks.upgrade ?? stale}
            onClick={() => onAct('upgrade', number)}
          >
            Upgrade…
          </Button>
          {layer.status === 'old' && (
            <Button
              size="sm"
              aria-label={`Move generation ${number}…`}
              disabledReason={mayNot.move ?? stale}
              onClick={() => onAct('move', number)}
            >
              Move…
            </Button>
          )}
          <Button
            size="sm"
            className={neverOfCurrent}
            aria-label={`Soft purge generation ${number}`}
            disabledReason={mayNot.softPurge ?? blocks.purge ?? stale}
            busy={softPurge.isPending}
            onClick={() => softPurge.purge(number)}
          >
            Soft purge
          </Button>
          <span className="flex items-center gap-1.5 sm:ml-2">
            <Button
              size="sm"
              className={cx('text-bad!', neverOfCurrent)}
              aria-label={`Force purge generation ${number}…`}
              disabledReason={mayNot.purge ?? blocks.purge ?? stale}
              onClick={() => onAct('purge', number)}
            >
              Force purge…
            </Button>
            <MarkMenu generation={layer} stale={mayNot.mark ?? stale} onMark={(kind) => onAct(kind, number)} />
          </span>
        </div>
      </div>
      {open && <GenerationDetail layer={layer} below={below} />}
    </article>
  )
}

/** Whether the load page has just come from loading this generation. */
function isFresh(state: unknown, number: number): boolean {
  return typeof state === 'object' && state !== null && 'loaded' in state && state.loaded === number
}
