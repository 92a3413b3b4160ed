import { parseSync } from 'oxc-parser'
import type { ModuleGraph } from './module-graph.ts'

/** Where the rules stand. */
export const SPEC = 'packages/runtime/SPEC.md'
const LEADING_IDS = /^(?:[A-Z]+\d+[,: ]+)+/

interface Title {
  readonly text: string
  readonly place: string
}

/** Rules without a test, and titles that name a rule which is not there; one line each. */
export function checkSpec(graph: ModuleGraph, spec: string): string[] {
  const rules = new Set([...spec.matchAll(/^\*\*([A-Z]+\d+)\*\* /gm)].map((match) => match[1]!))
  const shown = new Set<string>()
  const problems: string[] = []
  for (const title of readTitles(graph)) {
    for (const id of LEADING_IDS.exec(`${title.text} `)?.[0].match(/[A-Z]+\d+/g) ?? []) {
      shown.add(id)
      if (!rules.has(id)) problems.push(`${title.place} names ${id}, which ${SPEC} does not have`)
    }
  }
  for (const id of rules) if (!shown.has(id)) problems.push(`${SPEC} has ${id}, which no test title names`)
  return problems
}

/** First arguments of `test(…)`, `it(…)`, `describe(…)` and what hangs on them (`test.each(…)(…)`, `test.describe`). */
function readTitles(graph: ModuleGraph): Title[] {
  const titles: Title[] = []
  for (const file of graph.values()) {
    if (!/\.(test|spec)\.tsx?$/.test(file.path)) continue
    const { program } = parseSync(file.path, file.text)
    visit(program, (node) => {
      if (node.type !== 'CallExpression' || !isTestCall(node.callee as Node)) return
      const [first] = node.arguments as Node[]
      const text = first === undefined ? undefined : textOf(first)
      if (text !== undefined) titles.push({ text, place: `${file.path}:${file.text.slice(0, node.start).split('\n').length}` })
    })
  }
  return titles
}

interface Node {
  readonly type: string
  readonly start: number
  readonly [key: string]: unknown
}

function visit(value: unknown, see: (node: Node) => void): void {
  if (Array.isArray(value)) for (const one of value) visit(one, see)
  else if (typeof value === 'object' && value !== null && typeof (value as Node).type === 'string') {
    see(value as Node)
    for (const child of Object.values(value)) visit(child, see)
  }
}

function isTestCall(callee: Node): boolean {
  if (callee.type === 'Identifier') return ['test', 'it', 'describe'].includes(callee['name'] as string)
  if (callee.type === 'MemberExpression') return isTestCall(callee['object'] as Node)
  return callee.type === 'CallExpression' && isTestCall(callee['callee'] as Node)
}

function textOf(node: Node): string | undefined {
  if (node.type === 'Literal' && typeof node['value'] === 'string') return node['value']
  if (node.type === 'TemplateLiteral') return (node['quasis'] as { value: { cooked: string } }[]).map((part) => part.value.cooked).join('…')
  return undefined
}
