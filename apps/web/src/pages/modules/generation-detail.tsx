import { useQuery } from '@tanstack/react-query'
import type { GenerationView } from '@strata/runtime'
import { Button, buttonClass, Facts, formatBytes, RelativeTime, Skeleton, Table, TBody, Td, Th, THead, Tr } from '@strata/ui'
import { lazy, Suspense, useState } from 'react'
import { Link } from 'react-router'
import { trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { linkLoad, linkProcess } from '../../links.ts'
import { PIN_REASONS } from '../../pin-reasons.ts'
import { useAddress } from '../../use-address.ts'
import { GenerationManifest } from './generation-manifest.tsx'
import { ReaderLinks } from './reader-links.tsx'

const CodeEditor = lazy(() => import('../../editor/code-editor.tsx').then((module) => ({ default: module.CodeEditor })))

/** Everything known of one loaded generation: why it is still held, its source, the files of its packages, its facts. */
export function GenerationDetail({ layer, below }: { layer: GenerationView; below: GenerationView | null }) {
  const [shown, setShown] = useState(false)
  const [search, change] = useAddress()
  const files = search.get('files') !== null
  return (
    <div className="flex min-w-0 flex-col gap-5 border-t border-line px-3 py-4 sm:px-4">
      <div className="grid min-w-0 gap-x-8 gap-y-5 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <section className="flex min-w-0 flex-col gap-2">
          <h2 className="text-[13px] font-semibold">Why is it still held?</h2>
          <GenerationPins layer={layer} />
        </section>
        <Facts
          facts={[
            { term: 'Exports', value: <span className="font-mono text-xs">{layer.exports.join(', ') || 'none'}</span> },
            { term: 'Upgrade', value: layer.upgradable ? 'its processes can be asked to move on' : 'exports no upgrade message' },
            { term: 'Source', value: <span className="font-mono text-xs">{layer.origin ?? 'not from a file of the folder'}</span> },
            { term: 'Content', value: <span className="font-mono text-xs">{layer.hash.slice(0, 16)}</span> },
            { term: 'Code kept', value: formatBytes(layer.codeBytes) },
          ]}
        />
      </div>
      <div className="flex flex-wrap gap-2">
        <Button size="sm" aria-expanded={shown} onClick={() => setShown(!shown)}>
          {shown ? 'Hide source' : 'Show source'}
        </Button>
        <Button size="sm" aria-expanded={files} onClick={() => change({ files: files ? null : 'shown' })}>
          {files ? 'Hide files of packages' : 'Show files of packages'}
        </Button>
        {below !== null && (
          <Link to={`?tab=difference&from=${below.number}&to=${layer.number}`} className={buttonClass({ size: 'sm' })}>
            Difference to {below.number}
          </Link>
        )}
        <Link to={linkLoad({ module: layer.module, generation: layer.number })} className={buttonClass({ size: 'sm' })}>
          Edit this source and load it…
        </Link>
      </div>
      {files && <GenerationManifest module={layer.module} number={layer.number} />}
      {shown && <GenerationSource layer={layer} />}
    </div>
  )
}

function GenerationPins({ layer }: { layer: GenerationView }) {
  const pins = useQuery(trpc.modules.pins.queryOptions({ module: layer.module, generation: layer.number }))
  if (pins.isPending) return <Skeleton className="h-24" />
  if (pins.error !== null) return <ErrorNotice error={pins.error} />
  if (pins.data.length === 0) {
    return <p className="text-muted">Nothing pins it.{layer.status === 'old' && ' It is drained: a soft purge removes it.'}</p>
  }
  return (
    <Table label={`Pins of generation ${layer.number}`} maxHeight="22rem">
      <THead sticky>
        <tr>
          <Th>Held by</Th>
          <Th>Reason</Th>
          <Th>Function</Th>
          <Th>At</Th>
          <Th>Since</Th>
        </tr>
      </THead>
      <TBody>
        {pins.data.map((pin) => (
          <Tr key={`${pin.pid ?? `${pin.holder.module}@${pin.holder.number}`} ${pin.reason} ${pin.function} ${pin.at} ${pin.since}`}>
            <Td mono>
              {pin.reason === 'generation' ? (
                <ReaderLinks readers={[pin.holder]} />
              ) : (
                <Link to={linkProcess(pin.pid)} className="inline-flex min-h-6 items-center phone:min-h-11 underline underline-offset-2">
                  {pin.pid}
                </Link>
              )}
            </Td>
            <Td className="whitespace-nowrap">{PIN_REASONS[pin.reason]}</Td>
            <Td mono>{pin.function}</Td>
            <Td mono>{pin.at}</Td>
            <Td>
              <RelativeTime at={pin.since} focusable={false} />
            </Td>
          </Tr>
        ))}
      </TBody>
    </Table>
  )
}

function GenerationSource({ layer }: { layer: GenerationView }) {
  const source = useQuery(
    trpc.modules.source.queryOptions({ module: layer.module, number: layer.number }, { staleTime: Number.POSITIVE_INFINITY }),
  )
  if (source.isPending) return <Skeleton className="h-40" />
  if (source.error !== null) return <ErrorNotice error={source.error} />
  return (
    <Suspense fallback={<Skeleton className="h-40" />}>
      <CodeEditor text={source.data.text} label={`Source of ${layer.module}@${layer.number}`} />
    </Suspense>
  )
}
