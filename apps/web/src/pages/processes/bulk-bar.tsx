import type { ProcessFilter } from '@strata/runtime'
import { Button, formatCount, formatPlural, IconButton, Menu } from '@strata/ui'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { useDestructiveAllowed } from '../../api/live-store.ts'
import { MoveDialog } from '../../plans/move-dialog.tsx'
import { PlanDialog } from '../../plans/plan-dialog.tsx'
import { useMayNot } from '../../api/use-may.ts'
import type { PlanRequest } from '../../plans/plan-request.ts'
import { linkProcess } from '../../links.ts'
import { ExitDialog } from './exit-dialog.tsx'
import { KillOne } from './kill-one.tsx'
import { TraceDialog } from './trace-dialog.tsx'

const TRACED_MAX = 20

interface BulkBarProps {
  readonly pids: readonly string[]
  /** Everybody who meets the table's conditions, on whatever page. */
  readonly matching: { readonly filter: ProcessFilter; readonly total: number; readonly isNarrowed: boolean }
  readonly isWholePage: boolean
  readonly onClear: () => void
}

/** What can be done with the selected processes, or with all that match: the server looks who these are when it plans. */
export function BulkBar({ pids, matching, isWholePage, onClear }: BulkBarProps) {
  const [request, setRequest] = useState<PlanRequest | null>(null)
  const [all, setAll] = useState(false)
  const [moving, setMoving] = useState(false)
  const [killing, setKilling] = useState<string | null>(null)
  const [exiting, setExiting] = useState(false)
  const [tracing, setTracing] = useState(false)
  const navigate = useNavigate()
  const { reason: stale } = useDestructiveAllowed()
  const offered = isWholePage && matching.total > pids.length
  const isAll = all && offered
  const count = isAll ? matching.total : pids.length
  const chosen = isAll ? { matching: matching.filter } : { pids: [...pids] }
  const alone = !isAll && pids.length === 1 ? pids[0] : undefined
  const mayNot = {
    upgrade: useMayNot('upgrade'),
    move: useMayNot('move'),
    trace: useMayNot('trace'),
    suspend: useMayNot('suspend'),
    resume: useMayNot('resume'),
    exit: useMayNot('exit'),
    kill: useMayNot('kill'),
  }
  return (
    <>
      <section
        aria-label="Selected processes"
        className="sticky bottom-16 z-20 flex flex-wrap items-center gap-2 rounded-lg border border-line-strong bg-raised px-3 py-2 shadow-pop md:bottom-4"
      >
        <p role="status" className="mr-2 font-medium">
          {isAll
            ? `All ${formatPlural(count, 'process', 'processes')} that ${matching.isNarrowed ? 'match' : 'live'}`
            : `${formatPlural(count, 'process', 'processes')} selected`}
        </p>
        {offered && (
          <Button variant="ghost" onClick={() => setAll(!all)}>
            {all
              ? `Only the ${formatCount(pids.length)} selected`
              : `Select all ${formatCount(matching.total)} that ${matching.isNarrowed ? 'match' : 'live'}`}
          </Button>
        )}
        <Button disabledReason={mayNot.upgrade ?? stale} onClick={() => setRequest({ verb: 'upgrade', targets: chosen })}>
          Upgrade {formatCount(count)}…
        </Button>
        <Button disabledReason={mayNot.move ?? stale} onClick={() => setMoving(true)}>
          Move {formatCount(count)}…
        </Button>
        <Button disabledReason={mayNot.suspend ?? stale} onClick={() => setRequest({ verb: 'suspend', targets: chosen })}>
          Suspend {formatCount(count)}…
        </Button>
        <span className="flex items-center gap-2 sm:ml-3">
          <Button
            className="text-bad!"
            disabledReason={mayNot.kill ?? stale}
            onClick={() => (alone === undefined ? setRequest({ verb: 'kill', ...chosen }) : setKilling(alone))}
          >
            Kill {formatCount(count)}…
          </Button>
          <Menu
            trigger={<IconButton icon="more" label="More acts with the selected processes" />}
            items={[
              {
                label: `Resume ${formatCount(count)}…`,
                icon: 'play',
                disabledReason: mayNot.resume ?? stale,
                onSelect: () => setRequest({ verb: 'resume', targets: chosen }),
              },
              {
                label: `Trace ${formatCount(count)}…`,
                icon: 'activity',
                disabledReason: mayNot.trace ?? (count > TRACED_MAX ? `A trace is of ${TRACED_MAX} processes at most` : undefined),
                onSelect: () => setTracing(true),
              },
              'separator',
              {
                label: `Exit ${formatCount(count)}…`,
                icon: 'signOut',
                danger: true,
                disabledReason: mayNot.exit ?? stale,
                onSelect: () => setExiting(true),
              },
            ]}
          />
        </span>
        <Button variant="ghost" className="ml-auto" onClick={onClear}>
          Clear selection
        </Button>
      </section>
      {moving && (
        <MoveDialog
          title={`Move ${formatPlural(count, 'process', 'processes')}`}
          targets={chosen}
          module={matching.filter.module ?? null}
          onClose={() => setMoving(false)}
        />
      )}
      {tracing && (
        <TraceDialog
          chosen={chosen}
          count={count}
          onBegun={({ pids: [first = ''] }) => void navigate(linkProcess(first))}
          onClose={() => setTracing(false)}
        />
      )}
      {killing !== null && <KillOne pid={killing} onClose={() => setKilling(null)} />}
      {exiting && <ExitDialog chosen={chosen} count={count} onClose={() => setExiting(false)} />}
      {request !== null && <PlanDialog request={request} onClose={() => setRequest(null)} />}
    </>
  )
}
