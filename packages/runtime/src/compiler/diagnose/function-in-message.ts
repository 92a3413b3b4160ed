import { isFunction, withoutParens } from '../syntax.ts'
import type { Node } from '../syntax.ts'
import { isAsync } from './module-facts.ts'
import type { ModuleFacts } from './module-facts.ts'
import type { Rule } from './rule.ts'

/** Which argument of a function of the process API crosses to another process. */
const MESSAGE_ARGUMENT: Readonly<Record<string, number>> = { send: 1, reply: 1, call: 1, spawn: 1 }

/** A function, a class or an instance of one in what is sent: it cannot be copied, and `send` throws. */
export const functionInMessage: Rule = (facts) =>
  facts.all('CallExpression').flatMap((call) => {
    const name = facts.apiCall(call)
    const message: Node | undefined = name === undefined ? undefined : call.arguments[MESSAGE_ARGUMENT[name] ?? -1]
    return (message === undefined ? [] : findFunctions(message, facts)).map(({ at, what }) => ({
      code: 'function_in_message' as const,
      at,
      message: `${what} cannot be sent: messages are copied, and \`${name}\` throws`,
      hint: 'Send what the receiver needs to decide, such as a name, and let it call its own function.',
    }))
  })

function findFunctions(expression: Node, facts: ModuleFacts): readonly { at: number; what: string }[] {
  const node = withoutParens(expression)
  switch (node.type) {
    case 'ObjectExpression':
      return (node.properties as Node[]).flatMap((property) => {
        if (property.type !== 'Property') return []
        const value = withoutParens(property.value)
        return isFunction(value) ? [{ at: property.key.start, what: 'A function' }] : findFunctions(value, facts)
      })
    case 'ArrayExpression':
      return (node.elements as (Node | null)[]).flatMap((element) =>
        element === null || element.type === 'SpreadElement' ? [] : findFunctions(element, facts),
      )
    case 'ConditionalExpression':
      return [...findFunctions(node.consequent, facts), ...findFunctions(node.alternate, facts)]
    case 'LogicalExpression':
      return [...findFunctions(node.left, facts), ...findFunctions(node.right, facts)]
    case 'ClassExpression':
      return [{ at: node.start, what: 'A class' }]
    case 'NewExpression': {
      const made = facts.declared(node.callee)
      return made !== undefined && !isFunction(made) ? [{ at: node.start, what: `An instance of \`${node.callee.name}\`` }] : []
    }
    case 'CallExpression':
      return isAsync(facts.declared(node.callee)) ? [{ at: node.start, what: 'The promise of an async function' }] : []
    case 'Identifier': {
      const declared = facts.declared(node)
      return declared === undefined ? [] : [{ at: node.start, what: `\`${node.name}\`, a ${isFunction(declared) ? 'function' : 'class'},` }]
    }
    default:
      return isFunction(node) ? [{ at: node.start, what: 'A function' }] : []
  }
}
