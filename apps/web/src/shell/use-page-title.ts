import { useEffect } from 'react'
import { create } from 'zustand'

/** What the page on the screen is called; the shell puts it and the environment into the window's title. */
export const usePageName = create<{ name: string }>()(() => ({ name: '' }))

/** Names the page. */
export function usePageTitle(name: string): void {
  useEffect(() => usePageName.setState({ name }), [name])
}
