import { isAsync } from './module-facts.ts'
import type { Rule } from './rule.ts'

/** A call of an async function of this module whose promise is dropped. */
export const floatingStrand: Rule = (facts) =>
  facts.all('CallExpression').flatMap((call) => {
    if (facts.around(call)?.type !== 'ExpressionStatement' || !isAsync(facts.declared(call.callee))) return []
    return [{ code: 'floating_strand', at: call.start, message: floatingMessage(call.callee.name), hint: FLOATING_HINT }]
  })

export const FLOATING_HINT = 'Write `await`, or `void` before the call where this is meant.'

export function floatingMessage(name: string): string {
  return `\`${name}\` is async and nobody awaits it: it goes on beside this code as a strand, and the process ends if it fails`
}
