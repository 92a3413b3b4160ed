import type { EngineEvent, Sample } from '@strata/runtime'
import { create } from 'zustand'
import { useNow } from '@strata/ui'
import { markMoment, type Moment, sinceMoment } from './server-time.ts'

export type LiveStatus = 'connecting' | 'live' | 'stopped'

/** Fifteen minutes of one-second samples, as many as the server keeps. */
const SAMPLES_MAX = 900
/** Events of this tab's life that lists and ticks may need at once; older ones are read from the server. */
const EVENTS_MAX = 500

/** An event that is a fact of its own: all but the samples. */
export type LiveFact = Exclude<EngineEvent, { type: 'sampled' }>

export interface LiveState {
  readonly status: LiveStatus
  /** When something last arrived. */
  readonly lastAt: Moment
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
  lastAt: markMoment(),
  pausedAtMs: null,
  heldBack: [],
  samples: [],
  facts: [],
  heldSamples: [],
}))

/** With what was sampled after them. What they hold of later times is of a clock that was set back. */
export function continueSamples(known: readonly Sample[], later: readonly Sample[]): readonly Sample[] {
  const first = later[0]
  if (first === undefined) return known
  const last = known.at(-1)
  const kept = last === undefined || last.at < first.at ? known : known.filter(({ at }) => at < first.at)
  return [...kept, ...later].slice(-SAMPLES_MAX)
}

/** What was read, and what the stream brought while it was. */
export function joinSamples(read: readonly Sample[], streamed: readonly Sample[]): readonly Sample[] {
  const last = read.at(-1)
  return last === undefined ? streamed : [...read, ...streamed.filter(({ at }) => at > last.at)].slice(-SAMPLES_MAX)
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
  useNow()
  return sinceMoment(useLive((state) => state.lastAt))
}
