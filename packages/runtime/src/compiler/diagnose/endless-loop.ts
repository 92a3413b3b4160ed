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
    return leavesBy(loop, facts, { continuedBy: labelsOf(loop, facts) })
      ? []
      : [finding(loop.start, 'This loop has neither an exit nor a call through an import of its module', facts.module)]
  })
}

function labelsOf(loop: Node, facts: ModuleFacts): readonly string[] {
  const labels: string[] = []
  for (let at = facts.parent(loop); at?.type === 'LabeledStatement'; at = facts.parent(at)) labels.push(at.label.name)
  return labels
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
  return circles(endless).map((circle) => {
    const { fn, calls } = circle[0] as Tails
    const back = calls.find(({ to }) => circle.some((one) => one.fn === to))
    const name = back?.to === fn ? 'itself' : 'functions that come back to it'
    return finding(back?.call.start ?? fn.start, `\`${nameOf(fn, facts)}\` ends only by calling ${name}`, facts.module)
  })
}

/** Functions that reach each other, or themselves, by their tail calls; in the order of the text. Kosaraju's two passes, without recursion. */
function circles(functions: ReadonlyMap<Node, Tails>): readonly (readonly Tails[])[] {
  const callers = new Map<Node, Node[]>()
  for (const { fn, calls } of functions.values()) {
    for (const { to } of calls) {
      const known = callers.get(to)
      if (known === undefined) callers.set(to, [fn])
      else known.push(fn)
    }
  }
  const finished: Node[] = []
  const seen = new Set<Node>()
  for (const start of functions.keys()) {
    const open: { fn: Node; done: boolean }[] = [{ fn: start, done: false }]
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (at.done) finished.push(at.fn)
      else if (!seen.has(at.fn)) {
        seen.add(at.fn)
        open.push({ fn: at.fn, done: true })
        for (const { to } of functions.get(at.fn)?.calls ?? []) if (!seen.has(to)) open.push({ fn: to, done: false })
      }
    }
  }
  const placed = new Set<Node>()
  const found: Tails[][] = []
  for (const start of finished.toReversed()) {
    const members: Tails[] = []
    const open = [start]
    for (let fn = open.pop(); fn !== undefined; fn = open.pop()) {
      const tails = functions.get(fn)
      if (placed.has(fn) || tails === undefined) continue
      placed.add(fn)
      members.push(tails)
      for (const caller of callers.get(fn) ?? []) open.push(caller)
    }
    const [only] = members
    if (only !== undefined && (members.length > 1 || only.calls.some(({ to }) => to === only.fn))) found.push(members)
  }
  const byPlace = (a: Tails, b: Tails): number => a.fn.start - b.fn.start
  return found.map((members) => members.sort(byPlace)).sort(([a], [b]) => byPlace(a as Tails, b as Tails))
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
  const last = (fn.body.body as Node[]).at(-1)
  // As a tail call, but for the stack, which grows.
  const awaited = last?.type === 'ExpressionStatement' && last.expression.type === 'AwaitExpression' ? last.expression : undefined
  if (awaited === undefined ? completes(fn.body) : !collect(awaited)) return undefined
  let closed = true
  eachOwn(fn.body, (node) => {
    if (node.type === 'ReturnStatement' && !collect(node.argument)) closed = false
  })
  return closed && calls.length > 0 && !leavesBy(fn.body, facts, { returnsJudged: true }) ? { fn, calls } : undefined
}

function nameOf(fn: Node, facts: ModuleFacts): string {
  const name: unknown = fn.id?.name ?? facts.scopes.names.get(fn)
  return typeof name === 'string' ? name : 'This function'
}
