import type { ReactNode } from 'react'
import type { Tone } from './badge.tsx'
import { cx } from './cx.ts'
import { Icon } from './icon.tsx'
import type { IconName } from './icon.tsx'
import { IconButton } from './icon-button.tsx'

const FRAMES: Record<Tone, string> = {
  good: 'border-good/35 bg-good-soft [&>svg]:text-good',
  warn: 'border-warn/35 bg-warn-soft [&>svg]:text-warn',
  bad: 'border-bad/40 bg-bad-soft [&>svg]:text-bad',
  info: 'border-info/35 bg-info-soft [&>svg]:text-info',
  idle: 'border-line bg-surface [&>svg]:text-muted',
  accent: 'border-accent/35 bg-accent-soft [&>svg]:text-accent',
}

const ICONS: Record<Tone, IconName> = { good: 'check', warn: 'warning', bad: 'warning', info: 'info', idle: 'info', accent: 'info' }

export interface NoticeProps {
  readonly tone?: Tone
  readonly title?: ReactNode
  readonly children?: ReactNode
  /** Buttons or links: the way out. */
  readonly actions?: ReactNode
  readonly onDismiss?: () => void
  /** `alert` interrupts a screen reader, `status` waits its turn; none for what was there from the start. */
  readonly live?: 'alert' | 'status'
  readonly className?: string
}

/** A block that tells something, with the way out. */
export function Notice({ tone = 'info', title, children, actions, onDismiss, live, className }: NoticeProps) {
  return (
    <div role={live} className={cx('flex items-start gap-2.5 rounded-lg border px-3 py-2.5', FRAMES[tone], className)}>
      <Icon name={ICONS[tone]} className="mt-0.5" />
      <div className="min-w-0 flex-1">
        {title !== undefined && <p className="font-medium">{title}</p>}
        {children !== undefined && <div className="text-muted [&_a]:text-text [&_a]:underline">{children}</div>}
        {actions !== undefined && <div className="mt-2 flex flex-wrap gap-2">{actions}</div>}
      </div>
      {onDismiss !== undefined && <IconButton icon="close" label="Dismiss" onClick={onDismiss} className="-my-1 -mr-1" />}
    </div>
  )
}

/** A refused act: its sentence, what else is known, and the way out. */
export function FaultNotice({
  sentence,
  details,
  actions,
  className,
}: {
  sentence: ReactNode
  details?: ReactNode
  actions?: ReactNode
  className?: string
}) {
  return (
    <Notice tone="bad" live="alert" title={sentence} actions={actions} className={className}>
      {details}
    </Notice>
  )
}

/** One line that tells how the last act went, read out politely. Rendered also while empty, so that the change is noticed. */
export function InlineStatus({ tone = 'idle', children }: { tone?: Tone; children?: ReactNode }) {
  const colour: Record<Tone, string> = {
    good: 'text-good',
    warn: 'text-warn',
    bad: 'text-bad',
    info: 'text-info',
    idle: 'text-muted',
    accent: 'text-accent',
  }
  return (
    <p role="status" className={cx('text-[13px] empty:hidden', colour[tone])}>
      {children}
    </p>
  )
}
