// Sentences that console and command line share. Nothing here imports more than types: it goes into the console's bundle.
export { accountEventSentence, type AccountEvent } from './words/account-event-sentence.ts'
export { accountSentence, type AccountFault } from './words/account-sentence.ts'
export { refusalReason } from './words/refusal-reason.ts'
export { forbiddenSentence, needsRole } from './words/forbidden-sentence.ts'
export { LIMIT_LABELS } from './words/limit-labels.ts'
