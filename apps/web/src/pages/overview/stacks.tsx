import {
  Empty,
  InlineStatus,
  LayerBar,
  RelativeTime,
  StateWord,
  buttonClass,
  cx,
  formatCount,
  formatPlural,
  layerColour,
  showInvisible,
} from '@strata/ui'
import type { GenerationView, ModuleView } from '@strata/runtime'
import { useState } from 'react'
import { Link } from 'react-router'
import { linkLoad, linkModule, linkModules, linkProcesses } from '../../links.ts'
import { foldLayers } from './fold-layers.ts'
import { type Said, type Say, SoftPurgeButton } from './soft-purge-button.tsx'

/** One row per module that has old generations, its layers side by side. */
export function Stacks({ modules }: { modules: readonly ModuleView[] }) {
  const stacked = modules.filter(({ layers }) => layers.some((layer) => layer.status === 'old'))
  const flat = modules.length - stacked.length
  if (stacked.length === 0) return <NoStacks modules={modules} />
  return (
    <div className="flex flex-col gap-3">
      {stacked.map((module) => (
        <Stack key={module.name} module={module} />
      ))}
      {flat > 0 && (
        <p className="text-[13px] text-muted">
          {formatPlural(flat, 'more module')} {flat === 1 ? 'has' : 'have'} one generation only.{' '}
          <Link className="text-accent underline underline-offset-2" to={linkModules()}>
            All modules
          </Link>
        </p>
      )}
    </div>
  )
}

function Stack({ module }: { module: ModuleView }) {
  const [said, setSaid] = useState<Said | null>(null)
  const layers = module.layers.filter((layer) => layer.status !== 'purged')
  const top = Math.max(1, ...layers.map((layer) => layer.pins))
  const { shown, folded } = foldLayers(layers)
  return (
    <article aria-label={`Stack of ${module.name}`} className="min-w-0 rounded-lg border border-line bg-surface p-3 sm:p-4">
      <div className="mb-2.5 flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <h3 className="min-w-0">
          <Link
            to={linkModule(module.name)}
            className="inline-flex items-center rounded font-mono text-[15px] font-semibold no-underline hover:underline phone:min-h-11"
          >
            {module.name}
          </Link>
          {module.hold !== null && <span className="ml-3 text-[13px] text-warn">held by {showInvisible(module.hold.by)}</span>}
          {module.differsOnDisk && <span className="ml-3 text-[13px] text-warn">the file on disk differs</span>}
        </h3>
        <p className="text-[13px] text-muted">
          {formatPlural(layers.length, 'generation')} loaded, old ones pinned by{' '}
          {module.pins === 0 ? 'nobody' : formatPlural(module.pins, 'process', 'processes')}
        </p>
      </div>
      <LayerBar
        label={`Generations of ${module.name}, newest first`}
        segments={[
          ...shown.map((layer) => ({
            key: String(layer.number),
            weight: 1 + (3 * layer.pins) / top,
            colour: layerColour(layer.number),
            marked: layer.status === 'current',
            empty: layer.status === 'old' && layer.drained,
            content: <Layer layer={layer} say={setSaid} />,
          })),
          ...(folded.length === 0
            ? []
            : [
                { key: 'folded', weight: 1, colour: 'var(--idle)', content: <Folded module={module.name} layers={folded} say={setSaid} /> },
              ]),
        ]}
      />
      <InlineStatus tone={said?.tone ?? 'idle'}>{said?.text}</InlineStatus>
    </article>
  )
}

function Layer({ layer, say }: { layer: GenerationView; say: Say }) {
  const { module, number, status, drained, pins } = layer
  return (
    // On a phone in one line where that is wide enough.
    <div className="flex h-full min-w-0 flex-col gap-x-3 gap-y-0.5 px-3 pt-2.5 pb-2 max-sm:flex-row max-sm:flex-wrap max-sm:items-center max-sm:py-1.5">
      <div className="flex flex-wrap items-center justify-between gap-x-2 max-sm:contents">
        <Link
          to={linkModule(module, { generation: number })}
          className="inline-flex min-h-6 items-center rounded font-mono font-semibold no-underline hover:underline phone:min-h-11"
        >
          <span className="sr-only">{module}</span>@{number}
        </Link>
        <StateWord tone={status === 'current' ? 'good' : drained ? 'idle' : 'info'} className="text-xs max-sm:order-1 max-sm:ml-auto">
          {status === 'current' ? 'current' : drained ? 'drained' : 'old'}
        </StateWord>
      </div>
      <p className={cx('min-w-0 text-[13px]', pins === 0 && 'text-muted', drained && status === 'old' && 'max-sm:hidden')}>
        {pins === 0 ? (
          'no process pins it'
        ) : (
          <>
            <Link
              to={linkProcesses({ module, generation: number })}
              className="inline-flex min-h-6 items-center underline decoration-line-strong underline-offset-2 hover:decoration-text phone:min-h-11"
            >
              pinned by {formatCount(pins)}
            </Link>
            {layer.oldestPinAt !== null && (
              <span className="text-muted">
                {' '}
                <span className="whitespace-nowrap">
                  · oldest <RelativeTime at={layer.oldestPinAt} />
                </span>
              </span>
            )}
          </>
        )}
      </p>
      <p className="min-w-0 truncate text-xs text-muted empty:hidden max-sm:order-2 max-sm:basis-full">{describeContent(layer)}</p>
      {layer.markedBad !== null && <p className="text-xs text-bad max-sm:order-2">marked bad</p>}
      {layer.crashesPerMinute > 0 && (
        <p className="text-xs text-bad max-sm:order-2">{formatPlural(layer.crashesPerMinute, 'crash', 'crashes')} per minute</p>
      )}
      {status === 'old' && drained && <SoftPurgeButton module={module} generation={number} say={say} />}
    </div>
  )
}

/** Layers of a tall stack that are counted together: all that are drained, and those that hold least. */
function Folded({ module, layers, say }: { module: string; layers: readonly GenerationView[]; say: Say }) {
  const pins = layers.reduce((sum, layer) => sum + layer.pins, 0)
  const drained = layers.filter((layer) => layer.status === 'old' && layer.drained)
  const free = drained.filter((layer) => layer.markedKeep === null).length
  return (
    <div className="flex h-full min-w-0 flex-col gap-0.5 px-3 pt-2.5 pb-2">
      <Link
        to={linkModule(module)}
        className="inline-flex min-h-6 items-center rounded font-semibold no-underline hover:underline phone:min-h-11"
      >
        {formatPlural(layers.length, 'more generation')}
      </Link>
      <p className="text-[13px] text-muted">
        {pins === 0 ? 'no process pins them' : `pinned ${formatPlural(pins, 'time')}`}
        {drained.length > 0 && drained.length < layers.length && ` · ${formatCount(drained.length)} drained`}
        {free < drained.length && ` · ${formatCount(drained.length - free)} marked keep`}
      </p>
      {free > 0 && <SoftPurgeButton module={module} drained={free} say={say} />}
    </div>
  )
}

function describeContent(layer: GenerationView): string {
  const releases = layer.packages.map(({ name, release }) => `${name} ${release}`).join(', ')
  return releases === '' ? layer.note : releases
}

function NoStacks({ modules }: { modules: readonly ModuleView[] }) {
  const first = modules[0]
  return (
    <Empty
      title="No module has old generations"
      actions={
        <>
          <Link to={linkLoad(first === undefined ? {} : { module: first.name })} className={buttonClass({ variant: 'primary' })}>
            Load…
          </Link>
          <Link to={linkModules()} className={buttonClass()}>
            {formatPlural(modules.length, 'module')}
          </Link>
        </>
      }
    >
      When a module is loaded again while processes are inside it, its generations stand here side by side: who lives in which, and what has
      drained. Change a file of the system, or load another one under “keep”, to see it.
    </Empty>
  )
}
