import { fork } from 'node:child_process'
import { refuse } from '../../errors.ts'
import type { By } from '../../events.ts'
import { formatModuleGeneration } from '../../ids.ts'
import type { RetainersView } from '../../inspect/views.ts'
import type { RuntimeParts } from '../runtime-parts.ts'
import type { SchedulerLink } from '../fleet/scheduler-link.ts'
import { userEnvironment } from '../../user-environment.ts'
import type { SnapshotAnswer } from './snapshot-process.ts'
import { LATE, within } from '../fleet/within.ts'

/** A snapshot of a larger heap would hold the scheduler for many seconds and take as much memory again. */
const HEAP_MAX_BYTES = 2 ** 30
/** A scheduler in one native call gives no snapshot. */
const SNAPSHOT_WAIT_MS = 10_000
const READ_WAIT_MS = 60_000
const READER_HEAP_MB = 1_024

/** PIN7: who keeps code of a purged generation in memory, read from a heap snapshot of each scheduler. One at a time: each holds its scheduler while it is taken. */
export async function findRetainersOf(parts: RuntimeParts, module: string, number: number, by: By): Promise<RetainersView> {
  if (parts.code.get(module, number).status !== 'purged')
    refuse({ code: 'nothing_to_do', why: `${formatModuleGeneration(module, number)} is loaded: its pins tell who holds it` })
  const found: { heldMs: number; objects: number; holders: RetainersView['holders'] }[] = []
  // One after the other: only one of them stands still at a time.
  for (const link of parts.fleet.links()) found.push(await readScheduler(parts, link, formatModuleGeneration(module, number)))
  const heldMs = Math.max(...found.map((entry) => entry.heldMs))
  const holders = joinHolders(found.flatMap((entry) => entry.holders))
  parts.emit({ type: 'retainers_read', module, number, found: holders.length, heldMs, by })
  return { module, number, heldMs, objects: found.reduce((sum, { objects }) => sum + objects, 0), holders }
}

/** Module state is per scheduler: what reads the same on each is one holder to who has to mend it. */
function joinHolders(holders: RetainersView['holders']): RetainersView['holders'] {
  return [...new Map(holders.map((holder) => [JSON.stringify([holder.by, holder.steps]), holder])).values()]
}

async function readScheduler(parts: RuntimeParts, link: SchedulerLink, label: string) {
  const size = await link.heapBytes()
  if (size > HEAP_MAX_BYTES) refuse({ code: 'too_large', what: 'heap', limit: HEAP_MAX_BYTES, size })
  const began = parts.clock.monotonicMs()
  const snapshot = await within(parts.clock, link.heapSnapshot(), SNAPSHOT_WAIT_MS)
  const heldMs = Math.round(parts.clock.monotonicMs() - began)
  if (snapshot === LATE) refuse({ code: 'scheduler_held', pid: link.holdState().pid, at: null, heldMs })
  const answer = await readSnapshot(parts, snapshot, label)
  if (answer.status === 'failed') refuse({ code: 'snapshot_failed', why: answer.why })
  return { heldMs, objects: answer.objects, holders: answer.paths }
}

async function readSnapshot(parts: RuntimeParts, snapshot: NodeJS.ReadableStream, label: string): Promise<SnapshotAnswer> {
  const child = fork(new URL('./snapshot-process.ts', import.meta.url), [label], {
    env: userEnvironment(process.env),
    execArgv: [`--max-old-space-size=${READER_HEAP_MB}`],
    stdio: ['pipe', 'ignore', 'ignore', 'ipc'],
  })
  const answer = new Promise<SnapshotAnswer>((resolve) => {
    child.once('message', (message) => resolve(message as SnapshotAnswer))
    child.once('error', (error) => resolve({ status: 'failed', why: error.message }))
    child.once('exit', (code, signal) => resolve({ status: 'failed', why: `the reader ended with ${signal ?? code}` }))
  })
  // A reader that is gone closes the pipe; why is in the answer.
  child.stdin?.on('error', () => {})
  if (child.stdin !== null) snapshot.pipe(child.stdin)
  const read = await within(parts.clock, answer, READ_WAIT_MS)
  child.kill('SIGKILL')
  return read === LATE ? { status: 'failed', why: `reading took longer than ${READ_WAIT_MS / 1_000} s` } : read
}
