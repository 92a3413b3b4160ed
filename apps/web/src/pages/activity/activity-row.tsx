import { Icon, RelativeTime, cx } from '@strata/ui'
import type { Tone } from '@strata/ui'
import type { ActivityLine } from '@strata/server'
import { Link } from 'react-router'
import { linkAct } from '../../links.ts'
import { whereFrom } from './where-from.ts'
import { tellEvent } from './event-sentence.ts'
import type { Part } from './sentence-parts.ts'

const COLOURS: Record<Tone, string> = {
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  info: 'bg-info-soft text-info',
  idle: 'bg-idle-soft text-muted',
  accent: 'bg-accent-soft text-accent',
}

/** One event: its kind, its sentence with links, who and why, and when. */
export function ActivityRow({ line }: { line: ActivityLine }) {
  const { tone, icon, word, parts, detail } = tellEvent(line)
  const { from, plan } = whereFrom(line)
  const long = detail.includes('\n') || detail.length > 200
  return (
    <li className="grid grid-cols-[auto_1fr] items-start gap-x-3 gap-y-0.5 border-t border-line px-3 py-2 first:border-t-0 sm:grid-cols-[auto_7rem_1fr_auto] sm:px-4">
      <span className={cx('mt-0.5 inline-flex size-6 items-center justify-center rounded-full', COLOURS[tone])}>
        <Icon name={icon} className="size-3.5" />
      </span>
      <span className="mt-0.5 text-[13px] font-medium">{word}</span>
      <div className="col-start-2 min-w-0 sm:col-start-3 sm:mt-0.5">
        <p className="min-w-0">
          <Sentence parts={parts} />
        </p>
        {(detail !== '' || from !== '' || plan !== null) && (
          <p className="text-[13px] text-muted">
            {long ? '' : detail}
            {from !== '' && `${detail === '' || long ? '' : ' · '}${from}`}
            {plan !== null && (
              <>
                {' · '}
                <Link to={linkAct(plan)} className="text-muted underline underline-offset-4">
                  receipt
                </Link>
              </>
            )}
          </p>
        )}
        {long && (
          <details className="text-[13px] text-muted">
            <summary className="inline-flex min-h-6 cursor-pointer items-center gap-1.5 before:content-['▸'/''] phone:min-h-11 [[open]>&]:before:content-['▾'/'']">
              Stack
            </summary>
            <pre className="mt-1 max-h-60 overflow-auto rounded-md bg-sunken p-2 text-xs">{detail}</pre>
          </details>
        )}
      </div>
      <RelativeTime
        at={line.at}
        className="col-start-2 mt-0.5 justify-self-start text-[13px] text-muted sm:col-start-4 sm:justify-self-end"
      />
    </li>
  )
}

/** A sentence whose names are links, coloured as its text when `quiet`. */
export function Sentence({ parts, quiet = false }: { parts: readonly Part[]; quiet?: boolean }) {
  return parts.map((part, index) =>
    typeof part === 'string' ? (
      part
    ) : (
      <Link
        key={index}
        to={part.to}
        className={cx(
          'underline underline-offset-4',
          quiet
            ? 'decoration-accent/50 decoration-2 hover:decoration-accent'
            : 'font-medium text-accent decoration-accent/40 hover:decoration-accent',
        )}
      >
        {part.text}
      </Link>
    ),
  )
}
