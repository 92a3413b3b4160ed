import { InvariantError, refuse } from '../errors.ts'
import type { ModuleGeneration } from '../ids.ts'
import type { GuardEntry, Guards } from './guards.ts'
import type { PurgeMark } from '../inspect/views.ts'
import type { Generation, GenerationCode, GenerationFacts, LoadedGeneration } from './generation.ts'

/** A change of what is loaded, as plain data: enough to bring the same generations back after the runtime's end. */
export type JournalEntry =
  | { readonly type: 'loaded'; readonly generations: readonly { facts: GenerationFacts; code: GenerationCode }[] }
  | { readonly type: 'unbound'; readonly module: string }
  /** A rollback made a loaded generation current again. */
  | { readonly type: 'rebound'; readonly module: string; readonly number: number }
  | GuardEntry
  | { readonly type: 'purged'; readonly module: string; readonly number: number; readonly mark: PurgeMark }

/** What is loaded, and what was: the only writer of the modules' generations. Numbers rise by one and are never reused. */
export class CodeServer {
  readonly #modules = new Map<string, Generation[]>()
  readonly #journal: (entry: JournalEntry) => void
  #restoring = false

  constructor(journal: (entry: JournalEntry) => void) {
    this.#journal = journal
  }

  names(): string[] {
    return [...this.#modules.keys()].sort()
  }

  has(module: string): boolean {
    return this.#modules.has(module)
  }

  /** All that were ever loaded, highest first. Throws `unknown_module`. */
  history(module: string): readonly Generation[] {
    const generations = this.#modules.get(module) ?? refuse({ code: 'unknown_module', module })
    return generations.toReversed()
  }

  /** Those still loaded, highest first. */
  loaded(module: string): readonly LoadedGeneration[] {
    return (this.#modules.get(module) ?? []).filter(isLoaded).reverse()
  }

  old(module: string): readonly LoadedGeneration[] {
    return this.loaded(module).filter(({ status }) => status === 'old')
  }

  current(module: string): LoadedGeneration | undefined {
    return this.loaded(module).find(({ status }) => status === 'current')
  }

  get(module: string, number: number): Generation {
    const generations = this.#modules.get(module) ?? refuse({ code: 'unknown_module', module })
    return generations[number - 1] ?? refuse({ code: 'unknown_generation', module, number })
  }

  nextNumber(module: string): number {
    return (this.#modules.get(module)?.length ?? 0) + 1
  }

  /** GEN1, GEN4: all become current, what was current becomes old. */
  publish(generations: readonly { facts: GenerationFacts; code: GenerationCode }[]): void {
    for (const { facts, code } of generations) {
      const stack = this.#modules.get(facts.module) ?? []
      if (facts.number !== stack.length + 1) throw new InvariantError(`${facts.module}@${facts.number} does not follow ${stack.length}`)
      this.#modules.set(facts.module, [...stack.map(aged), { ...facts, status: 'current', code }])
    }
    this.#record({ type: 'loaded', generations })
  }

  /** GEN5: the current generation becomes old. */
  unbind(module: string): void {
    this.#modules.set(module, (this.#modules.get(module) ?? []).map(aged))
    this.#record({ type: 'unbound', module })
  }

  /** GEN6: the same generation is current again, whatever its number. */
  rebind(module: string, number: number): void {
    const stack = this.#modules.get(module) ?? []
    const target = stack[number - 1]
    if (target?.status !== 'old') throw new InvariantError(`${module}@${number} is not an old generation`)
    this.#modules.set(
      module,
      stack.map((entry) => (entry.number === number ? { ...target, status: 'current' } : aged(entry))),
    )
    this.#record({ type: 'rebound', module, number })
  }

  purge({ module, number }: ModuleGeneration, mark: PurgeMark): void {
    const generation = this.get(module, number)
    if (generation.status !== 'old') throw new InvariantError(`${module}@${number} is ${generation.status}`)
    const { code: _code, ...facts } = generation
    this.#modules.set(
      module,
      (this.#modules.get(module) ?? []).map((entry) => (entry.number === number ? { ...facts, status: 'purged', mark } : entry)),
    )
    this.#record({ type: 'purged', module, number, mark })
  }

  /** Applies what a journal tells, in order, to a fresh code server and its guards. What is in the journal is not journalled again. */
  restore(entries: readonly JournalEntry[], guards: Guards): void {
    this.#restoring = true
    for (const entry of entries) this.#apply(entry, guards)
    this.#restoring = false
  }

  #apply(entry: JournalEntry, guards: Guards): void {
    switch (entry.type) {
      case 'loaded':
        return this.publish(entry.generations)
      case 'unbound':
        return this.unbind(entry.module)
      case 'rebound':
        return this.rebind(entry.module, entry.number)
      case 'purged':
        return this.purge({ module: entry.module, number: entry.number }, entry.mark)
      case 'held':
      case 'released':
      case 'marked':
      case 'unmarked':
        return guards.apply(entry)
    }
  }

  #record(entry: JournalEntry): void {
    if (!this.#restoring) this.#journal(entry)
  }
}

function isLoaded(generation: Generation): generation is LoadedGeneration {
  return generation.status !== 'purged'
}

function aged(generation: Generation): Generation {
  return generation.status === 'current' ? { ...generation, status: 'old' } : generation
}
