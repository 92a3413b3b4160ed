import { useQuery } from '@tanstack/react-query'
import type { GenerationView } from '@strata/runtime'
import { Empty, Field, Select, Skeleton } from '@strata/ui'
import { lazy, Suspense } from 'react'
import { trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import type { AddressChange } from '../../use-address.ts'
import { layerState } from './generation-words.ts'
import { ManifestDifference } from './manifest-difference.tsx'

const TextDifference = lazy(() => import('../../editor/text-difference.tsx').then((module) => ({ default: module.TextDifference })))

interface GenerationDifferenceProps {
  readonly module: string
  readonly generations: readonly GenerationView[]
  readonly from: number | null
  readonly to: number | null
  readonly onChange: (change: AddressChange) => void
}

/** The difference between any two generations: source, exports, releases and files of packages. */
export function GenerationDifference({ module, generations, from, to, onChange }: GenerationDifferenceProps) {
  const newest = generations[0]
  if (newest === undefined || generations.length < 2) return <Empty title="One generation only">Load another one to compare the two.</Empty>
  const after = generations.find(({ number }) => number === to) ?? newest
  const before = generations.find(({ number }) => number === from) ?? generations.find(({ number }) => number < after.number) ?? newest
  const choices = generations.map((generation) => (
    <option key={generation.number} value={generation.number}>
      {generation.number} · {layerState(generation)}
    </option>
  ))
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <div className="flex flex-wrap gap-3">
        <Field label="From generation" className="w-44">
          {(control) => (
            <Select
              {...control}
              value={before.number}
              onChange={(event) => onChange({ from: event.target.value, to: String(after.number) })}
            >
              {choices}
            </Select>
          )}
        </Field>
        <Field label="To generation" className="w-44">
          {(control) => (
            <Select
              {...control}
              value={after.number}
              onChange={(event) => onChange({ from: String(before.number), to: event.target.value })}
            >
              {choices}
            </Select>
          )}
        </Field>
      </div>
      <div className="flex flex-wrap items-center gap-2 text-[13px]">
        <span className="text-muted">Exports</span>
        <span className="font-mono text-xs">{exportChanges(before.exports, after.exports)}</span>
      </div>
      <ManifestDifference key={`${before.number} ${after.number}`} module={module} from={before.number} to={after.number} />
      <SourceDifference module={module} before={before.number} after={after.number} />
    </div>
  )
}

function SourceDifference({ module, before, after }: { module: string; before: number; after: number }) {
  const left = useQuery(trpc.modules.source.queryOptions({ module, number: before }, { staleTime: Number.POSITIVE_INFINITY }))
  const right = useQuery(trpc.modules.source.queryOptions({ module, number: after }, { staleTime: Number.POSITIVE_INFINITY }))
  if (left.error !== null || right.error !== null) return <ErrorNotice error={left.error ?? right.error} />
  if (left.isPending || right.isPending) return <Skeleton className="h-64" />
  if (left.data.text === right.data.text) return <p className="text-muted">Both have the same source.</p>
  return (
    <Suspense fallback={<Skeleton className="h-64" />}>
      <TextDifference
        before={left.data.text}
        after={right.data.text}
        beforeLabel={`${module}@${before}`}
        afterLabel={`${module}@${after}`}
        language="typescript"
      />
    </Suspense>
  )
}

function exportChanges(before: readonly string[], after: readonly string[]): string {
  const added = after.filter((name) => !before.includes(name)).map((name) => `+ ${name}`)
  const removed = before.filter((name) => !after.includes(name)).map((name) => `− ${name}`)
  return [...added, ...removed].join(', ') || 'the same'
}
