import { sha256 } from './content-hash.ts'

export interface HashedNode {
  /** What it is by itself, and where it stands. */
  readonly own: string
  readonly targets: readonly HashedNode[]
  /** Over it and all that it reaches; set once. */
  deepHash: string | undefined
}

interface Visit {
  readonly node: HashedNode
  low: number
  next: number
}

/**
 * Hashes a node over all that it reaches, and these too. Circles are hashed as one (Tarjan's strongly connected components, without recursion: chains of files
 * can be long).
 */
export function setDeepHashes(root: HashedNode): void {
  if (root.deepHash !== undefined) return
  const index = new Map<HashedNode, number>()
  const open: HashedNode[] = []
  const isOpen = new Set<HashedNode>()
  const begin = (node: HashedNode): Visit => {
    const low = index.size
    index.set(node, low)
    open.push(node)
    isOpen.add(node)
    return { node, low, next: 0 }
  }
  const visits = [begin(root)]
  for (let visit = visits.at(-1); visit !== undefined; visit = visits.at(-1)) {
    const target = visit.node.targets[visit.next++]
    if (target !== undefined) {
      if (target.deepHash !== undefined) continue
      if (!index.has(target)) visits.push(begin(target))
      else if (isOpen.has(target)) visit.low = Math.min(visit.low, index.get(target) as number)
      continue
    }
    visits.pop()
    const parent = visits.at(-1)
    if (parent !== undefined) parent.low = Math.min(parent.low, visit.low)
    if (visit.low !== index.get(visit.node)) continue
    const circle = open.splice(open.indexOf(visit.node))
    for (const node of circle) isOpen.delete(node)
    hashCircle(circle)
  }
}

function hashCircle(circle: readonly HashedNode[]): void {
  const members = new Set(circle)
  const bases = new Map(
    circle.map((node) => [
      node,
      sha256(node.own, '\n', node.targets.map((target) => (members.has(target) ? target.own : target.deepHash)).join('\n')),
    ]),
  )
  const whole = circle.length === 1 ? '' : sha256([...bases.values()].sort().join('\n'))
  for (const [node, base] of bases) node.deepHash = circle.length === 1 ? base : sha256(whole, base)
}
