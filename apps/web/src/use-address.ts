import { useCallback } from 'react'
import { useSearchParams } from 'react-router'

/** Parameters to set (several values under one name as a list), or with `null` to take away. */
export type AddressChange = Readonly<Record<string, string | readonly string[] | null>>

/** The parameters of the address, and how to change some of them while the page stays where it is. */
export function useAddress(): readonly [URLSearchParams, (change: AddressChange, options?: { readonly replace: boolean }) => void] {
  const [search, setSearch] = useSearchParams()
  const change = useCallback(
    (entries: AddressChange, { replace }: { readonly replace: boolean } = { replace: false }) =>
      setSearch(
        (before) => {
          const next = new URLSearchParams(before)
          for (const [key, value] of Object.entries(entries)) {
            next.delete(key)
            for (const one of value === null ? [] : [value].flat()) next.append(key, one)
          }
          return next
        },
        { preventScrollReset: true, replace },
      ),
    [setSearch],
  )
  return [search, change]
}
