import { Card, CopyLine, Notice, Spinner } from '@strata/ui'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useNavigate } from 'react-router'
import { client, queryClient, trpc } from '../../api/client.ts'
import { explainError } from '../../api/fault.ts'
import { readNext } from '../../links.ts'
import { Logo } from '../../shell/logo.tsx'
import { rememberNext, takeNext } from './next-address.ts'

/** The code behind `#`, taken out of the address at once: no history, link or screenshot keeps it. */
function takeCode(): string {
  const code = window.location.hash.slice(1)
  if (code !== '') window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search)
  return code
}

/** Trades the link's code for a session and goes on to where the reader was heading. */
export function SignInPage() {
  const navigate = useNavigate()
  const [code, setCode] = useState(takeCode)
  const signIn = useMutation(
    trpc.session.signIn.mutationOptions({
      onSuccess: async () => {
        queryClient.clear()
        await navigate(takeNext(window.location.search, Date.now()), { replace: true })
      },
    }),
  )
  const { mutate } = signIn
  // A link on another site brings no cookie along, so that who is signed in may land here: this page's own question does.
  const [asking, setAsking] = useState(code === '')

  useEffect(() => {
    document.title = 'Sign in · Strata'
    rememberNext(window.location.search, Date.now())
    // A link pasted into this very tab changes only what stands behind `#`.
    const follow = () => {
      const fresh = takeCode()
      if (fresh === '') return
      setAsking(false)
      setCode(fresh)
    }
    window.addEventListener('hashchange', follow)
    return () => window.removeEventListener('hashchange', follow)
  }, [])

  useEffect(() => {
    if (code === '') return undefined
    // In development React runs an effect twice; a code works once.
    const timer = setTimeout(() => mutate({ code }))
    return () => clearTimeout(timer)
  }, [code, mutate])

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

  const failure = signIn.isError ? explainError(signIn.error) : null
  const waiting = signIn.isPending || signIn.isSuccess || (code !== '' && failure === null)
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <Card className="w-full max-w-md p-6 sm:p-8">
        <div className="mb-5 flex items-center gap-2.5">
          <Logo />
          <h1 className="text-lg font-semibold tracking-tight">Sign in to Strata</h1>
        </div>
        {asking ? (
          <p role="status" className="flex items-center gap-2 text-muted">
            <Spinner /> Looking whether you are signed in…
          </p>
        ) : waiting ? (
          <p role="status" className="flex items-center gap-2 text-muted">
            <Spinner /> Signing in…
          </p>
        ) : (
          <div className="flex flex-col gap-4">
            {failure !== null && <Notice tone="bad" live="alert" title={failure.sentence} />}
            <p className="text-muted">
              {failure === null ? 'You are signed out: by yourself, or because the server was started anew. ' : ''}On the machine that runs
              the server, in its folder, this prints a fresh link. It works once, for 10 minutes.
            </p>
            <CopyLine command="./strata sign-in" label="In a terminal on that machine" />
            <p className="text-[13px] text-muted">
              Open the link in this browser{readNext(window.location.search) === '/' ? '.' : ': you come back to the page you asked for.'}
            </p>
          </div>
        )}
      </Card>
    </main>
  )
}
