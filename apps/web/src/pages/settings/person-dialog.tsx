import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { trpc } from '../../api/client.ts'
import { ReasonDialog } from '../modules/reason-dialog.tsx'
import { RoleField } from './role-field.tsx'
import type { ROLES } from './role-words.ts'

export interface PersonAct {
  readonly type: 'role' | 'disable' | 'enable'
  readonly person: { readonly name: string; readonly role: (typeof ROLES)[number] }
}

/** Changes what somebody may do, with a reason that stands in Activity. */
export function PersonDialog({ act, onDone, onClose }: { act: PersonAct; onDone: () => Promise<void>; onClose: () => void }) {
  const { name } = act.person
  const [role, setRole] = useState(act.person.role)
  const [reason, setReason] = useState('')
  const options = {
    onSuccess: async () => {
      onClose()
      await onDone()
    },
  }
  const setRoleOf = useMutation(trpc.people.setRole.mutationOptions(options))
  const disable = useMutation(trpc.people.disable.mutationOptions(options))
  const enable = useMutation(trpc.people.enable.mutationOptions(options))
  const shared = { reason, onReason: setReason, reasonHint: 'Stands in Activity.', reasonRequired: false, onClose }
  const input = { name, reason: reason.trim() }
  if (act.type === 'role')
    return (
      <ReasonDialog
        {...shared}
        title={`Role of ${name}`}
        description={`${name} is ${act.person.role}. It counts at once, in open pages too.`}
        problem={role === act.person.role ? `${name} is ${role} already` : undefined}
        confirm={`Make ${name} ${role}`}
        busy={setRoleOf.isPending}
        error={setRoleOf.error}
        command={`./strata people role ${name} ${role}`}
        onConfirm={() => setRoleOf.mutate({ ...input, role })}
      >
        <RoleField role={role} onChoose={setRole} />
      </ReasonDialog>
    )
  const switching = act.type === 'disable' ? disable : enable
  return (
    <ReasonDialog
      {...shared}
      title={act.type === 'disable' ? `Disable ${name}` : `Enable ${name}`}
      description={
        act.type === 'disable'
          ? `${name} is signed out everywhere at once, and what their tokens do is refused. The account, its name and its history stay.`
          : `${name} can sign in again, as ${act.person.role}, and their tokens work again.`
      }
      confirm={act.type === 'disable' ? `Disable ${name}` : `Enable ${name}`}
      busy={switching.isPending}
      error={switching.error}
      command={`./strata people ${act.type} ${name}`}
      onConfirm={() => switching.mutate(input)}
    />
  )
}
