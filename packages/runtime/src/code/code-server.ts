import { InvariantError, refuse } from '../errors.ts'
import type { ModuleGeneration } from '../ids.ts'
import type { Guards } from './guards.ts'
import type { PurgeMark } from '../inspect/views.ts'
import { PackageRecords, type PackageRecord } from './package-record.ts'
import type { Generation, GenerationCode, GenerationFacts, LoadedGeneration } from './generation.ts'
import type { JournalChange, JournalDesk, JournalEntry } from './journal.ts'

/** What is loaded, and what was: the only writer of the modules' generations. Numbers rise by one and are never reused. */
export class CodeServer {
  readonly #modules = new Map<string, Generation[]>()
  readonly #records = new PackageRecords()
  readonly #journal: Pick<JournalDesk, 'append'>
  #restoring = false

  constructor(journal: Pick<JournalDesk, 'append'>) {
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

  /** Releases of packages that loaded generations hold, newest first. */
  packageRecords(): readonly PackageRecord[] {
    const loaded = [...this.#modules.values()].flat().filter(isLoaded)
    return [...new Set(loaded.sort((a, b) => b.loadedAt - a.loadedAt).flatMap(({ packages }) => packages))]
  }

  nextNumber(module: string): number {
    return (this.#modules.get(module)?.length ?? 0) + 1
  }

  /** GEN1, GEN4: all become current, what was current becomes old, and `purged` go with it in one step. */
  publish(
    generations: readonly { facts: GenerationFacts; code: GenerationCode }[],
    purged: readonly (ModuleGeneration & { readonly mark: PurgeMark })[] = [],
  ): void {
    const facts = generations.map((generation) => generation.facts)
    this.#push(facts)
    for (const { mark, ...generation } of purged) this.#remove(generation, mark)
    this.#record([
      { entry: { type: 'loaded', generations: facts }, codes: generations.map(({ code }) => code) },
      ...purged.map(({ module, number, mark }) => ({ entry: { type: 'purged' as const, module, number, mark }, codes: [] })),
    ])
  }

  /** GEN5: the current generation becomes old. */
  unbind(module: string): void {
    this.#modules.set(module, (this.#modules.get(module) ?? []).map(aged))
    this.#record([{ entry: { type: 'unbound', module }, codes: [] }])
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
    this.#record([{ entry: { type: 'rebound', module, number }, codes: [] }])
  }

  purge(generation: ModuleGeneration, mark: PurgeMark): void {
    this.#remove(generation, mark)
    this.#record([{ entry: { type: 'purged', module: generation.module, number: generation.number, mark }, codes: [] }])
  }

  #remove({ module, number }: ModuleGeneration, mark: PurgeMark): void {
    const generation = this.get(module, number)
    if (generation.status !== 'old') throw new InvariantError(`${module}@${number} is ${generation.status}`)
    this.#modules.set(
      module,
      (this.#modules.get(module) ?? []).map((entry) =>
        entry.number === number ? { ...generation, links: NO_LINKS, status: 'purged', mark } : entry,
      ),
    )
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
        return this.#push(entry.generations)
      case 'unbound':
        return this.unbind(entry.module)
      case 'rebound':
        return this.rebind(entry.module, entry.number)
      case 'purged':
        return this.#remove({ module: entry.module, number: entry.number }, entry.mark)
      case 'held':
      case 'released':
      case 'marked':
      case 'unmarked':
        return guards.apply(entry)
    }
  }

  #push(generations: readonly GenerationFacts[]): void {
    for (const facts of generations) {
      const stack = this.#modules.get(facts.module) ?? []
      if (facts.number !== stack.length + 1) throw new InvariantError(`${facts.module}@${facts.number} does not follow ${stack.length}`)
      const packages = this.#records.share(facts.packages)
      this.#modules.set(facts.module, [...stack.map(aged), { ...facts, packages, status: 'current' }])
    }
  }

  #record(changes: readonly JournalChange[]): void {
    if (!this.#restoring) this.#journal.append(changes)
  }
}

const NO_LINKS: Generation['links'] = { exports: [], uses: [] }

function isLoaded(generation: Generation): generation is LoadedGeneration {
  return generation.status !== 'purged'
}

function aged(generation: Generation): Generation {
  return generation.status === 'current' ? { ...generation, status: 'old' } : generation
}
