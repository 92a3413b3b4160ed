import type { CompiledModule } from '../compiler/compiled.ts'

/** A member of a set: what it imports of the set, in the order of its text, and how its body is run. */
export interface SetMember {
  readonly name: string
  readonly imports: readonly string[]
  /** Its body has an `await` outside all functions. */
  readonly waits: boolean
  /** Runs the body; a promise when it waits. */
  run(): void | Promise<unknown>
}

interface Node {
  readonly member: SetMember
  status: 'linked' | 'evaluating' | 'evaluating-async' | 'evaluated'
  depth: number
  ancestorDepth: number
  cycleRoot: Node | undefined
  /** Position among those that wait, or wait for one that does. */
  asyncOrder: number | undefined
  pending: number
  readonly asyncParents: Node[]
  failure: { readonly error: unknown } | undefined
  /** Told when the circle that the member belongs to is evaluated. */
  readonly waiting: { resolve(): void; reject(error: unknown): void }[]
}

// Taken before any user code runs: a body may replace the global.
const OriginalPromise = Promise

/**
 * Evaluates a set as ECMAScript evaluates modules (InnerModuleEvaluation, AsyncModuleExecutionFulfilled): imported members first, a circle entered where the
 * set's order enters it; a member that waits holds up those that import it and nobody else.
 */
export class SetEvaluation {
  readonly #nodes: ReadonlyMap<string, Node>
  readonly #whole: { resolve(): void; reject(error: unknown): void }[] = []
  #asyncCount = 0

  constructor(members: readonly SetMember[]) {
    this.#nodes = new Map(
      members.map((member) => [
        member.name,
        {
          member,
          status: 'linked',
          depth: 0,
          ancestorDepth: 0,
          cycleRoot: undefined,
          asyncOrder: undefined,
          pending: 0,
          asyncParents: [],
          failure: undefined,
          waiting: [],
        },
      ]),
    )
  }

  /** Evaluates all members. Throws, or rejects with, what the first body that fails throws; answers a promise only where a body waits. */
  evaluate(): void | Promise<void> {
    for (const node of this.#nodes.values()) this.#enter(node)
    if (this.#done()) return
    return new OriginalPromise((resolve, reject) => this.#whole.push({ resolve, reject }))
  }

  /** Settles when a member is evaluated, which begins now unless it has begun: what `import()` waits for. Not to be called while a body runs. */
  member(name: string): Promise<void> {
    return new OriginalPromise((resolve, reject) => {
      const node = this.#nodes.get(name)
      if (node === undefined) return resolve()
      this.#enter(node)
      const root = node.cycleRoot ?? node
      if (root.failure !== undefined) reject(root.failure.error)
      else if (root.status === 'evaluated') resolve()
      else root.waiting.push({ resolve, reject })
    })
  }

  #done(): boolean {
    for (const node of this.#nodes.values()) if (node.status !== 'evaluated') return false
    return true
  }

  #enter(node: Node): void {
    if (node.failure !== undefined) throw node.failure.error
    if (node.status !== 'linked') return
    const stack: Node[] = []
    try {
      this.#inner(node, stack, 0)
    } catch (error) {
      for (const entered of stack) this.#fail(entered, error)
      throw error
    }
  }

  #inner(node: Node, stack: Node[], depth: number): number {
    if (node.failure !== undefined) throw node.failure.error
    if (node.status !== 'linked') return depth
    node.status = 'evaluating'
    node.depth = node.ancestorDepth = depth
    let next = depth + 1
    stack.push(node)
    for (const name of node.member.imports) {
      let required = this.#nodes.get(name)
      if (required === undefined) continue
      next = this.#inner(required, stack, next)
      if (required.status === 'evaluating') node.ancestorDepth = Math.min(node.ancestorDepth, required.ancestorDepth)
      else {
        required = required.cycleRoot ?? required
        if (required.failure !== undefined) throw required.failure.error
      }
      if (required.status !== 'evaluated' && required.asyncOrder !== undefined) {
        node.pending++
        required.asyncParents.push(node)
      }
    }
    if (node.pending > 0 || node.member.waits) {
      node.asyncOrder = this.#asyncCount++
      if (node.pending === 0) void this.#runWaiting(node)
    } else void node.member.run()
    if (node.depth === node.ancestorDepth) {
      for (let popped: Node | undefined; popped !== node; ) {
        popped = stack.pop() as Node
        popped.status = popped.asyncOrder === undefined ? 'evaluated' : 'evaluating-async'
        popped.cycleRoot = node
      }
    }
    return next
  }

  async #runWaiting(node: Node): Promise<void> {
    try {
      await node.member.run()
    } catch (error) {
      this.#fail(node, error)
      return
    }
    this.#fulfilled(node)
  }

  #fulfilled(node: Node): void {
    if (node.failure !== undefined) return
    this.#settle(node)
    const ready: Node[] = []
    gatherAvailable(node, ready)
    ready.sort((a, b) => (a.asyncOrder as number) - (b.asyncOrder as number))
    for (const next of ready) {
      if (next.status === 'evaluated') continue
      if (next.member.waits) {
        void this.#runWaiting(next)
        continue
      }
      try {
        void next.member.run()
        this.#settle(next)
      } catch (error) {
        this.#fail(next, error)
      }
    }
  }

  #settle(node: Node): void {
    node.status = 'evaluated'
    if (node.cycleRoot === node) for (const { resolve } of node.waiting.splice(0)) resolve()
    if (this.#done()) for (const { resolve } of this.#whole.splice(0)) resolve()
  }

  #fail(node: Node, error: unknown): void {
    if (node.failure !== undefined) return
    node.failure = { error }
    node.status = 'evaluated'
    node.cycleRoot ??= node
    for (const parent of node.asyncParents) this.#fail(parent, error)
    for (const { reject } of node.waiting.splice(0)) reject(error)
    for (const { reject } of this.#whole.splice(0)) reject(error)
  }
}

function gatherAvailable(node: Node, ready: Node[]): void {
  for (const parent of node.asyncParents) {
    if (ready.includes(parent) || parent.cycleRoot?.failure !== undefined) continue
    parent.pending--
    if (parent.pending > 0) continue
    ready.push(parent)
    // What only waited for others runs in the same step, and frees those that import it.
    if (!parent.member.waits) gatherAvailable(parent, ready)
  }
}

/** What a module's body comes after: its import and re-export statements, in the order of the text. */
export function importsOf(compiled: CompiledModule): string[] {
  return compiled.imports.filter(({ eager }) => eager).map(({ module }) => module)
}

/** Imported members of a set before their importers; a circle is entered where the set's order enters it. */
export function inDependencyOrder<T extends { readonly compiled: CompiledModule }>(modules: readonly T[]): readonly T[] {
  const byName = new Map(modules.map((item) => [item.compiled.module, item]))
  const done = new Set<string>()
  const ordered: T[] = []
  const visit = (item: T): void => {
    if (done.has(item.compiled.module)) return
    done.add(item.compiled.module)
    for (const module of importsOf(item.compiled)) {
      const needed = byName.get(module)
      if (needed !== undefined) visit(needed)
    }
    ordered.push(item)
  }
  for (const item of modules) visit(item)
  return ordered
}
