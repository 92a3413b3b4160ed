import type { JournalEntry } from '../code/code-server.ts'
import type { GenerationCode } from '../code/generation.ts'

const DROPPED: GenerationCode = {
  compiled: {
    module: '',
    file: '',
    hash: '',
    sourceHash: '',
    code: '',
    map: '',
    imports: [],
    packages: [],
    natives: [],
    releases: [],
    exports: [],
    functions: [],
    nativeCallbacks: false,
  },
  packages: [],
}

/** What a runtime that is started again has to load: every change in order, without the code of what has been purged since. */
export class Journal {
  #entries: JournalEntry[] = []

  append(entry: JournalEntry): void {
    if (entry.type === 'purged') this.#entries = this.#entries.map((known) => withoutCode(known, entry.module, entry.number))
    this.#entries.push(entry)
  }

  entries(): readonly JournalEntry[] {
    return this.#entries
  }
}

function withoutCode(entry: JournalEntry, module: string, number: number): JournalEntry {
  if (entry.type !== 'loaded' || !entry.generations.some(({ facts }) => facts.module === module && facts.number === number)) return entry
  return {
    ...entry,
    generations: entry.generations.map((generation) =>
      generation.facts.module === module && generation.facts.number === number ? { ...generation, code: DROPPED } : generation,
    ),
  }
}
