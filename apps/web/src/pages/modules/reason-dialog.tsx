import { Button, CopyLine, Field, Input, quoteShell } from '@strata/ui'
import { type ReactNode, useRef } from 'react'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { useDestructiveAllowed } from '../../api/live-store.ts'
import { ActDialog } from '../../shell/act-dialog.tsx'

interface ReasonDialogProps {
  readonly title: string
  /** What the act does. */
  readonly description: string
  readonly children?: ReactNode
  readonly reason: string
  readonly onReason: (reason: string) => void
  /** Where the reason is met again. */
  readonly reasonHint: string
  /** Others will read it, so it cannot be left out. */
  readonly reasonRequired: boolean
  /** Why the act cannot be done yet, apart from the reason. */
  readonly problem?: string | undefined
  readonly confirm: string
  readonly busy: boolean
  readonly error: unknown
  /** The `./strata` line that does the same, without its reason. */
  readonly command: string
  readonly onConfirm: () => void
  readonly onClose: () => void
}

/** A small act that changes nobody's life and wants a reason. */
export function ReasonDialog(props: ReasonDialogProps) {
  const { reason, reasonRequired, onClose } = props
  const cancel = useRef<HTMLButtonElement>(null)
  const { reason: stale } = useDestructiveAllowed()
  const missing = reasonRequired && reason.trim() === '' ? 'Give a reason first: whoever meets this later reads it' : undefined
  return (
    <ActDialog
      onClose={onClose}
      title={props.title}
      width="md"
      description={props.description}
      initialFocus={cancel}
      footer={
        <>
          <Button
            variant="primary"
            className="mr-auto"
            busy={props.busy}
            disabledReason={props.problem ?? missing ?? stale}
            onClick={props.onConfirm}
          >
            {props.confirm}
          </Button>
          <Button ref={cancel} onClick={onClose}>
            Cancel
          </Button>
        </>
      }
    >
      {props.children}
      <Field label="Reason" hint={props.reasonHint}>
        {(control) => (
          <Input
            {...control}
            required={reasonRequired}
            value={reason}
            maxLength={500}
            onChange={(event) => props.onReason(event.target.value)}
          />
        )}
      </Field>
      <ErrorNotice error={props.error} />
      <CopyLine
        label="The same from a terminal"
        command={`${props.command}${reason.trim() === '' && !reasonRequired ? '' : ` --reason ${quoteShell(reason.trim() === '' ? 'WHY' : reason.trim())}`}`}
      />
    </ActDialog>
  )
}
