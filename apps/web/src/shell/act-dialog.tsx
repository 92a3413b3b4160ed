import { Dialog, type DialogProps } from '@strata/ui'
import type { ReactNode } from 'react'
import { EnvironmentTag } from './environment.tsx'

/** A dialog before an act: what it is and where, above what it asks. */
export function ActDialog({
  title,
  onClose,
  width = 'sm',
  ...rest
}: Omit<DialogProps, 'open' | 'onOpenChange' | 'title'> & { title: ReactNode; onClose: () => void }) {
  return (
    <Dialog
      {...rest}
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      width={width}
      title={
        <span className="inline-flex flex-wrap items-center gap-3">
          {title} <EnvironmentTag />
        </span>
      }
    />
  )
}
