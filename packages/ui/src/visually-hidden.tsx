import type { HTMLAttributes } from 'react'

/** Text for screen readers only. */
export function VisuallyHidden(attributes: Omit<HTMLAttributes<HTMLSpanElement>, 'className'>) {
  return <span {...attributes} className="sr-only" />
}
