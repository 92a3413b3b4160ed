/** So many may work at once; the others wait for their turn, first come first served. */
export class Places {
  readonly #atOnce: number
  readonly #queue: (() => void)[] = []
  #taken = 0

  constructor(atOnce: number) {
    this.#atOnce = atOnce
  }

  get free(): boolean {
    return this.#taken < this.#atOnce
  }

  get waiting(): number {
    return this.#queue.length
  }

  async take(): Promise<void> {
    if (!this.free) return new Promise((resolve) => this.#queue.push(resolve))
    this.#taken++
  }

  /** The place goes to who waited longest. */
  leave(): void {
    const next = this.#queue.shift()
    if (next) next()
    else this.#taken--
  }
}
