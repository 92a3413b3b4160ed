import type { ReactNode } from 'react'
import { cx } from './cx.ts'

/** What a colour means. `accent` marks what is chosen, the others a state. */
export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'idle' | 'accent'

const SOFT: Record<Tone, string> = {
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  info: 'bg-info-soft text-info',
  idle: 'bg-idle-soft text-muted',
  accent: 'bg-accent-soft text-accent',
}

const DOT: Record<Tone, string> = { good: 'bg-good', warn: 'bg-warn', bad: 'bg-bad', info: 'bg-info', idle: 'bg-idle', accent: 'bg-accent' }
const WORD: Record<Tone, string> = {
  good: 'text-good',
  warn: 'text-warn',
  bad: 'text-bad',
  info: 'text-info',
  idle: 'text-muted',
  accent: 'text-accent',
}

/** A small word on its colour. */
export function Badge({ tone = 'idle', children, className }: { tone?: Tone; children: ReactNode; className?: string }) {
  return (
    <span
      className={cx('inline-flex items-center gap-1 rounded px-1.5 text-xs leading-5 font-medium whitespace-nowrap', SOFT[tone], className)}
    >
      {children}
    </span>
  )
}

/** The word for a state with a dot of its colour before it. */
export function StateWord({ tone, children, className }: { tone: Tone; children: ReactNode; className?: string }) {
  return (
    <span className={cx('inline-flex items-baseline gap-1.5 whitespace-nowrap', WORD[tone], className)}>
      <span aria-hidden="true" className={cx('size-1.5 self-center rounded-full', DOT[tone])} />
      {children}
    </span>
  )
}
