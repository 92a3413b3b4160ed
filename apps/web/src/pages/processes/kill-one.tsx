import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { trpc } from '../../api/client.ts'
import { PlanDialog } from '../../plans/plan-dialog.tsx'
import { KillDialog } from './kill-dialog.tsx'

/** Of a process whose scheduler cannot be asked: the kill reaches it all the same. */
const UNKNOWN = { function: null, at: null, load: null, links: [] } as const

/** The kill of one process: asked shortly, or with the plan where somebody may fall with it. Either way it can be taken back for 5 s (CANCEL1). */
export function KillOne({ pid, onClose }: { pid: string; onClose: () => void }) {
  const { data, isError } = useQuery(trpc.processes.get.queryOptions({ pid }))
  const found = data ?? (isError ? { pid, ...UNKNOWN } : undefined)
  const [asked, setAsked] = useState(found)
  // What it was when it was asked of decides, also when that changes under the dialog.
  if (asked === undefined && found !== undefined) setAsked(found)
  if (asked === undefined) return null
  return asked.links.length === 0 ? (
    <KillDialog process={asked} onClose={onClose} />
  ) : (
    <PlanDialog request={{ verb: 'kill', pids: [pid] }} onClose={onClose} />
  )
}
