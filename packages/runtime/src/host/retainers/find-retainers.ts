import type { HeapGraph } from './read-snapshot.ts'

/** One way by which code of a purged generation is still reached. */
export interface RetainerPath {
  /** Who holds it: `module state of bus@2`, `the global "cache"`, `process 1.4`, … */
  readonly by: string
  /** From there to a function of the generation, outermost first. */
  readonly steps: readonly string[]
  /** Functions of the generation that are reached by the same holder. */
  readonly functions: number
}

/** Different holders that are told. */
const PATHS_MAX = 5
/** Functions whose way is looked at. */
const FUNCTIONS_MAX = 2_000
const STEPS_MAX = 12
const TEXT_MAX = 80

/** Who still reaches code of a generation (`room@3`), each with the shortest way from a root of the heap. Weak references hold nothing. */
export function findRetainers(graph: HeapGraph, label: string): RetainerPath[] {
  const ways = shortestWays(graph)
  const contexts = contextOwners(graph)
  const paths = new Map<string, { steps: string[]; functions: number }>()
  let looked = 0
  for (let node = 0; node < graph.types.length && looked < FUNCTIONS_MAX; node++) {
    if (typeOf(graph, node) !== 'closure' || ways.parents[node] === -1 || scriptOf(graph, node) !== label) continue
    looked++
    const { by, steps } = tellWay(graph, ways, contexts, node, label)
    const known = paths.get(by)
    const shortest = known === undefined || steps.length < known.steps.length ? steps : known.steps
    paths.set(by, { steps: shortest, functions: (known?.functions ?? 0) + 1 })
  }
  return [...paths]
    .map(([by, path]) => ({ by, ...path }))
    .sort((a, b) => a.steps.length - b.steps.length)
    .slice(0, PATHS_MAX)
}

/** The generation whose functions share each scope. */
function contextOwners(graph: HeapGraph): Map<number, string> {
  const owners = new Map<number, string>()
  for (let node = 0; node < graph.types.length; node++) {
    if (typeOf(graph, node) !== 'closure') continue
    const script = scriptOf(graph, node)
    const context = script === undefined ? undefined : follow(graph, node, 'context')
    if (script !== undefined && context !== undefined) owners.set(context, script)
  }
  return owners
}

interface Ways {
  readonly parents: Int32Array
  readonly edges: Uint32Array
}

function shortestWays(graph: HeapGraph): Ways {
  const { types, firstEdges, edgeKinds, targets, edgeTypes } = graph
  const [weak, shortcut] = [edgeTypes.indexOf('weak'), edgeTypes.indexOf('shortcut')]
  const parents = new Int32Array(types.length).fill(-1)
  const edges = new Uint32Array(types.length)
  const queue = new Uint32Array(types.length)
  parents[0] = 0
  let filled = 1
  for (let at = 0; at < filled; at++) {
    const node = queue[at] as number
    for (let edge = firstEdges[node] as number; edge < (firstEdges[node + 1] as number); edge++) {
      if (edgeKinds[edge] === weak || edgeKinds[edge] === shortcut) continue
      const target = targets[edge] as number
      if (parents[target] !== -1) continue
      parents[target] = node
      edges[target] = edge
      queue[filled++] = target
    }
  }
  return { parents, edges }
}

function tellWay(
  graph: HeapGraph,
  { parents, edges }: Ways,
  contexts: ReadonlyMap<number, string>,
  found: number,
  label: string,
): { by: string; steps: string[] } {
  const way: number[] = []
  for (let node = found; node !== 0; node = parents[node] as number) way.push(node)
  way.reverse()
  let by = ''
  let steps: string[] = []
  for (const [index, node] of way.entries()) {
    const from = way[index - 1]
    const edge = edges[node] as number
    const [kind, name] = [edgeType(graph, edge), edgeName(graph, edge)]
    const module = from === undefined ? undefined : contexts.get(from)
    // The innermost owner that an operator knows is who holds it; what led to that is ours and V8's.
    const owner =
      ownerAt(graph, from, kind, name, module === label ? undefined : module) ??
      listenerAt(graph, way, index, edges) ??
      processAt(graph, node)
    if (owner !== undefined) {
      by = owner
      steps = []
    }
    const step = tellStep(graph, node, kind, name)
    if (step !== undefined) steps.push(step)
  }
  const first = way.findLast((node) => isRootName(nameOf(graph, node)))
  if (by === '') by = first === undefined ? 'the runtime' : (ROOT_WORDS[nameOf(graph, first)] ?? 'the runtime')
  return { by, steps: steps.length <= STEPS_MAX ? steps : [...steps.slice(0, 4), '…', ...steps.slice(-(STEPS_MAX - 5))] }
}

function ownerAt(graph: HeapGraph, from: number | undefined, kind: string, name: string, module: string | undefined): string | undefined {
  if (from === undefined) return undefined
  if (kind === 'property' && isGlobal(graph, from)) return `the global "${cut(name)}"`
  // A variable of a module is a slot of the context that its functions share.
  if (kind === 'context' && module !== undefined && !name.startsWith('$$') && nameOf(graph, from) === 'system / Context')
    return `module state of ${module}`
  return undefined
}

/** Node keeps an emitter's listeners by event in `_events`. */
function listenerAt(graph: HeapGraph, way: readonly number[], index: number, edges: Uint32Array): string | undefined {
  const [emitter, list, node] = [way[index - 2], way[index - 1], way[index]]
  if (emitter === undefined || list === undefined || node === undefined) return undefined
  if (edgeName(graph, edges[list] as number) !== '_events' || edgeType(graph, edges[node] as number) !== 'property') return undefined
  return `a listener of ${cut(nameOf(graph, emitter))} for "${cut(edgeName(graph, edges[node] as number))}"`
}

function processAt(graph: HeapGraph, node: number): string | undefined {
  if (typeOf(graph, node) !== 'object' || nameOf(graph, node) !== 'Process') return undefined
  const pid = stringProperty(graph, node, 'pid')
  return pid === undefined ? undefined : `process ${pid}`
}

function tellStep(graph: HeapGraph, node: number, kind: string, name: string): string | undefined {
  const type = typeOf(graph, node)
  const what =
    type === 'closure'
      ? `function ${nameOf(graph, node) === '' ? '(anonymous)' : nameOf(graph, node)} of ${scriptOf(graph, node) ?? 'the runtime'}`
      : nameOf(graph, node)
  if (kind === 'context') return name.startsWith('$$') ? undefined : `variable ${cut(name)}: ${cut(what)}`
  if (kind === 'property') return name === '__proto__' ? undefined : `property ${cut(name)}: ${cut(what)}`
  if (type === 'synthetic') return undefined
  if (kind === 'element') return `an element: ${cut(what)}`
  return type === 'closure' || (type === 'object' && !what.startsWith('system')) ? cut(what) : undefined
}

const ROOT_WORDS: Readonly<Record<string, string>> = {
  '(Stack roots)': 'code that is running right now',
  '(Global handles)': 'native code: a listener, a handle or a library outside JavaScript',
  '(Handle scope)': 'native code that is running right now',
  '(Traced handles)': 'native code: a listener, a handle or a library outside JavaScript',
}

function isRootName(name: string): boolean {
  return name.startsWith('(') && name.endsWith(')')
}

function isGlobal(graph: HeapGraph, node: number): boolean {
  return typeOf(graph, node) === 'object' && /^(global|globalThis|Object \/ .*|system \/ NativeContext)$/.test(nameOf(graph, node))
}

/** `room@3`: the script of a function, as it was named when it was instantiated. */
function scriptOf(graph: HeapGraph, closure: number): string | undefined {
  const shared = follow(graph, closure, 'shared')
  const script = shared === undefined ? undefined : follow(graph, shared, 'script')
  const name = script === undefined ? undefined : follow(graph, script, 'name')
  const text = name === undefined ? undefined : nameOf(graph, name)
  return text !== undefined && /^[a-z0-9][a-z0-9_/-]*@\d+$/.test(text) ? text : undefined
}

function stringProperty(graph: HeapGraph, node: number, property: string): string | undefined {
  const found = follow(graph, node, property)
  return found === undefined ? undefined : nameOf(graph, found)
}

function follow(graph: HeapGraph, node: number, name: string): number | undefined {
  for (let edge = graph.firstEdges[node] as number; edge < (graph.firstEdges[node + 1] as number); edge++) {
    const kind = edgeType(graph, edge)
    if (kind !== 'element' && kind !== 'hidden' && edgeName(graph, edge) === name) return graph.targets[edge]
  }
  return undefined
}

function typeOf(graph: HeapGraph, node: number): string {
  return graph.nodeTypes[graph.types[node] as number] ?? ''
}

function nameOf(graph: HeapGraph, node: number): string {
  return graph.strings[graph.names[node] as number] ?? ''
}

function edgeType(graph: HeapGraph, edge: number): string {
  return graph.edgeTypes[graph.edgeKinds[edge] as number] ?? ''
}

function edgeName(graph: HeapGraph, edge: number): string {
  const kind = edgeType(graph, edge)
  return kind === 'element' || kind === 'hidden' ? String(graph.edgeNames[edge]) : (graph.strings[graph.edgeNames[edge] as number] ?? '')
}

function cut(text: string): string {
  return text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text
}
