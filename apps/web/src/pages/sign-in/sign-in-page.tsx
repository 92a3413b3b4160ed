import { Card, Notice, Spinner } from '@strata/ui'
import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { useNavigate } from 'react-router'
import { client, queryClient, trpc } from '../../api/client.ts'
import { explainError } from '../../api/fault.ts'
import { Logo } from '../../shell/logo.tsx'
import { InvitationForm } from './invitation-form.tsx'
import { rememberNext, takeNext } from './next-address.ts'
import { problemSentence } from './problem-words.ts'
import { SignInForm } from './sign-in-form.tsx'
import { takeSecret, type Secret } from './take-secret.ts'

/** Trades a link's code, a password or the identity provider's word for a session, and goes on to where the reader was heading. */
export function SignInPage() {
  const navigate = useNavigate()
  const [secret, setSecret] = useState<Secret | null>(takeSecret)
  const [problem] = useState(() => problemSentence(new URLSearchParams(window.location.search).get('problem')))
  const goOn = async () => {
    queryClient.clear()
    await navigate(takeNext(window.location.search, Date.now()), { replace: true })
  }
  const signIn = useMutation(trpc.session.signIn.mutationOptions({ onSuccess: goOn }))
  const { mutate } = signIn
  // A link on another site brings no cookie along, so that who is signed in may land here: this page's own question does.
  const [asking, setAsking] = useState(secret === null && problem === null)

  useEffect(() => {
    document.title = 'Sign in · Strata'
    rememberNext(window.location.search, Date.now())
    // A link pasted into this very tab changes only what stands behind `#`.
    const follow = () => {
      const fresh = takeSecret()
      if (fresh === null) return
      setAsking(false)
      setSecret(fresh)
    }
    window.addEventListener('hashchange', follow)
    return () => window.removeEventListener('hashchange', follow)
  }, [])

  useEffect(() => {
    if (secret?.type !== 'link') return undefined
    // In development React runs an effect twice; a code works once.
    const timer = setTimeout(() => mutate({ code: secret.code }))
    return () => clearTimeout(timer)
  }, [secret, mutate])

  useEffect(() => {
    if (!asking) return undefined
    let over = false
    client.session.whoami.query().then(
      () => {
        if (over) return
        queryClient.clear()
        void navigate(takeNext(window.location.search, Date.now()), { replace: true })
      },
      () => {
        if (!over) setAsking(false)
      },
    )
    return () => {
      over = true
    }
  }, [asking, navigate])

  if (secret?.type === 'invitation')
    return (
      <SignInCard title="Welcome to Strata">
        <InvitationForm code={secret.code} onDone={goOn} />
      </SignInCard>
    )
  const failure = signIn.isError ? explainError(signIn.error).sentence : problem
  const waiting = signIn.isPending || signIn.isSuccess || (secret !== null && failure === null)
  return (
    <SignInCard title="Sign in to Strata">
      {asking ? (
        <p role="status" className="flex items-center gap-2 text-muted">
          <Spinner /> Looking whether you are signed in…
        </p>
      ) : waiting ? (
        <p role="status" className="flex items-center gap-2 text-muted">
          <Spinner /> Signing in…
        </p>
      ) : (
        <div className="flex flex-col gap-5">
          {failure !== null && <Notice tone="bad" live="alert" title={failure} />}
          <SignInForm onDone={goOn} />
        </div>
      )}
    </SignInCard>
  )
}

function SignInCard({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <Card className="w-full max-w-md p-6 sm:p-8">
        <div className="mb-5 flex items-center gap-2.5">
          <Logo />
          <h1 className="text-lg font-semibold tracking-tight">{title}</h1>
        </div>
        {children}
      </Card>
    </main>
  )
}
