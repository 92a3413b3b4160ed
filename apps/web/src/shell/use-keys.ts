import { useEffect } from 'react'
import { useNavigate } from 'react-router'
import { useLive } from '../api/live-store.ts'
import { setPaused } from '../api/live.ts'
import { usePreferences } from '../preferences.ts'
import { PLACES } from './navigation.tsx'

/** How long after `g` the second key counts. */
const SECOND_KEY_MS = 1500

/** The keys of the console. None of them destroys anything. */
export function useKeys({ openPalette, openHelp }: { openPalette: () => void; openHelp: () => void }): void {
  const navigate = useNavigate()
  const singleKeys = usePreferences((state) => state.singleKeys)
  useEffect(() => {
    let goUntilMs = 0
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return
      if ((event.metaKey || event.ctrlKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        openPalette()
        return
      }
      if (
        !singleKeys ||
        event.metaKey ||
        event.ctrlKey ||
        event.altKey ||
        takesText(event.target) ||
        document.querySelector('[role=dialog],[role=menu]') !== null
      )
        return
      const second = event.timeStamp < goUntilMs ? PLACES.find(({ key }) => key === event.key) : undefined
      goUntilMs = 0
      if (second !== undefined) void navigate(second.to)
      else if (event.key === 'g') goUntilMs = event.timeStamp + SECOND_KEY_MS
      else if (event.key === 'p') setPaused(useLive.getState().pausedAtMs === null)
      else if (event.key === '?') openHelp()
      else if (event.key === '/') focusSearch(openPalette)
      else return
      event.preventDefault()
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [navigate, openHelp, openPalette, singleKeys])
}

/** The page's own search field, marked `data-search`; the palette where there is none. */
function focusSearch(openPalette: () => void): void {
  const field = document.querySelector<HTMLElement>('[data-search]')
  if (field === null) openPalette()
  else field.focus()
}

function takesText(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.closest('input, textarea, select, [role=textbox]') !== null)
}
