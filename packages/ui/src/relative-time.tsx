import { useSyncExternalStore } from 'react'
import { cx } from './cx.ts'
import { formatLocal, formatRelative, formatUtc } from './format.ts'
import { Tooltip } from './tooltip.tsx'

// One timer for all relative times on the page; it runs only while somebody looks at one.
const listeners = new Set<() => void>()
let now = Date.now()
let timer: ReturnType<typeof setInterval> | undefined

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    now = Date.now()
    for (const notify of listeners) notify()
  }, 1000)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
  }
}

function readNow(): number {
  if (timer === undefined) now = Math.floor(Date.now() / 1000) * 1000
  return now
}

/** The time in milliseconds, renewed each second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, readNow)
}

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
