import type { SchedulerView } from '@strata/runtime'
import { StateWord, type Tone } from '@strata/ui'

const TONES: Readonly<Record<SchedulerView['status'], Tone>> = {
  idle: 'idle',
  working: 'good',
  holding: 'bad',
  stuck: 'bad',
  starting: 'info',
}

/** What a scheduler does, as a word. */
export function SchedulerState({ status }: { status: SchedulerView['status'] }) {
  return <StateWord tone={TONES[status]}>{status === 'holding' ? 'held' : status}</StateWord>
}
