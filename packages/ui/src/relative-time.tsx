import { cx } from './cx.ts'
import { formatLocal, formatRelative, formatUtc } from './format.ts'
import { useNow } from './now.ts'
import { Tooltip } from './tooltip.tsx'

/** `4 m ago`, with exact UTC and local time on hover, focus or tap. `at` is ISO 8601; `null` reads "unknown". */
export function RelativeTime({ at, className, focusable = true }: { at: string | null; className?: string; focusable?: boolean }) {
  const current = useNow()
  if (at === null) return <span className={className}>unknown</span>
  const ms = Date.parse(at)
  return (
    <Tooltip
      content={
        <>
          {formatUtc(ms)}
          <br />
          {formatLocal(ms)}
        </>
      }
    >
      <time dateTime={at} tabIndex={focusable ? 0 : undefined} className={cx('whitespace-nowrap', className)}>
        {formatRelative(ms, Math.max(current, ms))}
      </time>
    </Tooltip>
  )
}
