import { Button, Notice, cx, formatClock, formatDuration, formatPlural, useNow } from '@strata/ui'
import { useAgeMs, useLive } from '../api/live-store.ts'
import { setPaused } from '../api/live.ts'

/** Whether what the page shows is live, and the way to freeze it. */
export function LiveState() {
  const status = useLive((state) => state.status)
  const pausedAtMs = useLive((state) => state.pausedAtMs)
  const paused = pausedAtMs !== null
  return (
    <div className="flex items-center gap-2">
      {paused ? (
        <span className="hidden text-xs whitespace-nowrap text-warn sm:inline">
          <PausedFor />
        </span>
      ) : (
        <span
          className={cx(
            'inline-flex items-center gap-1.5 text-xs max-[350px]:hidden',
            status === 'live' ? 'text-good' : status === 'stopped' ? 'text-bad' : 'text-muted',
          )}
        >
          <span
            aria-hidden="true"
            className={cx('size-1.5 rounded-full', status === 'live' ? 'bg-good' : status === 'stopped' ? 'bg-bad' : 'bg-idle')}
          />
          {status === 'live' ? 'Live' : status === 'stopped' ? 'Stopped' : 'Connecting'}
        </span>
      )}
      <Button
        size="sm"
        icon={paused ? 'play' : 'pause'}
        variant={paused ? 'primary' : 'ghost'}
        aria-keyshortcuts="p"
        onClick={() => setPaused(!paused)}
      >
        {paused ? 'Go on' : 'Pause'}
      </Button>
    </div>
  )
}

/** On a narrow screen, where the header has no room for it. */
export function PausedLine() {
  const paused = useLive((state) => state.pausedAtMs !== null)
  if (!paused) return null
  return (
    <p className="border-t border-line py-1 text-center text-xs text-warn sm:hidden">
      <PausedFor />
    </p>
  )
}

function PausedFor() {
  const now = useNow()
  const sinceMs = useLive((state) => state.pausedAtMs) ?? now
  const changes = useLive((state) => state.heldBack.length)
  return (
    <>
      paused {formatClock(now - sinceMs)} · {formatPlural(changes, 'change')}
    </>
  )
}

/** Stands above every page while nothing arrives. */
export function StoppedBanner() {
  const status = useLive((state) => state.status)
  if (status !== 'stopped') return null
  return (
    <Notice tone="bad" live="alert" className="mb-4" title={<StoppedFor />}>
      Acts that cannot be undone are off until it is back. The console tries again by itself.
    </Notice>
  )
}

function StoppedFor() {
  const ageMs = useAgeMs()
  // An alert that changed each second would be read out each second.
  return (
    <>
      Live data stopped<span aria-hidden="true"> {formatDuration(Math.max(1000, ageMs))} ago</span>
    </>
  )
}
