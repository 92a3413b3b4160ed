import { defineSystem } from '@strata/runtime/config'
import { readSettings, waves } from './settings.ts'

const RELEASES = [
  { file: 'generations/session/2-marked-6.ts', note: 'marked 4.3 → 6.0' },
  { file: 'generations/session/3-marked-7.ts', note: 'marked 6.0 → 7.0' },
  { file: 'generations/session/4-marked-17.ts', note: 'marked 7.0 → 17.0, heading ids are still missing' },
]

const settings = readSettings()
const sizes = waves(settings)

export default defineSystem({
  name: 'scribe',
  ...(settings.drill ? { schedulers: 2 } : {}),
  start: [
    { module: 'traffic', export: 'start', name: 'traffic' },
    ...(settings.drill ? [{ module: 'review', export: 'start', name: 'review' }] : []),
  ],
  deploys: RELEASES.slice(0, sizes.length - 1).map((release, index) => ({ ...release, whenPins: sizes[index] ?? 1 })),
  pinnedLongMs: { session: 10 * 60_000 },
  tour: { module: 'session', noun: 'documents' },
})
