import type { FormHTMLAttributes, ReactNode } from 'react'
import { cx } from './cx.ts'

/** A form of a page: one width, one rhythm and one place for its buttons, wherever it stands. What became of it goes under these. */
export function Form({
  actions,
  outcome,
  children,
  className,
  ...rest
}: FormHTMLAttributes<HTMLFormElement> & { actions: ReactNode; outcome?: ReactNode }) {
  return (
    <form {...rest} className={cx('flex max-w-2xl min-w-0 flex-col gap-4 rounded-lg border border-line bg-surface p-4', className)}>
      {children}
      <div className="flex flex-wrap items-center gap-2">{actions}</div>
      {outcome}
    </form>
  )
}

/** Two fields side by side, where there is room. */
export function FormRow({ children }: { children: ReactNode }) {
  return <div className="grid min-w-0 items-start gap-4 sm:grid-cols-2">{children}</div>
}
