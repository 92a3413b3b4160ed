import { Notice } from '@strata/ui'
import { Link } from 'react-router'
import { linkSchedulers } from '../links.ts'

/** A list lacks what is on schedulers that cannot answer now. */
export function UnansweredNotice({ schedulers, what }: { schedulers: readonly number[]; what: 'processes' | 'supervisors' }) {
  if (schedulers.length === 0) return null
  const title =
    schedulers.length === 1
      ? `Scheduler ${schedulers[0]} does not answer: its ${what} are missing here`
      : `Schedulers ${schedulers.join(', ')} do not answer: their ${what} are missing here`
  return (
    <Notice tone="warn" live="status" title={title}>
      A process has it in native code, or it is being started again. <Link to={linkSchedulers()}>Open the schedulers</Link>
    </Notice>
  )
}
