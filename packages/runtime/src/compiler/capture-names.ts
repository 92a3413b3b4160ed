import type { Rewriter } from './rewriter.ts'
import type { FunctionFacts } from './scopes.ts'

/** The variable by which nested functions reach what a generator cut off: `arguments`, `new.target`, reading and assigning `super`. */
export function captureName(word: 'a' | 'nt' | 'sg' | 'ss', facts: FunctionFacts, rewriter: Rewriter): string {
  return rewriter.names.of(`${word}${facts.node.start}`)
}
