import { InvariantError } from '../../errors.ts'

/** A heap snapshot as far as retainers need it: who points to whom, by which name. Numbers only; a snapshot of a large heap has millions of nodes. */
export interface HeapGraph {
  readonly nodeTypes: readonly string[]
  readonly edgeTypes: readonly string[]
  /** Per node: index into `nodeTypes`, index into `strings`, number of its first edge; one more than there are nodes. */
  readonly types: Uint8Array
  readonly names: Uint32Array
  readonly firstEdges: Uint32Array
  /** Per edge: index into `edgeTypes`, index into `strings` or number of an element, and the node that it leads to. */
  readonly edgeKinds: Uint8Array
  readonly edgeNames: Uint32Array
  readonly targets: Uint32Array
  readonly strings: readonly string[]
}

interface Meta {
  readonly node_fields: readonly string[]
  readonly node_types: readonly [readonly string[], ...unknown[]]
  readonly edge_fields: readonly string[]
  readonly edge_types: readonly [readonly string[], ...unknown[]]
}

interface Head {
  readonly meta: Meta
  readonly node_count: number
  readonly edge_count: number
}

interface NodeTable {
  readonly types: Uint8Array
  readonly names: Uint32Array
  readonly firstEdges: Uint32Array
}

interface EdgeTable {
  readonly kinds: Uint8Array
  readonly names: Uint32Array
  readonly targets: Uint32Array
}

const NO_NODES: NodeTable = { types: new Uint8Array(0), names: new Uint32Array(0), firstEdges: new Uint32Array(0) }
const NO_EDGES: EdgeTable = { kinds: new Uint8Array(0), names: new Uint32Array(0), targets: new Uint32Array(0) }

/** Where the wanted fields stand among those of a node and of an edge. */
interface Layout {
  readonly nodeWidth: number
  readonly nodeType: number
  readonly nodeName: number
  readonly nodeEdges: number
  readonly edgeWidth: number
  readonly edgeKind: number
  readonly edgeName: number
  readonly edgeTarget: number
}

const NO_LAYOUT: Layout = { nodeWidth: 1, nodeType: 0, nodeName: 0, nodeEdges: 0, edgeWidth: 1, edgeKind: 0, edgeName: 0, edgeTarget: 0 }

function layoutOf({ node_fields: node, edge_fields: edge }: Meta): Layout {
  return {
    nodeWidth: node.length,
    nodeType: node.indexOf('type'),
    nodeName: node.indexOf('name'),
    nodeEdges: node.indexOf('edge_count'),
    edgeWidth: edge.length,
    edgeKind: edge.indexOf('type'),
    edgeName: edge.indexOf('name_or_index'),
    edgeTarget: edge.indexOf('to_node'),
  }
}

/** 15 bytes a node and 9 an edge: half a gigabyte at most. */
const NODES_MAX = 10_000_000
const EDGES_MAX = 40_000_000
const STRING_MAX = 300

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN = 0x5b
const CLOSE = 0x5d

/** Reads the JSON that V8 writes, chunk by chunk, and keeps the numbers only. Throws a `RangeError` when there are too many. */
export class SnapshotReader {
  #section: 'head' | 'between' | 'nodes' | 'edges' | 'strings' | 'done' = 'head'
  #text = ''
  #head: Head | undefined
  #layout: Layout = NO_LAYOUT
  #number = -1
  #index = 0
  #string: number[] | undefined
  #escaped = false
  #nodes: NodeTable = NO_NODES
  #edges: EdgeTable = NO_EDGES
  #edgesSoFar = 0
  readonly #strings: string[] = []

  push(chunk: Uint8Array): void {
    let at = 0
    while (at < chunk.length) {
      switch (this.#section) {
        case 'head':
        case 'between':
          at = this.#seek(chunk, at)
          break
        case 'nodes':
          at = this.#numbers(chunk, at, true)
          break
        case 'edges':
          at = this.#numbers(chunk, at, false)
          break
        case 'strings':
          at = this.#readStrings(chunk, at)
          break
        case 'done':
          return
      }
    }
  }

  end(): HeapGraph {
    const nodes = this.#nodes
    const edges = this.#edges
    const head = this.#head
    if (head === undefined || this.#section !== 'done') throw new InvariantError('the heap snapshot is not whole')
    nodes.firstEdges[head.node_count] = this.#edgesSoFar
    return {
      nodeTypes: head.meta.node_types[0],
      edgeTypes: head.meta.edge_types[0],
      types: nodes.types,
      names: nodes.names,
      firstEdges: nodes.firstEdges,
      edgeKinds: edges.kinds,
      edgeNames: edges.names,
      targets: edges.targets,
      strings: this.#strings,
    }
  }

  /** Everything outside the long arrays is small: it is gathered until one of them begins. */
  #seek(chunk: Uint8Array, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at] as number
      this.#text += String.fromCharCode(byte)
      if (byte !== OPEN) continue
      const key = /"(nodes|edges|strings)":\s*\[$/.exec(this.#text)?.[1]
      if (key === undefined) continue
      if (key === 'nodes') this.#begin(this.#text)
      this.#text = ''
      this.#index = 0
      this.#number = -1
      this.#section = key as 'nodes' | 'edges' | 'strings'
      return at + 1
    }
    if (this.#section === 'between') this.#text = this.#text.slice(-40)
    return chunk.length
  }

  #begin(text: string): void {
    const json = `${text.slice(0, text.lastIndexOf('"nodes"')).trimEnd().replace(/,$/, '')}}`
    const { snapshot } = JSON.parse(json) as { snapshot: Head }
    const { node_count: nodes, edge_count: edges } = snapshot
    if (nodes > NODES_MAX || edges > EDGES_MAX) throw new RangeError(`the heap has ${nodes} objects and ${edges} references`)
    this.#head = snapshot
    this.#layout = layoutOf(snapshot.meta)
    this.#nodes = { types: new Uint8Array(nodes), names: new Uint32Array(nodes), firstEdges: new Uint32Array(nodes + 1) }
    this.#edges = { kinds: new Uint8Array(edges), names: new Uint32Array(edges), targets: new Uint32Array(edges) }
  }

  #numbers(chunk: Uint8Array, from: number, isNodes: boolean): number {
    let number = this.#number
    let index = this.#index
    let at = from
    for (; at < chunk.length; at++) {
      const byte = chunk[at] as number
      if (byte >= 0x30 && byte <= 0x39) {
        number = (number === -1 ? 0 : number * 10) + byte - 0x30
        continue
      }
      if (number !== -1) {
        if (isNodes) this.#node(index, number)
        else this.#edge(index, number)
        index++
        number = -1
      }
      if (byte === CLOSE) {
        this.#section = 'between'
        at++
        break
      }
    }
    this.#number = number
    this.#index = index
    return at
  }

  #node(index: number, value: number): void {
    const layout = this.#layout
    const nodes = this.#nodes
    const field = index % layout.nodeWidth
    if (field === layout.nodeType) nodes.types[(index - field) / layout.nodeWidth] = value
    else if (field === layout.nodeName) nodes.names[(index - field) / layout.nodeWidth] = value
    else if (field === layout.nodeEdges) {
      nodes.firstEdges[(index - field) / layout.nodeWidth] = this.#edgesSoFar
      this.#edgesSoFar += value
    }
  }

  #edge(index: number, value: number): void {
    const layout = this.#layout
    const edges = this.#edges
    const field = index % layout.edgeWidth
    const edge = (index - field) / layout.edgeWidth
    if (field === layout.edgeKind) edges.kinds[edge] = value
    else if (field === layout.edgeName) edges.names[edge] = value
    else if (field === layout.edgeTarget) edges.targets[edge] = value / layout.nodeWidth
  }

  #readStrings(chunk: Uint8Array, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at] as number
      if (this.#string === undefined) {
        if (byte === QUOTE) this.#string = []
        else if (byte === CLOSE) {
          this.#section = 'done'
          return at + 1
        }
        continue
      }
      if (byte === QUOTE && !this.#escaped) {
        this.#strings.push(decode(this.#string))
        this.#string = undefined
        continue
      }
      this.#escaped = byte === BACKSLASH && !this.#escaped
      if (this.#string.length < STRING_MAX) this.#string.push(byte)
    }
    return chunk.length
  }
}

function decode(bytes: readonly number[]): string {
  const text = Buffer.from(bytes).toString('utf8')
  if (!text.includes('\\')) return text
  try {
    return JSON.parse(`"${text}"`) as string
  } catch {
    return text
  }
}
