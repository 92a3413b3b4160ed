import type { DiagnosticCode } from '../../diagnostic.ts'
import type { ModuleFacts } from './module-facts.ts'

/** What a rule has to say about a place of the stripped text. */
export interface RuleFinding {
  readonly code: DiagnosticCode
  readonly at: number
  readonly message: string
  readonly hint: string
}

/** Looks at one module alone and warns of what works otherwise than its author may think. */
export type Rule = (facts: ModuleFacts) => readonly RuleFinding[]
