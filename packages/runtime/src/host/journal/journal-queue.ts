import type { GenerationCode } from '../../code/generation.ts'
import type { Journal, JournalChange, JournalDesk, JournalEntry } from '../../code/journal.ts'
import type { Clock } from '../../clock.ts'
import { EngineError } from '../../errors.ts'
import type { ModuleGeneration } from '../../ids.ts'

/** A journal that could not be written is tried again after this long. */
const RETRY_MS = 1_000

/** Writes changes one after the other and knows which are not durable yet: what a command changed is written before it is answered. */
export class JournalQueue implements JournalDesk {
  readonly #journal: Journal
  readonly #clock: Clock
  readonly #waiting: (readonly JournalChange[])[] = []
  #writing: Promise<void> | undefined
  #failure: string | undefined
  #cancelRetry: () => void = () => {}

  constructor(journal: Journal, clock: Clock) {
    this.#journal = journal
    this.#clock = clock
  }

  append(changes: readonly JournalChange[]): void {
    this.#waiting.push(changes)
    if (this.#failure === undefined) this.#write()
  }

  /** Waits for everything appended so far. Rejects with `not_durable` when it could not be written; it is tried on. */
  async settled(): Promise<void> {
    await this.#writing
    if (this.#failure !== undefined) throw new EngineError({ code: 'not_durable', why: this.#failure, done: true })
  }

  /** Refuses what would change something that could not be kept. */
  requireWritable(): void {
    if (this.#failure !== undefined) throw new EngineError({ code: 'not_durable', why: this.#failure, done: false })
  }

  async entries(): Promise<readonly JournalEntry[]> {
    await this.#writing
    return [...(await this.#read(() => this.#journal.entries())), ...this.#waiting.flat().map(({ entry }) => entry)]
  }

  async code(generation: ModuleGeneration): Promise<GenerationCode | undefined> {
    await this.#writing
    return (
      this.#unwritten((facts) => facts.module === generation.module && facts.number === generation.number) ??
      this.#read(() => this.#journal.code(generation))
    )
  }

  async source(hash: string): Promise<string | undefined> {
    await this.#writing
    return this.#unwritten((facts) => facts.sourceHash === hash)?.source ?? this.#read(() => this.#journal.source(hash))
  }

  /** Waits for a write that has begun; what cannot be written now is given up. */
  async close(): Promise<void> {
    this.#cancelRetry()
    await this.#writing
    this.#cancelRetry()
  }

  /** Refuses with `store_away` what cannot be read. */
  async #read<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read()
    } catch (error) {
      throw new EngineError({ code: 'store_away', why: error instanceof Error ? error.message : String(error) })
    }
  }

  #unwritten(accepts: (facts: { module: string; number: number; sourceHash: string }) => boolean): GenerationCode | undefined {
    for (const { entry, codes } of this.#waiting.flat()) {
      if (entry.type !== 'loaded') continue
      const index = entry.generations.findIndex(accepts)
      if (index >= 0) return codes[index]
    }
    return undefined
  }

  #write(): void {
    if (this.#writing === undefined) this.#writing = this.#writeAll()
  }

  /** Something waits when it is called, so that it is under way when it returns. */
  async #writeAll(): Promise<void> {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      try {
        await this.#journal.append(next)
      } catch (error) {
        this.#failure = error instanceof Error ? error.message : String(error)
        this.#cancelRetry = this.#clock.schedule(RETRY_MS, () => this.#write())
        break
      }
      this.#waiting.shift()
      this.#failure = undefined
    }
    this.#writing = undefined
  }
}
