import type { Sample } from '@strata/runtime'

/** Samples of one stretch of time as one, at the last one's time: rates and use as means, the backlog's and the heap's peaks, crashes added up. */
export function mergeSamples(samples: readonly Sample[]): Sample | undefined {
  const last = samples.at(-1)
  if (last === undefined || samples.length === 1) return last
  const mean = (read: (sample: Sample) => number): number => samples.reduce((sum, sample) => sum + read(sample), 0) / samples.length
  const bands = new Map<string, Sample['bands'][number]>()
  for (const sample of samples)
    for (const band of sample.bands) {
      const key = `${band.module}@${band.generation}`
      bands.set(key, { ...band, crashes: band.crashes + (bands.get(key)?.crashes ?? 0) })
    }
  // A generation that is gone at the end pins nothing there.
  const present = new Set(last.bands.map(({ module, generation }) => `${module}@${generation}`))
  return {
    ...last,
    bands: [...bands].map(([key, band]) => (present.has(key) ? band : { ...band, pins: 0 })),
    messagesPerSecond: Math.round(mean(({ messagesPerSecond }) => messagesPerSecond)),
    reductionsPerSecond: Math.round(mean(({ reductionsPerSecond }) => reductionsPerSecond)),
    utilisation: mean(({ utilisation }) => utilisation),
    queued: Math.max(...samples.map(({ queued }) => queued)),
    queues: peaks(samples),
    heapBytes: Math.max(...samples.map(({ heapBytes }) => heapBytes)),
  }
}

/** The highest backlog of each module. */
function peaks(samples: readonly Sample[]): NonNullable<Sample['queues']> {
  const highest = new Map<string, number>()
  for (const { queues = [] } of samples)
    for (const { module, queued } of queues) highest.set(module, Math.max(queued, highest.get(module) ?? 0))
  return [...highest].map(([module, queued]) => ({ module, queued }))
}

/** Without the generations that nobody pinned and where nobody crashed: of a tall stack they are nearly all. */
export function dropEmptyBands(sample: Sample): Sample {
  return { ...sample, bands: sample.bands.filter(({ pins, crashes }) => pins > 0 || crashes > 0) }
}

/** Samples of each stretch of `stepMs` as one, oldest first. */
export function mergeSteps(samples: readonly Sample[], stepMs: number): readonly Sample[] {
  const steps = new Map<number, Sample[]>()
  for (const sample of samples) {
    const step = Math.floor(Date.parse(sample.at) / stepMs)
    const known = steps.get(step)
    if (known === undefined) steps.set(step, [sample])
    else known.push(sample)
  }
  return [...steps.values()].flatMap((together) => mergeSamples(together) ?? [])
}
