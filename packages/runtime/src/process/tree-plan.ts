import type { Kind, Place, Shape } from './learned-shapes.ts'

/** Objects and arrays of one tree: so long is the function that copies it. */
const NODES_MAX = 40

/** An object or an array that is expected somewhere in a message. */
export interface TreeNode {
  readonly number: number
  readonly shape: Shape
  /** Of each field what it may hold besides primitive values; of an array what its items may be. */
  readonly inside: readonly (readonly TreeNode[])[]
  /** It is an item, or stands in one. */
  readonly repeated: boolean
  /** It is an item of an array that is not repeated itself. */
  readonly item: boolean
}

export interface TreePlan {
  readonly root: TreeNode
  /** How many places of the tree have objects that could be one and the same. */
  readonly places: ReadonlyMap<Kind, number>
  /** Kinds with a repeated place. */
  readonly repeated: ReadonlySet<Kind>
}

/** All that may stand in a message of this shape by what its places expect; `undefined` when that is too much or goes in a circle. */
export function planTree(shape: Shape): TreePlan | undefined {
  const places = new Map<Kind, number>()
  const repeated = new Set<Kind>()
  let nodes = 0

  function nodeOf(at: Shape, above: readonly Shape[], where: 'once' | 'item' | 'inside'): TreeNode | undefined {
    if (above.includes(at) || nodes >= NODES_MAX) return undefined
    const number = nodes++
    const path = [...above, at]
    if (where !== 'once') repeated.add(at.kind)
    const inside: TreeNode[][] = []
    const below = at.fields === null ? [at.items as Place] : at.fields.places
    const there = at.fields === null ? (where === 'once' ? 'item' : 'inside') : where === 'once' ? 'once' : 'inside'
    for (const place of below) {
      const nodesThere = nodesAt(place, path, there)
      if (nodesThere === undefined) return undefined
      inside.push(nodesThere)
    }
    return { number, shape: at, inside, repeated: where !== 'once', item: where === 'item' }
  }

  function nodesAt(place: Place, path: readonly Shape[], where: 'once' | 'item' | 'inside'): TreeNode[] | undefined {
    const found: TreeNode[] = []
    const shapes = place.first === null ? [] : [place.first, ...place.others]
    for (const kind of new Set(shapes.map((each) => each.kind))) places.set(kind, (places.get(kind) ?? 0) + 1)
    for (const each of shapes) {
      const node = nodeOf(each, path, where)
      if (node === undefined) return undefined
      found.push(node)
    }
    return found
  }

  places.set(shape.kind, 1)
  const root = nodeOf(shape, [], 'once')
  return root === undefined ? undefined : { root, places, repeated }
}
