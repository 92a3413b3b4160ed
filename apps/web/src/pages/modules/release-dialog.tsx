import type { HoldView } from '@strata/runtime'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { trpc } from '../../api/client.ts'
import { refreshAll } from '../../api/live.ts'
import { holdText } from './guard-words.ts'
import { ReasonDialog } from './reason-dialog.tsx'

/** Ends the hold of a module, one's own or another's. */
export function ReleaseDialog({ module, hold, onClose }: { module: string; hold: HoldView | null; onClose: () => void }) {
  const [reason, setReason] = useState('')
  const release = useMutation(
    trpc.modules.release.mutationOptions({
      onSuccess: async () => {
        onClose()
        await refreshAll()
      },
    }),
  )
  return (
    <ReasonDialog
      title={`Release ${module}`}
      description={
        hold === null
          ? `Nobody holds ${module}.`
          : `${module} is ${holdText(hold)}. Released, it can be loaded, rolled back and deleted by everybody again. Whose hold it was and who released it stand in the activity.`
      }
      reason={reason}
      onReason={setReason}
      reasonHint="Stands in the activity."
      reasonRequired={false}
      problem={hold === null ? `Nobody holds ${module}` : undefined}
      confirm={`Release ${module}`}
      busy={release.isPending}
      error={release.error}
      command={`./strata release ${module}`}
      onConfirm={() => release.mutate({ module, reason: reason.trim() })}
      onClose={onClose}
    />
  )
}
