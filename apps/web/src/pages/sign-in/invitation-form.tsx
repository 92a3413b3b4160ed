import { Button, Field, Input, showInvisible, Spinner, truncate } from '@strata/ui'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useEffect, useRef } from 'react'
import { trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { formText } from '../../api/form-text.ts'
import { ROLE_WORDS } from '../settings/role-words.ts'
import { ProviderButton } from './sign-in-form.tsx'

/** Whom the invitation is for, and how they want to sign in from now on. */
export function InvitationForm({ code, onDone }: { code: string; onDone: () => Promise<void> }) {
  const look = useMutation(trpc.session.invitation.mutationOptions())
  const accept = useMutation(trpc.session.acceptInvitation.mutationOptions({ onSuccess: onDone }))
  const asked = useRef(false)
  const { mutate } = look
  useEffect(() => {
    // Development renders effects twice.
    if (asked.current) return
    asked.current = true
    mutate({ code })
  }, [mutate, code])

  if (look.error !== null) return <ErrorNotice error={look.error} />
  if (look.data === undefined)
    return (
      <p role="status" className="flex items-center gap-2 text-muted">
        <Spinner /> Looking whom this link is for…
      </p>
    )
  const { name, fullName, role, isNew } = look.data
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    accept.mutate({ code, password: formText(event.currentTarget, 'password') })
  }
  return (
    <div className="flex flex-col gap-5">
      <p>
        You are <span className="font-mono font-semibold">{name}</span>
        {fullName !== '' && <> ({truncate(showInvisible(fullName), 80)})</>}, {role}. <span className="text-muted">{ROLE_WORDS[role]}</span>
      </p>
      <form onSubmit={submit} className="flex flex-col gap-3">
        <input type="hidden" name="username" value={name} autoComplete="username" />
        <Field
          label={isNew ? 'Choose a password' : 'Choose a new password'}
          hint="12 characters or more: four words that have nothing to do with each other are good."
        >
          {(control) => <Input {...control} name="password" type="password" required autoComplete="new-password" maxLength={200} />}
        </Field>
        <Button type="submit" variant="primary" busy={accept.isPending || accept.isSuccess}>
          {isNew ? 'Set the password and sign in' : 'Change the password and sign in'}
        </Button>
        <ErrorNotice error={accept.error} />
      </form>
      <ProviderButton code={code} />
    </div>
  )
}
