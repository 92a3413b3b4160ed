import { useQuery } from '@tanstack/react-query'
import type { GenerationView } from '@strata/runtime'
import { Badge, Button, buttonClass, PageHead, Skeleton, Tabs } from '@strata/ui'
import { useState } from 'react'
import { Link, useParams } from 'react-router'
import { trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { useDestructiveAllowed } from '../../api/live-store.ts'
import { linkLoad } from '../../links.ts'
import { PlanDialog } from '../../plans/plan-dialog.tsx'
import type { PlanRequest } from '../../plans/plan-request.ts'
import { usePageTitle } from '../../shell/use-page-title.ts'
import { useAddress } from '../../use-address.ts'
import { GenerationDifference } from './generation-difference.tsx'
import { deleteBlock, stackSentence } from './generation-words.ts'
import { LayerStack } from './layer-stack.tsx'
import { ModuleHistory } from './module-history.tsx'
import { OpenPlans } from './open-plans.tsx'
import { useSoftPurge } from './use-soft-purge.ts'

type TabName = 'layers' | 'difference' | 'history'

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
  const softPurge = useSoftPurge(name)
  const { reason: stale } = useDestructiveAllowed()

  const all = generations.data ?? []
  const loaded = all.filter(({ status }) => status !== 'purged')
  const purged = all.filter(({ status }) => status === 'purged')
  const current = loaded.find(({ status }) => status === 'current')?.number ?? null
  const differs = modules?.find((module) => module.name === name)?.differsOnDisk ?? false
  const act = search.get('act')
  const planFor = (verb: 'purge' | 'upgrade' | 'delete', generation: number | null) => {
    setOpenBefore(selected)
    change({ act: verb, generation: generation === null ? search.get('generation') : String(generation) })
  }
  const selected = act === null ? numberOf(search.get('generation')) : openBefore
  const request = planRequested(name, act, search.get('generation'))

  return (
    <div className="flex flex-col gap-5">
      <PageHead
        title={<span className="font-mono">{name}</span>}
        actions={
          <>
            <Link to={linkLoad({ module: name })} className={buttonClass({ variant: 'primary' })}>
              Load…
            </Link>
            <Button
              onClick={() => softPurge.purge()}
              busy={softPurge.isPending}
              disabledReason={loaded.every(({ status }) => status === 'current') ? 'No old generation is loaded' : stale}
            >
              Soft purge
            </Button>
            <Button
              className="ml-3 text-bad!"
              onClick={() => planFor('delete', null)}
              disabledReason={deleteBlock(loaded, current) ?? stale}
            >
              Delete…
            </Button>
          </>
        }
      >
        {generations.data !== undefined && stackSentence(loaded, current)}
        {differs && (
          <Link to={linkLoad({ module: name })} className="ml-2 inline-flex min-h-6 items-center">
            <Badge tone="warn">the file on disk differs</Badge>
          </Link>
        )}
      </PageHead>
      <ErrorNotice error={generations.error} retry={() => void generations.refetch()} />
      <ErrorNotice error={softPurge.error} />
      {generations.isPending && <Skeleton className="h-64" />}
      <OpenPlans module={name} />
      {generations.data !== undefined && (
        <Tabs<TabName>
          label={`Views of ${name}`}
          value={tabOf(search.get('tab'))}
          onChange={(tab) => change({ tab: tab === 'layers' ? null : tab })}
          tabs={[
            {
              value: 'layers',
              label: `Layers (${loaded.length})`,
              content: (
                <LayerStack
                  module={name}
                  layers={loaded}
                  current={current}
                  selected={selected}
                  softPurge={softPurge}
                  stale={stale}
                  onOpen={(generation) => change({ generation: generation === null ? null : String(generation) })}
                  onPlan={planFor}
                />
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
            { value: 'history', label: `History (${purged.length})`, content: <ModuleHistory purged={purged} /> },
          ]}
        />
      )}
      {request !== null && (
        <PlanDialog
          key={JSON.stringify(request)}
          request={request}
          addressed
          onClose={() => change({ act: null, generation: openBefore === null ? null : String(openBefore) }, { replace: true })}
        />
      )}
    </div>
  )
}

function tabOf(text: string | null): TabName {
  return text === 'difference' || text === 'history' ? text : 'layers'
}

function numberOf(text: string | null): GenerationView['number'] | null {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null
}

/** The plan that the address asks for. */
function planRequested(module: string, act: string | null, generation: string | null): PlanRequest | null {
  const number = numberOf(generation)
  if (act === 'delete') return { verb: 'delete', module }
  if (act === 'purge') return number === null ? { verb: 'purge', module } : { verb: 'purge', module, generation: number }
  if (act === 'upgrade' && number !== null) return { verb: 'upgrade', targets: { module, generation: number } }
  return null
}
