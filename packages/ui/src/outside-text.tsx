import type { ReactNode } from 'react'
import { Badge } from './badge.tsx'
import { cx } from './cx.ts'
import { showInvisible } from './format.ts'

/** A block of text from outside, with its invisible characters shown: text only, whatever stands in it. `isCut`: there was more. */
export function OutsideText({
  label,
  text,
  isCut = false,
  hint,
  className,
}: {
  label: string
  text: string
  isCut?: boolean
  hint?: ReactNode
  className?: string
}) {
  return (
    <figure className="min-w-0">
      <figcaption className="flex flex-wrap items-center gap-2 pb-1 text-[13px] text-muted">
        {label} {hint} {isCut && <Badge tone="warn">cut</Badge>}
      </figcaption>
      <pre
        role="region"
        tabIndex={0}
        aria-label={label}
        className={cx('max-h-72 overflow-auto rounded-md border border-line bg-sunken p-3 text-[12.5px] whitespace-pre-wrap', className)}
      >
        {showInvisible(text)}
      </pre>
    </figure>
  )
}
