import { unansweredSentence } from '@strata/server/words'

/** A line for people where a list lacks what is on schedulers that could not answer. */
export function unansweredLine(what: 'processes' | 'supervisors', unanswered: readonly number[] = []): string {
  return unanswered.length === 0 ? '' : `${unansweredSentence(what, unanswered)} (strata schedulers tells why).\n`
}
