import { useEffect } from 'react'
import type { Tour } from '../summary.ts'
import { beginSeen, watchSeen } from './seen.ts'

/** Notices, wherever the reader goes, what the steps ask for. */
export function useSeenWatch(tour: Tour | null | undefined, eventId: string | undefined): void {
  const module = tour?.module
  const life = eventId?.replace(/-\d+$/, '')
  useEffect(() => {
    if (module === undefined || life === undefined) return undefined
    beginSeen(life)
    return watchSeen(module)
  }, [module, life])
}
