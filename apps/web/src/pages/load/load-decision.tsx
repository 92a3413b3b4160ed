import type { CheckView, GenerationView, ModuleView, OldPolicy, SourceFile } from '@strata/runtime'
import {
  Button,
  Card,
  Checkbox,
  CopyLine,
  Field,
  Notice,
  quoteShell,
  RadioCards,
  RelativeTime,
  showInvisible,
  TextArea,
  truncate,
} from '@strata/ui'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { trpc } from '../../api/client.ts'
import { readFault } from '../../api/fault.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { refreshAll } from '../../api/live.ts'
import { useDestructiveAllowed } from '../../api/live-store.ts'
import { linkModule } from '../../links.ts'
import { PlanDialog } from '../../plans/plan-dialog.tsx'
import { useHeldAgainst } from '../modules/use-held-against.ts'
import { SameContent, BadContent } from './known-content.tsx'
import { POLICY_LABELS, policyOutcomes, preselectedPolicy } from './policy-words.ts'

interface LoadDecisionProps {
  readonly check: CheckView
  readonly sources: readonly SourceFile[]
  /** They are files of the system's folder, as they are there: a terminal finds them by their path. */
  readonly inFolder: boolean
  readonly blocked: string | undefined
  /** What was decided on holds no longer. */
  readonly onCheckAgain: () => void
}

/** What each policy would do right now, a note, and the load itself. */
export function LoadDecision({ check, sources, inFolder, blocked, onCheckAgain }: LoadDecisionProps) {
  const navigate = useNavigate()
  const { data: views } = useQuery(trpc.modules.list.queryOptions())
  const outcomes = policyOutcomes(check.modules, pinsOfCurrent(views ?? []))
  const held = useHeldAgainst(check.modules.map(({ module }) => module))
  const bad = check.modules.find(({ markedBad }) => markedBad !== null)
  const [policy, setPolicy] = useState<OldPolicy | null>(preselectedPolicy(outcomes))
  const [note, setNote] = useState('')
  const [again, setAgain] = useState(false)
  const [planning, setPlanning] = useState(false)
  const { reason: stale } = useDestructiveAllowed()
  const lone = sources.length === 1 ? sources[0] : undefined
  const unchanged = check.modules.length > 0 && check.modules.every(({ sameAs, current }) => sameAs !== null && sameAs === current)

  const request = {
    sources: [...sources],
    note: note.trim(),
    expectedCurrent: Object.fromEntries(check.modules.map(({ module, current }) => [module, current])),
    again,
  }
  const load = useMutation(
    trpc.modules.load.mutationOptions({
      onSuccess: async (outcome) => {
        const first = outcome.loaded[0]
        if (outcome.status !== 'loaded' || first === undefined) return
        await refreshAll()
        await navigate(linkModule(first.module), { state: { loaded: first.number } })
      },
    }),
  )
  const changed = changedLayers(load.error, views ?? [])
  const isHeld = readFault(load.error)?.code === 'scheduler_held' && policy !== 'purge'
  const blockedBy =
    blocked ??
    held ??
    (bad === undefined ? undefined : `This content is marked bad as that of ${bad.module}@${bad.markedBad?.number}: lift the mark first`) ??
    (unchanged && !again ? 'This content is current already: tick "load again anyway" first' : undefined) ??
    (policy === null ? 'Choose what happens to the older generations first' : undefined) ??
    stale

  return (
    <Card className="flex h-fit flex-col gap-4 p-4 lg:sticky lg:top-20">
      {held !== undefined && (
        <Notice tone="warn" title={`${held}.`}>
          A load is refused until it is released. <ModuleLinks check={check} />
        </Notice>
      )}
      <BadContent check={check} />
      <SameContent check={check} />
      {unchanged && (
        <Checkbox checked={again} onChange={(event) => setAgain(event.target.checked)}>
          Load again anyway
        </Checkbox>
      )}
      <RadioCards<OldPolicy>
        label="What happens to the older generations"
        value={policy}
        onChange={setPolicy}
        options={outcomes.map((outcome) => ({
          value: outcome.policy,
          label: POLICY_LABELS[outcome.policy],
          hint: <span className={outcome.refused ? 'text-warn' : outcome.kills > 0 ? 'text-bad' : undefined}>{outcome.sentence}</span>,
        }))}
      />
      <Field label="Note" hint="Stands at the generation: the fix, and what the day shift should look at.">
        {(control) => <TextArea {...control} rows={2} maxLength={2000} value={note} onChange={(event) => setNote(event.target.value)} />}
      </Field>
      <div className="flex flex-wrap items-center gap-2">
        <Button
          variant="primary"
          busy={load.isPending}
          disabledReason={blockedBy}
          onClick={() => {
            if (policy === 'purge') setPlanning(true)
            else if (policy !== null) load.mutate({ ...request, old: policy })
          }}
        >
          {policy === 'purge' ? 'Load…' : 'Load'}
        </Button>
      </div>
      <div role="status">
        {load.data?.status === 'unchanged' && <Notice tone="info" title="Nothing was loaded: this content is current already" />}
      </div>
      <ErrorNotice
        error={load.error}
        actions={
          changed.length > 0 && (
            <Button size="sm" onClick={onCheckAgain}>
              Check again
            </Button>
          )
        }
      />
      {changed.map(({ module, number, loadedAt, loadedBy }) => (
        <p key={module} className="text-[13px] text-muted">
          <Link to={linkModule(module, { generation: number })} className="underline underline-offset-2">
            {module}@{number}
          </Link>{' '}
          was loaded <RelativeTime at={loadedAt} /> by {showInvisible(truncate(loadedBy, 80))}.
        </p>
      ))}
      {isHeld && (
        <div className="flex flex-col gap-2 text-[13px] text-muted">
          <p>The other schedulers can have it now. The one that is held takes it over before its next turn.</p>
          <Button
            className="self-start"
            busy={load.isPending}
            disabledReason={blockedBy}
            onClick={() => {
              if (policy !== null) load.mutate({ ...request, old: policy, late: true })
            }}
          >
            Load without waiting for it
          </Button>
        </div>
      )}
      {inFolder ? (
        <CopyLine label="The same from a terminal" command={loadCommand(sources, policy, note.trim(), again, check)} />
      ) : (
        lone !== undefined && (
          <CopyLine
            label="The same from a terminal, with this source saved as fix.ts"
            command={loadCommand([{ ...lone, origin: 'fix.ts' }], policy, note.trim(), again, check)}
          />
        )
      )}
      {planning && <PlanDialog request={{ verb: 'load', ...request, old: 'purge' }} onClose={() => setPlanning(false)} />}
    </Card>
  )
}

function ModuleLinks({ check }: { check: CheckView }) {
  return check.modules.map(({ module }) => (
    <Link key={module} to={linkModule(module)} className="mr-2">
      Open {module}
    </Link>
  ))
}

/** By module, how many are inside its current generation. */
function pinsOfCurrent(views: readonly ModuleView[]): Readonly<Record<string, number>> {
  return Object.fromEntries(views.map(({ name, layers }) => [name, layers.find(({ status }) => status === 'current')?.pins ?? 0]))
}

function loadCommand(sources: readonly SourceFile[], policy: OldPolicy | null, note: string, again: boolean, check: CheckView): string {
  const lone = sources.length === 1 ? sources[0] : undefined
  const files = sources.map(({ module, origin }) => quoteShell(origin ?? `${module}.ts`)).join(' ')
  const current = check.modules.length === 1 ? check.modules[0]?.current : null
  return [
    `./strata load ${files}`,
    lone !== undefined && lone.origin !== undefined && lone.origin !== `${lone.module}.ts` && `--as ${lone.module}`,
    policy !== null && `--old ${policy}`,
    typeof current === 'number' && `--expect-current ${current}`,
    again && '--again',
    note !== '' && `--note ${quoteShell(note)}`,
  ]
    .filter((part) => part !== false)
    .join(' ')
}

/** What became current after this load was decided on: somebody else's load, or what was rolled back to. */
function changedLayers(error: unknown, views: readonly ModuleView[]): readonly GenerationView[] {
  const fault = readFault(error)
  if (fault?.code !== 'changed_meanwhile') return []
  return fault.changes.flatMap((change) => {
    if (change.type !== 'current') return []
    const layers = views.find(({ name }) => name === change.module)?.layers ?? []
    return layers.filter(({ number }) => number === change.is)
  })
}
