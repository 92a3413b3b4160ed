import { Badge, Icon, IconButton, cx } from '@strata/ui'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import type { Candidate, ModuleView } from '@strata/runtime'
import type { ActivityLine } from '@strata/server'
import { trpc } from '../../../api/client.ts'
import { usePreferences } from '../../../preferences.ts'
import type { Tour } from '../summary.ts'
import { useSeen } from './seen.ts'
import { tellSteps } from './steps.ts'
import type { Step } from './steps.ts'

/** Five steps for whoever sees this for the first time, each a link to exactly where its click is. */
export function StepsStrip({ tour, module }: { tour: Tour; module: ModuleView }) {
  const dismissed = usePreferences((state) => state.stripDismissed)
  const dismiss = usePreferences((state) => state.setStripDismissed)
  const seen = useSeen()
  const on = !dismissed
  const oldest = module.layers.findLast((layer) => layer.status === 'old' && layer.pins > 0 && layer.upgradable)
  const lines = useQuery(
    trpc.activity.list.queryOptions({ limit: 500, types: ['loaded', 'upgraded', 'soft_purged', 'purged'] }, { enabled: on }),
  )
  const candidates = useQuery(trpc.modules.candidates.queryOptions(undefined, { enabled: on }))
  const one = useQuery(
    trpc.processes.list.queryOptions(
      {
        module: module.name,
        ...(oldest === undefined ? {} : { generation: oldest.number }),
        sort: 'startedAt',
        descending: true,
        limit: 1,
      },
      { enabled: on && oldest !== undefined },
    ),
  )
  const acts = useQuery(trpc.acts.list.queryOptions({ limit: 20, module: module.name }, { enabled: on }))
  if (dismissed) return null

  const steps = tellSteps({
    tour,
    module,
    lines: (lines.data?.lines ?? []) as readonly ActivityLine[],
    candidates: (candidates.data ?? []) as readonly Candidate[],
    upgradable: one.data?.rows[0]?.pid ?? null,
    receipt: acts.data?.find((act) => act.verb === 'purge' && act.status === 'done')?.id ?? null,
    seen,
  })
  const done = steps.filter((step) => step.done).length
  const nextKey = steps.find((step) => !step.done)?.key
  return (
    <section aria-labelledby="first-steps" className="rounded-lg border border-line bg-surface">
      <div className="flex items-center justify-between gap-3 py-1.5 pr-1.5 pl-4">
        <h2 id="first-steps" className="flex items-center gap-2 text-sm font-semibold">
          {done === steps.length ? 'All five done. That was the whole idea.' : 'Five first steps'}{' '}
          <Badge tone={done === steps.length ? 'good' : 'idle'}>{done} of 5</Badge>
        </h2>
        <IconButton icon="close" label="Dismiss the first steps" onClick={() => dismiss(true)} />
      </div>
      <ol className="grid gap-px border-t border-line sm:grid-cols-2 lg:grid-cols-5">
        {steps.map((step, index) => (
          <StepItem key={step.key} step={step} number={index + 1} isNext={step.key === nextKey} />
        ))}
      </ol>
    </section>
  )
}

function StepItem({ step, number, isNext }: { step: Step; number: number; isNext: boolean }) {
  return (
    // A phone shows the step to take.
    <li className={cx('min-w-0', !isNext && 'max-sm:hidden')}>
      <Link to={step.to} className={cx('group flex h-full gap-2.5 px-4 py-3 no-underline hover:bg-hover', isNext && 'bg-accent-soft')}>
        <span
          className={cx(
            'mt-px inline-flex size-5 shrink-0 items-center justify-center rounded-full border text-[11px] font-semibold',
            step.done
              ? 'border-transparent bg-good-soft text-good'
              : isNext
                ? 'border-accent text-accent'
                : 'border-line-strong text-muted',
          )}
        >
          {step.done ? <Icon name="check" className="size-3" /> : number}
        </span>
        <span className="min-w-0">
          <span className={cx('block text-[13px] leading-5 font-medium group-hover:underline', step.done && 'text-muted')}>
            {step.label}
          </span>
          <span className="sr-only">{step.done ? 'Done.' : ''}</span>
          {!step.done && <span className="block text-xs text-muted">{step.hint}</span>}
        </span>
      </Link>
    </li>
  )
}
