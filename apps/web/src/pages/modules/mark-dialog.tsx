import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { trpc } from '../../api/client.ts'
import { refreshAll } from '../../api/live.ts'
import { LIFT_EFFECTS, MARK_EFFECTS, type MarkKind } from './guard-words.ts'
import { ReasonDialog } from './reason-dialog.tsx'

interface MarkDialogProps {
  readonly module: string
  readonly number: number
  readonly kind: MarkKind
  /** Whether it carries the mark now: then the dialog lifts it. */
  readonly marked: boolean
  readonly onClose: () => void
}

/** Marks a generation, or lifts its mark. */
export function MarkDialog({ module, number, kind, marked, onClose }: MarkDialogProps) {
  // What the dialog was opened for stays, whatever another does meanwhile; the server refuses what is done already.
  const [on] = useState(!marked)
  const [reason, setReason] = useState('')
  const mark = useMutation(
    trpc.modules.mark.mutationOptions({
      onSuccess: async () => {
        onClose()
        await refreshAll()
      },
    }),
  )
  const name = `${module}@${number}`
  return (
    <ReasonDialog
      title={on ? `Mark ${name} ${kind}` : `Lift the mark "${kind}" of ${name}`}
      description={on ? MARK_EFFECTS[kind] : LIFT_EFFECTS[kind]}
      reason={reason}
      onReason={setReason}
      reasonHint={on ? 'Stands beside the generation.' : 'Stands in the activity.'}
      reasonRequired
      confirm={on ? `Mark ${kind}` : 'Lift mark'}
      busy={mark.isPending}
      error={mark.error}
      command={`./strata mark ${name} ${kind}${on ? '' : ' --off'}`}
      onConfirm={() => mark.mutate({ module, number, kind, on, reason: reason.trim() })}
      onClose={onClose}
    />
  )
}
