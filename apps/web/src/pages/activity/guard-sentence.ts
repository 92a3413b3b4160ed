import type { EngineEvent, HoldView, MarkView } from '@strata/runtime'
import { formatUtc } from '@strata/ui'
import { linkModule } from '../../links.ts'
import { type EventSentence, generations, outside, tell } from './sentence-parts.ts'

type GuardEvent = Extract<EngineEvent, { type: 'held' | 'released_hold' | 'marked' }>

/** What a mark does from now on, or no longer does. */
const MARK_MEANS = {
  bad: { on: 'its content is refused at every later load.', off: 'its content may be loaded again.' },
  keep: { on: 'a soft purge that names no generation leaves it alone.', off: 'a soft purge that names no generation takes it again.' },
} as const

/** Holds and marks, with what was there before. Total by types. */
export function tellGuardEvent(event: GuardEvent): EventSentence {
  switch (event.type) {
    case 'held':
      return tell(
        'warn',
        'lock',
        'Hold',
        [
          outside(event.by.actor),
          ' holds ',
          { text: event.module, to: linkModule(event.module) },
          `${event.until === null ? ' until it is released' : ` until ${formatUtc(Date.parse(event.until))}`}: loads, rollbacks and deletes by others are refused.`,
          beforeHold(event.before ?? null),
        ],
        event.by.reason,
      )
    case 'released_hold':
      return tell(
        'good',
        'lock',
        'Release',
        [
          outside(event.by.actor),
          ' released ',
          { text: event.module, to: linkModule(event.module) },
          event.holder === event.by.actor ? '.' : `, which ${outside(event.holder)} had held.`,
          beforeHold(event.before ?? null),
        ],
        event.by.reason,
      )
    case 'marked':
      return tell(
        event.on && event.kind === 'bad' ? 'bad' : 'info',
        'flag',
        'Mark',
        [
          outside(event.by.actor),
          event.on ? ' marked ' : ` lifted the mark "${event.kind}" from `,
          ...generations([event]),
          event.on ? ` ${event.kind}: ` : ': ',
          MARK_MEANS[event.kind][event.on ? 'on' : 'off'],
          beforeMark(event.before ?? null),
        ],
        event.by.reason,
      )
  }
}

function beforeMark(before: MarkView | null): string {
  return before === null ? '' : ` ${outside(before.by)} had marked it${because(before.reason)}.`
}

function beforeHold(before: HoldView | null): string {
  if (before === null) return ''
  return ` Before: held by ${outside(before.by)}${before.until === null ? '' : ` until ${formatUtc(Date.parse(before.until))}`}${because(before.reason)}.`
}

function because(reason: string): string {
  return reason === '' ? '' : `: ${outside(reason)}`
}
