/** Objects of one message that are told apart one by one; beyond that with a map. */
const LINEAR_MAX = 16

interface Seen {
  readonly source: object
  readonly copied: object
  readonly before: Seen | null
}

/** What one copy has met, where objects of one kind come more than once. */
export class CopyMemory {
  #count = 0
  #last: Seen | null = null
  #map: Map<object, object> | null = null

  add(source: object, copied: object): void {
    if (this.#map !== null) {
      this.#map.set(source, copied)
      return
    }
    this.#last = { source, copied, before: this.#last }
    if (++this.#count <= LINEAR_MAX) return
    this.#map = new Map()
    for (let seen: Seen | null = this.#last; seen !== null; seen = seen.before) this.#map.set(seen.source, seen.copied)
  }

  find(source: object): object | undefined {
    if (this.#map !== null) return this.#map.get(source)
    for (let seen = this.#last; seen !== null; seen = seen.before) if (seen.source === source) return seen.copied
    return undefined
  }
}
