import { Section, Select, Skeleton } from '@strata/ui'
import { useQuery } from '@tanstack/react-query'
import type { ModuleView } from '@strata/runtime'
import { Suspense, lazy } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { linkOverview } from '../../links.ts'
import { usePageTitle } from '../../shell/use-page-title.ts'
import { Sentence } from '../activity/activity-row.tsx'
import { RuntimeNotice } from './runtime-notice.tsx'
import { SafeModeNotice } from './safe-mode-notice.tsx'
import { RangeChoice } from './charts/range-choice.tsx'
import { readRange } from './charts/series.ts'
import type { Range } from './charts/series.ts'
import { FirstModule } from './first-module.tsx'
import { NeedsList } from './needs-list.tsx'
import { Stacks } from './stacks.tsx'
import { StepsStrip } from './steps/steps-strip.tsx'
import { chooseModule, tellState } from './summary.ts'
import type { Tour } from './summary.ts'
import { useNeeds } from './use-needs.ts'

const Charts = lazy(async () => ({ default: (await import('./charts/charts.tsx')).Charts }))

/** The first thing seen: a sentence, what needs somebody, the stacks, and only then the charts. */
export function OverviewPage() {
  usePageTitle('Overview')
  const [parameters] = useSearchParams()
  const modules = useQuery(trpc.modules.list.queryOptions())
  const info = useQuery(trpc.system.info.queryOptions(undefined, { staleTime: 60_000 }))
  const views = (modules.data ?? []) as readonly ModuleView[]
  const tour = info.data?.tour ?? null
  const chosen = modules.isSuccess && info.isSuccess ? chooseModule(views, tour, parameters.get('module')) : null
  const range = readRange(parameters.get('minutes'))

  if (modules.isError && modules.data === undefined) return <ErrorNotice error={modules.error} retry={() => void modules.refetch()} />
  return (
    <div className="flex flex-col gap-6">
      {info.data !== undefined && <RuntimeNotice runtime={info.data.runtime} />}
      {info.data?.runtime.safeMode !== null && info.data !== undefined && (
        <SafeModeNotice why={info.data.runtime.safeMode} modules={views} />
      )}
      <Summary modules={views} chosen={chosen} tour={tour} ready={modules.isSuccess && info.isSuccess} />
      {modules.isSuccess && views.length === 0 ? (
        <FirstModule folder={info.data?.folder} />
      ) : (
        <Section title="Stacks" hint="Modules with old generations, newest first. Width is how many processes pin a generation.">
          {modules.isSuccess ? <Stacks modules={views} /> : <Skeleton className="h-36" />}
        </Section>
      )}
      {tour !== null && chosen?.name === tour.module && <StepsStrip tour={tour} module={chosen} />}
      {chosen !== null && (
        <Section
          title="Charts"
          hint="▲ marks a load, ✕ a purge, ▼ a rollback."
          actions={
            <ChartChoice
              modules={views}
              chosen={chosen.name}
              range={range}
              isDefault={chosen.name === chooseModule(views, tour, null)?.name}
            />
          }
        >
          <Suspense fallback={<Skeleton className="h-64" />}>
            <Charts module={chosen.name} range={range} />
          </Suspense>
        </Section>
      )}
    </div>
  )
}

function Summary({
  modules,
  chosen,
  tour,
  ready,
}: {
  modules: readonly ModuleView[]
  chosen: ModuleView | null
  tour: Tour | null
  ready: boolean
}) {
  const living = useQuery(trpc.processes.list.queryOptions({ module: chosen?.name ?? '', limit: 1 }, { enabled: chosen !== null }))
  const needs = useNeeds(modules)
  return (
    <header className="flex flex-col gap-1.5">
      <h1 className="text-xl leading-snug font-semibold tracking-tight sm:text-2xl">
        {ready ? (
          <Sentence quiet parts={tellState(chosen, living.data?.total ?? null, tour, living.data?.unanswered === undefined)} />
        ) : (
          'Reading the system…'
        )}
      </h1>
      {!ready && <div className="h-8 phone:h-11" />}
      {ready && (modules.length > 0 || needs.length > 0) && <NeedsList needs={needs} />}
    </header>
  )
}

function ChartChoice({
  modules,
  chosen,
  range,
  isDefault,
}: {
  modules: readonly ModuleView[]
  chosen: string
  range: Range
  isDefault: boolean
}) {
  const navigate = useNavigate()
  const address = (module: string, minutes: Range, keep: boolean) =>
    linkOverview({ ...(keep ? { module } : {}), ...(minutes === 5 ? {} : { minutes }) })
  return (
    <>
      <span className="w-40">
        <Select
          aria-label="Module of the bands"
          value={chosen}
          onChange={(event) => void navigate(address(event.target.value, range, true), { replace: true, preventScrollReset: true })}
        >
          {modules.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </Select>
      </span>
      <RangeChoice range={range} address={(minutes) => address(chosen, minutes, !isDefault)} />
    </>
  )
}
