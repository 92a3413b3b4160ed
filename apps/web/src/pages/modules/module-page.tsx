import { useQuery } from '@tanstack/react-query'
import type { GenerationView } from '@strata/runtime'
import { Skeleton, Tabs } from '@strata/ui'
import { lazy, Suspense, useState } from 'react'
import { useParams } from 'react-router'
import { trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { readFault } from '../../api/fault.ts'
import { useDestructiveAllowed } from '../../api/live-store.ts'
import type { ModuleAct } from '../../links.ts'
import { usePageTitle } from '../../shell/use-page-title.ts'
import { useAddress } from '../../use-address.ts'
import { ActRequested } from './act-requested.tsx'
import { GenerationDifference } from './generation-difference.tsx'
import { HoldBanner } from './hold-banner.tsx'
import { LayerStack } from './layer-stack.tsx'
import { ModuleHead } from './module-head.tsx'
import { ModuleHistory } from './module-history.tsx'
import { NoModule } from './no-module.tsx'
import { OpenPlans } from './open-plans.tsx'
import { useHeldAgainst } from './use-held-against.ts'
import { useSoftPurge } from './use-soft-purge.ts'

type TabName = 'layers' | 'drain' | 'difference' | 'history'

const DrainChart = lazy(async () => ({ default: (await import('./drain/drain-chart.tsx')).DrainChart }))

const DRAIN_READ_MS = 15_000

/** One module: its layers, the difference between any two of them, and what was purged. */
export function ModulePage() {
  const parameters = useParams()
  const name = parameters['name'] ?? parameters['*'] ?? ''
  const [search, change] = useAddress()
  // Which layer was open when a dialog came: the dialog's generation stands in the address meanwhile.
  const [openBefore, setOpenBefore] = useState<number | null>(null)
  usePageTitle(name)
  const generations = useQuery(trpc.modules.generations.queryOptions({ module: name }))
  const { data: modules } = useQuery(trpc.modules.list.queryOptions())
  const drain = useQuery(trpc.metrics.drain.queryOptions({ module: name }, { staleTime: DRAIN_READ_MS, refetchInterval: DRAIN_READ_MS }))
  const softPurge = useSoftPurge(name)
  const { reason: stale } = useDestructiveAllowed()
  const held = useHeldAgainst([name])

  const all = generations.data ?? []
  const loaded = all.filter(({ status }) => status !== 'purged')
  const purged = all.filter(({ status }) => status === 'purged')
  const current = loaded.find(({ status }) => status === 'current')?.number ?? null
  const view = modules?.find((module) => module.name === name)
  const act = search.get('act')
  const ask = (wanted: ModuleAct, generation: number | null) => {
    setOpenBefore(selected)
    change({ act: wanted, generation: generation === null ? search.get('generation') : String(generation) })
  }
  const selected = act === null ? numberOf(search.get('generation')) : openBefore
  const isPurged = purged.some(({ number }) => number === selected)

  if (generations.data === undefined && readFault(generations.error)?.code === 'unknown_module') return <NoModule name={name} />
  return (
    <div className="flex flex-col gap-5">
      <ModuleHead
        name={name}
        view={view}
        loaded={generations.data === undefined ? undefined : loaded}
        current={current}
        softPurge={softPurge}
        stale={stale}
        held={held}
        onAct={(verb) => ask(verb, null)}
      />
      {view !== undefined && view.hold !== null && <HoldBanner module={name} hold={view.hold} mine={held === undefined} />}
      <ErrorNotice error={generations.error} retry={() => void generations.refetch()} />
      <ErrorNotice error={softPurge.error} />
      {generations.isPending && <Skeleton className="h-64" />}
      <OpenPlans module={name} />
      {generations.data !== undefined && (
        <Tabs<TabName>
          label={`Views of ${name}`}
          value={tabOf(search.get('tab'), isPurged)}
          // A purged generation in the address opens the history, so leaving that leaves it too.
          onChange={(tab) => change({ tab: tab === 'layers' ? null : tab, ...(isPurged && { generation: null }) })}
          tabs={[
            {
              value: 'layers',
              label: `Layers (${loaded.length})`,
              content: (
                <LayerStack
                  module={name}
                  layers={loaded}
                  curves={drain.data?.curves ?? []}
                  current={current}
                  selected={selected}
                  softPurge={softPurge}
                  stale={stale}
                  onOpen={(generation) => change({ generation: generation === null ? null : String(generation) })}
                  held={held}
                  onAct={ask}
                />
              ),
            },
            {
              value: 'drain',
              label: 'Drain',
              content: (
                <Suspense fallback={<Skeleton className="h-72" />}>
                  <DrainChart module={name} />
                </Suspense>
              ),
            },
            {
              value: 'difference',
              label: 'Difference',
              content: (
                <GenerationDifference
                  module={name}
                  generations={all}
                  from={numberOf(search.get('from'))}
                  to={numberOf(search.get('to'))}
                  onChange={change}
                />
              ),
            },
            {
              value: 'history',
              label: `History (${purged.length})`,
              content: <ModuleHistory purged={purged} selected={selected} stale={stale} held={held} onAct={ask} />,
            },
          ]}
        />
      )}
      <ActRequested
        module={name}
        act={act}
        number={numberOf(search.get('generation'))}
        generations={all}
        hold={view?.hold ?? null}
        held={held}
        onClose={() => change({ act: null, generation: openBefore === null ? null : String(openBefore) }, { replace: true })}
      />
    </div>
  )
}

/** A purged generation has no layer: its address opens the history. */
function tabOf(text: string | null, isPurged: boolean): TabName {
  if (text === 'drain' || text === 'difference' || text === 'history') return text
  return isPurged ? 'history' : 'layers'
}

function numberOf(text: string | null): GenerationView['number'] | null {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null
}
