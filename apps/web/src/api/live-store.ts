import type { EngineEvent, Sample } from '@strata/runtime'
import { create } from 'zustand'
import { useNow } from '@strata/ui'

export type LiveStatus = 'connecting' | 'live' | 'stopped'

/** Fifteen minutes of one-second samples, as many as the server keeps. */
const SAMPLES_MAX = 900
/** Events of this tab's life that lists and ticks may need at once; older ones are read from the server. */
const EVENTS_MAX = 500

/** An event that is a fact of its own: all but the samples. */
export type LiveFact = Exclude<EngineEvent, { type: 'sampled' }>

export interface LiveState {
  readonly status: LiveStatus
  /** When something last arrived, in milliseconds. */
  readonly lastAtMs: number
  readonly pausedAtMs: number | null
  /** What happened since Pause was pressed. */
  readonly heldBack: readonly LiveFact[]
  /** Oldest first. */
  readonly samples: readonly Sample[]
  /** Newest first. */
  readonly facts: readonly LiveFact[]
  readonly heldSamples: readonly Sample[]
}

/** What this tab knows from its one stream. Written by `live.ts` only. */
export const useLive = create<LiveState>()(() => ({
  status: 'connecting',
  lastAtMs: Date.now(),
  pausedAtMs: null,
  heldBack: [],
  samples: [],
  facts: [],
  heldSamples: [],
}))

/** Two runs of samples as one, by time, the later reading winning. */
export function mergeSamples(known: readonly Sample[], added: readonly Sample[]): readonly Sample[] {
  const last = known.at(-1)
  const first = added[0]
  if (last === undefined) return added.slice(-SAMPLES_MAX)
  if (first === undefined) return known
  if (first.at > last.at) return [...known, ...added].slice(-SAMPLES_MAX)
  const byTime = new Map([...known, ...added].map((sample) => [sample.at, sample]))
  return [...byTime.values()].sort((a, b) => (a.at < b.at ? -1 : 1)).slice(-SAMPLES_MAX)
}

/** Newest first, each number once. */
export function mergeFacts(known: readonly LiveFact[], added: readonly LiveFact[]): readonly LiveFact[] {
  const bySeq = new Map([...known, ...added].map((fact) => [fact.seq, fact]))
  return [...bySeq.values()].sort((a, b) => b.seq - a.seq).slice(0, EVENTS_MAX)
}

/** Whether an act that cannot be undone may be offered now, and if not, why. */
export function useDestructiveAllowed(): { readonly allowed: boolean; readonly reason: string | undefined } {
  const status = useLive((state) => state.status)
  if (status !== 'stopped') return { allowed: true, reason: undefined }
  return { allowed: false, reason: 'Live data has stopped: what you see may be out of date. This is off until it is back.' }
}

/** How old what the page shows is, in milliseconds. */
export function useAgeMs(): number {
  const now = useNow()
  const lastAtMs = useLive((state) => state.lastAtMs)
  return Math.max(0, now - lastAtMs)
}
