import { create } from 'zustand'
import { persist } from 'zustand/middleware'

export type Theme = 'dark' | 'light'

export interface Preferences {
  readonly theme: Theme
  /** Keys pressed alone act: `p`, `/`, `?`, `g m`. */
  readonly singleKeys: boolean
  readonly stripDismissed: boolean
  setTheme(theme: Theme): void
  setSingleKeys(on: boolean): void
  setStripDismissed(dismissed: boolean): void
}

const STORED_AS = 'strata-preferences'

/** What is only this browser's, kept in it. */
export const usePreferences = create<Preferences>()(
  persist(
    (set) => ({
      theme: 'dark',
      singleKeys: true,
      stripDismissed: false,
      setTheme: (theme) => set({ theme }),
      setSingleKeys: (singleKeys) => set({ singleKeys }),
      setStripDismissed: (stripDismissed) => set({ stripDismissed }),
    }),
    { name: STORED_AS, version: 1 },
  ),
)

/** Puts the theme on the page, now and whenever it changes, in another tab too. */
export function applyTheme(): void {
  const apply = (theme: Theme) => {
    document.documentElement.dataset['theme'] = theme
    document.querySelector('meta[name="theme-color"]')?.setAttribute('content', theme === 'dark' ? '#0c0e12' : '#f6f7f9')
  }
  apply(usePreferences.getState().theme)
  usePreferences.subscribe((state) => apply(state.theme))
  window.addEventListener('storage', ({ key }) => {
    if (key === STORED_AS) void usePreferences.persist.rehydrate()
  })
}
