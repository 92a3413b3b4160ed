import { unansweredSentence } from '@strata/server/words'
import { Notice } from '@strata/ui'
import { Link } from 'react-router'
import { linkSchedulers } from '../links.ts'

/** A list lacks what is on schedulers that cannot answer now. */
export function UnansweredNotice({ schedulers, what }: { schedulers: readonly number[]; what: 'processes' | 'supervisors' }) {
  if (schedulers.length === 0) return null
  return (
    <Notice tone="warn" live="status" title={unansweredSentence(what, schedulers)}>
      A process has it in native code, or it is being started again. <Link to={linkSchedulers()}>Open the schedulers</Link>
    </Notice>
  )
}
