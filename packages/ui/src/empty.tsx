import type { ReactNode } from 'react'
import { Icon } from './icon.tsx'
import type { IconName } from './icon.tsx'

/** An empty place that teaches what would be here and how to get it. */
export function Empty({
  icon = 'layers',
  title,
  children,
  actions,
}: {
  icon?: IconName
  title: ReactNode
  children?: ReactNode
  actions?: ReactNode
}) {
  return (
    <div className="flex flex-col items-center gap-1 rounded-lg border border-dashed border-line-strong px-6 py-10 text-center">
      <span className="mb-2 inline-flex size-9 items-center justify-center rounded-full bg-idle-soft text-muted">
        <Icon name={icon} />
      </span>
      <p className="font-medium">{title}</p>
      {children !== undefined && <div className="max-w-prose text-muted">{children}</div>}
      {actions !== undefined && <div className="mt-3 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  )
}
