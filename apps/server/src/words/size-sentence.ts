import type { ClientFault } from '../fault.ts'
import type { Writing } from './fault-words.ts'

type TooLarge = Extract<ClientFault, { code: 'too_large' }>

/** What is over which limit (LIM1, LIM3, TRACE2). */
export function sizeSentence({ what, limit, size }: TooLarge, { count, bytes, duration }: Writing): string {
  switch (what) {
    case 'trace_messages':
      return `A trace shows ${count(limit)} messages at most, not ${count(size)}.`
    case 'trace_ms':
      return `A trace runs for ${duration(limit)} at most, not ${duration(size)}.`
    case 'trace_processes':
      return `A trace is of ${count(limit)} processes at most, not ${count(size)}. Choose fewer.`
    case 'traces':
      return `${count(limit)} traces run already. Each ends by itself within a minute.`
    case 'filter':
      return `The search text has ${count(size)} characters; ${count(limit)} are the limit.`
    case 'page':
      return `${count(size)} rows were asked for; ${count(limit)} are the limit.`
    case 'files':
      return `The set has ${count(size)} files; ${count(limit)} are the limit.`
    case 'plan':
      return `The plan would name ${count(size)} processes; ${count(limit)} are the limit. Filter further.`
    case 'heap':
      return `The scheduler's heap has ${bytes(size)}; a snapshot is taken of ${bytes(limit)} at most.`
    case 'source':
    case 'set':
    case 'bundle':
      return `Too large: the ${what} has ${bytes(size)}, ${bytes(limit)} are the limit. Nothing was loaded.`
  }
}
