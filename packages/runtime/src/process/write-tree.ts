import type { Kind } from './learned-shapes.ts'
import type { TreeNode, TreePlan } from './tree-plan.ts'

/** Items that are compared with each other. */
const COMPARED_MAX = 8
/** Objects of one kind, anywhere in a message, that are. */
const LISTED_MAX = 16

/**
 * The text of a function that copies a message, over `exemplars`, `same` (hidden classes), `itemsOf` and `plainItemsOf`. Reading has no effect in there: where a value is not what was expected, or an
 * object comes twice, it returns `null`, and `undefined` where the message has another shape.
 */
export function writeTree(plan: TreePlan): { readonly text: string; readonly exemplars: readonly object[] } {
  const exemplars: object[] = []
  const declared: string[] = []
  const lists = new Map<Kind, string>()
  const before = new Map<Kind, string[]>()

  /** Values of a place; what it holds is put into the same variable. */
  function value(nodes: readonly TreeNode[], variable: string, from: Items | undefined): string {
    if (nodes.length === 0) return `if (typeof ${variable} === 'object' ? ${variable} !== null : ${NO_VALUE(variable)}) return null; `
    const absent = from?.holey === true ? ` || ${variable} === undefined` : ''
    return `if (typeof ${variable} === 'object') { if (${variable} !== null) { ${choice(nodes, variable, from)} } } else if (${NO_VALUE(variable)}${absent}) return null; `
  }

  function choice(nodes: readonly TreeNode[], variable: string, from: Items | undefined): string {
    const branches = nodes.map((node) => `if (same(e${node.number}, ${variable})) { ${body(node, variable, from)} } else `)
    return `${branches.join('')}return null;`
  }

  function body(node: TreeNode, variable: string, from: Items | undefined): string {
    const { number, shape } = node
    exemplars[number] = shape.exemplar
    if (shape.fields === null) return told(node, variable, from) + array(node, variable)
    const names = shape.fields.keys.map((key) => JSON.stringify(key))
    const fields = names.map((_, index) => `v${number}_${index}`)
    const read = fields.map((field, index) => `${field} = ${variable}[${names[index]}]`)
    const copied = fields.map((field, index) => value(node.inside[index] as readonly TreeNode[], field, undefined))
    const literal = fields.map((field, index) => `${names[index]}: ${field}`)
    return `for (const key in ${variable}) { if (key !== ${names[0]}) return null; break; } ${told(node, variable, from)}let ${read.join(', ')}; ${copied.join('')}${variable} = { ${literal.join(', ')} };`
  }

  function array({ number, shape, inside, repeated }: TreeNode, variable: string): string {
    const [items] = inside
    if (items === undefined || items.length === 0)
      return `${variable} = plainItemsOf(${variable}, ${shape.holey}); if (${variable} === null) return null;`
    const [out, index, item] = [`o${number}`, `i${number}`, `x${number}`]
    const from: Items = { variable, index, holey: shape.holey }
    const few = !repeated && items.some((node) => isCompared(node)) ? `if (${out}.length > ${COMPARED_MAX}) return null; ` : ''
    return `const ${out} = itemsOf(${variable}); ${few}for (let ${index} = 0; ${index} < ${out}.length; ${index}++) { let ${item} = ${out}[${index}]; ${value(items, item, from)}${out}[${index}] = ${item}; } ${variable} = ${out};`
  }

  /** The only place of its kind, among the items of one array: they are compared with each other. */
  function isCompared({ shape: { kind }, item }: TreeNode): boolean {
    return item && plan.places.get(kind) === 1
  }

  /** Makes sure that it is none of the objects before. */
  function told(node: TreeNode, variable: string, from: Items | undefined): string {
    const { kind } = node.shape
    if (from !== undefined && isCompared(node))
      return `for (let j = 0; j < ${from.index}; j++) if (${from.variable}[j] === ${variable}) return null; `
    if (plan.repeated.has(kind)) {
      const list = lists.get(kind) ?? `l${lists.size}`
      if (!lists.has(kind)) declared.push(`${list} = []`)
      lists.set(kind, list)
      return `for (let j = 0; j < ${list}.length; j++) if (${list}[j] === ${variable}) return null; if (${list}.length === ${LISTED_MAX}) return null; ${list}.push(${variable}); `
    }
    if (plan.places.get(kind) === 1) return ''
    const others = before.get(kind) ?? []
    const own = `s${node.number}`
    declared.push(`${own} = null`)
    before.set(kind, [...others, own])
    const compared = others.map((other) => `${other} === ${variable}`).join(' || ')
    return `${compared === '' ? '' : `if (${compared}) return null; `}${own} = ${variable}; `
  }

  const copied = body(plan.root, 'message', undefined)
  const taken = exemplars.map((_, number) => `e${number} = exemplars[${number}]`)
  const variables = declared.length === 0 ? '' : `let ${declared.join(', ')}; `
  return {
    text: `'use strict'; const ${taken.join(', ')}; return (message) => { if (!same(e0, message)) return undefined; ${variables}${copied} return message; }`,
    exemplars,
  }
}

/** The array whose item it is. */
interface Items {
  readonly variable: string
  readonly index: string
  readonly holey: boolean
}

const NO_VALUE = (variable: string): string => `typeof ${variable} === 'function' || typeof ${variable} === 'symbol'`
