import type { Sample } from '@strata/runtime'
import type { LiveItem } from '@strata/server'
import { nowMs } from '@strata/ui'
import { client, queryClient } from './client.ts'
import { readFault } from './fault.ts'
import { continueSamples, joinSamples, mergeFacts, useLive } from './live-store.ts'
import type { LiveFact } from './live-store.ts'
import { markMoment, type Moment, noteServerTime, sinceMoment } from './server-time.ts'
import { openSharedStream } from './shared-stream.ts'

// One stream, whatever the page shows. A hidden tab leaves it and goes on from the same event when it is seen again.
// Samples come each second, so silence means that something stopped.

const SILENCE_MS = 5000
const RETRY_MS = 2000
/** While nothing arrives the server is asked at this pace whether it is there and still knows the session. */
const PROBE_MS = 5000
/** What an act changed is read at once; what only lives on is read at this pace. */
const FACT_FLUSH_MS = 250
const TICK_FLUSH_MS = 2000

/** First segment of the procedures to read again. */
type Noun =
  | 'approvals'
  | 'crashes'
  | 'modules'
  | 'processes'
  | 'traces'
  | 'plans'
  | 'acts'
  | 'activity'
  | 'schedulers'
  | 'supervisors'
  | 'system'
  | 'metrics'

const AFTER_TICK: readonly string[] = [
  'modules.list',
  'modules.generations',
  'modules.pins',
  'processes.list',
  'processes.get',
  'schedulers.list',
  'supervisors.list',
]
const AFTER_FACT: readonly Noun[] = [
  'approvals',
  'crashes',
  'modules',
  'processes',
  'traces',
  'acts',
  'activity',
  'schedulers',
  'supervisors',
  'system',
  'plans',
]
/** Changed by what the server itself does, beside some of the above. */
const AFTER_TOLD: readonly string[] = ['approvals', 'plans', 'acts', 'activity', 'settings', 'people', 'tokens', 'session.list']
/** Never read again by themselves: an act of the user's or a moment's answer. */
const ON_REQUEST: readonly string[] = ['plans.get', 'plans.make', 'modules.check', 'modules.source', 'processes.preview', 'crashes.message']

let lastEventId: string | undefined
let leaveStream: (() => void) | undefined
let retryTimer: ReturnType<typeof setTimeout> | undefined
let factTimer: ReturnType<typeof setTimeout> | undefined
let toldTimer: ReturnType<typeof setTimeout> | undefined
let lastTickFlush: Moment | undefined
let lastProbe: Moment | undefined
let samplesLoaded = false
let onSignedOut: () => void = () => undefined

/** Opens this tab's stream after what its first queries show. `signedOut` is called when the server no longer knows the session. */
export function startLive(afterEventId: string, signedOut: () => void): () => void {
  onSignedOut = signedOut
  lastEventId ??= afterEventId
  const watch = setInterval(noticeSilence, 1000)
  document.addEventListener('visibilitychange', followVisibility)
  document.addEventListener('freeze', closeStream)
  document.addEventListener('resume', wake)
  followVisibility()
  return () => {
    clearInterval(watch)
    document.removeEventListener('visibilitychange', followVisibility)
    document.removeEventListener('freeze', closeStream)
    document.removeEventListener('resume', wake)
    closeStream()
  }
}

function followVisibility(): void {
  if (document.visibilityState === 'hidden') {
    closeStream()
  } else if (leaveStream === undefined) {
    useLive.setState({ status: 'connecting', lastAt: markMoment() })
    openStream()
  }
}

/** The browser let this tab go on: what it shows is of before it slept, until it is read again. */
function wake(): void {
  useLive.setState({ status: 'stopped' })
  if (document.visibilityState === 'visible') openStream()
}

/** `takeOver`: another tab holds the stream and passes nothing on. */
function openStream(takeOver = false): void {
  closeStream()
  leaveStream = openSharedStream(
    {
      lastId: () => lastEventId,
      onItem: (id, item) => {
        lastEventId = id
        take(item)
      },
      onStopped: showStopped,
      onOver: reopen,
    },
    takeOver,
  )
}

function showStopped(): void {
  if (useLive.getState().status === 'live') useLive.setState({ status: 'stopped' })
}

function reopen(error: unknown): void {
  closeStream()
  showStopped()
  const fault = readFault(error)
  if (fault?.code === 'unauthenticated') {
    onSignedOut()
    return
  }
  retryTimer = setTimeout(() => {
    if (document.visibilityState === 'visible') openStream()
  }, RETRY_MS)
}

function closeStream(): void {
  clearTimeout(retryTimer)
  leaveStream?.()
  leaveStream = undefined
}

function noticeSilence(): void {
  const { status, lastAt } = useLive.getState()
  if (document.visibilityState === 'hidden') return
  if (status === 'stopped') void probe()
  else if (sinceMoment(lastAt) > SILENCE_MS) useLive.setState({ status: 'stopped' })
}

/** A browser gives a stream up for good when its server answers with an error: a server that answers again gets a new one. */
async function probe(): Promise<void> {
  if (lastProbe !== undefined && sinceMoment(lastProbe) < PROBE_MS) return
  lastProbe = markMoment()
  try {
    await client.session.whoami.query()
    if (useLive.getState().status === 'stopped' && document.visibilityState === 'visible') openStream(true)
  } catch (error) {
    if (readFault(error)?.code === 'unauthenticated') onSignedOut()
  }
}

/** `isGap`: everything is read again for that already. */
function markAlive(isGap: boolean): void {
  const before = useLive.getState().status
  useLive.setState({ status: 'live', lastAt: markMoment() })
  if (before !== 'stopped' || isGap) return
  void refreshAll()
  void readToldAgain()
}

function take(item: LiveItem): void {
  markAlive(item.type === 'gap')
  switch (item.type) {
    case 'ready':
    case 'gap':
      if (item.at !== null) noteServerTime(item.at)
      if (item.type === 'ready') return
      // Something before it is missing: read everything again, the kept samples too.
      samplesLoaded = false
      void loadSamples()
      void refreshAll()
      void readToldAgain()
      return
    case 'sampled':
      noteServerTime(item.sample.at)
      takeSample(item.sample)
      return
    case 'told':
      takeTold()
      return
    default:
      takeFact(item)
  }
}

function takeSample(sample: Sample): void {
  const { pausedAtMs, samples, heldSamples } = useLive.getState()
  if (pausedAtMs !== null) {
    useLive.setState({ heldSamples: continueSamples(heldSamples, [sample]) })
    return
  }
  if (samplesLoaded) useLive.setState({ samples: continueSamples(samples, [sample]) })
  if (lastTickFlush !== undefined && sinceMoment(lastTickFlush) < TICK_FLUSH_MS) return
  lastTickFlush = markMoment()
  void readAgain((path) => AFTER_TICK.includes(path))
}

function takeFact(fact: LiveFact): void {
  const { pausedAtMs, facts, heldBack } = useLive.getState()
  if (pausedAtMs !== null) {
    useLive.setState({ heldBack: mergeFacts(heldBack, [fact]) })
    return
  }
  useLive.setState({ facts: mergeFacts(facts, [fact]) })
  factTimer ??= setTimeout(() => {
    factTimer = undefined
    void refreshAll()
  }, FACT_FLUSH_MS)
}

function takeTold(): void {
  toldTimer ??= setTimeout(() => {
    toldTimer = undefined
    if (useLive.getState().pausedAtMs === null) void readToldAgain()
  }, FACT_FLUSH_MS)
}

function readToldAgain(): Promise<void> {
  return readAgain((path) => AFTER_TOLD.some((noun) => path === noun || path.startsWith(`${noun}.`)) && !ON_REQUEST.includes(path))
}

/** Reads everything on the page again, but plans and what was asked for once. */
export function refreshAll(): Promise<void> {
  if (useLive.getState().pausedAtMs !== null) return Promise.resolve()
  return readAgain((path) => AFTER_FACT.some((noun) => path.startsWith(`${noun}.`)) && !ON_REQUEST.includes(path))
}

function readAgain(matches: (path: string) => boolean): Promise<void> {
  return queryClient.invalidateQueries({
    predicate: ({ queryKey }) => {
      const path = queryKey[0]
      return Array.isArray(path) && matches(path.join('.'))
    },
  })
}

/** Freezes tables and charts, or lets them go on with all that happened meanwhile. */
export function setPaused(paused: boolean): void {
  const state = useLive.getState()
  if (paused === (state.pausedAtMs !== null)) return
  if (paused) {
    useLive.setState({ pausedAtMs: nowMs(), heldBack: [], heldSamples: [] })
    return
  }
  useLive.setState({
    pausedAtMs: null,
    facts: mergeFacts(state.facts, state.heldBack),
    samples: samplesLoaded ? continueSamples(state.samples, state.heldSamples) : state.samples,
    heldBack: [],
    heldSamples: [],
  })
  void refreshAll()
  void readToldAgain()
}

/** Reads the kept samples once per life of the stream; those of the stream are added to them. */
export async function loadSamples(): Promise<void> {
  if (samplesLoaded) return
  samplesLoaded = true
  try {
    const read = await client.metrics.samples.query({})
    useLive.setState((state) => ({ samples: joinSamples(read, state.samples) }))
  } catch {
    // The stream's own samples fill the charts from now on; the next life of the stream reads again.
    samplesLoaded = false
  }
}
