import type { ReactNode } from 'react'

/** A key to press. */
export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-flex min-w-5 items-center justify-center rounded border border-line-strong bg-raised px-1 text-[11px] leading-[18px] text-muted">
      {children}
    </kbd>
  )
}
