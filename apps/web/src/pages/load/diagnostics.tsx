import type { DiagnosedGeneration, Diagnostic } from '@strata/runtime'
import { Badge, Notice, Section, showInvisible } from '@strata/ui'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { linkModule } from '../../links.ts'
import { countFindings, groupFindings, type FindingGroup } from './finding-groups.ts'

interface DiagnosticsProps {
  readonly diagnostics: readonly Diagnostic[]
  readonly checkedMs: number | undefined
  readonly onJump: (diagnostic: Diagnostic) => void
}

/** What the check found, errors first and what loaded generations would lose last; a press goes to the line. */
export function Diagnostics({ diagnostics, checkedMs, onJump }: DiagnosticsProps) {
  const time = checkedMs === undefined ? undefined : `checked in ${Math.max(0.1, checkedMs / 1_000).toFixed(1)} s`
  if (diagnostics.length === 0)
    return <Notice tone="good" live="status" title={time === undefined ? 'Nothing found' : `Nothing found, ${time}`} />
  const failed = diagnostics.some(({ severity }) => severity === 'error')
  return (
    <Section
      title={`The check found ${countFindings(diagnostics)}`}
      hint={`${failed ? 'Errors refuse the load: nothing was loaded' : 'Warnings do not refuse the load'}${time === undefined ? '' : `; ${time}`}.`}
    >
      <div
        className="flex max-h-[70vh] flex-col gap-4 overflow-y-auto rounded-lg border border-line bg-surface p-3"
        tabIndex={0}
        role="group"
        aria-label="Findings"
      >
        {groupFindings(diagnostics).map((group) => (
          <Group key={keyOf(group)} group={group} onJump={onJump} />
        ))}
      </div>
    </Section>
  )
}

function Group({ group, onJump }: { group: FindingGroup; onJump: DiagnosticsProps['onJump'] }) {
  const count = group.findings.length
  return (
    <section aria-label={labelOf(group)} className="flex flex-col gap-1.5">
      <h3 className="flex flex-wrap items-center gap-2 text-[13px] font-medium">
        {group.kind === 'errors' && <Badge tone="bad">{count === 1 ? '1 error' : `${count} errors`}</Badge>}
        {group.kind === 'warnings' && <Badge tone="warn">{count === 1 ? '1 warning' : `${count} warnings`}</Badge>}
        {group.kind === 'generation' && <Holder within={group.within} />}
      </h3>
      <ul role={group.kind === 'errors' ? 'alert' : undefined} className="flex flex-col gap-2.5">
        {group.findings.map((finding, index) => (
          <Finding key={index} finding={finding} onJump={group.kind === 'generation' ? undefined : onJump} />
        ))}
      </ul>
    </section>
  )
}

function labelOf(group: FindingGroup): string {
  if (group.kind === 'generation') return `In ${nameOf(group.within)}`
  return group.kind === 'errors' ? 'Errors' : 'Warnings'
}

/** A loaded generation that the set would disturb, and who is in it. */
function Holder({ within }: { within: DiagnosedGeneration }) {
  const { module, number, status, pins } = within
  return (
    <>
      <Badge tone="warn">in use</Badge>
      <span>
        In{' '}
        <Link to={linkModule(module, { generation: number })} className="font-mono underline underline-offset-2">
          {nameOf(within)}
        </Link>
        {status === 'current' ? ', which is current' : `, which ${pins === 1 ? '1 process still holds' : `${pins} processes still hold`}`}
      </span>
    </>
  )
}

function Finding({ finding, onJump }: { finding: Diagnostic; onJump: DiagnosticsProps['onJump'] | undefined }) {
  const { code, message, hint } = finding
  return (
    <li className="flex flex-col gap-0.5 border-l-2 border-line-strong pl-2.5 text-[13px] wrap-anywhere">
      <span className="flex flex-wrap items-baseline gap-x-2.5">
        <Place finding={finding} onJump={onJump} />
        {code !== 'more' && <code className="text-xs text-muted">{code}</code>}
      </span>
      <span>
        <Sentence text={message} />
      </span>
      {hint !== undefined && (
        <span className="text-muted">
          <Sentence text={hint} />
        </span>
      )}
    </li>
  )
}

/** What stands between backticks is code. */
function Sentence({ text }: { text: string }): ReactNode {
  return showInvisible(text)
    .split('`')
    .map((part, index) =>
      index % 2 === 0 ? (
        part
      ) : (
        <code key={index} className="rounded bg-idle-soft px-1 text-xs">
          {part}
        </code>
      ),
    )
}

function Place({ finding, onJump }: { finding: Diagnostic; onJump: DiagnosticsProps['onJump'] | undefined }): ReactNode {
  const { file, line, column, code } = finding
  if (code === 'more') return null
  if (line === 0) return <span className="font-mono text-xs text-muted">{showInvisible(file)}</span>
  const place = `${showInvisible(file)}:${line}:${column}`
  if (onJump === undefined) return <span className="font-mono text-xs">{place}</span>
  return (
    <button
      type="button"
      onClick={() => onJump(finding)}
      className="inline-flex min-h-6 cursor-pointer items-center text-left font-mono text-xs underline underline-offset-2"
    >
      {place}
    </button>
  )
}

function nameOf({ module, number }: DiagnosedGeneration): string {
  return `${module}@${number}`
}

function keyOf(group: FindingGroup): string {
  return group.kind === 'generation' ? nameOf(group.within) : group.kind
}
