import { Button, CopyLine, Field, Input, showInvisible } from '@strata/ui'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { formText } from '../../api/form-text.ts'
import { readNext } from '../../links.ts'

/** By name and password, by the identity provider, or by a link that the machine prints. */
export function SignInForm({ onDone }: { onDone: () => Promise<void> }) {
  const signIn = useMutation(trpc.session.signInWithPassword.mutationOptions({ onSuccess: onDone }))
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    signIn.mutate({ name: formText(form, 'name').trim(), password: formText(form, 'password') })
  }
  return (
    <>
      <form onSubmit={submit} className="flex flex-col gap-3">
        <Field label="Name">{(control) => <Input {...control} name="name" required autoComplete="username" maxLength={80} />}</Field>
        <Field label="Password">
          {(control) => <Input {...control} name="password" type="password" required autoComplete="current-password" maxLength={200} />}
        </Field>
        <Button type="submit" variant="primary" busy={signIn.isPending || signIn.isSuccess}>
          Sign in
        </Button>
        <ErrorNotice error={signIn.error} />
      </form>
      <ProviderButton />
      <div className="flex flex-col gap-2 border-t border-line pt-4">
        <p className="text-[13px] text-muted">
          With the machine you need neither: in the server’s folder this prints a link that signs the owner in. It works once, for 10
          minutes.
        </p>
        <CopyLine command="./strata sign-in" label="In a terminal on that machine" />
        <p className="text-[13px] text-muted">
          Open the link in this browser{readNext(window.location.search) === '/' ? '.' : ': you come back to the page you asked for.'}
        </p>
      </div>
    </>
  )
}

/** Goes to the identity provider, with an invitation's code to accept it by that. Nothing where none is set up. */
export function ProviderButton({ code }: { code?: string }) {
  const ways = useQuery(trpc.session.ways.queryOptions({}))
  const start = useMutation(trpc.session.startOidc.mutationOptions({ onSuccess: ({ url }) => window.location.assign(url) }))
  const provider = ways.data?.oidc ?? null
  if (provider === null) return null
  return (
    <div className="flex flex-col gap-2">
      <Button busy={start.isPending || start.isSuccess} onClick={() => start.mutate(code === undefined ? {} : { code })}>
        Continue with {showInvisible(provider)}
      </Button>
      <ErrorNotice error={start.error} />
    </div>
  )
}
