import { isFunction, withoutParens } from '../syntax.ts'
import type { Node } from '../syntax.ts'
import { isAsync } from './module-facts.ts'
import type { Rule, RuleFinding } from './rule.ts'

/** A call of an async function of this module whose promise is dropped, or which the module's body does not wait for. */
export const floatingStrand: Rule = (facts) => {
  const waits = facts.all('AwaitExpression').some((node) => facts.functionAround(node) === undefined)
  return facts.all('CallExpression').flatMap((call): RuleFinding[] => {
    const callee = withoutParens(call.callee)
    const around = facts.around(call)?.type
    if (!isAsync(isFunction(callee) ? callee : facts.declared(callee))) return []
    if (facts.functionAround(call) === undefined) return waits || !isKept(around) ? [] : [leftBehind(call, callee)]
    if (around !== 'ExpressionStatement' || callee.type !== 'Identifier') return []
    return [{ code: 'floating_strand', at: call.start, message: floatingMessage(callee.name), hint: FLOATING_HINT }]
  })
}

/** Where a call in a body stands by itself, or gives a variable its value. */
function isKept(around: string | undefined): boolean {
  return around === 'ExpressionStatement' || around === 'VariableDeclarator' || around === 'ExportDefaultDeclaration'
}

function leftBehind(call: Node, callee: Node): RuleFinding {
  const name = callee.type === 'Identifier' ? `\`${callee.name}\`` : 'This function'
  return {
    code: 'floating_strand',
    at: call.start,
    message: `${name} is async and the module's body does not wait for it: what is not done when the body is over is ended, and its promise rejects`,
    hint: 'Write `await` before the call; what is to go on belongs in a process.',
  }
}

export const FLOATING_HINT = 'Write `await`, or `void` before the call where this is meant.'

export function floatingMessage(name: string): string {
  return `\`${name}\` is async and nobody awaits it: it goes on beside this code as a strand, and the process ends if it fails`
}
