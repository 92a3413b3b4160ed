import { IconButton, cx } from '@strata/ui'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Link, Outlet, ScrollRestoration, useLocation, useNavigate, useNavigation } from 'react-router'
import { trpc } from '../api/client.ts'
import { readFault } from '../api/fault.ts'
import { startLive } from '../api/live.ts'
import { Palette } from '../commands/palette.tsx'
import { linkOverview, linkSignIn } from '../links.ts'
import { useSeenWatch } from '../pages/overview/steps/use-seen-watch.ts'
import { AccountMenu } from './account-menu.tsx'
import { EnvironmentTag, useEnvironment, useWindowTitle } from './environment.tsx'
import { HelpDialog } from './help-dialog.tsx'
import { LiveState, PausedLine, StoppedBanner } from './live-state.tsx'
import { Logo } from './logo.tsx'
import { Navigation } from './navigation.tsx'
import { useKeys } from './use-keys.ts'

/** What stands around every page: environment, places, live state, palette and help. */
export function Shell() {
  const navigate = useNavigate()
  const { pathname, search } = useLocation()
  const [paletteOpen, setPaletteOpen] = useState(false)
  const [helpOpen, setHelpOpen] = useState(false)
  const info = useQuery(trpc.system.info.queryOptions(undefined, { staleTime: 60_000 }))
  const signedOut = readFault(info.error)?.code === 'unauthenticated'
  const seenEventId = info.data?.lastEventId

  useEffect(() => {
    if (signedOut) void navigate(linkSignIn(pathname + search), { replace: true })
  }, [signedOut, navigate, pathname, search])

  useEffect(() => {
    if (seenEventId === undefined) return undefined
    return startLive(seenEventId, () => void navigate(linkSignIn(window.location.pathname + window.location.search), { replace: true }))
  }, [seenEventId, navigate])

  useKeys({ openPalette: () => setPaletteOpen(true), openHelp: () => setHelpOpen(true) })
  useWindowTitle()
  useSeenWatch(info.data?.tour, seenEventId)

  if (signedOut) return null
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#content"
        className="sr-only z-50 rounded-md bg-accent-strong px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the content
      </a>
      <EnvironmentLine />
      <header className="sticky top-0 z-30 border-b border-line bg-bg/95 backdrop-blur">
        <div className="mx-auto flex min-h-13 max-w-[1440px] items-center gap-2 px-3 sm:gap-3 sm:px-5">
          <Link
            to={linkOverview()}
            className="flex items-center gap-2 rounded-md text-[15px] font-semibold tracking-tight no-underline phone:min-h-11"
            aria-label="Strata, Overview"
          >
            <Logo />
            <span className="hidden sm:inline">Strata</span>
          </Link>
          <EnvironmentTag />
          <Navigation place="top" />
          <div className="ml-auto flex items-center gap-0.5 sm:gap-1.5">
            <LiveState />
            <IconButton icon="search" label="Palette (Ctrl K)" aria-keyshortcuts="Control+K Meta+K" onClick={() => setPaletteOpen(true)} />
            <AccountMenu who={info.data?.actor} role={info.data?.role} openHelp={() => setHelpOpen(true)} />
          </div>
        </div>
        <PausedLine />
      </header>
      <PageProgress />
      <main
        id="content"
        tabIndex={-1}
        className="mx-auto w-full max-w-[1440px] min-w-0 flex-1 px-3 pt-5 pb-24 outline-none sm:px-5 md:pb-10"
      >
        <StoppedBanner />
        <Outlet />
      </main>
      <Navigation place="bottom" />
      <Palette open={paletteOpen} onOpenChange={setPaletteOpen} />
      <HelpDialog open={helpOpen} onOpenChange={setHelpOpen} />
      <ScrollRestoration />
    </div>
  )
}

function EnvironmentLine() {
  const environment = useEnvironment()
  return <div aria-hidden="true" className="h-[3px]" style={{ background: environment?.colour ?? 'var(--line)' }} />
}

function PageProgress() {
  const { state } = useNavigation()
  return (
    <div
      aria-hidden="true"
      className={cx('h-0.5 -mt-0.5 bg-accent transition-opacity', state === 'loading' ? 'animate-pulse opacity-100' : 'opacity-0')}
    />
  )
}
