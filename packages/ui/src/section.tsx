import { useId } from 'react'
import type { ReactNode } from 'react'
import { cx } from './cx.ts'

/** A part of a page under its heading. */
export function Section({
  title,
  hint,
  actions,
  children,
  className,
}: {
  title: ReactNode
  hint?: ReactNode
  actions?: ReactNode
  children: ReactNode
  className?: string
}) {
  const id = useId()
  return (
    <section aria-labelledby={id} className={cx('min-w-0', className)}>
      <div className="mb-2.5 flex flex-wrap items-end justify-between gap-x-4 gap-y-2">
        <div className="min-w-0">
          <h2 id={id} className="text-sm font-semibold">
            {title}
          </h2>
          {hint !== undefined && <p className="text-[13px] text-muted">{hint}</p>}
        </div>
        {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {children}
    </section>
  )
}

/** A framed surface. */
export function Card({ children, className }: { children: ReactNode; className?: string }) {
  return <div className={cx('min-w-0 rounded-lg border border-line bg-surface', className)}>{children}</div>
}

/** The head of a page: its one heading, a line under it, and its acts. */
export function PageHead({ title, children, actions }: { title: ReactNode; children?: ReactNode; actions?: ReactNode }) {
  return (
    <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
        {children !== undefined && <div className="mt-1 text-muted">{children}</div>}
      </div>
      {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  )
}

export interface Fact {
  readonly term: ReactNode
  readonly value: ReactNode
}

/** A few facts side by side, each value under its word; two in a row on a narrow screen. */
export function FactRow({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="grid grid-cols-2 gap-x-10 gap-y-3 text-[13px] sm:flex sm:flex-wrap">
      {facts.map((fact, index) => (
        <div key={index} className="min-w-0">
          <dt className="text-xs text-muted">{fact.term}</dt>
          <dd className="min-w-0">{fact.value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Facts as pairs of a word and its value. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="grid grid-cols-[minmax(6rem,auto)_1fr] content-start items-baseline gap-x-4 gap-y-1.5 text-[13px]">
      {facts.map((fact, index) => (
        <div key={index} className="contents">
          <dt className="text-muted">{fact.term}</dt>
          <dd className="min-w-0">{fact.value}</dd>
        </div>
      ))}
    </dl>
  )
}
