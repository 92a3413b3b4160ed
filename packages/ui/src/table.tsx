import { type HTMLAttributes, type ReactNode, type TdHTMLAttributes, type ThHTMLAttributes, useEffect, useRef } from 'react'
import { cx } from './cx.ts'
import { Icon } from './icon.tsx'
import { makeOneStop, pressRowKey } from './row-keys.ts'

/**
 * A table in a frame that scrolls sideways by itself, so that the page never does. `label` names it. It is one stop of the Tab key:
 * arrow keys move from row to row and inside one, Enter opens it, `x` and Space select it.
 */
export function Table({
  label,
  children,
  className,
  maxHeight,
}: {
  label: string
  children: ReactNode
  className?: string
  maxHeight?: string
}) {
  const frame = useRef<HTMLElement>(null)
  useEffect(() => (frame.current === null ? undefined : makeOneStop(frame.current)), [])
  return (
    <section
      ref={frame}
      aria-label={label}
      aria-description={ROW_KEYS}
      tabIndex={0}
      onKeyDown={pressRowKey}
      className={cx('relative overflow-auto rounded-lg border border-line bg-surface', className)}
      style={maxHeight === undefined ? undefined : { maxHeight }}
    >
      <table className="w-full border-collapse text-left text-[13px] wrap-break-word">
        <caption className="sr-only">{label}</caption>
        {children}
      </table>
    </section>
  )
}

export function THead({ children, sticky = false }: { children: ReactNode; sticky?: boolean }) {
  return (
    <thead className={cx('bg-surface text-xs text-muted', sticky && 'sticky top-0 z-10 shadow-[inset_0_-1px_0_var(--line)]')}>
      {children}
    </thead>
  )
}

export function TBody({ children }: { children: ReactNode }) {
  return <tbody className="[&>tr]:border-t [&>tr]:border-line">{children}</tbody>
}

/** Told of a table's frame to whoever does not see its rows. */
export const ROW_KEYS = 'Arrow keys move through it'

/** The look of a row that has the focus; a sticky head leaves room above it. */
export const ROW_CLASS = 'scroll-mt-9 focus-visible:bg-hover focus-visible:-outline-offset-2'

export function Tr({ selected = false, className, ...rest }: HTMLAttributes<HTMLTableRowElement> & { selected?: boolean }) {
  return <tr tabIndex={-1} {...rest} className={cx(ROW_CLASS, selected ? 'bg-accent-soft' : 'hover:bg-hover/60', className)} />
}

export interface ThProps extends ThHTMLAttributes<HTMLTableCellElement> {
  readonly numeric?: boolean
  /** How the column is sorted now; with `onSort` the head is a button. */
  readonly sort?: 'ascending' | 'descending' | 'none'
  readonly onSort?: () => void
}

export function Th({ numeric = false, sort, onSort, children, className, ...rest }: ThProps) {
  const sorted = sort === 'ascending' || sort === 'descending'
  return (
    <th
      {...rest}
      scope={rest.scope ?? 'col'}
      aria-sort={onSort === undefined ? undefined : (sort ?? 'none')}
      className={cx('px-3 py-1.5 font-medium whitespace-nowrap', numeric && 'text-right', className)}
    >
      {onSort === undefined ? (
        children
      ) : (
        <button
          type="button"
          onClick={onSort}
          className={cx(
            '-mx-1 inline-flex min-h-6 cursor-pointer items-center gap-1 rounded px-1 hover:text-text phone:min-h-11',
            // The words end where the figures below them end.
            numeric && 'flex-row-reverse',
            sorted && 'text-text',
          )}
        >
          {children}
          <Icon name={sort === 'ascending' ? 'arrowUp' : 'arrowDown'} className={cx('size-3', !sorted && 'opacity-0')} />
        </button>
      )}
    </th>
  )
}

export function Td({
  numeric = false,
  mono = false,
  className,
  ...rest
}: TdHTMLAttributes<HTMLTableCellElement> & { numeric?: boolean; mono?: boolean }) {
  return (
    <td
      {...rest}
      className={cx(
        'px-3 py-1.5 align-middle',
        numeric && 'text-right whitespace-nowrap tabular-nums',
        mono && 'font-mono text-[12.5px] whitespace-nowrap',
        className,
      )}
    />
  )
}
