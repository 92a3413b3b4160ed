import { isFunction, withoutParens } from '../syntax.ts'
import type { Node } from '../syntax.ts'
import type { ModuleFacts } from './module-facts.ts'
import type { Rule } from './rule.ts'

const LISTENING: ReadonlySet<string> = new Set(['on', 'once', 'addListener', 'prependListener', 'addEventListener', 'subscribe'])
const SETTLING: ReadonlySet<string> = new Set(['then', 'catch', 'finally'])
const HINT = 'Let it do nothing but `send` a message to a process, whose own loop does the rest; or await the promise there.'

/** A callback that native code or a library calls some time later: nothing pins the generation for it. */
export const unownedCallback: Rule = (facts) =>
  facts.all('CallExpression').flatMap((call) => {
    const { callee } = call
    if (callee.type !== 'MemberExpression' || callee.computed || facts.importedAs(callee) !== undefined) return []
    const method: string = callee.property.name
    const callbacks = (call.arguments as Node[]).filter((argument) => isCallback(argument, facts) && !onlySends(argument, facts))
    if (callbacks.length === 0) return []
    if (LISTENING.has(method) && isText(call.arguments[0])) {
      return [
        {
          code: 'unowned_callback' as const,
          at: callee.property.start,
          message:
            'No process owns this listener: it pins nothing, runs for whichever process made it or for none, and throws once its generation is purged',
          hint: HINT,
        },
      ]
    }
    if (!SETTLING.has(method) || (isLeftAlone(call, facts) === false && facts.functionAround(call) !== undefined)) return []
    return [
      {
        code: 'unowned_callback' as const,
        at: callee.property.start,
        message: `Nobody waits for this \`.${method}\` callback: it pins nothing, and throws once its generation is purged`,
        hint: HINT,
      },
    ]
  })

function isText(node: Node | undefined): boolean {
  return node !== undefined && ((node.type === 'Literal' && typeof node.value === 'string') || node.type === 'TemplateLiteral')
}

function isCallback(argument: Node, facts: ModuleFacts): boolean {
  const node = withoutParens(argument)
  const fn = isFunction(node) ? node : facts.declared(node)
  return fn !== undefined && isFunction(fn) && !isEmpty(fn)
}

/** `() => {}`: it silences a rejection. */
function isEmpty(fn: Node): boolean {
  return fn.body.type === 'BlockStatement' && fn.body.body.length === 0
}

/** It hands the matter to a process, for which it needs no generation to live on. */
function onlySends(argument: Node, facts: ModuleFacts): boolean {
  const fn = withoutParens(argument)
  if (!isFunction(fn)) return false
  const body = withoutParens(fn.body)
  const statements: readonly Node[] = body.type === 'BlockStatement' ? body.body : [body]
  return statements.every((statement) => {
    const expression = withoutParens(
      statement.type === 'ExpressionStatement' || statement.type === 'ReturnStatement'
        ? (statement['expression'] ?? statement['argument'] ?? statement)
        : statement,
    )
    const call = expression.type === 'UnaryExpression' && expression.operator === 'void' ? withoutParens(expression.argument) : expression
    return call.type === 'CallExpression' && facts.apiCall(call) === 'send'
  })
}

/** Its promise is neither awaited nor given to anybody. */
function isLeftAlone(call: Node, facts: ModuleFacts): boolean {
  const around = facts.around(call)
  if (around?.type === 'ExpressionStatement') return true
  if (around?.type === 'UnaryExpression' && around.operator === 'void') return true
  if (around?.type !== 'MemberExpression' || around.computed || !SETTLING.has(around.property.name)) return false
  const outer = facts.around(around)
  return outer?.type === 'CallExpression' && withoutParens(outer.callee) === around && isLeftAlone(outer, facts)
}
