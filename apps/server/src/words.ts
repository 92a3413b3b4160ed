// Sentences that console and command line share. Nothing here imports more than types: it goes into the console's bundle.
export { accountEventSentence, type AccountEvent } from './words/account-event-sentence.ts'
export { changeSentence } from './words/change-sentence.ts'
export { faultWords, pinnedBy, type FaultWords, type Writing } from './words/fault-words.ts'
export { refusalReason } from './words/refusal-reason.ts'
export { needsRole } from './words/forbidden-sentence.ts'
export { unansweredSentence } from './words/unanswered-sentence.ts'
export { LIMIT_LABELS } from './words/limit-labels.ts'
