/** Names that compiled code introduces: none of them, nor a part of one, occurs in the source. */
export class Names {
  readonly prefix: string
  /** How code reaches the counter of its checks. */
  readonly counter: string
  #next = 0

  /** `purgeable` code has a cell of its own with its counter, see `counterCell`. */
  constructor(text: string, purgeable: boolean) {
    let prefix = '$$'
    const plain = text.includes('\\u') ? withoutEscapes(text) : text
    for (let number = 0; plain.includes(prefix); number++) prefix = `$$${number.toString(36)}_`
    this.prefix = prefix
    this.counter = purgeable ? `${prefix}c.now` : `${prefix}c`
  }

  /** The same name at every call. */
  of(word: string): string {
    return this.prefix + word
  }

  /** A name of its own, beginning with `word` so that traces stay readable. */
  fresh(word: string): string {
    return `${/^[A-Za-z_][\w]*$/.test(word) ? word : ''}${this.prefix}${this.#next++}`
  }
}

/** Names may be written with escapes: `\u0024\u0024` is `$$`. */
function withoutEscapes(text: string): string {
  return text.replaceAll(/\\u(?:\{0*([\da-f]{1,5})\}|([\da-f]{4}))/gi, (_, braced: string | undefined, four: string | undefined) =>
    String.fromCodePoint(Number.parseInt(braced ?? four ?? '0', 16)),
  )
}
