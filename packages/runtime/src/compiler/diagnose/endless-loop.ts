import { withoutParens } from '../syntax.ts'
import type { Node } from '../syntax.ts'
import { completes, isEndless, leavesBy } from './completion.ts'
import { eachOwn, isAsync } from './module-facts.ts'
import type { ModuleFacts } from './module-facts.ts'
import type { Rule, RuleFinding } from './rule.ts'

/** A loop, or functions that call each other, without an exit: the process stays in its generation for as long as it lives. */
export const endlessLoop: Rule = (facts) => [...endlessStatements(facts), ...endlessCalls(facts)]

function finding(at: number, what: string, module: string): RuleFinding {
  return {
    code: 'endless_loop',
    at,
    message: `${what}: a process in it never leaves this generation by itself`,
    hint: `Give it an exit, or a message upon which it moves on: \`import * as current from './${module.split('/').at(-1)}.ts'\` and \`return current.…(state)\`.`,
  }
}

function endlessStatements(facts: ModuleFacts): readonly RuleFinding[] {
  return facts.all('WhileStatement', 'DoWhileStatement', 'ForStatement').flatMap((loop) => {
    if (!isEndless(loop) || !isAsync(facts.functionAround(loop)) || !waits(loop)) return []
    return leavesBy(loop, facts)
      ? []
      : [finding(loop.start, 'This loop has neither an exit nor a call through an import of its module', facts.module)]
  })
}

function waits(node: Node): boolean {
  let found = false
  eachOwn(node, (inner) => {
    found ||= inner.type === 'AwaitExpression' || (inner.type === 'ForOfStatement' && inner.await === true)
  })
  return found
}

interface Tails {
  readonly fn: Node
  readonly calls: readonly { readonly call: Node; readonly to: Node }[]
}

/** Functions whose every way out is a tail call of another such function of this module. */
function endlessCalls(facts: ModuleFacts): readonly RuleFinding[] {
  const endless = new Map<Node, Tails>()
  for (const fn of facts.all('FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression')) {
    const tails = isAsync(fn) ? tailsOf(fn, facts) : undefined
    if (tails !== undefined) endless.set(fn, tails)
  }
  for (let shrunk = true; shrunk; ) {
    shrunk = false
    for (const [fn, { calls }] of endless) {
      if (calls.every(({ to }) => endless.has(to))) continue
      endless.delete(fn)
      shrunk = true
    }
  }
  const told = new Set<Node>()
  return [...endless.values()]
    .sort((a, b) => a.fn.start - b.fn.start)
    .flatMap(({ fn, calls }) => {
      const reached = reach(fn, endless)
      if (told.has(fn) || !reached.has(fn)) return []
      for (const each of reached) told.add(each)
      const back = calls.find(({ to }) => to === fn || reach(to, endless).has(fn))
      const name = back?.to === fn ? 'itself' : 'functions that come back to it'
      return [finding(back?.call.start ?? fn.start, `\`${nameOf(fn, facts)}\` ends only by calling ${name}`, facts.module)]
    })
}

function reach(from: Node, endless: ReadonlyMap<Node, Tails>): ReadonlySet<Node> {
  const found = new Set<Node>()
  const open = [from]
  for (let fn = open.pop(); fn !== undefined; fn = open.pop())
    for (const { to } of endless.get(fn)?.calls ?? []) {
      if (found.has(to)) continue
      found.add(to)
      open.push(to)
    }
  return found
}

/** The tail calls of a function that has no other way out; `undefined` when it has one. */
function tailsOf(fn: Node, facts: ModuleFacts): Tails | undefined {
  const calls: { call: Node; to: Node }[] = []
  const collect = (expression: Node | null): boolean => {
    if (expression === null) return false
    const node = withoutParens(expression)
    if (node.type === 'AwaitExpression') return collect(node.argument)
    if (node.type === 'ConditionalExpression') return collect(node.consequent) && collect(node.alternate)
    if (node.type !== 'CallExpression') return false
    const to = facts.declared(node.callee)
    if (to === undefined || !isAsync(to)) return false
    calls.push({ call: node, to })
    return true
  }
  if (fn.body.type !== 'BlockStatement') return collect(fn.body) && !leavesBy(fn.body, facts) ? { fn, calls } : undefined
  if (completes(fn.body)) return undefined
  let closed = true
  eachOwn(fn.body, (node) => {
    if (node.type === 'ReturnStatement' && !collect(node.argument)) closed = false
  })
  return closed && calls.length > 0 && !leavesBy(fn.body, facts, true) ? { fn, calls } : undefined
}

function nameOf(fn: Node, facts: ModuleFacts): string {
  const name: unknown = fn.id?.name ?? facts.scopes.names.get(fn)
  return typeof name === 'string' ? name : 'This function'
}
