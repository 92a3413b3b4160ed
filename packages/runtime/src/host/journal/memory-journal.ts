import type { GenerationCode, GenerationFacts } from '../../code/generation.ts'
import type { Journal, JournalChange, JournalEntry } from '../../code/journal.ts'
import { packJson, unpackJson } from '../../code/pack-json.ts'
import { PackageRecords } from '../../code/package-record.ts'
import type { CompiledModule, CompiledPackage } from '../../compiler/compiled.ts'
import { formatModuleGeneration, type ModuleGeneration } from '../../ids.ts'

interface KeptCode {
  readonly sourceHash: string
  readonly compiled: Buffer
  readonly packages: readonly string[]
}

/** A journal that ends with its OS process. Texts and code are deflated outside V8's heap, each once. */
export class MemoryJournal implements Journal {
  readonly #entries: JournalEntry[] = []
  readonly #sources = new Map<string, Buffer>()
  readonly #codes = new Map<string, KeptCode>()
  readonly #packages = new Map<string, Buffer>()
  readonly #records = new PackageRecords()

  async append(changes: readonly JournalChange[]): Promise<void> {
    for (const { entry, codes } of changes) {
      if (entry.type === 'loaded') {
        for (const [index, { module, number, sourceHash }] of entry.generations.entries()) {
          const code = codes[index]
          if (code !== undefined) await this.#keep(formatModuleGeneration(module, number), sourceHash, code)
        }
      }
      if (entry.type === 'purged') this.#drop(formatModuleGeneration(entry.module, entry.number))
      this.#entries.push(entry.type === 'loaded' ? { ...entry, generations: entry.generations.map((facts) => this.#shared(facts)) } : entry)
    }
  }

  /** What crossed a process's border is a copy each time. */
  #shared(facts: GenerationFacts): GenerationFacts {
    return { ...facts, packages: this.#records.share(facts.packages) }
  }

  async entries(): Promise<readonly JournalEntry[]> {
    return [...this.#entries]
  }

  async code({ module, number }: ModuleGeneration): Promise<GenerationCode | undefined> {
    const kept = this.#codes.get(formatModuleGeneration(module, number))
    if (kept === undefined) return undefined
    const source = await this.source(kept.sourceHash)
    if (source === undefined) return undefined
    const packages = kept.packages.flatMap((hash) => this.#packages.get(hash) ?? [])
    return {
      source,
      compiled: await unpackJson<CompiledModule>(kept.compiled),
      packages: await Promise.all(packages.map((text) => unpackJson<CompiledPackage>(text))),
    }
  }

  async source(hash: string): Promise<string | undefined> {
    const kept = this.#sources.get(hash)
    return kept === undefined ? undefined : unpackJson<string>(kept)
  }

  async #keep(key: string, sourceHash: string, { source, compiled, packages }: GenerationCode): Promise<void> {
    if (!this.#sources.has(sourceHash)) this.#sources.set(sourceHash, await packJson(source))
    for (const entry of packages) if (!this.#packages.has(entry.hash)) this.#packages.set(entry.hash, await packJson(entry))
    this.#codes.set(key, { sourceHash, compiled: await packJson(compiled), packages: packages.map(({ hash }) => hash) })
  }

  #drop(key: string): void {
    this.#codes.delete(key)
    const used = new Set([...this.#codes.values()].flatMap(({ packages }) => packages))
    for (const hash of this.#packages.keys()) if (!used.has(hash)) this.#packages.delete(hash)
  }
}
