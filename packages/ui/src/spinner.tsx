import { cx } from './cx.ts'

/** Something is under way; the words stand beside it. */
export function Spinner({ className }: { className?: string }) {
  return (
    <span
      aria-hidden="true"
      className={cx('inline-block size-3.5 shrink-0 animate-spin rounded-full border-2 border-current border-r-transparent', className)}
    />
  )
}

/** A grey place where something is about to be. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden="true" data-skeleton="" className={cx('block animate-pulse rounded-md bg-idle-soft', className)} />
}
