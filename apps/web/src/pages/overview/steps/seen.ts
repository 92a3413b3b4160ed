import { create } from 'zustand'
import { persist } from 'zustand/middleware'
import { queryClient, trpc } from '../../../api/client.ts'

/** What this browser has looked at, as far as the first steps ask. Kept per life of the server. */
interface Seen {
  readonly life: string
  readonly oldProcess: boolean
  readonly receipt: boolean
}

const NOTHING: Seen = { life: '', oldProcess: false, receipt: false }

export const useSeen = create<Seen>()(persist(() => NOTHING, { name: 'strata-first-steps', version: 1 }))

/** Forgets what was seen in another life of the server. */
export function beginSeen(life: string): void {
  if (useSeen.getState().life !== life) useSeen.setState({ ...NOTHING, life })
}

/**
 * Notices the pages that answer a step: a process inside an old generation of the module, the receipt of a forced
 * purge. They are noticed by what was read for them, so they cannot be ticked without having been shown.
 */
export function watchSeen(module: string): () => void {
  return queryClient.getQueryCache().subscribe((event) => {
    if (event.type !== 'updated' || event.action.type !== 'success') return
    const path: unknown = event.query.queryKey[0]
    const name = Array.isArray(path) ? path.join('.') : ''
    if (name === 'processes.get') void noticeProcess(event.query.state.data, module)
    else if (name === 'acts.get' && isPurgeReceipt(event.query.state.data)) useSeen.setState({ receipt: true })
  })
}

async function noticeProcess(process: unknown, module: string): Promise<void> {
  if (useSeen.getState().oldProcess) return
  try {
    const modules = await queryClient.ensureQueryData(trpc.modules.list.queryOptions())
    const current = modules.find(({ name }) => name === module)?.current ?? null
    if (isInOld(process, module, current)) useSeen.setState({ oldProcess: true })
  } catch {
    // The page itself tells that the modules cannot be read; the step stays open.
  }
}

export function isInOld(process: unknown, module: string, current: number | null): boolean {
  if (!isRecord(process) || current === null || !Array.isArray(process['pins'])) return false
  return process['pins'].some((pin) => isRecord(pin) && pin['module'] === module && pin['generation'] !== current)
}

export function isPurgeReceipt(act: unknown): boolean {
  return isRecord(act) && act['verb'] === 'purge' && act['status'] === 'done'
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
