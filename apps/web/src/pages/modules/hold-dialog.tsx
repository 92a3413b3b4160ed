import { Field, formatLocal, formatUtc, Input, nowMs, Select } from '@strata/ui'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { trpc } from '../../api/client.ts'
import { refreshAll } from '../../api/live.ts'
import { HOLD_LENGTHS, holdEnd, type HoldLength } from './guard-words.ts'
import { ReasonDialog } from './reason-dialog.tsx'

/** Holds a module: loads, rollbacks and deletes by others are refused from then on. */
export function HoldDialog({ module, onClose }: { module: string; onClose: () => void }) {
  const [length, setLength] = useState<HoldLength>('released')
  const [moment, setMoment] = useState('')
  const [reason, setReason] = useState('')
  const end = holdEnd(length, moment, nowMs())
  const hold = useMutation(
    trpc.modules.hold.mutationOptions({
      onSuccess: async () => {
        onClose()
        await refreshAll()
      },
    }),
  )
  const chosenMs = length === 'chosen' && 'until' in end && end.until !== null ? Date.parse(end.until) : null
  return (
    <ReasonDialog
      title={`Hold ${module}`}
      description="Loads, rollbacks and deletes by others are refused and told who holds it and why. You may go on; purges, kills and upgrades are not held."
      reason={reason}
      onReason={setReason}
      reasonHint="Whoever is refused reads it."
      reasonRequired
      problem={'problem' in end ? end.problem : undefined}
      confirm={`Hold ${module}`}
      busy={hold.isPending}
      error={hold.error}
      command={`./strata hold ${module}${commandEnd(length, chosenMs)}`}
      onConfirm={() => {
        const now = holdEnd(length, moment, nowMs())
        if ('until' in now) hold.mutate({ module, until: now.until, reason: reason.trim() })
      }}
      onClose={onClose}
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="How long">
          {(control) => (
            <Select {...control} value={length} onChange={(event) => setLength(lengthOf(event.target.value))}>
              {HOLD_LENGTHS.map(({ value, label }) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {length === 'chosen' && (
          <Field label="Until" hint={chosenMs === null ? 'In your local time.' : `${formatLocal(chosenMs)}, ${formatUtc(chosenMs)}`}>
            {(control) => <Input {...control} type="datetime-local" value={moment} onChange={(event) => setMoment(event.target.value)} />}
          </Field>
        )}
      </div>
    </ReasonDialog>
  )
}

function lengthOf(text: string): HoldLength {
  return HOLD_LENGTHS.find(({ value }) => value === text)?.value ?? 'released'
}

function commandEnd(length: HoldLength, chosenMs: number | null): string {
  if (length === 'released') return ''
  if (length !== 'chosen') return ` --for ${length}`
  return chosenMs === null ? '' : ` --until ${new Date(chosenMs).toISOString().replace(/:00\.000Z$/, 'Z')}`
}
